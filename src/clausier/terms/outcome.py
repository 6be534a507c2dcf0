"""What a rule answers: a value, and the reasons it was computed from.

An `Outcome` is frozen, carries no reference to a database or a clock, and becomes JSON that is enough to
replay it (rule, book, digest, derogations, inputs) and to draw it (parts). Every sentence is a `Words`
pair, so that a stored outcome can be shown in either language for ever, whatever the program says later.

The value is there at once; its `Account` is written the first time that someone asks to see it, since most
of what a rule does is telling. All that may be refused is therefore read before the value is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, NamedTuple


class Words:
    """One sentence in both languages of the product. Never changed."""

    __slots__ = ("en", "fr")

    fr: str
    en: str

    def __init__(self, fr: str, en: str) -> None:
        self.fr = fr
        self.en = en

    def to(self, language: str) -> str:
        """The sentence in `language` ("fr" or "en"; anything else is French)."""
        return self.en if language.startswith("en") else self.fr

    def __iter__(self) -> Iterator[str]:
        yield self.fr
        yield self.en

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and self.fr == other.fr and self.en == other.en

    def __hash__(self) -> int:
        return hash((self.fr, self.en))

    def __repr__(self) -> str:
        return f"Words({self.fr!r}, {self.en!r})"

    def __reduce__(self) -> tuple[type[Words], tuple[str, str]]:
        return Words, (self.fr, self.en)


class Unwritten(Words):
    """Words that are written in a language the first time they are read in it: most of an account is
    read in one, or not at all. `write` is given the language and what the words are of."""

    __slots__ = ("_en", "_fr", "_of", "_write")

    def __init__(self, write: Callable[..., str], *of: Any) -> None:
        self._write = write
        self._of = of
        self._fr: str | None = None
        self._en: str | None = None

    @property
    def fr(self) -> str:  # type: ignore[override]
        text = self._fr
        if text is None:
            text = self._fr = self._write("fr", *self._of)
        return text

    @property
    def en(self) -> str:  # type: ignore[override]
        text = self._en
        if text is None:
            text = self._en = self._write("en", *self._of)
        return text


Source = Literal["clause", "practice", "derogation", "law", "fact", "arithmetic"]


class Reason(NamedTuple):
    """One line of the account: what was read or computed, and where it stands.

    `clause` is the number inside `book` ("VI.3", "7.1.2"), None for facts and arithmetic. `term` is the
    dotted path of the dated value that was read, so a recording book can prove that an outcome cites
    exactly what it read. `amount` is what stands in the right-hand column of the account ("0 h 30").
    `detail` is the second, quieter line.
    """

    says: Words
    source: Source
    clause: str | None = None
    book: str | None = None
    term: str | None = None
    amount: Words | None = None
    detail: Words | None = None
    document: str | None = None  # of a derogation
    total: bool = False  # the line that the ones before it add up to


class Part(NamedTuple):
    """A piece of the value, for arithmetic and for drawing.

    `kind` says which drawing reads it; `facts` holds JSON scalars and lists only. Kinds in use:

    - `day`      one row of the ruler: day, weekday, label [fr, en], open [[start, end]…],
                 counted [[start, end]…], seconds, holiday ([fr, en] or None),
                 closed_because (None | "weekend" | "holiday" | "closed");
                 in a replayed promise also left [[start, end]…], counted being what is used
    - `rate`     the rate matrix: modes, domains, mode_labels, domain_labels, rates {mode: {domain: rate}} or
                 {mode: rate}, mode, domain
    - `minimum`  minutes worked, minimum, accounted
    - `slice`    interest of one stretch: from, to, days, legal_rate, clause_rate, floor_rate, rate, amount
    - `line`     one line of a fee or sum: label [fr, en], quantity, unit, amount
    - `term`     one contract term: starts_on, ends_on, notice_by, running
    - `interval` availability: from, to, seconds, what ("outage" | "window"), counted
    - `grid`     the priority grid: impacts, urgencies, impact_labels, urgency_labels, cells, impact, urgency
    """

    kind: str
    facts: Mapping[str, Any]


class Interpretation(NamedTuple):
    """How doubtful words of a clause are read, and why; shown with every outcome that rests on it."""

    key: str
    clause: str
    words: Words
    reading: Words
    reason: Words


class Account(NamedTuple):
    """How a value is told.

    `shown` is the value as people read it, large (« 26,67 points »); `says` one sentence that sums it up;
    `why` completes the question of the panel ("Pourquoi …") where it differs from `shown`. `rests_on` are
    keys of the book's interpretations. `parts` may be an iterator: the outcome takes them once.
    """

    shown: Words
    says: Words
    because: tuple[Reason, ...]
    rests_on: tuple[str, ...] = ()
    parts: Iterable[Part] = ()
    warnings: tuple[Words, ...] = ()
    why: Words | None = None


# Not slotted: what is told of it is kept once written.
@dataclass(frozen=True)
class Outcome:
    """A value and its reasons; see the module docstring."""

    rule: str
    book: str
    digest: str
    law_digest: str
    inputs: Mapping[str, Any]
    value: Any
    derogations: tuple[Mapping[str, Any], ...]
    interpretations: Mapping[str, Interpretation] = field(repr=False, compare=False)
    tell: Callable[[], Account] = field(repr=False, compare=False)

    @cached_property
    def account(self) -> Account:
        """All that is said of the value."""
        return self.tell()

    @property
    def title(self) -> Words:
        """The question of the panel: « Pourquoi 26,67 points ? »."""
        why = self.account.why or self.account.shown
        return Words(f"Pourquoi {why.fr}\u202f?", f"Why {why.en}?")

    @property
    def shown(self) -> Words:
        """The value as people read it: « 26,67 points »."""
        return self.account.shown

    @property
    def says(self) -> Words:
        """One sentence that sums it up."""
        return self.account.says

    @property
    def because(self) -> tuple[Reason, ...]:
        """The lines that add up to the value."""
        return self.account.because

    @property
    def rests_on(self) -> tuple[Interpretation, ...]:
        """How the doubtful words that it rests on are read, as far as the book says."""
        return tuple(i for key in self.account.rests_on if (i := self.interpretations.get(key)) is not None)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What it is drawn from."""
        return tuple(self.account.parts)

    @property
    def warnings(self) -> tuple[Words, ...]:
        """What whoever relies on it has to know."""
        return self.account.warnings

    def as_json(self) -> dict[str, Any]:
        """JSON-ready dictionary: instants with offset to the second, decimals as strings."""
        return {
            "rule": self.rule,
            "book": self.book,
            "digest": self.digest,
            "law_digest": self.law_digest,
            "inputs": plain(self.inputs),
            "value": plain(self.value),
            "title": _pair(self.title),
            "shown": _pair(self.shown),
            "says": _pair(self.says),
            "because": [
                {
                    "says": _pair(r.says),
                    "source": r.source,
                    "clause": r.clause,
                    "book": r.book,
                    "term": r.term,
                    "amount": _pair(r.amount) if r.amount else None,
                    "detail": _pair(r.detail) if r.detail else None,
                    "document": r.document,
                    "total": r.total,
                }
                for r in self.because
            ],
            "rests_on": [
                {
                    "key": i.key,
                    "clause": i.clause,
                    "words": _pair(i.words),
                    "reading": _pair(i.reading),
                    "reason": _pair(i.reason),
                }
                for i in self.rests_on
            ],
            "parts": [{"kind": p.kind, **plain(p.facts)} for p in self.parts],
            "derogations": plain(self.derogations),
            "warnings": [_pair(w) for w in self.warnings],
        }


def _pair(words: Words) -> list[str]:
    return [words.fr, words.en]


def plain(value: Any) -> Any:
    """`value` as JSON scalars, lists and dictionaries.

    Instants are printed with their offset, to the second; days are ISO; decimals are strings.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value  # nearly all of what there is
    if kind is dict:
        return {str(k): plain(v) for k, v in value.items()}
    if kind is list or kind is tuple:
        return [plain(v) for v in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | Words):
        return [plain(v) for v in value]
    return value
