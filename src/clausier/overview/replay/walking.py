"""A clock under the book, step by step: what the recorded facts would have made of it.

What happened stays: the call, what was owed and when that changed, that work stopped and went on, the dates
that the client asked for, the arrival, the closing. What follows from it is ruled anew: how long is promised,
on which hours, and whether a wait stops the promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from clausier.desk.clocks import Move
from clausier.desk.models import EventKind, PromiseKind
from clausier.desk.services.promises import POSTPONEMENT
from clausier.foundation import clock
from clausier.overview.replay.reading import Told
from clausier.terms import promise as kernel
from clausier.terms.book import Book, Reading
from clausier.terms.instants import local_day, seconds_of
from clausier.terms.promise import Owed

GROUNDS = "promise.suspension."


class Fact(NamedTuple):
    """Something that bears on a running clock. At one instant, what ends a wait comes before what begins one.

    `wanted`: a client asked for a date as late as `until`. `held`: work was stopped on a `ground`.
    """

    at: datetime
    rank: int
    what: str
    owed: Owed | None = None
    until: datetime | None = None
    ground: Any = None  # the clause that stopped it; None where a practice did
    reason: str = ""


RANKS = {"freed": 0, "changed": 1, "wanted": 2, "held": 2, "met": 3, "lifted": 3}


@dataclass(slots=True)
class Walk:
    """The steps of a clock under the book. `unheld`: waits that stopped it, without a clause in the book."""

    steps: list[kernel.Step] = field(default_factory=list)
    owed: Owed | None = None
    unheld: list[str] = field(default_factory=list)


def facts_of(moves: Sequence[Move], told: Iterable[Told], kind: str) -> list[Fact]:
    """What bears on a clock after its start: its own recorded steps and, of a promise, the appointments."""
    found = [fact for fact in map(_fact, moves[1:]) if fact is not None]
    if kind == PromiseKind.PROMISE:
        found += _asked_for(told, moves[0].at)
    unique = {(one.at, one.what, one.until, one.ground): one for one in found}
    return sorted(unique.values(), key=lambda one: (one.at, one.rank))


def _fact(move: Move) -> Fact | None:
    match move.step:
        case "resumed":
            return _of(move.at, "freed")
        case "changed":
            return _of(move.at, "changed", owed=move.owed)
        case "suspended" if move.until is not None:
            return _of(move.at, "wanted", until=move.until)
        case "suspended":
            return _of(move.at, "held", ground=move.clause, reason=move.reason)
        case "met" | "lifted":
            return _of(move.at, move.step, reason=move.reason)
    return None


def _of(at: datetime, what: str, **facts: Any) -> Fact:
    return Fact(at, RANKS[what], what, **facts)


def _asked_for(told: Iterable[Told], since: datetime) -> Iterator[Fact]:
    """The appointments: each ends the wait for the one before; one asked for by the client begins another."""
    for event in told:
        if event.kind != EventKind.APPOINTMENT or event.at < since:
            continue
        yield _of(event.at, "freed")
        if event.data["step"] == "set" and event.data["asked_by_client"]:
            yield _of(event.at, "wanted", until=clock.read(event.data["starts_at"]))


def walk(
    start: datetime,
    owed: Owed | None,
    facts: Iterable[Fact],
    owed_instead: Callable[[Owed], Owed | None],
    former: Owed | None = None,
) -> Walk:
    """The steps that the facts make under the book; `owed` is what it owes at the start, None for nothing.

    `owed_instead` says what the book owes where something else was owed; `former` is what was owed at the
    start, by whose terms the clauses of recorded waits are read. What the book owes only after a change
    counts from the start, as a promise newly owed does. Raises what the kernel raises.
    """
    found = Walk(owed=owed)
    steps, waits = found.steps, _Waits()
    if owed is not None:
        steps.append(kernel.Started(start, owed))
    for fact in facts:
        waits.pass_by(fact.at)
        if fact.what == "changed" and fact.owed is not None:
            former, found.owed = fact.owed, owed_instead(fact.owed)
            if found.owed is not None:
                steps.append(
                    kernel.Changed(fact.at, found.owed) if steps else kernel.Started(start, found.owed)
                )
        elif not steps or found.owed is None:
            continue
        elif fact.what == "freed" and waits.now is not None:
            steps.append(kernel.Resumed(fact.at))
            waits.now = None
        elif fact.what == "wanted":
            waits.begin(steps, _postponed(found.owed, fact, steps))
        elif fact.what == "held" and waits.now is None:
            wait = _held(found.owed, fact, former)
            if wait is None:
                found.unheld.append(fact.reason)
            waits.begin(steps, wait)
        elif fact.what == "met":
            steps.append(kernel.Met(fact.at))
            break
        elif fact.what == "lifted":
            steps.append(kernel.Lifted(fact.at, fact.reason))
            break
    return found


class _Waits:
    """The wait that the clock is in, if it is in one."""

    def __init__(self) -> None:
        self.now: kernel.Suspended | None = None

    def pass_by(self, at: datetime) -> None:
        """A wait whose end was known is over by itself."""
        if self.now is not None and self.now.until is not None and self.now.until <= at:
            self.now = None

    def begin(self, steps: list[kernel.Step], wait: kernel.Suspended | None) -> None:
        if wait is not None and self.now is None:
            steps.append(wait)
            self.now = wait


def _postponed(owed: Owed, fact: Fact, steps: Sequence[kernel.Step]) -> kernel.Suspended | None:
    """The wait for a date that the client asked for; None where no clause allows it, or it is in time."""
    ground = _reading(owed.terms, POSTPONEMENT, fact.at)
    if ground is None or fact.until is None:
        return None
    due_at = kernel.standing(steps, now=fact.at).due_at
    if due_at is not None and fact.until <= due_at:
        return None
    return kernel.Suspended(fact.at, _clause(ground), ground.label.fr, fact.until)


def _held(owed: Owed, fact: Fact, former: Owed | None) -> kernel.Suspended | None:
    """The wait on the ground that stopped the clock then, by the clause that this book has for it."""
    was = former.terms.set_by(fact.ground, GROUNDS, _day(fact.at)) if former else None
    ground = _reading(owed.terms, was.term, fact.at) if was else None
    return kernel.Suspended(fact.at, _clause(ground), fact.reason) if ground else None


def _reading(terms: Book, term: str, at: datetime) -> Reading | None:
    if not terms.has(term):
        return None
    found = terms.read(term, _day(at))
    return found if found.value else None


def _clause(ground: Reading) -> Any:
    """The clause of a ground as a recorded wait names it: a practice has none."""
    return ground.clause


def _day(at: datetime) -> Any:
    return local_day(seconds_of(at))
