"""The same open time for many questions at once, for reports and replays (arrays of epoch seconds)."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clausier.terms.calendar import Calendar, Table

Seconds = NDArray[np.int64]
_CELL = 12  # bits: an hour and a bit, in which a stretch seldom both starts and ends


class Run(NamedTuple):
    """Of many clocks at one instant: the open seconds used, and when each falls due."""

    used: Seconds
    due: Seconds


def between_many(calendar: Calendar, starts: Seconds, ends: Seconds) -> Seconds:
    """Open seconds in each [start, end); 0 where the end does not come after the start."""
    if starts.size == 0:
        return np.zeros(0, dtype=np.int64)
    table = calendar.table(int(min(starts.min(), ends.min())), int(max(starts.max(), ends.max())))
    opened = np.maximum(_opened_by(table, ends) - _opened_by(table, starts), 0)
    return np.asarray(opened, dtype=np.int64)


def add_many(calendar: Calendar, at: Seconds, seconds: Seconds) -> Seconds:
    """For each instant, the earliest at which its open seconds have run."""
    if at.size == 0:
        return np.zeros(0, dtype=np.int64)
    table = _reaching(calendar, at, seconds)
    return _due(table, at, seconds, _opened_by(table, at))


def run_many(calendar: Calendar, starts: Seconds, seconds: Seconds, now: int) -> Run:
    """Every open clock at `now`: what `between_many` and `add_many` say, for the price of one look."""
    if starts.size == 0:
        return Run(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    table = _reaching(calendar, starts, seconds, now)
    opened = _opened_by(table, starts)
    so_far = _opened_by(table, np.array([now], dtype=np.int64))
    return Run(np.maximum(so_far - opened, 0), _due(table, starts, seconds, opened))


def _reaching(calendar: Calendar, at: Seconds, seconds: Seconds, now: int | None = None) -> Table:
    """A table that holds every answer: the longest run from the latest instant bounds all others."""
    first, last = int(at.min()), calendar.add(int(at.max()), int(max(seconds.max(), 0)))
    return calendar.table(first if now is None else min(first, now), last if now is None else max(last, now))


def _due(table: Table, at: Seconds, seconds: Seconds, opened: Seconds) -> Seconds:
    before = _column(table.before)
    wanted = opened + seconds
    stretch = np.maximum(_place(before, wanted, "left") - 1, 0)
    due = (_column(table.starts) - before[:-1])[stretch] + wanted
    return np.asarray(np.where(seconds <= 0, at, due), dtype=np.int64)


def _column(numbers: list[int]) -> Seconds:
    return np.asarray(numbers, dtype=np.int64)


def _opened_by(table: Table, at: Seconds) -> Seconds:
    """Open seconds from the table's start to each instant."""
    if not table.starts:
        return np.zeros_like(at)
    starts, ends, before = _column(table.starts), _column(table.ends), _column(table.before)
    index = _place(starts, at, "right") - 1
    inside = np.maximum(index, 0)
    since = np.minimum(at, ends[inside]) + (before[:-1] - starts)[inside]
    return np.asarray(np.where(index < 0, 0, since), dtype=np.int64)


def _place(among: Seconds, numbers: Seconds, side: Literal["left", "right"]) -> Seconds:
    """`np.searchsorted` for many numbers in no order: each from its cell, not from the middle."""
    low = numbers.min()
    cells = (numbers - low) >> _CELL
    marks = low + (np.arange(cells.max() + 1) << _CELL)
    place = np.searchsorted(among, marks, side)[cells]
    behind = np.append(among, np.iinfo(np.int64).max)
    passes = np.less if side == "left" else np.less_equal
    while (late := passes(behind[place], numbers)).any():
        place += late
    return np.asarray(place, dtype=np.int64)
