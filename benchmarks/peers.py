"""The same open time asked of other libraries: each schedule put in their own words.

What a peer cannot say it is not asked: business-duration knows one stretch a day and no due instant.
Their versions are locked in requirements-bench.lock, apart from what the product needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib import import_module
from typing import Any

from clausier.terms.instants import PARIS

Elapsed = Callable[[datetime, datetime], float]
Due = Callable[[datetime, int], datetime]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The same stretches every working day, and the holidays taken out: what all of them can say."""

    name: str
    stretches: tuple[tuple[time, time], ...]
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Peer:
    """A library with one schedule: open seconds between two instants and, where it can, the due instant."""

    name: str
    elapsed: Elapsed
    due: Due | None


def opening_hours(schedule: Schedule) -> Peer:
    """opening-hours-py: an expression of OpenStreetMap, evaluated in Rust."""
    module: Any = import_module("opening_hours")
    hours = ",".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in schedule.stretches)
    # Its own French holidays, which are ours: the quickest way it has.
    expression = module.OpeningHours(f"Mo-Fr {hours}; PH off", timezone=PARIS, country="FR")
    is_open = module.State.OPEN

    def elapsed(start: datetime, end: datetime) -> float:
        if start >= end:
            return 0
        spans = expression.intervals(start, end)
        return sum(b.timestamp() - a.timestamp() for a, b, state, _ in spans if state == is_open)

    def due(at: datetime, seconds: int) -> datetime:
        left = float(seconds)
        for a, b, state, _ in expression.intervals(at):
            if state == is_open:
                here = b.timestamp() - a.timestamp()
                if here >= left:
                    return datetime.fromtimestamp(a.timestamp() + left, PARIS)
                left -= here
        raise AssertionError("it opens for ever")

    return Peer("opening-hours-py", elapsed, due)


def businesstimedelta(schedule: Schedule) -> Peer:
    """businesstimedelta: rules in Python, with pytz."""
    module: Any = import_module("businesstimedelta")
    paris = import_module("pytz").timezone("Europe/Paris")
    work = [module.WorkDayRule(a, b, [0, 1, 2, 3, 4], tz=paris) for a, b in schedule.stretches]
    rules = module.Rules([*work, module.HolidayRule(schedule.holidays, tz=paris)])

    def elapsed(start: datetime, end: datetime) -> float:
        found = rules.difference(start, end)
        return float(found.timedelta.total_seconds())

    def due(at: datetime, seconds: int) -> datetime:
        found: datetime = at + module.BusinessTimeDelta(rules, seconds=seconds)
        return found

    return Peer("businesstimedelta", elapsed, due)


def business_duration(schedule: Schedule) -> Peer:
    """business-duration: one stretch a day, on wall times without a zone, day by day with pandas."""
    duration = import_module("business_duration").businessDuration
    ((opens, closes),) = schedule.stretches
    away = dict.fromkeys(schedule.holidays, "")

    def elapsed(start: datetime, end: datetime) -> float:
        wall = start.replace(tzinfo=None), end.replace(tzinfo=None)
        return float(duration(*wall, opens, closes, holidaylist=away, unit="sec"))

    return Peer("business-duration", elapsed, None)


PEERS: dict[str, Callable[[Schedule], Peer]] = {
    "opening-hours-py": opening_hours,
    "businesstimedelta": businesstimedelta,
    "business-duration": business_duration,
}
