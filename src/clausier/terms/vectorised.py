"""The same open time for many questions at once, for reports and replays (arrays of epoch seconds)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clausier.terms.calendar import Calendar, Table

Seconds = NDArray[np.int64]


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
    # The longest run from the latest instant bounds all others: the scalar form grows the table to hold it.
    last = calendar.add(int(at.max()), int(max(seconds.max(), 0)))
    table = calendar.table(int(at.min()), last)
    before = _column(table.before)
    wanted = _opened_by(table, at) + seconds
    stretch = np.maximum(np.searchsorted(before, wanted, side="left") - 1, 0)
    due = _column(table.starts)[stretch] + wanted - before[stretch]
    return np.asarray(np.where(seconds <= 0, at, due), dtype=np.int64)


def _column(numbers: list[int]) -> Seconds:
    return np.asarray(numbers, dtype=np.int64)


def _opened_by(table: Table, at: Seconds) -> Seconds:
    """Open seconds from the table's start to each instant."""
    starts, ends, before = _column(table.starts), _column(table.ends), _column(table.before)
    index = np.searchsorted(starts, at, side="right") - 1
    inside = np.maximum(index, 0)
    since = before[inside] + np.minimum(at, ends[inside]) - starts[inside]
    return np.asarray(np.where(index < 0, 0, since), dtype=np.int64)
