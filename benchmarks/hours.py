"""Open time: elapsed and due on aware datetimes beside the peers, calendars compiled, many clocks at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial

import numpy as np

from benchmarks.measuring import Figure, Left, Line, cpu_ratio, cpu_seconds
from benchmarks.peers import PEERS, Peer, Schedule
from clausier.terms.book import Derogation, load
from clausier.terms.calendar import Calendar, calendar_of, holiday_spells
from clausier.terms.instants import PARIS, instant, seconds_of
from clausier.terms.vectorised import run_many

HOUR, DAY = 3600, 86_400
REGION = "metropole"
BOOK = load("imri/2013")
# The phone hours as printed, and hours without a noon break for who knows one stretch a day.
PHONE = (time(9), time(12, 30)), (time(13, 30), time(18))
UNBROKEN = ((time(9), time(18)),)
# How many times our CPU time each peer has to take, for elapsed and for due.
TARGETS = {
    "opening-hours-py": (8.0, 4.0),
    "businesstimedelta": (100.0, 100.0),
    "business-duration": (None, None),
}

Asked = tuple[datetime, datetime, int]


def measure() -> Iterator[Line]:
    """Every figure about open time."""
    yield from beside_peers()
    yield four_years()
    yield many_clocks()


# Beside the peers ------------------------------------------------------------------------------------


def beside_peers() -> Iterator[Line]:
    """The same questions to each; one that answers differently is not measured, and its answer is told."""
    for name, peer_of in PEERS.items():
        schedule, calendar = schedule_for(name)
        try:
            peer = peer_of(schedule)
        except ImportError:
            yield Left(f"beside {name}", "it is not installed (requirements-bench.lock)")
            continue
        asked = questions(200)
        if (told := disagreement(peer, calendar, asked)) is not None:
            yield Left(f"beside {name}", told)
            continue
        for_elapsed, for_due = TARGETS[name]
        ours, theirs = partial(ask_elapsed, calendar, asked), partial(ask_peer_elapsed, peer, asked)
        yield figure(f"elapsed, beside {name}", theirs, ours, for_elapsed)
        if peer.due is not None:
            ours, theirs = partial(ask_due, calendar, asked), partial(ask_peer_due, peer, asked)
            yield figure(f"due, beside {name}", theirs, ours, for_due)


def figure(what: str, theirs: partial[None], ours: partial[None], target: float | None) -> Figure:
    ratio = cpu_ratio(theirs, ours)
    each = cpu_seconds(ours) / 200 * 1e6
    return Figure(what, ratio, "times", target, beside=f"{each:.1f} µs each, against {each * ratio:.0f}")


def schedule_for(peer: str) -> tuple[Schedule, Calendar]:
    """The hours that this peer can say, and our calendar of the same."""
    stretches = UNBROKEN if peer == "business-duration" else PHONE
    week = {
        day: [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in stretches]
        for day in ("mon", "tue", "wed", "thu", "fri")
    }
    book = BOOK.amended(Derogation("hours.phone", date(2013, 1, 1), week, "mesure"))
    calendar = calendar_of(book, "hours.phone", REGION)
    days = calendar.days(date(2024, 1, 1), date(2028, 12, 31))
    return Schedule(peer, stretches, frozenset(day.on for day in days if day.holiday)), calendar


def questions(number: int) -> list[Asked]:
    """Calls at any time of two years, up to ten days long, and promises of half an hour to two days."""
    chance = random.Random(20_261_120)  # noqa: S311
    first = seconds_of(datetime(2025, 1, 1, tzinfo=PARIS))
    asked = []
    for _ in range(number):
        start = first + chance.randrange(730 * DAY)
        asked.append(
            (instant(start), instant(start + chance.randrange(10 * DAY)), chance.randrange(1, 33) * HOUR // 2)
        )
    return asked


def disagreement(peer: Peer, calendar: Calendar, asked: list[Asked]) -> str | None:
    """The first question that this peer answers otherwise, told; None when all answers are equal."""
    for start, end, seconds in asked:
        ours, theirs = elapsed(calendar, start, end), round(peer.elapsed(start, end))
        if ours != theirs:
            return f"from {start} to {end} it finds {theirs} s, we find {ours} s"
        if peer.due is not None:
            due_ours, due_theirs = due(calendar, start, seconds), peer.due(start, seconds)
            if due_ours.timestamp() != due_theirs.timestamp():
                return f"{seconds} s after {start} it finds {due_theirs}, we find {due_ours}"
    return None


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> int:
    return calendar.between(seconds_of(start), seconds_of(end))


def due(calendar: Calendar, at: datetime, seconds: int) -> datetime:
    return instant(calendar.add(seconds_of(at), seconds))


def ask_elapsed(calendar: Calendar, asked: list[Asked]) -> None:
    for start, end, _ in asked:
        elapsed(calendar, start, end)


def ask_due(calendar: Calendar, asked: list[Asked]) -> None:
    for start, _, seconds in asked:
        due(calendar, start, seconds)


def ask_peer_elapsed(peer: Peer, asked: list[Asked]) -> None:
    for start, end, _ in asked:
        peer.elapsed(start, end)


def ask_peer_due(peer: Peer, asked: list[Asked]) -> None:
    if peer.due is not None:
        for start, _, seconds in asked:
            peer.due(start, seconds)


# By ourselves ----------------------------------------------------------------------------------------


def four_years() -> Figure:
    """A calendar of four years, compiled from the terms."""
    hours, holidays = BOOK.timeline("hours.phone"), holiday_spells(BOOK, REGION)
    # A table holds the year before and the year after what is asked.
    first, last = (
        seconds_of(datetime(2025, 6, 1, tzinfo=PARIS)),
        seconds_of(datetime(2026, 6, 1, tzinfo=PARIS)),
    )

    def compile_it() -> None:
        table = Calendar(hours, holidays).table(first, last)
        if table.last_year - table.first_year != 3:
            raise AssertionError(table.first_year, table.last_year)

    return Figure("a calendar of four years, compiled", cpu_seconds(compile_it) * 1000, "ms", 15, "at most")


def many_clocks() -> Figure:
    """100,000 open clocks at one instant: used and due of each, from arrays of epoch seconds."""
    calendar = calendar_of(BOOK, "hours.phone", REGION)
    chance = np.random.default_rng(20_261_120)
    now = seconds_of(datetime(2026, 11, 20, 16, 30, tzinfo=PARIS))
    starts = chance.integers(now - 300 * DAY, now, 100_000)
    seconds = chance.integers(HOUR // 2, 16 * HOUR, 100_000)
    run = run_many(calendar, starts, seconds, now)
    for n in range(0, 100_000, 1_009):
        start, wanted = int(starts[n]), int(seconds[n])
        if (run.used[n], run.due[n]) != (calendar.between(start, now), calendar.add(start, wanted)):
            raise AssertionError(start, wanted)
    took = cpu_seconds(lambda: run_many(calendar, starts, seconds, now)) * 1000
    return Figure("100,000 open clocks, used and due of each", took, "ms", 20, "at most")
