"""What the roster decides from facts alone: half days, turns of the on-call, who is best placed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from clausier.foundation.clock import PARIS
from clausier.terms.instants import instant, seconds_of

NOON: Final = time(13)  # where a day of absence is cut in two


# Absences


def span_of(from_on: date, from_noon: bool, until_on: date, until_noon: bool) -> tuple[datetime, datetime]:
    """The instants of an absence: whole days, the first from noon, the last until noon, where asked."""
    starts_at = datetime.combine(from_on, NOON if from_noon else time(), PARIS)
    if until_noon:
        return starts_at, datetime.combine(until_on, NOON, PARIS)
    return starts_at, datetime.combine(until_on + timedelta(days=1), time(), PARIS)


def halves_of(starts_at: datetime, ends_at: datetime) -> tuple[date, bool, date, bool]:
    """The days and halves of an absence, as one enters them."""
    start, end = starts_at.astimezone(PARIS), ends_at.astimezone(PARIS)
    if end.time() == time():
        return start.date(), start.time() == NOON, end.date() - timedelta(days=1), False
    return start.date(), start.time() == NOON, end.date(), True


# Sharing tickets out


def weight(priority: int) -> int:
    """What an open ticket weighs on whoever has it: 4 for the most pressing, 1 from the fourth on."""
    return max(1, 5 - priority)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who may take a ticket, and all that speaks for or against it.

    `load` is the weight of the open tickets that they have, `open_count` how many; `last_given` is when
    they last got one in turn, in seconds; 0 for never.
    """

    person_id: int
    name: str
    missing: tuple[str, ...]
    has: tuple[str, ...]
    same_agency: bool
    agency: str
    load: int
    open_count: int
    last_given: int = 0
    absent_until: datetime | None = None


def ranked(candidates: Iterable[Candidate], *, in_turn: bool) -> list[Candidate]:
    """Those who are there, the best placed first: skills, then agency, then the lighter load.

    `in_turn`: among those with the skills and of the agency, whoever was given nothing for the longest time.
    """
    there = [one for one in candidates if one.absent_until is None]

    def place(one: Candidate) -> tuple[int, ...]:
        last = (one.last_given, one.load) if in_turn else (one.load, one.last_given)
        return (len(one.missing), 0 if one.same_agency else 1, *last, one.person_id)

    return sorted(there, key=place)


# Turns


@dataclass(frozen=True, slots=True)
class Order:
    """A rota as turns are counted from it."""

    is_weekly: bool
    handover_at: time
    from_on: date
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """That someone takes over for a while, in the order in which it was agreed."""

    id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Someone on call from an instant to another; `swap` is the replacement that puts them there."""

    starts_at: datetime
    ends_at: datetime
    person_id: int
    swap: int | None = None


def turns(order: Order, stands: Sequence[Stand], since: datetime, until: datetime) -> list[Turn]:
    """Who is on call in [since, until), in order, each turn cut to it; nothing before the rota begins."""
    found: list[Turn] = []
    for base in _base(order, since, until):
        pieces = [base]
        for stand in stands:
            pieces = [piece for one in pieces for piece in _cut(one, stand)]
        found += pieces
    return _joined(found)


def _base(order: Order, since: datetime, until: datetime) -> Iterator[Turn]:
    """The turns as the order alone makes them."""
    if not order.people:
        return
    length = 7 if order.is_weekly else 1
    first = _handover(order, order.from_on)
    begin, end = max(seconds_of(since), seconds_of(first)), seconds_of(until)
    number = max(0, ((instant(begin).date() - order.from_on).days // length) - 1)
    while True:
        on = order.from_on + timedelta(days=number * length)
        starts = seconds_of(_handover(order, on))
        if starts >= end:
            return
        ends = seconds_of(_handover(order, on + timedelta(days=length)))
        if ends > begin:
            person = order.people[number % len(order.people)]
            yield Turn(instant(max(starts, begin)), instant(min(ends, end)), person)
        number += 1


def _handover(order: Order, on: date) -> datetime:
    return datetime.combine(on, order.handover_at, PARIS)


def _cut(turn: Turn, stand: Stand) -> Iterator[Turn]:
    """The turn with the replacement laid over it."""
    starts, ends = seconds_of(turn.starts_at), seconds_of(turn.ends_at)
    low, high = max(starts, seconds_of(stand.starts_at)), min(ends, seconds_of(stand.ends_at))
    if low >= high:
        yield turn
        return
    if starts < low:
        yield Turn(turn.starts_at, instant(low), turn.person_id, turn.swap)
    yield Turn(instant(low), instant(high), stand.person_id, stand.id)
    if high < ends:
        yield Turn(instant(high), turn.ends_at, turn.person_id, turn.swap)


def _joined(found: Sequence[Turn]) -> list[Turn]:
    """Neighbours of one person and one replacement as one turn."""
    whole: list[Turn] = []
    for turn in found:
        last = whole[-1] if whole else None
        if (
            last
            and (last.person_id, last.swap) == (turn.person_id, turn.swap)
            and last.ends_at == turn.starts_at
        ):
            whole[-1] = Turn(last.starts_at, turn.ends_at, turn.person_id, turn.swap)
        else:
            whole.append(turn)
    return whole


def callable_order(order: Order, in_charge: int, absent: Iterable[int], rounds: int) -> list[int]:
    """Whom to call one after the other: who is in charge, then the others in order, `rounds` times over.

    Who is absent is left out; where nobody else is left, all are called.
    """
    people = list(order.people)
    begin = people.index(in_charge) if in_charge in people else 0
    turned = people[begin:] + people[:begin]
    line = [in_charge, *(one for one in turned if one != in_charge)]
    away = set(absent)
    there = [one for one in line if one not in away] or line
    return there * max(1, rounds)
