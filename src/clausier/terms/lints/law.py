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
from clausier.terms.phrases import counted, full_day, same, say
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
    """The laws of the law book as it last knows them, by the ways in which texts write them."""
    return {
        str(cited): reading
        for name in law.names("references.")
        if (reading := last_value(law, name)) is not None and "status" in table(reading.value)
        for cited in texts(reading.value.get("cited_as"))
    }


def _law_remark(known: Mapping[str, Reading], cited: str) -> tuple[Words, Words] | None:
    reading = known.get(cited)
    if reading is None:
        alike = next((name for name in known if _digits(name) == _digits(cited) != ""), None)
        if alike is not None:
            return (
                Words(f"« {cited} » s’écrit « {alike} »", f"“{cited}” is written “{alike}”"),
                Words(alike, alike),
            )
        return (
            Words(
                f"« {cited} » n’est pas connu du livre de la loi", f"“{cited}” is not known to the law book"
            ),
            Words("vérifier la référence", "check the reference"),
        )
    if reading.value.get("status") == "in-force":
        return None
    now, since = same(str(reading.value.get("now", ""))), full_day(reading.since)
    if reading.value.get("status") == "renumbered":
        fr, en = "« {cited} » a changé de numéro le {since}", "“{cited}” was renumbered on {since}"
    else:
        fr, en = "« {cited} » n’a plus cours depuis le {since}", "“{cited}” has been superseded since {since}"
    return say(fr, en, cited=cited, since=since), now


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
        lines = tuple(_under_floor(spell, book.law))
        if lines:
            yield Remark(
                "late-rate-floor",
                "legal",
                book.terms[LATE_RATE].file if LATE_RATE in book.terms else HEAD,
                f"{LATE_RATE}, since = {spell.since.isoformat()}",
                say(
                    "intérêts de retard sous le plancher légal sur {periods}",
                    "late interest under the legal floor in {periods}",
                    periods=counted(len(lines), ("période", "périodes"), ("period", "periods")),
                ),
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
        else Words(f"indemnité de recouvrement de {own.value} €", f"a recovery indemnity of €{own.value}")
    )
    yield Remark(
        "recovery-indemnity",
        "legal",
        "terms/late-interest.toml",
        INDEMNITY,
        says,
        Words(f"{due.value} € par facture", f"€{due.value} for each invoice"),
        clause=own.clause if own is not None else rate.clause if rate is not None else None,
    )
