"""The hours of the desk around now: what is open, until when, how much is left, what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from clausier.contracts import queries as contracts
from clausier.directory.models import Agency, StaffProfile
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.terms.book import Book
from clausier.terms.calendar import Calendar, Day, calendar_of
from clausier.terms.instants import instant, midnight, seconds_of
from clausier.terms.outcome import Words

ONSITE, PHONE = "hours.onsite", "hours.phone"
DAYS_AHEAD = 14  # no closure of a provider is longer
Before = Literal["weekend", "holiday", "closed"]


@dataclass(frozen=True, slots=True)
class Opening:
    """How the on-site hours stand at an instant.

    Open: `closes_at` ends the day's last stretch, `left_seconds` are the open seconds until then. Closed:
    `opens_at` is the next opening, later today (a break, the early morning) or another day. `then` is what
    comes between the end of the day and the next opening, where it is more than a night.
    """

    is_open: bool
    left_seconds: int
    closes_at: datetime | None
    opens_at: datetime
    then: Before | None = None
    holiday: Words | None = None


@dataclass(frozen=True, slots=True)
class DeskDay:
    """The hours of one local day, as stretches of wall time; none when it is closed."""

    on: date
    phone: tuple[tuple[time, time], ...]
    onsite: tuple[tuple[time, time], ...]
    holiday: Words | None


def agency_of(actor: Actor) -> Agency | None:
    """The agency that `actor` works from, else the provider's first."""
    profile = (
        StaffProfile.objects.filter(
            provider=actor.provider, membership__person=actor.person, membership__ended_at=None
        )
        .select_related("agency")
        .first()
    )
    if profile and profile.agency:
        return profile.agency
    return Agency.objects.filter(provider=actor.provider).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class Calendars:
    """The two calendars of the desk where an agency is; None where the book and its practices give none."""

    phone: Calendar | None
    onsite: Calendar | None


def calendars(actor: Actor) -> Calendars:
    """The calendars of the provider's book, where the actor's agency is."""
    agency = agency_of(actor)
    book = contracts.provider_book(actor.provider, agency=agency)
    region = agency.holidays if agency else "metropole"
    return Calendars(phone=_calendar(book, PHONE, region), onsite=_calendar(book, ONSITE, region))


def _calendar(book: Book, term: str, region: str) -> Calendar | None:
    return calendar_of(book, term, region) if book.has(term) else None


def opening(calendar: Calendar, now: datetime) -> Opening:
    """How `calendar` stands at `now`."""
    at = seconds_of(now)
    today = now.astimezone(PARIS).date()
    left = calendar.segments(at, midnight(today + timedelta(days=1)))
    is_open = calendar.is_open(at)
    closes = left[-1][1] if left else at
    after = calendar.next_opening(closes)
    between = _between(calendar, today, instant(after).date())
    return Opening(
        is_open=is_open,
        left_seconds=sum(end - start for start, end in left),
        closes_at=instant(closes) if left else None,
        opens_at=instant(calendar.next_opening(at) if not is_open else after),
        then=between.closed_because if between else None,
        holiday=between.holiday if between else None,
    )


def _between(calendar: Calendar, today: date, next_open: date) -> Day | None:
    """The first closed day between today and the next that opens; a holiday rather than a week-end."""
    closed = list(calendar.days(today + timedelta(days=1), next_open - timedelta(days=1)))
    return next((day for day in closed if day.holiday), closed[0] if closed else None)


def desk_days(both: Calendars, now: datetime, open_days: int = 2) -> list[DeskDay]:
    """From today to the day on which `open_days` days with hours have been seen, closed ones among them."""
    found: list[DeskDay] = []
    on, seen = now.astimezone(PARIS).date(), 0
    while seen < open_days and len(found) < DAYS_AHEAD:
        day = _desk_day(both, on)
        seen += bool(day.phone or day.onsite)
        found.append(day)
        on += timedelta(days=1)
    return found


def _desk_day(both: Calendars, on: date) -> DeskDay:
    phone = both.phone.day(on) if both.phone else None
    onsite = both.onsite.day(on) if both.onsite else None
    told = onsite or phone
    return DeskDay(on, _walls(phone), _walls(onsite), told.holiday if told else None)


def _walls(day: Day | None) -> tuple[tuple[time, time], ...]:
    if day is None:
        return ()
    return tuple((instant(start).time(), instant(end).time()) for start, end in day.open)
