"""The lints of a book: each is a function of the book that yields what it finds wrong, against itself or the law.

`LINTS` names them; a finding recorded in a book says by that name which lint finds it again. None of them
reads a clock: a law counts as it last stands in the law book, a rate on the days that book knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.fr import siren

from clausier.terms.book import Book, timeline_faults
from clausier.terms.entries import Clause, Duty, Reading
from clausier.terms.outcome import Words
from clausier.terms.remarks import Remark, clause_place

HEAD, CLAUSES, DUTIES = "book.toml", "clauses.toml", "duties.toml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LATE_RATE, INDEMNITY = "late-interest.rate", "late-interest.recovery-indemnity"
LAW_RATE, LAW_FLOOR, LAW_INDEMNITY = (
    "late-payment.legal-rate",
    "late-payment.floor",
    "late-payment.recovery-indemnity",
)
WEEK_MINUTES = 7 * 24 * 60


# The book against itself ---------------------------------------------------------------------------------


def unknown_clauses(book: Book) -> Iterator[Remark]:
    """A term, reading, duty or finding that cites a clause the book does not have."""
    for file, place, cited in _citations(book):
        if cited not in book.clauses:
            yield Remark(
                "unknown-clause",
                "fault",
                file,
                place,
                Words(f"la clause « {cited} » n’existe pas", f"there is no clause “{cited}”"),
                Words("une clause de clauses.toml", "a clause of clauses.toml"),
            )


def _citations(book: Book) -> Iterator[tuple[str, str, str]]:
    for term in book.terms.values():
        for value in term.values:
            if value.clause is not None:
                yield term.file, f"{term.name}, since = {value.since.isoformat()}", value.clause
    for row in _rows(book, "interpretations.toml", "interpretation"):
        for cited in (row.get("clause"), *row.get("also", ())):
            if cited is not None:
                yield "interpretations.toml", str(row.get("key")), str(cited)
    for duty in book.duties:
        yield DUTIES, str(duty.extra.get("key", duty.says.fr)), duty.clause
    for finding in book.findings:
        if finding.clause is not None:
            yield "findings.toml", finding.key, finding.clause


def _rows(book: Book, file: str, key: str) -> tuple[Mapping[str, Any], ...]:
    rows = book.parsed.get(file, {}).get(key, ())
    return tuple(row for row in rows if isinstance(row, Mapping)) if isinstance(rows, tuple) else ()


def timelines(book: Book) -> Iterator[Remark]:
    """Dated values that overlap or leave a gap. In the law a gap is a value that is not known: no fault."""
    for fault in timeline_faults(book):
        gap = "until" in fault.would_be_right.fr
        yield Remark(
            "timeline",
            "wording" if gap and book.is_law else "fault",
            fault.file,
            fault.place,
            fault.says,
            fault.would_be_right,
        )


def articles(book: Book) -> Iterator[Remark]:
    """An article of the text that no clause tells, or a clause outside the text's list of articles."""
    listed = book.head.get("articles", ())
    if not listed:
        yield Remark(
            "articles",
            "fault",
            HEAD,
            "articles",
            Words("la liste des articles du texte manque", "the list of the text’s articles is missing"),
            Words('articles = ["1", "2", …], dans l’ordre du texte', 'articles = ["1", "2", …], in order'),
        )
        return
    for number in listed:
        if number not in book.clauses:
            yield Remark(
                "articles",
                "fault",
                CLAUSES,
                clause_place(number),
                Words(f"l’article {number} du texte manque", f"article {number} of the text is missing"),
                Words("une [[clause]] qui le résume", "a [[clause]] that sums it up"),
            )
    for number in book.clauses:
        if number not in listed:
            yield Remark(
                "articles",
                "fault",
                HEAD,
                "articles",
                Words(
                    f"la clause {number} n’est pas un article du texte",
                    f"clause {number} is no article of the text",
                ),
                Words(
                    f"« {number} » dans articles, ou la clause retirée",
                    f"“{number}” in articles, or the clause removed",
                ),
                clause=number,
            )


def same_numbers(book: Book) -> Iterator[Remark]:
    """Two articles that bear the same number in print."""
    printed: dict[str, Clause] = {}
    for clause in book.clauses.values():
        number = str(clause.extra.get("printed", clause.number))
        first = printed.setdefault(number, clause)
        if first is not clause:
            yield Remark(
                "same-number",
                "reference",
                CLAUSES,
                clause_place(clause.number),
                Words(f"deux articles portent le numéro {number}", f"two articles bear the number {number}"),
                Words(
                    f"un numéro propre à « {clause.title.fr} »",
                    f"a number of its own for “{clause.title.en}”",
                ),
                clause=clause.number,
            )


def internal_references(book: Book) -> Iterator[Remark]:
    """A reference to an article that does not exist, or to another one than was plainly meant."""
    for clause, reference in _references(book, "to"):
        to, meant = str(reference["to"]), reference.get("meant")
        about = _about(reference)
        if not _exists(book, to):
            says = Words(
                f"renvoi à l’article {to}, qui n’existe pas{about.fr}",
                f"points to article {to}, which does not exist{about.en}",
            )
        elif meant is not None and meant != to:
            says = Words(f"renvoi à l’article {to}{about.fr}", f"points to article {to}{about.en}")
        else:
            continue
        right = (
            Words(f"l’article {meant}", f"article {meant}")
            if meant
            else Words("un article du texte", "an article of the text")
        )
        yield Remark(
            "internal-reference",
            "reference",
            CLAUSES,
            clause_place(clause.number),
            says,
            right,
            clause=clause.number,
        )


def _references(book: Book, kind: str) -> Iterator[tuple[Clause, Mapping[str, Any]]]:
    for clause in book.clauses.values():
        for reference in clause.extra.get("refers_to", ()):
            if isinstance(reference, Mapping) and kind in reference:
                yield clause, reference


def _exists(book: Book, number: str) -> bool:
    """True of a clause, and of an article that only holds numbered parts ("7.1", "VI")."""
    return any(
        number in (clause.number, clause.article) or clause.number.startswith(f"{number}.")
        for clause in book.clauses.values()
    )


def _about(reference: Mapping[str, Any]) -> Words:
    about = reference.get("about")
    if not isinstance(about, Mapping):
        return Words("", "")
    return Words(f" ({about.get('fr', '')})", f" ({about.get('en', '')})")


def undefined_words(book: Book) -> Iterator[Remark]:
    """A term of art that the text uses and no article defines; told once, at its first use."""
    defined = {word for clause in book.clauses.values() for word in clause.extra.get("defines", ())}
    told: set[str] = set()
    for clause in book.clauses.values():
        for word in clause.extra.get("uses", ()):
            if word in defined or word in told:
                continue
            told.add(word)
            yield Remark(
                "undefined-word",
                "wording",
                CLAUSES,
                clause_place(clause.number),
                Words(f"« {word} » est employé sans être défini", f"“{word}” is used but not defined"),
                Words("une définition du mot", "a definition of the word"),
                clause=clause.number,
            )


def both_sides(book: Book) -> Iterator[Remark]:
    """The same duty laid on the client by one article and on the provider by another."""
    by_subject: dict[str, list[Duty]] = defaultdict(list)
    for duty in book.duties:
        if "subject" in duty.extra:
            by_subject[str(duty.extra["subject"])].append(duty)
    for duties in by_subject.values():
        sides = {duty.by for duty in duties}
        if not {"client", "provider"} <= sides:
            continue
        numbers = list(dict.fromkeys(duty.clause for duty in duties))
        yield Remark(
            "both-sides",
            "wording",
            DUTIES,
            clause_place(numbers[0]),
            Words(
                f"la même tâche revient au client et au prestataire : articles {', '.join(numbers)}",
                f"the same task falls to the client and the provider: articles {', '.join(numbers)}",
            ),
            Words("un seul responsable", "one side in charge"),
            clause=numbers[0],
            details=tuple(Words(f"{d.clause} : {d.says.fr}", f"{d.clause}: {d.says.en}") for d in duties),
        )


def same_ground(book: Book) -> Iterator[Remark]:
    """One ground that ends the contract after different notices, according to the article."""
    by_ground: dict[str, list[Reading]] = defaultdict(list)
    for name in book.names("termination.grounds."):
        reading = book.timeline(name)[-1]
        if isinstance(reading.value, Mapping) and "ground" in reading.value:
            by_ground[str(reading.value["ground"])].append(reading)
    for readings in by_ground.values():
        notices = {reading.value.get("notice_days") for reading in readings}
        if len(notices) < 2:
            continue
        first, *others = readings
        told = ", ".join(f"{reading.clause} ({reading.value.get('notice_days')} j)" for reading in readings)
        said = ", ".join(f"{reading.clause} ({reading.value.get('notice_days')} d)" for reading in readings)
        yield Remark(
            "same-ground",
            "wording",
            book.terms[first.term].file,
            first.term,
            Words(
                f"même motif de résiliation, préavis différents : {told}",
                f"same ground for ending, different notices: {said}",
            ),
            Words("un seul préavis par motif", "one notice for each ground"),
            clause=first.clause,
        )


def reversibility_before_term(book: Book) -> Iterator[Remark]:
    """Data given back within a delay that runs from a notice sent long before the contract ends."""
    within = _last(book, "reversibility.within")
    if within is None or not isinstance(within.value, int):
        return
    for name in book.names("contract.duration."):
        spell = _last(book, name)
        notice = spell.value.get("notice") if spell is not None and isinstance(spell.value, Mapping) else None
        if isinstance(notice, int) and notice > within.value:
            yield Remark(
                "reversibility-before-term",
                "wording",
                book.terms[within.term].file,
                within.term,
                Words(
                    f"restitution en {within.value} mois dès la lettre, préavis de {notice} mois : elle finit avant l’échéance",
                    f"data returned within {within.value} months of the letter, {notice} months’ notice: over before the term",
                ),
                Words("un délai compté de l’échéance", "a delay counted from the term"),
                clause=within.clause,
            )
            return


def _last(book: Book, name: str) -> Reading | None:
    """The value of a term that is in force last; None when the book lacks the term or any value of it."""
    spells = book.timeline(name) if book.has(name) else ()
    return spells[-1] if spells else None


def untold_languages(book: Book) -> Iterator[Remark]:
    """A sentence inside a value that is not there in both languages."""
    for term in book.terms.values():
        for value in term.values:
            for path in _half_told(value.value):
                yield Remark(
                    "languages",
                    "fault",
                    term.file,
                    f"{term.name}, since = {value.since.isoformat()}{path}",
                    Words(
                        "il faut la phrase dans les deux langues", "the sentence is needed in both languages"
                    ),
                    Words('{ fr = "…", en = "…" }', '{ fr = "…", en = "…" }'),
                )


def _half_told(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        spoken = {"fr", "en"} & set(value)
        texts = [value.get(language) for language in ("fr", "en")]
        if spoken and not all(isinstance(text, str) and text.strip() for text in texts):
            yield path
        for key, inner in value.items():
            yield from _half_told(inner, f"{path}, {key}")
    elif isinstance(value, tuple):
        for n, inner in enumerate(value):
            yield from _half_told(inner, f"{path}[{n}]")


# Opening hours and promises ------------------------------------------------------------------------------


def opening_hours(book: Book) -> Iterator[Remark]:
    """Opening hours that end before they start, overlap, or name no day of the week."""
    for term, value in _calendars(book):
        if not isinstance(value.value, Mapping):
            yield _bad_hours(
                book, term, value, "", Words("ce ne sont pas des horaires", "these are no opening hours")
            )
            continue
        for day, periods in value.value.items():
            if day not in DAYS:
                yield _bad_hours(
                    book, term, value, day, Words(f"jour inconnu « {day} »", f"unknown day “{day}”")
                )
            elif (wrong := _wrong_periods(periods)) is not None:
                yield _bad_hours(book, term, value, day, wrong)


def _calendars(book: Book) -> Iterator[tuple[str, Reading]]:
    for name in book.names("hours."):
        for reading in book.timeline(name):
            yield name, reading


def _bad_hours(book: Book, name: str, reading: Reading, day: str, says: Words) -> Remark:
    place = f"{name}, since = {reading.since.isoformat()}" + (f", {day}" if day else "")
    return Remark(
        "opening-hours",
        "fault",
        book.terms[name].file,
        place,
        says,
        Words('mon = [["09:00", "12:30"], …], dans l’ordre', 'mon = [["09:00", "12:30"], …], in order'),
        clause=reading.clause,
    )


def _wrong_periods(periods: Any) -> Words | None:
    read = _periods(periods)
    if read is None:
        return Words("une plage ne se lit pas", "a period does not read")
    if any(start >= end for start, end in read):
        return Words("une plage finit avant de commencer", "a period ends before it starts")
    if any(later < end for (_, end), (later, _) in zip(read, read[1:], strict=False)):
        return Words(
            "deux plages se recouvrent ou se suivent en désordre", "two periods overlap or stand out of order"
        )
    return None


def _periods(periods: Any) -> list[tuple[int, int]] | None:
    """The periods of a day in minutes from midnight; None when one cannot be read."""
    try:
        return [(_minute(start), _minute(end)) for start, end in periods]
    except (TypeError, ValueError):
        return None


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    minute = int(hours) * 60 + int(minutes)
    if not (0 <= int(minutes) < 60 and 0 <= minute <= 24 * 60):
        raise ValueError(text)
    return minute


def impossible_promises(book: Book) -> Iterator[Remark]:
    """A promise that no opening hour can keep.

    In open hours: nothing is ever open, or the delay is none. In elapsed hours: the delay is shorter than a
    stretch during which everything is closed, so that a call at closing time finds it broken at reopening.
    """
    open_week = _open_week(book)
    for name in book.names("promise."):
        for reading in book.timeline(name):
            minutes = _promised_minutes(reading)
            if minutes is None:
                continue
            says = _impossible(minutes, reading.unit, open_week)
            if says is not None:
                yield Remark(
                    "impossible-promise",
                    "legal",
                    book.terms[name].file if name in book.terms else HEAD,
                    f"{name}, since = {reading.since.isoformat()}",
                    says,
                    Words(
                        "un délai en heures ouvrées, ou des horaires qui le permettent",
                        "a delay in open hours, or hours that allow it",
                    ),
                    clause=reading.clause,
                )


def _promised_minutes(reading: Reading) -> Decimal | None:
    """The promised delay in minutes; None of a term that is no delay."""
    words = reading.unit.split()
    unit = words[-1] if words else ""
    if isinstance(reading.value, bool) or not isinstance(reading.value, int | Decimal):
        return None
    if unit not in ("hours", "minutes"):
        return None
    return Decimal(reading.value) * (60 if unit == "hours" else 1)


def _open_week(book: Book) -> list[tuple[int, int]]:
    """The periods of a week during which any calendar is open, in minutes from Monday 0:00, in order."""
    week: list[tuple[int, int]] = []
    for name in book.names("hours."):
        reading = _last(book, name)
        if reading is None or not isinstance(reading.value, Mapping):
            continue
        for day, periods in reading.value.items():
            if day in DAYS:
                shift = DAYS.index(day) * 24 * 60
                week += [
                    (shift + start, shift + end) for start, end in _periods(periods) or () if start < end
                ]
    return sorted(week)


def _impossible(minutes: Decimal, unit: str, week: list[tuple[int, int]]) -> Words | None:
    if minutes <= 0:
        return Words("un délai nul ne peut être tenu", "a delay of nothing cannot be kept")
    if not week:
        return Words("aucun horaire n’est ouvert", "no hour is ever open")
    if unit.startswith("open"):
        return None
    closed = _longest_closed(week)
    if minutes >= closed:
        return None
    return Words(
        f"délai de {_hours(minutes)} h en temps réel, mais tout est fermé {_hours(Decimal(closed))} h de suite",
        f"a delay of {_hours(minutes)} h in elapsed time, but everything is closed for {_hours(Decimal(closed))} h on end",
    )


def _hours(minutes: Decimal) -> str:
    hours, rest = divmod(int(minutes), 60)
    return f"{hours}" if rest == 0 else f"{hours}:{rest:02d}"


def _longest_closed(week: list[tuple[int, int]]) -> int:
    """Minutes of the longest stretch of a common week during which nothing is open."""
    longest, open_until = 0, week[0][0]
    for start, end in [*week, (week[0][0] + WEEK_MINUTES, week[0][0] + WEEK_MINUTES)]:
        longest = max(longest, start - open_until)
        open_until = max(open_until, end)
    return longest


# The book against the law --------------------------------------------------------------------------------


def law_references(book: Book) -> Iterator[Remark]:
    """A law that was renumbered or replaced, is written with a wrong number, or is not known."""
    known = _known_laws(book.law)
    for clause, reference in _references(book, "law"):
        cited = str(reference["law"])
        remark = _law_remark(known, cited)
        if remark is None:
            continue
        says, right = remark
        about = _about(reference)
        yield Remark(
            "law-reference",
            "reference",
            CLAUSES,
            clause_place(clause.number),
            Words(says.fr + about.fr, says.en + about.en),
            right,
            clause=clause.number,
        )


def _known_laws(law: Book) -> dict[str, Reading]:
    """The laws of the law book as it last knows them, by the ways in which texts write them."""
    return {
        str(cited): reading
        for name in law.names("references.")
        if (reading := _last(law, name)) is not None and isinstance(reading.value, Mapping)
        for cited in reading.value.get("cited_as", ())
    }


def _law_remark(known: Mapping[str, Reading], cited: str) -> tuple[Words, Words] | None:
    reading = known.get(cited)
    if reading is None:
        alike = next((name for name in known if _digits(name) == _digits(cited) != ""), None)
        if alike is not None:
            return (
                Words(f"« {cited} » s’écrit « {alike} »", f"“{cited}” is written “{alike}”"),
                Words(alike, alike),
            )
        return (
            Words(
                f"« {cited} » n’est pas connu du livre de la loi", f"“{cited}” is not known to the law book"
            ),
            Words("vérifier la référence", "check the reference"),
        )
    if reading.value.get("status") == "in-force":
        return None
    now, since = str(reading.value.get("now", "")), reading.since.isoformat()
    if reading.value.get("status") == "renumbered":
        return (
            Words(f"« {cited} » a changé de numéro le {since}", f"“{cited}” was renumbered on {since}"),
            Words(now, now),
        )
    return (
        Words(f"« {cited} » a été remplacé le {since}", f"“{cited}” was replaced on {since}"),
        Words(now, now),
    )


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


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
    """A text that does not give its provider's SIREN, which commercial documents must bear, or a wrong one."""
    if book.is_law:
        return
    provider = book.head.get("provider", {})
    number = provider.get("siren") if isinstance(provider, Mapping) else None
    if number is None:
        says = Words("le SIREN du prestataire manque", "the provider’s SIREN is missing")
    elif not siren.is_valid(str(number)):
        says = Words(f"« {number} » n’est pas un SIREN", f"“{number}” is no SIREN")
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
    """Late interest agreed under the legal floor, in the half-years that the law book knows (L441-10 II)."""
    if book.is_law or not book.has(LATE_RATE):
        return
    under: dict[str | None, list[Words]] = defaultdict(list)
    for legal in book.law.timeline(LAW_RATE):
        if (clause_rate := _clause_rate(book, legal)) is None:
            continue
        reading, rate = clause_rate
        floor = Decimal(book.law.read(LAW_FLOOR, legal.since).value) * Decimal(legal.value)
        if rate < floor:
            under[reading.clause].append(_under(legal.since, rate, floor))
    for clause, lines in under.items():
        yield Remark(
            "late-rate-floor",
            "legal",
            book.terms[LATE_RATE].file if LATE_RATE in book.terms else HEAD,
            LATE_RATE,
            Words(
                f"intérêts de retard sous le plancher légal pour {len(lines)} périodes",
                f"late interest under the legal floor in {len(lines)} periods",
            ),
            Words("au moins trois fois le taux légal", "at least three times the legal rate"),
            clause=clause,
            details=tuple(lines),
        )


def _clause_rate(book: Book, legal: Reading) -> tuple[Reading, Decimal] | None:
    """The rate that the clause gives for the half-year of `legal`; None before the text applies."""
    spell = next((s for s in reversed(book.timeline(LATE_RATE)) if s.since <= legal.since), None)
    if spell is None or not isinstance(spell.value, Mapping):
        return None
    if spell.until is not None and legal.since >= spell.until:
        return None
    times, plus = spell.value.get("times_legal", 0), spell.value.get("plus_points", 0)
    return spell, Decimal(times) * Decimal(legal.value) + Decimal(plus)


def _under(since: date, rate: Decimal, floor: Decimal) -> Words:
    half = 1 if since.month < 7 else 2
    # Before 2015 the law set one rate a year.
    fr = (
        f"{since.year}"
        if since.year < 2015
        else f"{since.year}, {half}ᵉ semestre"
        if half == 2
        else f"{since.year}, 1ᵉʳ semestre"
    )
    en = f"{since.year}" if since.year < 2015 else f"{since.year} H{half}"
    return Words(
        f"{fr} : {_percent(rate, ',')} % < {_percent(floor, ',')} %",
        f"{en}: {_percent(rate)}% < {_percent(floor)}%",
    )


def _percent(value: Decimal, mark: str = ".") -> str:
    """At least two decimals, and no zero after them."""
    whole, _, decimals = f"{value.normalize():f}".partition(".")
    return f"{whole}{mark}{decimals.ljust(2, '0')}"


def recovery_indemnity(book: Book) -> Iterator[Remark]:
    """No fixed recovery indemnity in the text, or less than the law's (L441-10 II, D441-5)."""
    if book.is_law:
        return
    due = _last(book.law, LAW_INDEMNITY)
    if due is None:
        return
    own, rate = _last(book, INDEMNITY), _last(book, LATE_RATE)
    if own is not None and own.value >= due.value:
        return
    says = (
        Words(
            "l’indemnité forfaitaire de recouvrement n’est pas mentionnée",
            "no fixed recovery indemnity is mentioned",
        )
        if own is None
        else Words(f"indemnité de recouvrement de {own.value} €", f"a recovery indemnity of €{own.value}")
    )
    yield Remark(
        "recovery-indemnity",
        "legal",
        "terms/late-interest.toml",
        INDEMNITY,
        says,
        Words(f"{due.value} € par facture", f"€{due.value} for each invoice"),
        clause=own.clause if own is not None else rate.clause if rate is not None else None,
    )


LINTS: Mapping[str, Callable[[Book], Iterator[Remark]]] = {
    "unknown-clause": unknown_clauses,
    "timeline": timelines,
    "articles": articles,
    "same-number": same_numbers,
    "internal-reference": internal_references,
    "undefined-word": undefined_words,
    "both-sides": both_sides,
    "same-ground": same_ground,
    "reversibility-before-term": reversibility_before_term,
    "languages": untold_languages,
    "opening-hours": opening_hours,
    "impossible-promise": impossible_promises,
    "law-reference": law_references,
    "no-date": undated,
    "no-siren": unidentified_provider,
    "late-rate-floor": late_rate_floor,
    "recovery-indemnity": recovery_indemnity,
}
