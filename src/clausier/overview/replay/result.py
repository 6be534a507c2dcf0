"""What a replay finds: each fact that the book would have answered otherwise, and the sums by contract."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from clausier.contracts.models import Contract
from clausier.directory.models import Client
from clausier.overview.replay.question import Question
from clausier.terms.outcome import Words

Kind = Literal["promise", "target", "points", "hourly", "notice_by", "term_ends_on"]
ClockState = Literal["met", "met-late", "late", "running", "suspended", "lifted", "not-owed"]

CLOCKS: Final[tuple[Kind, ...]] = ("promise", "target")
AMOUNTS: Final[tuple[Kind, ...]] = ("points", "hourly")
DAYS: Final[tuple[Kind, ...]] = ("notice_by", "term_ends_on")
KINDS: Final = (*CLOCKS, *AMOUNTS, *DAYS)


class Clock(NamedTuple):
    """How a clock stands under some terms: `due` in seconds since 1970, None where nothing tells.

    `late` is by how many open seconds of its calendar; None where it was not measured.
    """

    state: ClockState
    due: int | None = None
    late: int | None = None


Side = Clock | Decimal | date | None


class Change(NamedTuple):
    """One fact that comes out otherwise. `subject` is the ticket of a clock, the session of points, the item
    of hours; of a day of the contract, the contract. `at` is when it happened, in seconds since 1970."""

    kind: Kind
    contract: int | None
    client: int
    ticket: int | None
    subject: int
    at: int
    before: Side
    after: Side
    ruling: int | None = None

    @property
    def is_other(self) -> bool:
        """Whether it ends otherwise, and is not merely due at another hour."""
        if isinstance(self.before, Clock) and isinstance(self.after, Clock):
            return self.before.state != self.after.state
        return True


@dataclass(slots=True)
class Tally:
    """The clocks of one kind by how they stand."""

    states: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        return self.states["met"]

    @property
    def missed(self) -> int:
        return self.states["met-late"] + self.states["late"]

    @property
    def owed(self) -> int:
        """All that were owed, whatever became of them."""
        return sum(count for state, count in self.states.items() if state not in ("lifted", "not-owed"))

    def add(self, other: Tally) -> None:
        self.states.update(other.states)


@dataclass(slots=True)
class Pair:
    """A sum of amounts under the terms that held, and under the book."""

    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)

    @property
    def delta(self) -> Decimal:
        return self.after - self.before

    def add(self, other: Pair) -> None:
        self.before += other.before
        self.after += other.after


@dataclass(slots=True)
class Line:
    """What the book changes for one contract, or for a client without one."""

    contract: Contract | None
    client: Client | None
    before: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in CLOCKS})
    after: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in CLOCKS})
    amounts: dict[str, Pair] = field(default_factory=lambda: {kind: Pair() for kind in AMOUNTS})
    others: int = 0
    moved: int = 0
    facts: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.others or self.moved)

    def add(self, other: Line) -> None:
        """Add the figures of another line to this one."""
        for kind in CLOCKS:
            self.before[kind].add(other.before[kind])
            self.after[kind].add(other.after[kind])
        for kind in AMOUNTS:
            self.amounts[kind].add(other.amounts[kind])
        self.others += other.others
        self.moved += other.moved
        self.facts += other.facts


@dataclass(frozen=True, slots=True)
class Unruled:
    """Facts that the book has no answer to: why, as the kernel refuses it, and how many."""

    kind: Kind
    says: Words
    count: int


@dataclass(frozen=True, slots=True)
class Fallen:
    """A derogation that the book leaves without object."""

    contract: Contract
    label: Words


@dataclass(frozen=True, slots=True)
class Replay:
    """All that a question comes to: lines in the order of clients, and the facts that change, latest last."""

    question: Question
    lines: list[Line]
    total: Line
    changes: list[Change]
    unruled: list[Unruled]
    fallen: list[Fallen]
    left_alone: int  # contracts of another family, which were not replayed

    def changes_of(self, kind: str = "", contract: int | None = None) -> list[Change]:
        """Those of a kind, of a contract; of all without."""
        return [
            one
            for one in self.changes
            if (not kind or one.kind == kind) and (contract is None or one.contract == contract)
        ]
