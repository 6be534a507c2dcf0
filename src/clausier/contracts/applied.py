"""What applies to a contract on a day: every term, the book's value beside what was laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clausier.contracts import queries
from clausier.contracts.models import Contract, Derogation
from clausier.contracts.queries import Difference
from clausier.foundation import books
from clausier.foundation.models import InstalledBook
from clausier.terms.book import Book, Reading
from clausier.terms.errors import NoValueOn
from clausier.terms.standing import own_reading


@dataclass(frozen=True, slots=True)
class AppliedTerm:
    """A term on a day: what the text says (None: nothing), what applies (None: nothing), what is to come.

    `derogation` is the one in force; `coming` are those agreed for later days.
    """

    name: str
    own: Reading | None
    now: Reading | None
    derogation: Derogation | None
    coming: tuple[Difference, ...]

    @property
    def is_changed(self) -> bool:
        """Whether something else than the text applies: a derogation, or a practice of the house."""
        if self.now is None:
            return False
        return self.derogation is not None or self.own is None or self.own.value != self.now.value


@dataclass(frozen=True, slots=True)
class AppliedTerms:
    """The terms of a contract on a day, in the order of its book; `book` is the effective one."""

    contract: Contract
    on: date
    edition: InstalledBook
    book: Book
    terms: tuple[AppliedTerm, ...]


def applied_terms(contract: Contract, on: date) -> AppliedTerms:
    """Every term that the contract has on a day, or that a derogation gives it later."""
    edition = queries.edition_of(contract, on)
    book = queries.under_edition(contract, edition)
    coming: dict[str, list[Difference]] = {}
    for one in queries.differences(contract):
        if one.derogation.since_on > on:
            coming.setdefault(one.derogation.term, []).append(one)
    rows = queries.derogations(contract)
    terms = [
        _applied(book, name, on, rows, tuple(coming.get(name, ())))
        for name in dict.fromkeys([*books.read(edition).terms, *book.names(), *coming])
    ]
    found = tuple(one for one in terms if one.now or one.own or one.coming)
    return AppliedTerms(contract, on, edition, book, found)


def _applied(
    book: Book, name: str, on: date, rows: list[Derogation], coming: tuple[Difference, ...]
) -> AppliedTerm:
    now = _read(book, name, on)
    papers = (
        row for row in reversed(rows) if row.term == name and now and row.document.number == now.document
    )
    derogation = next(papers, None) if now and now.source == "derogation" else None
    return AppliedTerm(name, own_reading(book, name, on), now, derogation, coming)


def _read(book: Book, name: str, on: date) -> Reading | None:
    if not book.has(name):
        return None
    try:
        return book.read(name, on)
    except NoValueOn:
        return None
