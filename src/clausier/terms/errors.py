"""Why a book or a question cannot be used: one exception for each reason, with its field.

Every face turns a `TermsError` into a page, a line or JSON from its three facts: `code` (for machines),
`message` (for people, in both languages) and `field` (the input at fault, None when it is no input's).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clausier.terms.outcome import Words

if TYPE_CHECKING:
    from clausier.terms.entries import Fault


class TermsError(Exception):
    """A question that cannot be answered, or a book that cannot be used."""

    code = "terms-error"

    def __init__(self, message: Words, field: str | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.field = field

    def as_json(self, language: str = "fr") -> dict[str, str | None]:
        """The error as the command line and the API print it."""
        return {"code": self.code, "message": self.message.to(language), "field": self.field}


class UnknownBook(TermsError):
    """No book of that name and edition is installed."""

    code = "unknown-book"


class UnknownRule(TermsError):
    """No rule has that name."""

    code = "unknown-rule"


class NoSuchTerm(TermsError):
    """The book does not have the clause or the term that the question needs."""

    code = "no-such-term"


class NoValueOn(TermsError):
    """The term exists, but has no value on the day it is needed."""

    code = "no-value-on-that-day"


class MissingLegalRate(NoValueOn):
    """The legal interest rate of a half-year that the delay touches is not known."""

    code = "missing-legal-rate"


class UnknownWord(TermsError):
    """A word outside the vocabulary of its field; the message lists what would be right."""

    code = "unknown-word"


class MissingInput(TermsError):
    """A required input was not given."""

    code = "missing-input"


class UnknownInput(TermsError):
    """An input that the rule does not have."""

    code = "unknown-input"


class IllTyped(TermsError):
    """An input that cannot be read as what it should be."""

    code = "ill-typed"


class UnreadableLine(TermsError):
    """A line of a batch that is no question."""

    code = "unreadable-line"


class OutOfRange(TermsError):
    """A number or a day outside what the rule accepts."""

    code = "out-of-range"


class EndBeforeStart(TermsError):
    """An interval that ends before it starts."""

    code = "end-before-start"


class ZeroIndex(TermsError):
    """A price index that is zero or negative."""

    code = "zero-index"


class NoTimeLeft(TermsError):
    """Nothing is left of the measured period once the windows are taken out."""

    code = "no-time-left"


class NeverOpen(TermsError):
    """A calendar without any opening hour: no delay can run on it."""

    code = "never-open"


class NotSuspendable(TermsError):
    """A wait that no clause allows to stop a promise."""

    code = "not-suspendable"


class WrongOrder(TermsError):
    """A step of a ticket's life that cannot follow the one before it."""

    code = "wrong-order"


class UnknownClause(TermsError):
    """The book has no clause of that number."""

    code = "unknown-clause"


class ClauseTaken(TermsError):
    """A clause has that number already."""

    code = "clause-taken"


class ClauseInUse(TermsError):
    """Something still cites the clause that is to go."""

    code = "clause-in-use"


class BookFaults(TermsError):
    """A book that does not load; `faults` holds every fault, each with its place."""

    code = "book-faults"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        fr = "\n".join(f"{f.file}, {f.place} : {f.says.fr}" for f in faults)
        en = "\n".join(f"{f.file}, {f.place}: {f.says.en}" for f in faults)
        super().__init__(Words(fr, en))
        self.faults = faults
