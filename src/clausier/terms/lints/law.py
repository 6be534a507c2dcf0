"""The book against the law: outdated references, identity, late interest and the recovery indemnity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.fr import siren

from clausier.terms.book import Book
from clausier.terms.entries import Reading
from clausier.terms.lints.reading import about_of, last_value, number, references, table, texts
from clausier.terms.outcome import Words
from clausier.terms.phrases import euros, full_day, plain_figure, same, say
from clausier.terms.remarks import CLAUSES, HEAD, Remark, clause_place

LATE_RATE, INDEMNITY = "late-interest.rate", "late-interest.recovery-indemnity"
LAW_RATE = "late-payment.legal-rate"
LAW_FLOOR = "late-payment.floor"
LAW_INDEMNITY = "late-payment.recovery-indemnity"


def law_references(book: Book) -> Iterator[Remark]:
    """A law that was renumbered or replaced, is written with a wrong number, or is not known."""
    known = _known_laws(book.law)
    for clause, reference in references(book, "law"):
        cited = str(reference["law"])
        remark = _law_remark(known, cited)
        if remark is None:
            continue
        says, right = remark
        about = about_of(reference)
        yield Remark(
            "law-reference",
            "reference",
            CLAUSES,
            clause_place(clause.number),
            Words(says.fr + about.fr, says.en + about.en),
            right,
            clause=clause.number,
            subject=cited,
        )


def _known_laws(law: Book) -> dict[str, Reading]:
    """The laws of the law book as it last knows them, by the ways texts write them (in small letters)."""
    return {
        cited.casefold(): reading
        for name in law.names("references.")
        if (reading := last_value(law, name)) is not None and "status" in table(reading.value)
        for cited in texts(reading.value.get("cited_as"))
    }


def _law_remark(known: Mapping[str, Reading], cited: str) -> tuple[Words, Words] | None:
    reading = known.get(cited.casefold())
    if reading is None:
        return _unknown_law(known, cited)
    if reading.value.get("status") == "in-force":
        return None
    now, since = same(str(reading.value.get("now", ""))), full_day(reading.since)
    if reading.value.get("status") == "renumbered":
        fr, en = "« {cited} » a changé de numéro le {since}", "“{cited}” was renumbered on {since}"
    else:
        fr, en = "« {cited} » n’a plus cours depuis le {since}", "“{cited}” has been superseded since {since}"
    return say(fr, en, cited=cited, since=since), now


def _unknown_law(known: Mapping[str, Reading], cited: str) -> tuple[Words, Words]:
    """A law that the law book does not know: written with another hyphen or space, or not there at all."""
    alike = next((law for law in known if _bare(law) == _bare(cited)), None)
    if alike is None:
        return (
            say(
                "«\u00a0{cited}\u00a0» n’est pas connu du livre de la loi",
                "“{cited}” is not known to the law book",
                cited=cited,
            ),
            Words("vérifier la référence", "check the reference"),
        )
    right = next(law for law in texts(known[alike].value["cited_as"]) if law.casefold() == alike)
    return (
        say(
            "«\u00a0{cited}\u00a0» s’écrit «\u00a0{right}\u00a0»",
            "“{cited}” is written “{right}”",
            cited=cited,
            right=right,
        ),
        same(right),
    )


def _bare(law: str) -> str:
    """The letters and digits alone: what is left when a number is misspelt by its hyphens."""
    return "".join(character for character in law.casefold() if character.isalnum())


def undated(book: Book) -> Iterator[Remark]:
    """A text that bears no date: nothing says which edition a client accepted."""
    if "dated_on" not in book.head and not book.is_law:
        yield Remark(
            "no-date",
            "wording",
            HEAD,
            "dated_on",
            Words("le texte ne porte pas de date", "the text bears no date"),
            Words("dated_on = la date imprimée sur le texte", "dated_on = the date printed on the text"),
        )


def unidentified_provider(book: Book) -> Iterator[Remark]:
    """A text without its provider's SIREN, which commercial documents must bear, or with a wrong one."""
    if book.is_law:
        return
    given = table(book.head.get("provider")).get("siren")
    if given is None:
        says = Words("le SIREN du prestataire manque", "the provider’s SIREN is missing")
    elif not siren.is_valid(str(given)):
        says = Words(f"« {given} » n’est pas un SIREN", f"“{given}” is no SIREN")
    else:
        return
    yield Remark(
        "no-siren",
        "legal",
        HEAD,
        "provider.siren",
        says,
        Words("les neuf chiffres du SIREN, clé comprise", "the nine digits of the SIREN, key included"),
    )


def late_rate_floor(book: Book) -> Iterator[Remark]:
    """Late interest agreed under the legal floor, in the periods whose legal rate is known (L441-10 II)."""
    if book.is_law or not book.has(LATE_RATE):
        return
    for spell in book.timeline(LATE_RATE):
        lines = tuple(_under_floor(spell, book.law)) or tuple(_always_under(spell, book.law))
        if lines:
            yield Remark(
                "late-rate-floor",
                "legal",
                book.terms[LATE_RATE].file if LATE_RATE in book.terms else HEAD,
                f"{LATE_RATE}, since = {spell.since.isoformat()}",
                Words("intérêts de retard sous le plancher légal", "late interest under the legal floor"),
                Words("au moins trois fois le taux légal", "at least three times the legal rate"),
                clause=spell.clause,
                details=lines,
            )


def _under_floor(spell: Reading, law: Book) -> Iterator[Words]:
    """The periods of the legal rate that `spell` touches and during which it stays under the floor."""
    for legal in law.timeline(LAW_RATE):
        start = max(spell.since, legal.since)
        if not _covers(spell, start) or not _covers(legal, start):
            continue
        rate = _rate(spell.value, Decimal(legal.value))
        floor = Decimal(law.read(LAW_FLOOR, start).value) * Decimal(legal.value)
        if rate < floor:
            fr, en = _period(legal.since)
            yield Words(
                f"{fr} : {_percent(rate, ',')} % < {_percent(floor, ',')} %",
                f"{en}: {_percent(rate)}% < {_percent(floor)}%",
            )


def _always_under(spell: Reading, law: Book) -> Iterator[Words]:
    """Whether a multiple of the legal rate is too low whatever that rate: no period need be known."""
    floor, value = last_value(law, LAW_FLOOR), table(spell.value)
    times, plus = number(value.get("times_legal")), number(value.get("plus_points"))
    if floor is None or times is None or plus is None:
        return
    if times < floor.value and plus <= 0:
        yield say(
            "quel que soit le taux légal\u00a0: {times} fois < {floor} fois",
            "whatever the legal rate: {times} times < {floor} times",
            times=plain_figure(times),
            floor=plain_figure(floor.value),
        )


def _covers(spell: Reading, on: date) -> bool:
    return spell.since <= on and (spell.until is None or on < spell.until)


def _rate(value: Any, legal: Decimal) -> Decimal:
    """The yearly percentage of a clause that multiplies the legal rate and adds points."""
    told = table(value)
    return (number(told.get("times_legal")) or Decimal(0)) * legal + (
        number(told.get("plus_points")) or Decimal(0)
    )


def _period(since: date) -> Words:
    """The half-year that starts on `since`; the whole year before 2015, when the law set one rate a year."""
    if since.year < 2015:
        return Words(str(since.year), str(since.year))
    half = 1 if since.month < 7 else 2
    return Words(f"{since.year}, {'1ᵉʳ' if half == 1 else '2ᵉ'} semestre", f"{since.year} H{half}")


def _percent(value: Decimal, mark: str = ".") -> str:
    """At least two decimals, and no zero after them."""
    whole, _, decimals = f"{value.normalize():f}".partition(".")
    return f"{whole}{mark}{decimals.ljust(2, '0')}"


def recovery_indemnity(book: Book) -> Iterator[Remark]:
    """No fixed recovery indemnity in the text, or less than the law's (L441-10 II, D441-5)."""
    if book.is_law:
        return
    due = last_value(book.law, LAW_INDEMNITY)
    if due is None:
        return
    own, rate = last_value(book, INDEMNITY), last_value(book, LATE_RATE)
    if own is not None and (number(own.value) or 0) >= due.value:
        return
    says = (
        Words(
            "l’indemnité forfaitaire de recouvrement n’est pas mentionnée",
            "no fixed recovery indemnity is mentioned",
        )
        if own is None
        else say("indemnité de recouvrement de {sum}", "a recovery indemnity of {sum}", sum=_sum(own.value))
    )
    yield Remark(
        "recovery-indemnity",
        "legal",
        "terms/late-interest.toml",
        INDEMNITY,
        says,
        say("{sum} par facture", "{sum} for each invoice", sum=_sum(due.value)),
        clause=own.clause if own is not None else rate.clause if rate is not None else None,
    )


def _sum(value: Any) -> Words:
    """A sum in euros; what is no number, as it stands."""
    amount = number(value)
    return euros(amount) if amount is not None else same(str(value))
