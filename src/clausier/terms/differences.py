"""What changes from one book to another on a day: terms, clauses, readings and duties, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from clausier.terms.book import Book, Reading
from clausier.terms.entries import Clause, Duty
from clausier.terms.errors import NoValueOn
from clausier.terms.outcome import Words
from clausier.terms.telling import told

Kind = Literal["added", "removed", "changed"]
What = Literal["title", "term", "clause", "reading", "duty"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `key` is the term's name, the clause's number, the reading's key.

    `clause_before` and `clause_after` cite the clause in the former book and in the later one; "" where a
    practice sets it. `before` and `after` are None where the thing is not.
    """

    kind: Kind
    what: What
    key: str
    label: Words
    before: Words | None = None
    after: Words | None = None
    clause_before: str = ""
    clause_after: str = ""

    def as_json(self) -> dict[str, Any]:
        """The difference as JSON, sentences as [fr, en]."""
        return {
            "kind": self.kind,
            "what": self.what,
            "key": self.key,
            "label": list(self.label),
            "before": list(self.before) if self.before else None,
            "after": list(self.after) if self.after else None,
            "clause_before": self.clause_before or None,
            "clause_after": self.clause_after or None,
        }


def differences(former: Book, later: Book, on: date) -> tuple[Difference, ...]:
    """What `later` says on the day `on` that `former` does not, and the reverse; in the order of `later`."""
    return tuple(_Comparison(former, later, on).all())


class _Comparison:
    """Two books side by side. A clause that only changed its number is told once, not wherever cited."""

    def __init__(self, former: Book, later: Book, on: date) -> None:
        self.former, self.later, self.on = former, later, on
        self.renumbered = _renumbered(former, later)

    def all(self) -> Iterator[Difference]:
        if self.former.title != self.later.title:
            title = Words("titre", "title")
            yield _one("title", "title", title, self.former.title, self.later.title)
        yield from self._clauses()
        yield from self._terms()
        yield from self._readings()
        yield from self._duties()

    def _clauses(self) -> Iterator[Difference]:
        for number, new in self.renumbered.items():
            one, other = self.former.clauses[number], self.later.clauses[new]
            if _said(one) == _said(other):
                yield _one("clause", new, other.title, Words(number, number), Words(new, new), number, new)
            else:
                yield _one("clause", new, other.title, _said(one), _said(other), number, new)
        told = {*self.renumbered, *self.renumbered.values()}
        for number in dict.fromkeys([*self.later.clauses, *self.former.clauses]):
            before, after = self.former.clauses.get(number), self.later.clauses.get(number)
            said_before, said_after = _said(before), _said(after)
            known = after or before
            if number not in told and said_before != said_after and known is not None:
                yield _one(
                    "clause", number, known.title, said_before, said_after, *_cited(number, before, after)
                )

    def _terms(self) -> Iterator[Difference]:
        for name in dict.fromkeys([*self.later.terms, *self.former.terms]):
            before, after = _read(self.former, name, self.on), _read(self.later, name, self.on)
            said_before, said_after = _told(self.former, before), _told(self.later, after)
            cited_before, cited_after = _clause(before), _clause(after)
            known = after or before
            if known is None or (said_before, self._now(cited_before)) == (said_after, cited_after):
                continue
            yield _one("term", name, known.label, said_before, said_after, cited_before, cited_after)

    def _readings(self) -> Iterator[Difference]:
        one, other = self.former.interpretations, self.later.interpretations
        for key in dict.fromkeys([*other, *one]):
            before, after = one.get(key), other.get(key)
            if before and after and (before.reading, before.reason) == (after.reading, after.reason):
                continue
            known = after or before
            if known is not None:
                yield _one(
                    "reading",
                    key,
                    known.words,
                    before.reading if before else None,
                    after.reading if after else None,
                    before.clause if before else "",
                    after.clause if after else "",
                )

    def _duties(self) -> Iterator[Difference]:
        one, other = _by_key(self.former), _by_key(self.later)
        for key in dict.fromkeys([*other, *one]):
            before, after = one.get(key), other.get(key)
            if before and after and before.says == after.says:
                continue
            known = after or before
            if known is not None:
                yield _one(
                    "duty",
                    key,
                    known.says,
                    before.says if before else None,
                    after.says if after else None,
                    before.clause if before else "",
                    after.clause if after else "",
                )

    def _now(self, number: str) -> str:
        """A clause of the former book by its number in the later one."""
        return self.renumbered.get(number, number)


def _renumbered(former: Book, later: Book) -> dict[str, str]:
    """Clauses that only got another number: they say the same, or the same terms rest on them."""
    gone = {n: c for n, c in former.clauses.items() if n not in later.clauses}
    new = {n: c for n, c in later.clauses.items() if n not in former.clauses}
    by_text = {_said(clause): number for number, clause in gone.items()}
    found = {by_text[_said(clause)]: number for number, clause in new.items() if _said(clause) in by_text}
    for name, term in later.terms.items():
        if name in former.terms and term.values and former.terms[name].values:
            one, other = former.terms[name].values[-1].clause, term.values[-1].clause
            if one in gone and other in new and other not in found.values():
                found.setdefault(one, other)
    return found


def _read(book: Book, name: str, on: date) -> Reading | None:
    if name not in book.terms or not book.terms[name].values:
        return None
    try:
        return book.read(name, on)
    except NoValueOn:
        return None


def _told(book: Book, reading: Reading | None) -> Words | None:
    return told(book, reading) if reading else None


def _clause(reading: Reading | None) -> str:
    return reading.clause or "" if reading and reading.source != "practice" else ""


def _said(clause: Clause | None) -> Words | None:
    if clause is None:
        return None
    return Words(f"{clause.title.fr}. {clause.gist.fr}", f"{clause.title.en}. {clause.gist.en}")


def _cited(number: str, before: Clause | None, after: Clause | None) -> tuple[str, str]:
    return number if before else "", number if after else ""


def _by_key(book: Book) -> dict[str, Duty]:
    return {str(duty.extra.get("key", duty.says.fr)): duty for duty in book.duties}


def _one(
    what: What,
    key: str,
    label: Words,
    before: Words | None,
    after: Words | None,
    clause_before: str = "",
    clause_after: str = "",
) -> Difference:
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    return Difference(kind, what, key, label, before, after, clause_before, clause_after)
