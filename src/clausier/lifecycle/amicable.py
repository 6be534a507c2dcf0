"""What a contract's terms say of the step before court: its dates, its extensions, what stays secret."""

from __future__ import annotations

from datetime import date
from typing import Final

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.lifecycle.models import ExpertBy, PaperKind
from clausier.terms import rules
from clausier.terms.book import Book, Reading
from clausier.terms.outcome import Outcome

RULE: Final = "amicable-procedure"
REFLECTION: Final = "amicable.reflection"
EXTENSIONS: Final = "dispute.extensions"
EXPERT: Final = "dispute.expert"
SECRET: Final = "dispute.report-confidential"  # noqa: S105 (a term of the book)

ALWAYS_BARRED: Final = frozenset({PaperKind.EXPERT_REPORT, PaperKind.EXCHANGE, PaperKind.SETTLEMENT})
"""What the procedure brought about: no form can call it anything else."""


def is_known_to(book: Book) -> bool:
    """Whether the terms ask for an amicable procedure."""
    return rules.RULES[RULE].can_be_asked_of(book)


def clause_of(book: Book, on: date) -> str:
    """The clause that asks for the procedure, "" where none does."""
    return (_latest(book, REFLECTION, on).clause or "") if is_known_to(book) else ""


def dates(contract: Contract, notified_on: date, referred_on: date | None = None) -> Outcome:
    """The dates of the procedure under the contract's terms on the day of the notification."""
    book = contracts.effective_book(contract, on=notified_on)
    given = {"notified_on": notified_on} | ({"referred_on": referred_on} if referred_on else {})
    return rules.ask(RULE, book, given)


def extensions(book: Book, on: date) -> Reading | None:
    """How often conciliation may be extended; None where the terms do not say."""
    return _latest(book, EXTENSIONS, on) if book.has(EXTENSIONS) else None


def ways_to_name(book: Book, on: date) -> tuple[str, ...]:
    """Who may name the expert."""
    if not book.has(EXPERT):
        return tuple(ExpertBy.values)
    return tuple(one for one in _latest(book, EXPERT, on).value if one in ExpertBy.values)


def secrecy_clause(book: Book, on: date) -> str:
    """The clause that keeps the report and what was disclosed out of court, "" where none does."""
    if not book.has(SECRET):
        return ""
    reading = _latest(book, SECRET, on)
    return (reading.clause or "") if reading.value else ""


def is_barred(kind: str, *, disclosed: bool) -> bool:
    """Whether a document stays out of court; under any book, for what was shown cannot be taken back."""
    return disclosed or kind in ALWAYS_BARRED


def _latest(book: Book, term: str, on: date) -> Reading:
    """The value on that day, or the first one for a day before it."""
    first = book.timeline(term)[0]
    return book.read(term, max(on, first.since))
