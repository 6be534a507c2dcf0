"""When recurring work comes round: the days of a rhythm, moved off closed days; what a stop leaves undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, Final

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekdays

from clausier.recurring.models import CatchUp, ClosedDay, Plan, Rhythm

FARTHEST: Final = timedelta(days=366 * 20)
LONGEST_MOVE: Final = 31  # days that a date is moved at most; a calendar closed for longer keeps it
WEEKS_OF_MONTH: Final = (1, 2, 3, 4, -1)
Works = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Coming:
    """A date of a plan: as the rhythm gives it, and when the work is due."""

    planned_on: date
    due_on: date


def coming(plan: Plan, works: Works, since: date) -> Iterator[Coming]:
    """The dates of the plan whose place in the rhythm is not before `since`, in order, to its end."""
    for planned in _planned(plan, since):
        due = moved(planned, plan.closed_day, works)
        if due is not None:
            yield Coming(planned, due)


def _planned(plan: Plan, since: date) -> Iterator[date]:
    last = plan.last_on or since + FARTHEST
    # Counted from the first day of the plan, so that every second week stays the same one.
    rule = rrule(
        WEEKLY if plan.rhythm == Rhythm.WEEKS else MONTHLY,
        dtstart=_at(plan.starts_on),
        interval=plan.every,
        until=_at(last),
        wkst=0,
        **_by(plan),
    )
    for found in rule.xafter(_at(since), inc=True):
        yield found.date()


def _by(plan: Plan) -> dict[str, Any]:
    if plan.rhythm == Rhythm.WEEKS:
        return {"byweekday": weekdays[plan.weekday or 0]}
    if plan.rhythm == Rhythm.MONTH_WEEKDAY:
        return {"byweekday": weekdays[plan.weekday or 0](plan.week_of_month or 1)}
    # The 29th to the 31st of a shorter month is its last day.
    day = plan.month_day or 1
    if day <= 28:
        return {"bymonthday": day}
    return {"bymonthday": tuple(range(28, day + 1)), "bysetpos": -1}


def moved(on: date, closed_day: str, works: Works) -> date | None:
    """`on`, or the day it is moved to when nobody works then; None when it is skipped."""
    if closed_day == ClosedDay.KEEP or works(on):
        return on
    if closed_day == ClosedDay.SKIP:
        return None
    step = timedelta(days=1 if closed_day == ClosedDay.LATER else -1)
    days = (on + step * number for number in range(1, LONGEST_MOVE + 1))
    return next((day for day in days if works(day)), on)


def due_now(plan: Plan, works: Works, since: date, today: date) -> list[Coming]:
    """The dates from `since` on whose ticket is to be opened by `today`."""
    horizon = today + timedelta(days=plan.lead_days)
    # A date that is moved forward may be due before the one before it: a month beyond is enough to see them.
    near = takewhile(
        lambda one: one.planned_on <= horizon + timedelta(days=LONGEST_MOVE), coming(plan, works, since)
    )
    return [one for one in near if one.due_on <= horizon]


def kept_and_missed(due: Sequence[Coming], catch_up: str, today: date) -> tuple[list[Coming], list[Coming]]:
    """Which of the dates due are made and which are not, where several piled up while nothing ran.

    What is not past is always made.
    """
    past = [one for one in due if one.due_on < today]
    ahead = [one for one in due if one.due_on >= today]
    if catch_up == CatchUp.ALL:
        return list(due), []
    if catch_up == CatchUp.NONE:
        return ahead, past
    return past[-1:] + ahead, past[:-1]


def _at(on: date) -> datetime:
    """A day as the rule counts it; it knows no zone."""
    return datetime(on.year, on.month, on.day)  # noqa: DTZ001 (a day, not an instant)
