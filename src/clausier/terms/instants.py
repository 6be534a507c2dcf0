"""Instants as elapsed seconds, and the wall clock of Europe/Paris that people read them on.

Two instants of one time zone subtract as wall time in Python; every duration of the kernel is therefore
taken on whole seconds since 1970 (UTC), and instants become local again only to be shown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SECONDS_A_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH = _EPOCH.replace(tzinfo=None)
_MIDNIGHT = time.min


def seconds_of(at: datetime) -> int:
    """Whole seconds since 1970 of an instant; without an offset it is local to Paris.

    A skipped local time takes the offset before the change, a repeated one is the first (PEP 495, fold 0).
    """
    since = at - _EPOCH if at.tzinfo is not None else at - _LOCAL_EPOCH - _offset(at)
    return since.days * SECONDS_A_DAY + since.seconds


def _offset(wall: datetime) -> timedelta:
    """How far the wall clock of Paris is ahead of UTC when it shows this time."""
    return PARIS.utcoffset(wall) or timedelta()


def instant(seconds: int) -> datetime:
    """The instant on the wall clock of Paris."""
    return datetime.fromtimestamp(seconds, PARIS)


def at_wall(day: date, second: int) -> int:
    """The instant at which the wall clock of `day` shows `second` seconds after midnight."""
    return seconds_of(datetime.combine(day, _MIDNIGHT) + timedelta(seconds=second))


def midnight(day: date) -> int:
    """The first second of a local day."""
    return seconds_of(datetime.combine(day, _MIDNIGHT))


def local_day(seconds: int) -> date:
    """The day that the wall clock of Paris shows at that instant."""
    return instant(seconds).date()
