"""The one place that reads the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
OFFICE_HOURS = range(8, 19)
"""Of the day in Paris: letters of the program that come at night are read with advertisements."""

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_frozen_everywhere: datetime | None = None


def now() -> datetime:
    """This instant, in Europe/Paris."""
    held = _frozen.get() or _frozen_everywhere
    return held or datetime.now(PARIS)


def today() -> date:
    """The day it is in Europe/Paris."""
    return now().date()


def is_after(at: datetime, other: datetime) -> bool:
    """Whether `at` comes later, in the hour that an autumn night has twice as at any other.

    Two instants of one time zone compare as wall time in Python: 2:50 before the change would be after 2:10.
    """
    return at.astimezone(UTC) > other.astimezone(UTC)


def read(text: str) -> datetime:
    """An instant from ISO text; without an offset it is local to Europe/Paris.

    Raises ValueError when the text is no instant.
    """
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=PARIS) if at.tzinfo is None else at.astimezone(PARIS)


@contextmanager
def held_at(instant: datetime | str) -> Iterator[datetime]:
    """Hold the clock still for the block: for stories that travel in time and for making demo data."""
    at = read(instant) if isinstance(instant, str) else instant
    token = _frozen.set(at)
    try:
        yield at
    finally:
        _frozen.reset(token)


def hold_everywhere(instant: datetime | str | None) -> None:
    """Hold the clock for every thread of this process (a browser test's server); None lets it go."""
    global _frozen_everywhere
    _frozen_everywhere = read(instant) if isinstance(instant, str) else instant
