"""A technician's own time: what was worked each day, what waits, and what cannot be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from django.db.models import Prefetch, Q, QuerySet

from clausier.desk import policies
from clausier.desk.models import WorkSession, WorkSpan
from clausier.desk.states import SessionState
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person

LONGEST_STRETCH: Final = 10 * 3600  # seconds: nobody works longer without a pause, a stopwatch does
LONGEST_DAY: Final = 10 * 3600  # seconds of work in a day (Code du travail, L3121-18)

Flag = Literal["forgotten", "overlap", "long-day"]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Worked:
    """A session on one day: the seconds of its stopwatch that fall on it, the minutes of its entries."""

    session: WorkSession
    stretches: tuple[Stretch, ...]
    seconds: int
    minutes: int
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class TimeDay:
    """One day of a person's time, in seconds of work: all of it, what is validated, what waits for it."""

    on: date
    worked: tuple[Worked, ...]
    seconds: int
    validated: int
    waiting: int
    flags: tuple[Flag, ...]


def days_of(actor: Actor, person: Person, first: date, count: int, now: datetime) -> list[TimeDay]:
    """The time of `person` for the actor's provider on `count` days from `first` on."""
    start = datetime.combine(first, time(), PARIS)
    end = datetime.combine(first + timedelta(days=count), time(), PARIS)
    found = list(_sessions(actor, person, start, end))
    overlapping = overlapping_sessions(found, now)
    return [_day(first + timedelta(days=ahead), found, overlapping, now) for ahead in range(count)]


def forgotten(actor: Actor, now: datetime) -> list[WorkSession]:
    """The stopwatches of the provider that run longer than anybody works, the oldest first."""
    running = WorkSession.objects.filter(
        provider=actor.provider, state=SessionState.RUNNING, started_at__lt=now
    ).select_related("ticket__client", "technician")
    with_spans = running.prefetch_related(_spans()).order_by("started_at", "pk")
    return [one for one in with_spans if is_forgotten(one, now)]


def is_forgotten(session: WorkSession, now: datetime) -> bool:
    """Whether the stopwatch runs since yesterday, or for longer than anybody works without a pause."""
    span = next((one for one in session.spans.all() if one.ended_at is None), None)
    if session.state != SessionState.RUNNING or span is None:
        return False
    return (
        policies.day_of(span.started_at) < policies.day_of(now)
        or policies.elapsed_seconds(span.started_at, now) > LONGEST_STRETCH
    )


def overlapping_sessions(sessions: Iterable[WorkSession], now: datetime) -> set[int]:
    """The ids of the sessions that share an instant with another one of the same person."""
    stretches = sorted(
        (start, end, session.pk) for session in sessions for start, end in _stretches(session, now)
    )
    found: set[int] = set()
    open_until: list[tuple[datetime, int]] = []
    for start, end, pk in stretches:
        open_until = [(until, other) for until, other in open_until if until > start]
        for _until, other in open_until:
            if other != pk:
                found |= {other, pk}
        open_until.append((end, pk))
    return found


def _sessions(actor: Actor, person: Person, start: datetime, end: datetime) -> QuerySet[WorkSession]:
    """What counts of a person's sessions: not those that were dropped or corrected."""
    touching = Q(spans__started_at__lt=end) & (Q(spans__ended_at__gt=start) | Q(spans__ended_at=None))
    return (
        WorkSession.objects.filter(touching, provider=actor.provider, technician=person, correction=None)
        .exclude(state=SessionState.DISCARDED)
        .distinct()
        .select_related("ticket__client")
        .prefetch_related("entries", _spans())
        .order_by("started_at", "pk")
    )


def _spans() -> Prefetch[str, QuerySet[WorkSpan], str]:
    return Prefetch("spans", WorkSpan.objects.order_by("started_at"))


def _stretches(session: WorkSession, now: datetime) -> list[Stretch]:
    return [
        (span.started_at, span.ended_at or max(now, span.started_at))
        for span in session.spans.all()
        if (span.ended_at or now) > span.started_at
    ]


def _day(on: date, sessions: Sequence[WorkSession], overlapping: set[int], now: datetime) -> TimeDay:
    start = datetime.combine(on, time(), PARIS)
    end = datetime.combine(on + timedelta(days=1), time(), PARIS)
    worked = []
    for session in sessions:
        within = [
            (max(begun, start), min(over, end))
            for begun, over in _stretches(session, now)
            if begun < end and over > start
        ]
        if within:
            worked.append(_worked(session, within, session.pk in overlapping, now))
    total = sum(one.seconds for one in worked)
    return TimeDay(
        on=on,
        worked=tuple(worked),
        seconds=total,
        validated=sum(one.seconds for one in worked if one.session.state == SessionState.VALIDATED),
        waiting=sum(one.seconds for one in worked if one.session.state == SessionState.STOPPED),
        flags=("long-day",) if total > LONGEST_DAY else (),
    )


def _worked(session: WorkSession, within: list[Stretch], overlaps: bool, now: datetime) -> Worked:
    flags: list[Flag] = []
    if is_forgotten(session, now):
        flags.append("forgotten")
    if overlaps:
        flags.append("overlap")
    return Worked(
        session=session,
        stretches=tuple(within),
        seconds=sum(policies.elapsed_seconds(start, end) for start, end in within),
        minutes=sum(entry.minutes for entry in session.entries.all()),
        flags=tuple(flags),
    )
