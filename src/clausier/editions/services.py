"""Acts on a provider's own book: its drafts and what is changed in them, publication, and values of law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.editions import archive, drafting, queries
from clausier.editions.drafting import CLAUSE, HEAD, READING
from clausier.editions.errors import (
    ChangedMeanwhile,
    HasFaults,
    NotABook,
    NotAccepted,
    NothingChanged,
    NotOpen,
    SamePerson,
    Superseded,
    UnknownDraft,
)
from clausier.editions.models import (
    BY_MONTH,
    BookDraft,
    DraftState,
    Edition,
    LawConfirmation,
    LawSeries,
    LawValue,
)
from clausier.foundation import books, journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import InstalledBook, Person, Provider
from clausier.terms import book as terms_book
from clausier.terms.book import Book
from clausier.terms.manuscript import Manuscript
from clausier.terms.outcome import Words, plain

LONGEST: Final = 2000  # characters of a sentence in a book
LONGEST_TITLE: Final = 200
FIRST_YEAR: Final = 2010  # of the law book: no value is entered for before
LARGEST_RATE: Final = 100  # percent a year
LARGEST_INDEX: Final = 100_000


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term as someone wants it from the day the edition takes effect.

    `clause` is the number that sets it; "" makes it a practice, which then needs its `reason`.
    """

    value: Any
    clause: str
    label: Words
    reason: Words | None = None


# Drafts


@act("books.write")
def start_draft(*, by: Actor, at: datetime, base: InstalledBook, effective_on: date) -> BookDraft:
    """A draft that starts from an edition: the provider's own, or one that the package brings.

    Raises InvalidInput naming `base` or `effective_on`.
    """
    if base.pk not in {one.pk for one in queries.starting_points(by)}:
        raise InvalidInput(_("Choisissez une édition que vous pouvez reprendre."), field="base")
    return _begin(by, at, dict(books.read(base).files), base, effective_on, {"base": base.name})


@act("books.write")
def upload_draft(*, by: Actor, at: datetime, content: bytes, effective_on: date) -> BookDraft:
    """A draft from the ZIP of a book's folder; it is compared with the provider's present edition.

    Raises NotABook, InvalidInput naming `effective_on`.
    """
    files = archive.unzipped(content)
    book = terms_book.from_files(files)
    if book.is_law:
        raise NotABook(_("Ce livre est un livre de la loi : il ne se publie pas."), field="file")
    if max(map(len, book.title)) > LONGEST_TITLE:
        raise NotABook(_("Le titre de ce livre est trop long."), field="file")
    return _begin(by, at, files, by.provider.book, effective_on, {"uploaded": True})


def _begin(
    by: Actor,
    at: datetime,
    files: dict[str, str],
    base: InstalledBook,
    effective_on: date,
    data: dict[str, Any],
) -> BookDraft:
    _must_be_to_come(effective_on, at)
    manuscript = Manuscript(files)
    from_base = base if "base" in data else None
    drafting.settle_head(
        manuscript, provider=by.provider, base=from_base, on=effective_on, taken=_taken(by.provider)
    )
    row = BookDraft.objects.create(
        provider=by.provider,
        base=base,
        content=drafting.without_stale_findings(manuscript),
        effective_on=effective_on,
        started_by=by.name,
        started_at=at,
        changed_by=by.name,
        changed_at=at,
    )
    data |= {"effective_on": effective_on.isoformat()}
    journal.write(by=by, at=at, code="editions.draft_started", about=row, data=data)
    return row


def _must_be_to_come(effective_on: date, at: datetime) -> None:
    today = at.astimezone(PARIS).date()
    if effective_on < today:
        raise InvalidInput(
            _("Une édition prend effet aujourd’hui au plus tôt : rien de signé ne change après coup."),
            field="effective_on",
        )
    if effective_on.year > today.year + 5:
        raise InvalidInput(_("Choisissez un jour dans les cinq ans."), field="effective_on")


def _taken(provider: Provider) -> set[str]:
    return set(InstalledBook.objects.filter(provider=provider).values_list("name", flat=True))


@act("books.write")
def settle_draft(
    *, by: Actor, at: datetime, draft: BookDraft, title: Words, effective_on: date, seen: str = ""
) -> BookDraft:
    """The title of the edition and the day it takes effect; what was written for that day moves along."""
    _must_be_to_come(effective_on, at)
    _must_say(title, "title", LONGEST_TITLE)

    def change(manuscript: Manuscript, row: BookDraft) -> None:
        manuscript.head()["title"] = {"fr": title.fr, "en": title.en}
        if effective_on != row.effective_on:
            manuscript.move(row.effective_on, effective_on, Manuscript(books.read(row.base).files))
            drafting.settle_head(
                manuscript, provider=by.provider, base=None, on=effective_on, taken=_taken(by.provider)
            )
            row.effective_on = effective_on

    return _change(by, at, draft, HEAD, seen, change)


@act("books.write")
def change_term(
    *, by: Actor, at: datetime, draft: BookDraft, name: str, change: TermChange, seen: str = ""
) -> BookDraft:
    """Another value, source or label for a term, from the day the edition takes effect.

    `seen` is the fingerprint of what the form showed. Raises ChangedMeanwhile, InvalidInput naming the field.
    """
    _must_say(change.label, "label")

    def write(manuscript: Manuscript, row: BookDraft) -> None:
        _settle_source(manuscript, name, change)
        if Words(**manuscript.term(name)["label"]) != change.label:
            manuscript.set_label(name, change.label)
        manuscript.set_value(name, change.value, since=row.effective_on, clause=change.clause or None)

    return _change(by, at, draft, name, seen, write)


def _settle_source(manuscript: Manuscript, name: str, change: TermChange) -> None:
    if change.clause:
        if change.clause not in {one["number"] for one in manuscript.clauses()}:
            raise InvalidInput(_("Cette clause n’est pas dans votre livre."), field="clause")
        if manuscript.is_practice(name):
            manuscript.make_promise(name, change.clause)
        return
    reason = change.reason or Words("", "")
    _must_say(reason, "reason")
    if not manuscript.is_practice(name) or Words(**manuscript.term(name)["reason"]) != reason:
        manuscript.make_practice(name, reason)


@act("books.write")
def take_up_term(
    *, by: Actor, at: datetime, draft: BookDraft, source: InstalledBook, name: str, clause: str
) -> BookDraft:
    """A term that another book has and this one lacks, set by one of its clauses."""
    book = books.read(source)
    if source.pk not in {one.pk for one in queries.starting_points(by)} or name not in book.terms:
        raise InvalidInput(_("Choisissez un terme de la liste."), field="term")

    def write(manuscript: Manuscript, row: BookDraft) -> None:
        if name in dict(manuscript.terms()):
            raise InvalidInput(_("Votre livre a déjà ce terme."), field="term")
        if clause not in {one["number"] for one in manuscript.clauses()}:
            raise InvalidInput(_("Cette clause n’est pas dans votre livre."), field="clause")
        term = book.terms[name]
        value = thawed(book.timeline(name)[-1].value)
        manuscript.add_term(
            name,
            {
                "label": {"fr": term.label.fr, "en": term.label.en},
                "unit": term.unit,
                "values": [{"since": row.effective_on, "value": value, "clause": clause}],
            },
        )
        manuscript.add_words(drafting.words_of(book, value))

    return _change(by, at, draft, name, "", write)


def thawed(value: Any) -> Any:
    """A value of a loaded book as tables and lists that can be written out."""
    if isinstance(value, Mapping):
        return {key: thawed(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [thawed(inner) for inner in value]
    return value


@act("books.write")
def remove_term(*, by: Actor, at: datetime, draft: BookDraft, name: str, seen: str = "") -> BookDraft:
    """Leave a term out of the edition; whoever signed a former one keeps it."""
    return _change(by, at, draft, name, seen, lambda manuscript, row: manuscript.remove_term(name))


@act("books.write")
def change_clause(
    *,
    by: Actor,
    at: datetime,
    draft: BookDraft,
    number: str,
    new_number: str,
    title: Words,
    gist: Words,
    seen: str = "",
) -> BookDraft:
    """Another number, title or gist for a clause; whatever cites it follows."""
    _must_say(title, "title")
    _must_say(gist, "gist")
    wanted = _number(new_number)

    def write(manuscript: Manuscript, row: BookDraft) -> None:
        clause = manuscript.clause(number)
        clause["title"] = {"fr": title.fr, "en": title.en}
        clause["gist"] = {"fr": gist.fr, "en": gist.en}
        manuscript.renumber(number, wanted)

    return _change(by, at, draft, CLAUSE + number, seen, write)


@act("books.write")
def add_clause(
    *, by: Actor, at: datetime, draft: BookDraft, number: str, title: Words, gist: Words, after: str = ""
) -> BookDraft:
    """A clause more, after another one or last."""
    _must_say(title, "title")
    _must_say(gist, "gist")
    wanted = _number(number)
    row_of = {
        "number": wanted,
        "article": wanted,
        "title": {"fr": title.fr, "en": title.en},
        "gist": {"fr": gist.fr, "en": gist.en},
        "bears": "nothing",
    }
    return _change(
        by, at, draft, CLAUSE + wanted, "", lambda manuscript, row: manuscript.add_clause(row_of, after=after)
    )


@act("books.write")
def remove_clause(*, by: Actor, at: datetime, draft: BookDraft, number: str, seen: str = "") -> BookDraft:
    """A clause less, once nothing cites it any more."""
    return _change(
        by, at, draft, CLAUSE + number, seen, lambda manuscript, row: manuscript.remove_clause(number)
    )


@act("books.write")
def change_reading(
    *,
    by: Actor,
    at: datetime,
    draft: BookDraft,
    key: str,
    reading: Words,
    reason: Words,
    seen: str = "",
) -> BookDraft:
    """How the provider reads doubtful words of its own text, and why."""
    _must_say(reading, "reading")
    _must_say(reason, "reason")

    def write(manuscript: Manuscript, row: BookDraft) -> None:
        found = manuscript.reading(key)
        found["reading"] = {"fr": reading.fr, "en": reading.en}
        found["reason"] = {"fr": reason.fr, "en": reason.en}

    return _change(by, at, draft, READING + key, seen, write)


@act("books.write")
def discard_draft(*, by: Actor, at: datetime, draft: BookDraft) -> BookDraft:
    """Give a draft up. It is kept, and not written in any more."""
    row = _open(by, draft)
    row.state = DraftState.DISCARDED
    row.save(update_fields=["state"])
    journal.write(by=by, at=at, code="editions.draft_discarded", about=row)
    return row


def _must_say(words: Words, field: str, longest: int = LONGEST) -> None:
    """A sentence of a book stands in both languages. Raises InvalidInput naming `field_fr` or `field_en`."""
    for language, text in (("fr", words.fr), ("en", words.en)):
        if not text.strip():
            says = _("Indiquez aussi la phrase en anglais.") if language == "en" else _("Indiquez la phrase.")
            raise InvalidInput(says, field=f"{field}_{language}")
        if len(text) > longest or "\0" in text:
            raise InvalidInput(_("Cette phrase est trop longue."), field=f"{field}_{language}")


def _number(typed: str) -> str:
    number = " ".join(typed.split())
    if not number or len(number) > 20 or not number.isprintable():
        raise InvalidInput(_("Indiquez un numéro de clause, par exemple 6.2."), field="new_number")
    return number


def _open(by: Actor, draft: BookDraft) -> BookDraft:
    """The draft, held for this act. Raises UnknownDraft, NotOpen."""
    row = BookDraft.objects.select_for_update().filter(pk=draft.pk, provider=by.provider).first()
    if row is None:
        raise UnknownDraft(_("Ce brouillon n’existe pas chez vous."))
    if not row.is_open:
        raise NotOpen(
            _("Ce brouillon est clos : il a été publié ou abandonné."),
            way_out=_("Commencez-en un autre, à partir de l’édition voulue."),
        )
    return row


def _change(
    by: Actor,
    at: datetime,
    draft: BookDraft,
    what: str,
    seen: str,
    change: Callable[[Manuscript, BookDraft], None],
) -> BookDraft:
    """Change one part of a draft. What another person changed since it was `seen` is never overwritten."""
    row = _open(by, draft)
    manuscript = Manuscript(row.content)
    _must_be_as_seen(by, row, manuscript, what, seen)
    before = drafting.part(Manuscript(row.content), what)
    change(manuscript, row)
    files = drafting.without_stale_findings(manuscript)
    if Manuscript(files).same_as(Manuscript(row.content)):
        return row
    after = drafting.part(Manuscript(files), what)
    row.content = files
    row.changed_by, row.changed_at = by.name, at
    row.touched |= {
        what: {"by": by.person.pk if by.person else None, "name": by.name, "at": at.isoformat()},
    }
    row.save(update_fields=["content", "effective_on", "changed_by", "changed_at", "touched"])
    data = {"what": what, "before": plain(before), "after": plain(after)}
    journal.write(by=by, at=at, code="editions.draft_changed", about=row, data=data)
    return row


def _must_be_as_seen(by: Actor, row: BookDraft, manuscript: Manuscript, what: str, seen: str) -> None:
    last = row.touched.get(what)
    if not seen or last is None or drafting.fingerprint(manuscript, what) == seen:
        return
    if last["by"] is None or by.person is None or last["by"] != by.person.pk:
        raise ChangedMeanwhile(
            _("%(name)s a changé ceci entre-temps. Ce que vous avez écrit est resté.")
            % {"name": last["name"]},
            way_out=_("Gardez votre version, ou reprenez la sienne."),
            name=last["name"],
            at=last["at"],
        )


# Publication


@act("books.publish")
def publish_draft(*, by: Actor, at: datetime, draft: BookDraft, accepted: bool = False) -> Edition:
    """Make an edition of a draft: new contracts pin it from its day on, whatever is signed keeps its own.

    `accepted`: what the check found against the law, or wrong in the text, was read and is published all the
    same. Raises HasFaults, NotAccepted, NothingChanged, InvalidInput naming `effective_on`.
    """
    row = _open(by, draft)
    _must_be_to_come(row.effective_on, at)
    manuscript = Manuscript(row.content)
    drafting.settle_head(
        manuscript, provider=by.provider, base=None, on=row.effective_on, taken=_taken(by.provider)
    )
    manuscript.head()["dated_on"] = at.astimezone(PARIS).date()
    book = _sound(manuscript.files(), accepted)
    if not drafting.compared(row, book):
        raise NothingChanged(_("Ce brouillon dit la même chose que l’édition dont il part."))
    edition = Edition.objects.create(
        provider=by.provider,
        book=books.publish(book, provider=by.provider, at=at),
        former=by.provider.book,
        draft=row,
        effective_on=row.effective_on,
        published_by=by.name,
        published_at=at,
    )
    row.state = DraftState.PUBLISHED
    row.save(update_fields=["state"])
    journal.write(
        by=by,
        at=at,
        code="editions.published",
        about=edition,
        data={
            "book": book.name,
            "digest": book.digest,
            "former": edition.former.name,
            "effective_on": row.effective_on.isoformat(),
        },
    )
    _pin(by.provider, at)
    return edition


def _sound(files: Mapping[str, str], accepted: bool) -> Book:
    """The book, when nothing is wrong in it that cannot be published."""
    found = drafting.checked(files)
    faults = [remark for remark in found.errors if remark.severity == "fault"]
    if faults or found.book is None:
        raise HasFaults(
            _("Le livre a des fautes : corrigez-les, puis publiez."),
            faults=[remark.as_json() for remark in faults],
        )
    if found.errors and not accepted:
        raise NotAccepted(
            _("Le contrôle a trouvé ce qui va contre la loi ou ne tient pas : lisez-le avant de publier."),
            field="accepted",
            findings=[remark.as_json() for remark in found.errors],
        )
    return terms_book.from_files(files)


@act("books.publish")
def bring_into_force(*, by: Actor, at: datetime) -> Edition | None:
    """Let new contracts pin the edition whose day has come; None where nothing moves. Idempotent."""
    edition = _pin(by.provider, at)
    if edition:
        data = {"book": edition.book.name, "digest": edition.book.digest}
        journal.write(by=by, at=at, code="editions.in_force", about=edition, data=data)
    return edition


def _pin(provider: Provider, at: datetime) -> Edition | None:
    """Set the provider's present book to the edition of that day; the edition when that changed anything."""
    row = Provider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
    edition = queries.edition_on(provider, at.astimezone(PARIS).date())
    if edition is None or row.book_id == edition.book_id:
        return None
    row.book = provider.book = edition.book
    row.save(update_fields=["book"])
    return edition


# Values of law


@act("law.write")
def enter_law_value(
    *,
    by: Actor,
    at: datetime,
    series: str,
    since_on: date,
    value: Decimal,
    reference: str,
    published_on: date,
) -> LawValue:
    """A value of law that the books lack, or a correction of one; it counts once someone else confirms it.

    Percent a year for the half-year that `since_on` begins, or the index of its month. Raises InvalidInput
    naming the field.
    """
    _check_period(series, since_on, published_on, at)
    largest = LARGEST_INDEX if series in BY_MONTH else LARGEST_RATE
    smallest = Decimal(1) if series in BY_MONTH else Decimal(0)
    if not value.is_finite() or not smallest <= value <= largest or value != round(value, 4):
        raise InvalidInput(
            _("Indiquez un nombre de %(least)s à %(most)s, quatre décimales au plus.")
            % {"least": smallest, "most": largest},
            field="value",
        )
    if not reference.strip() or len(reference) > 160:
        raise InvalidInput(
            _("Indiquez où la valeur est publiée, par exemple le numéro du Journal officiel."),
            field="reference",
        )
    row = LawValue.objects.create(
        provider=by.provider,
        series=series,
        since_on=since_on,
        value=value,
        reference=" ".join(reference.split()),
        published_on=published_on,
        entered_by=_someone(by),
        entered_by_name=by.name,
        entered_at=at,
    )
    journal.write(by=by, at=at, code="editions.law_entered", about=row, data=_law_facts(row))
    return row


def _check_period(series: str, since_on: date, published_on: date, at: datetime) -> None:
    if series not in LawSeries.values:
        raise InvalidInput(_("Choisissez une série de la liste."), field="series")
    months = range(1, 13) if series in BY_MONTH else (1, 7)
    today = at.astimezone(PARIS).date()
    if since_on.day != 1 or since_on.month not in months:
        raise InvalidInput(
            _("Choisissez un mois.") if series in BY_MONTH else _("Choisissez un semestre."), field="since_on"
        )
    if not FIRST_YEAR <= since_on.year <= today.year + 1:
        raise InvalidInput(
            _("Choisissez une période de %(first)s à %(last)s.")
            % {"first": FIRST_YEAR, "last": today.year + 1},
            field="since_on",
        )
    if not date(FIRST_YEAR - 1, 1, 1) <= published_on <= today:
        raise InvalidInput(
            _("Indiquez le jour de la publication : elle a déjà eu lieu."), field="published_on"
        )


def _someone(by: Actor) -> Person:
    """The person who acts: a value of law is vouched for by people. Raises SamePerson for the program."""
    if by.person is None:
        raise SamePerson(_("Une valeur de la loi se saisit et se confirme par des personnes."))
    return by.person


@act("law.write")
def confirm_law_value(*, by: Actor, at: datetime, value: LawValue) -> LawValue:
    """Vouch for a value that someone else entered, source in hand: from now on the rules read it.

    Raises SamePerson, Superseded, InvalidInput when it is confirmed already.
    """
    person = _someone(by)
    # One confirmation after the other: what is cached of the law goes by the number of the latest.
    provider = Provider.objects.select_for_update(of=("self",)).get(pk=by.provider.pk)
    found = LawValue.objects.filter(pk=value.pk, provider=provider).first()
    if found is None:
        raise InvalidInput(_("Cette valeur n’est pas saisie chez vous."), field="value")
    if LawConfirmation.objects.filter(value=found).exists():
        raise InvalidInput(_("Cette valeur est déjà confirmée."), field="value")
    if found.entered_by_id == person.pk:
        raise SamePerson(
            _("Vous avez saisi cette valeur : quelqu’un d’autre la confirme."),
            way_out=_("Demandez à une autre personne de la comparer à sa source."),
        )
    newer = LawValue.objects.filter(
        provider=provider, series=found.series, since_on=found.since_on, pk__gt=found.pk
    )
    if newer.exists():
        raise Superseded(_("Une saisie plus récente a pris la place de celle-ci : confirmez la dernière."))
    confirmation = LawConfirmation.objects.create(
        provider=provider,
        value=found,
        entered_by=found.entered_by,
        confirmed_by=person,
        confirmed_by_name=by.name,
        confirmed_at=at,
    )
    provider.law_confirmed = by.provider.law_confirmed = confirmation.pk
    provider.save(update_fields=["law_confirmed"])
    journal.write(by=by, at=at, code="editions.law_confirmed", about=found, data=_law_facts(found))
    return found


def _law_facts(row: LawValue) -> dict[str, Any]:
    return {
        "series": row.series,
        "period": row.period,
        "value": str(row.figure),
        "reference": row.reference,
        "published_on": row.published_on.isoformat(),
    }
