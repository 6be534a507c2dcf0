"""What a rule is, and the outcome it makes of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.errors import NoSuchTerm
from clausier.terms.outcome import Account, Outcome, Reason, Words
from clausier.terms.phrases import say
from clausier.terms.questions import Input, answers


class Answer(NamedTuple):
    """What a rule finds: the value, and how it is told when someone asks to see it.

    Whatever may be refused is read before the answer is given: telling never refuses.
    """

    value: Any
    tell: Callable[[], Account]


Inputs = Mapping[str, Any]


class Rule(NamedTuple):
    """A pure function of facts and a book.

    `needs` are the terms without which a book cannot answer it; `reads` those that it may read besides, the
    law's included. A `*` in a name stands for anything.
    """

    name: str
    title: Words
    inputs: tuple[Input, ...]
    needs: tuple[str, ...]
    answer: Callable[[Book, Inputs], Answer]
    reads: tuple[str, ...] = ()

    def can_be_asked_of(self, book: Book) -> bool:
        """True when the book has the terms that the rule reads."""
        return self._lacking(book) is None

    def may_read(self, term: str) -> bool:
        """True of a term that the rule needs or may read besides."""
        return any(fnmatchcase(term, name) for name in (*self.needs, *self.reads))

    def _lacking(self, book: Book) -> str | None:
        for term in self.needs:
            if term not in book.terms and not _found(book, term):
                return term
        return None

    def ask(self, book: Book, given: Mapping[str, Any]) -> Outcome:
        """The outcome for the inputs given. Raises a `TermsError` when there is no answer."""
        inputs = self.read(book, given)
        return self.outcome(book, inputs, self.answer(book, inputs))

    def read(self, book: Book, given: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs given, as the rule computes with them. Raises the `TermsError` of the one at fault."""
        lacking = self._lacking(book)
        if lacking is not None:
            raise NoSuchTerm(
                say(
                    "Le livre {book} n’a pas de clause pour « {rule} » : il lui manque « {term} ».",
                    "The book {book} has no clause for “{rule}”: it lacks “{term}”.",
                    book=book.name,
                    rule=self.name,
                    term=lacking,
                ),
                "book",
            )
        return answers(self.inputs, given)

    def outcome(self, book: Book, inputs: Inputs, answer: Answer) -> Outcome:
        """`answer` with all that is needed to show it and to replay it."""
        return Outcome(
            rule=self.name,
            book=book.name,
            digest=book.digest,
            law_digest=book.law.digest,
            inputs={name: value for name, value in inputs.items() if value is not None},
            value=answer.value,
            derogations=book.overlays_as_json(self.may_read),
            interpretations=book.interpretations,
            tell=answer.tell,
        )


def _found(book: Book, term: str) -> bool:
    """True when the book has the term; a `*` in its name stands for anything."""
    start, star, end = term.partition("*")
    if not star:
        return book.has(term)
    return any(name.endswith(end) for name in book.names(start))


def fact(says: Words, amount: Words | None = None, detail: Words | None = None) -> Reason:
    """A line that states what was given."""
    return Reason(says=says, source="fact", amount=amount, detail=detail)


def step(says: Words, amount: Words | None = None, detail: Words | None = None) -> Reason:
    """A line that computes, from the lines before it."""
    return Reason(says=says, source="arithmetic", amount=amount, detail=detail)


def total(says: Words, amount: Words | None = None, detail: Words | None = None) -> Reason:
    """The line that the ones before it add up to."""
    return Reason(says=says, source="arithmetic", amount=amount, detail=detail, total=True)


def read(book: Book, term: str, on: date | None) -> Reading:
    """The value on that day; without a day, the latest one that the book knows."""
    return book.read(term, on) if on is not None else book.timeline(term)[-1]
