"""The rates of a contract on a day, each with where it comes from: the clause or a derogation's paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation import books
from clausier.pages.addresses import Addresses
from clausier.pages.parts.rates import DOMAINS, MODES
from clausier.terms.book import Book, Reading
from clausier.terms.errors import TermsError

RATES, MINIMUM = "points.rates", "points.minimum"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure stands: `kind` is clause, practice or derogation; the paper is the derogation's."""

    kind: str
    label: str
    url: str
    since: date
    paper: str
    paper_id: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """One cell: points an hour. `book_rate` is what the book says where a derogation says otherwise."""

    mode: str
    domain: str
    label: Any
    rate: Any
    book_rate: Any | None
    why_url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One mode: its cells by domain (a single one for all domains), its minimum in minutes."""

    mode: str
    label: Any
    icon: str
    cells: tuple[Rate, ...]
    spans: bool  # one rate for all domains
    minimum: int


@dataclass(frozen=True, slots=True)
class RatesOn:
    """The matrix in force on a day."""

    on: date
    columns: tuple[tuple[str, Any], ...]
    rows: tuple[Row, ...]
    source: Source
    minimum_source: Source
    book_source: Source | None


def rates_on(contract: Contract, on: date, addresses: Addresses) -> RatesOn | None:
    """The rates of `contract` on a day; None where its terms have none that day."""
    book, signed = contracts.effective_book(contract), books.read(contract.book)
    try:
        rates, minimum = book.read(RATES, on), book.read(MINIMUM, on)
        own = signed.read(RATES, on)
    except TermsError:
        return None
    source = _source(rates, signed, contract, addresses)
    derogated = source.kind != "clause"
    return RatesOn(
        on=on,
        columns=tuple((name, labels[0]) for name, labels in DOMAINS.items() if _knows(rates.value, name)),
        rows=tuple(
            _row(mode, by_domain, own.value.get(mode), minimum.value)
            for mode, by_domain in rates.value.items()
        ),
        source=source,
        minimum_source=_source(minimum, signed, contract, addresses),
        book_source=_source(own, signed, contract, addresses) if derogated else None,
    )


def _knows(rates: Mapping[str, Any], domain: str) -> bool:
    return any(isinstance(by_domain, Mapping) and domain in by_domain for by_domain in rates.values())


def _row(mode: str, by_domain: Any, own: Any, minimum: Mapping[str, Any]) -> Row:
    label, icon = MODES.get(mode, (mode, "circle"))
    spans = not isinstance(by_domain, Mapping)
    cells = []
    for domain, rate in [("", by_domain)] if spans else by_domain.items():
        before = own.get(domain) if isinstance(own, Mapping) else own
        words = DOMAINS[domain][0] if domain in DOMAINS else domain
        cells.append(Rate(mode, domain, words, rate, before if before != rate else None))
    return Row(mode, label, icon, tuple(cells), spans, int(minimum.get(mode, 0)))


def _source(reading: Reading, signed: Book, contract: Contract, addresses: Addresses) -> Source:
    number = reading.clause or signed.timeline(reading.term)[-1].clause or ""
    book = signed.name.partition("/")[0].upper()
    return Source(
        kind=reading.source,
        label=f"{book} {number}".strip(),
        url=addresses.clause_url(contract.book.digest, number) if number else "",
        since=reading.since,
        paper=reading.document or "",
        paper_id=next(
            (
                one.document_id
                for one in contracts.derogations(contract)
                if reading.document and one.document.number == reading.document
            ),
            None,
        ),
    )


def with_whys(found: RatesOn, why: Callable[[str, str], str]) -> RatesOn:
    """The same rates, each cell with the address that explains it."""
    return replace(
        found,
        rows=tuple(
            replace(
                row, cells=tuple(replace(cell, why_url=why(cell.mode, cell.domain)) for cell in row.cells)
            )
            for row in found.rows
        ),
    )
