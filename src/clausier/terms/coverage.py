"""What becomes of each article of a text: its terms and the rules that read them, its duties, or nothing.

A book covers its text when every article it lists has a clause, and that clause holds a dated term, a duty
or a right, or says that there is nothing to compute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, Protocol

from clausier.terms.book import Book, Reading
from clausier.terms.entries import Duty
from clausier.terms.outcome import Interpretation, Words, plain

State = Literal["recorded", "nothing", "missing", "empty"]

STATES: Mapping[State, Words] = {
    "recorded": Words("couvert", "covered"),
    "nothing": Words("rien à calculer", "nothing to compute"),
    "missing": Words("article absent du livre", "article missing from the book"),
    "empty": Words(
        "annonce un terme, un devoir ou un droit que rien ne porte",
        "claims a term, a duty or a right that nothing bears",
    ),
}


class Asked(Protocol):
    """What coverage needs to know of a rule: its name and the terms it reads (`*` for a family of them)."""

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    @property
    def reads(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads terms as a rule does, without being one."""

    name: str
    needs: tuple[str, ...]
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term under its article: its latest value there, and the rules that read it."""

    reading: Reading
    rules: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The line as JSON."""
        return {
            "term": self.reading.term,
            "label": list(self.reading.label),
            "unit": self.reading.unit,
            "since": self.reading.since.isoformat(),
            "value": plain(self.reading.value),
            "source": self.reading.source,
            "rules": list(self.rules),
        }


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article of the text, and all that the book keeps of it. No title: the book lacks the article."""

    number: str
    title: Words | None
    state: State
    terms: tuple[TermLine, ...] = ()
    duties: tuple[Duty, ...] = ()
    rights: tuple[Duty, ...] = ()
    interpretations: tuple[str, ...] = ()

    @property
    def is_gap(self) -> bool:
        """True when the book does not do what it should with this article."""
        return self.state in ("missing", "empty")

    def as_json(self) -> dict[str, Any]:
        """The article as JSON, sentences as [fr, en]."""
        return {
            "number": self.number,
            "title": list(self.title) if self.title else None,
            "state": self.state,
            "terms": [line.as_json() for line in self.terms],
            "duties": [list(duty.says) for duty in self.duties],
            "rights": [list(right.says) for right in self.rights],
            "interpretations": list(self.interpretations),
        }


def coverage(book: Book, rules: Iterable[Asked] = ()) -> tuple[ArticleLine, ...]:
    """Every article of the text, in its order, with what the book keeps of it."""
    readers = _readers(book, rules)
    return tuple(_article(book, str(number), readers) for number in book.head.get("articles", ()))


def unattached(book: Book, rules: Iterable[Asked] = ()) -> tuple[TermLine, ...]:
    """The practices that stand under no article: what the text leaves open, and the provider settled."""
    readers = _readers(book, rules)
    return tuple(
        TermLine(reading, readers.get(term.name, ()))
        for term in book.practices
        if (reading := book.timeline(term.name)[-1]).clause is None
    )


def interpretations_of(book: Book, number: str) -> tuple[Interpretation, ...]:
    """How the doubtful words of a clause are read: the readings that stand there, or bear on it besides."""
    rows = book.parsed.get("interpretations.toml", {}).get("interpretation", ())
    besides = {row["key"] for row in rows if number in row.get("also", ())}
    return tuple(i for i in book.interpretations.values() if i.clause == number or i.key in besides)


def _readers(book: Book, rules: Iterable[Asked]) -> dict[str, tuple[str, ...]]:
    """The rules that read each term."""
    rules = tuple(rules)
    return {
        term: tuple(
            rule.name for rule in rules if any(fnmatchcase(term, read) for read in (*rule.needs, *rule.reads))
        )
        for term in book.names()
    }


def _article(book: Book, number: str, readers: Mapping[str, tuple[str, ...]]) -> ArticleLine:
    clause = book.clauses.get(number)
    if clause is None:
        return ArticleLine(number, None, "missing")
    terms = tuple(TermLine(reading, readers[reading.term]) for reading in _terms(book, number))
    bound = [duty for duty in book.duties if duty.clause == number]
    rights = tuple(duty for duty in bound if duty.extra.get("kind") == "right")
    duties = tuple(duty for duty in bound if duty not in rights)
    borne: Mapping[str, tuple[object, ...]] = {"terms": terms, "duty": duties, "right": rights}
    state: State = "nothing" if clause.bears == "nothing" else "recorded" if borne[clause.bears] else "empty"
    return ArticleLine(
        number,
        clause.title,
        state,
        terms,
        duties,
        rights,
        tuple(reading.key for reading in interpretations_of(book, number)),
    )


def _terms(book: Book, number: str) -> Iterable[Reading]:
    """The latest value that each term takes from the article."""
    for name in book.names():
        spells = [reading for reading in book.timeline(name) if reading.clause == number]
        if spells:
            yield spells[-1]
