"""Promises and targets: every clock of the period, under the terms that held and under the book.

A clock that runs from the call to its end on what was owed at the call, as most do, is counted together with
all others of its calendar. One whose course was bent by a wait, an appointment or a change is walked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

import numpy as np

from clausier.desk import clocks, policies
from clausier.desk.models import PromiseKind
from clausier.overview.replay import reading
from clausier.overview.replay.bearing import Asker, Bearing, Place
from clausier.overview.replay.ledger import Ledger
from clausier.overview.replay.reading import ClockRow, OpenRow, Scope, Told
from clausier.overview.replay.result import Change, Clock, ClockState
from clausier.overview.replay.walking import Walk, facts_of, walk
from clausier.terms import promise as kernel
from clausier.terms.calendar import Calendar
from clausier.terms.errors import TermsError
from clausier.terms.instants import instant, local_day, seconds_of
from clausier.terms.outcome import Words
from clausier.terms.promise import Owed
from clausier.terms.vectorised import add_many, between_many

SHARED: Final = attrgetter("contract", "agency", "kind", "commitment", "region", "impact", "urgency")
"""Clocks that agree in these are owed the same, but for the day."""
NOT_OWED: Final = Clock("not-owed")
STATES: Final[dict[str, ClockState]] = {"on-time": "running", "at-risk": "running"}
NO_GROUND: Final = Words(
    "Une attente qui arrêtait la promesse n’a pas de clause dans ce livre : la promesse y court.",
    "A wait that stopped the promise has no clause in this book: there the promise runs on.",
)


class Owing:
    """What the book owes a ticket, where something was owed, or could have been."""

    def __init__(self, bearing: Bearing) -> None:
        self.bearing = bearing
        self._priorities = Asker.of(bearing, "priority")
        self._owed: dict[Any, Owed | None] = {}

    def promise(self, place: Place, commitment: str, region: str) -> Owed | None:
        """The promise of a commitment; None where the book promises nothing for it."""
        key = (place, commitment, region)
        if key not in self._owed:
            terms = self.bearing.terms(place)
            is_owed = place.contract is not None and terms.has(f"promise.{commitment}.within")
            self._owed[key] = Owed(terms, commitment, region) if is_owed else None
        return self._owed[key]

    def target(self, place: Place, commitment: str, region: str, priority: int) -> Owed | None:
        """The target of a priority; None where the book has no targets."""
        key = (place, commitment, region, priority)
        if key not in self._owed:
            terms = self.bearing.terms(place)
            has = terms.has(f"target.{commitment}")
            self._owed[key] = Owed(terms, commitment, region, priority) if has else None
        return self._owed[key]

    def of(self, row: ClockRow) -> Owed | None:
        """What the book owes in place of what a clock counts by. Raises a `TermsError`."""
        place = Place(row.contract, row.agency)
        if row.kind == PromiseKind.PROMISE:
            return self.promise(place, row.commitment, row.region)
        return self.target(place, row.commitment, row.region, self._priority(row))

    def instead(self, row: ClockRow) -> Callable[[Owed], Owed | None]:
        """What the book owes in place of each thing that a clock counted by."""
        place = Place(row.contract, row.agency)

        def owed(former: Owed) -> Owed | None:
            if former.priority is None:
                return self.promise(place, former.commitment, former.region)
            # Impact and urgency are those that the ticket has: a priority it had before is a fact.
            now = self._priority(row) if former.priority == row.priority else former.priority
            return self.target(place, former.commitment, former.region, now)

        return owed

    def _priority(self, row: ClockRow) -> int:
        """The priority that the book's grid gives the impact and the urgency of the ticket."""
        given = {"impact": row.impact, "urgency": row.urgency}
        place, on = Place(row.contract, row.agency), self.bearing.day(row.called)
        return int(self._priorities.value(place, on, lambda: given, (row.impact, row.urgency)))


@dataclass(slots=True)
class _Lane:
    """The clocks of one calendar: which, since when, and how many open seconds they have."""

    calendar: Calendar
    rows: list[ClockRow] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)


def replay(scope: Scope, bearing: Bearing, ledger: Ledger, now: datetime) -> None:
    """Every clock of the period, and the promises that only the book would have made."""
    owing, bent = Owing(bearing), reading.bent(scope)
    straight: list[ClockRow] = []
    crooked: list[ClockRow] = []
    for row in reading.clocks_of(scope):
        (crooked if row.ticket in bent[row.kind] else straight).append(row)
    at = seconds_of(now)
    for lane in _lanes(straight, owing, ledger, at):
        _count(lane, ledger, at)
    for kind in PromiseKind.values:
        _walk_all([row for row in crooked if row.kind == kind], kind, owing, ledger, now)
    _promise_anew(scope, owing, ledger, bent[PromiseKind.PROMISE], now)


# Straight clocks


def _lanes(rows: Iterable[ClockRow], owing: Owing, ledger: Ledger, now: int) -> list[_Lane]:
    """The clocks by the calendar they would have run on; what the book owes nothing for is told at once."""
    alike: dict[Any, list[ClockRow]] = defaultdict(list)
    for row in rows:
        alike[SHARED(row)].append(row)
    lanes: dict[int, _Lane] = {}
    for group in alike.values():
        try:
            owed = owing.of(group[0])
            if owed is None:
                for row in group:
                    _tell(ledger, row, _before(row, now), NOT_OWED)
                continue
            for row, calendar, seconds in _owed_each(owed, group):
                lane = lanes.setdefault(id(calendar), _Lane(calendar))
                lane.rows.append(row)
                lane.seconds.append(seconds)
        except TermsError as refused:
            ledger.unruled(_kind(group[0]), refused, len(group))
    return list(lanes.values())


def _owed_each(owed: Owed, rows: Sequence[ClockRow]) -> Iterator[tuple[ClockRow, Calendar, int]]:
    """The calendar and the open seconds of each clock, read on the day of its start."""
    known: dict[date | None, tuple[Calendar, int]] = {}
    is_steady = _is_steady(owed)
    for row in rows:
        key = None if is_steady else local_day(row.started)
        found = known.get(key)
        if found is None:
            on = local_day(row.started)
            found = known[key] = owed.open_time(on).calendar, owed.seconds(owed.reading(on))
        yield row, *found


def _is_steady(owed: Owed) -> bool:
    """Whether the terms that are read say the same on every day."""
    prefix = "promise" if owed.priority is None else "target"
    name = f"promise.{owed.commitment}.within" if prefix == "promise" else f"target.{owed.commitment}"
    hours = f"hours.{clocks.calendar_of(owed)}"
    return all(
        len(spells := owed.terms.timeline(term)) == 1 and spells[0].until is None for term in (name, hours)
    )


def _count(lane: _Lane, ledger: Ledger, now: int) -> None:
    """When each clock of a lane falls due, and how it then stands."""
    starts = np.array([row.started for row in lane.rows], dtype=np.int64)
    ends = np.array([now if row.ended is None else row.ended for row in lane.rows], dtype=np.int64)
    seconds = np.array(lane.seconds, dtype=np.int64)
    try:
        dues = add_many(lane.calendar, starts, seconds)
    except TermsError as refused:
        for row in lane.rows:
            ledger.unruled(_kind(row), refused)
        return
    over = np.maximum(between_many(lane.calendar, starts, ends) - seconds, 0)
    for row, due, end, late in zip(lane.rows, dues.tolist(), ends.tolist(), over.tolist(), strict=True):
        state: ClockState
        if row.ended is not None:
            state = "met-late" if end > due else "met"
        else:
            state = "late" if end > due else "running"
        _tell(ledger, row, _before(row, now), Clock(state, due, late))


def _before(row: ClockRow, now: int) -> Clock:
    """How a straight clock stands under the terms that held: as its row keeps it, brought up to now."""
    if row.ended is not None:
        return Clock(row.state, row.due, max(0, row.used - row.promised))  # type: ignore[arg-type]
    return Clock("late" if row.due is not None and now > row.due else "running", row.due)


def _tell(ledger: Ledger, row: ClockRow, before: Clock, after: Clock) -> None:
    change = Change(
        _kind(row),
        row.contract,
        row.client,
        row.ticket,
        row.ticket,
        row.called,
        before,
        after,
        row.ruling,
    )
    ledger.clock(change, before, after)


def _kind(row: ClockRow) -> Any:
    return row.kind


# Crooked clocks


def _walk_all(rows: Sequence[ClockRow], kind: str, owing: Owing, ledger: Ledger, now: datetime) -> None:
    told = reading.events_of({row.ticket for row in rows}, kind)
    for row in rows:
        try:
            moves = clocks.in_order(clocks.written(told[row.ticket], row.kind))
            walked = walked_of(row, moves, told[row.ticket], owing)
            after = stands(walked, now)
        except TermsError as refused:
            ledger.unruled(_kind(row), refused)
            continue
        for _reason in walked.unheld:
            ledger.unruled(_kind(row), NO_GROUND)
        before = _before(row, seconds_of(now))
        if row.ended is None:
            before = _standing(clocks.standing(row.kind, moves, max(now, moves[0].at)))
        _tell(ledger, row, before, after)


def walked_of(row: ClockRow, moves: Sequence[clocks.Move], told: Iterable[Told], owing: Owing) -> Walk:
    """The steps of a recorded clock under the book."""
    start, instead = moves[0], owing.instead(row)
    owed = instead(start.owed) if start.owed else None
    return walk(start.at, owed, facts_of(moves, told, row.kind), instead, start.owed)


def stands(walked: Walk, now: datetime) -> Clock:
    """How a walked clock stands. Raises what the kernel raises."""
    if not walked.steps or walked.owed is None:
        return NOT_OWED
    return _standing(kernel.standing(walked.steps, now=max(now, walked.steps[-1].at)))


def _standing(found: Any) -> Clock:
    due = seconds_of(found.due_at) if found.due_at is not None else None
    return Clock(STATES.get(found.state, found.state), due, found.late_seconds)


# Promises that only the book makes


def _promise_anew(scope: Scope, owing: Owing, ledger: Ledger, bent: set[int], now: datetime) -> None:
    if not any(
        name.startswith("promise.") and name.endswith(".within") for name in owing.bearing.book.names()
    ):
        return
    rows = [(row, owed) for row in reading.unpromised(scope) if (owed := owed_anew(row, owing)) is not None]
    told = reading.events_of({row.ticket for row, _owed in rows} & bent, PromiseKind.PROMISE)
    for row, owed in rows:
        try:
            after = stands(walked_anew(row, owed, told.get(row.ticket, ())), now)
        except TermsError as refused:
            ledger.unruled("promise", refused)
            continue
        change = Change(
            "promise", row.contract, row.client, row.ticket, row.ticket, row.called, NOT_OWED, after
        )
        ledger.clock(change, NOT_OWED, after)


def owed_anew(row: OpenRow, owing: Owing) -> Owed | None:
    """What the book promises for a ticket that nothing was promised for."""
    commitment = policies.COMMITMENTS[row.equipment_class]
    return owing.promise(Place(row.contract, row.agency), commitment, row.region)


def walked_anew(row: OpenRow, owed: Owed, told: Iterable[Told]) -> Walk:
    """The steps of a promise that counts from the last call, met by the first work on site or the closing."""
    start = clocks.Move(instant(row.since), "started")
    ends = [one for one in (row.onsite, row.closed) if one is not None and one >= row.since]
    moves = [start] + [clocks.Move(instant(min(ends)), "met")] * bool(ends)
    return walk(start.at, owed, facts_of(moves, told, "promise"), lambda _former: owed)
