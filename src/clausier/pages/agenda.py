"""What is due, as the faces show it: rows, days of a month, and calendars for other programs."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from clausier.agenda.obligations import KINDS, LIMITS, SIDES, STATES, Obligation
from clausier.agenda.queries import Filter

ICONS: Final = {
    "notice": "mail-warning",
    "announcement": "megaphone",
    "renewal": "repeat",
    "end": "flag",
    "quote": "file-pen",
    "opening": "server",
    "letter": "mail",
    "formal-notice": "gavel",
    "dispute": "scale",
    "force-majeure": "cloud-lightning",
    "suspension": "pause",
    "reversal": "package-check",
    "reversal-step": "package-check",
    "promise": "ticket",
    "visit": "map-pin",
    "callback": "phone",
    "work": "calendar-check",
    "duty": "shield-check",
    "loan": "laptop",
    "statement": "file-text",
    "expiry": "hourglass",
}
SHAPES: Final = {"due": "on-time", "done": "met", "missed": "late"}
WEEK_AHEAD: Final = {"notice", "announcement"}
"""What one does not decide on the eve: an alarm rings a week before as well."""


@dataclass(frozen=True, slots=True)
class Row:
    """An obligation ready for a page: where it is dealt with, where its clause is read, why it is then."""

    what: Obligation
    url: str
    clause_url: str = ""
    why_url: str = ""

    @property
    def icon(self) -> str:
        return ICONS[self.what.kind]

    @property
    def kind(self) -> Any:
        return KINDS[self.what.kind]

    @property
    def owed_by(self) -> Any:
        return SIDES[self.what.owed_by]

    @property
    def shape(self) -> str:
        return SHAPES[self.what.state]

    @property
    def state(self) -> Any:
        """« à venir », « fait », « manqué », or « passé » for a date that nobody can miss."""
        if self.what.state == "done" and self.what.kind in LIMITS - {"renewal"}:
            return _("passé")
        return STATES[self.what.state]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand under one heading."""

    heading: str
    on: date | None
    rows: list[Row]


def in_sight(found: Sequence[Obligation], asked: Filter, today: date) -> list[Obligation]:
    """What a list shows unless a state is asked for: what was missed, and what is from today on."""
    return [one for one in found if asked.state or one.state == "missed" or one.due_on >= today]


def grouped(rows: Sequence[Row], by: str) -> list[Group]:
    """By day, by client (`client`) or by clause (`clause`), each in the order of days."""
    if by == "client":
        return _named(rows, lambda row: row.what.client.name, lambda row: row.what.client.sort_key)
    if by == "clause":
        return _named(rows, lambda row: row.what.cited or _("sans clause"), lambda row: row.what.cited or "~")
    days = groupby(rows, key=lambda row: row.what.due_on)
    return [Group("", on, list(found)) for on, found in days]


def _named(rows: Sequence[Row], name: Callable[[Row], str], order: Callable[[Row], str]) -> list[Group]:
    ordered = sorted(rows, key=lambda row: (order(row), row.what.order))
    return [Group(heading, None, list(found)) for heading, found in groupby(ordered, key=name)]


def filter_of(request: HttpRequest) -> Filter:
    """The filters of a page's address; a word that is none asks for nothing."""
    asked = request.GET
    return Filter(
        client=asked.get("client", "")[:20],
        kind=_known(asked.get("kind", ""), KINDS),
        owed_by=_known(asked.get("side", ""), SIDES),
        state=_known(asked.get("state", ""), STATES),
        clause=asked.get("clause", "")[:80],
        mine=asked.get("mine") == "1",
    )


def _known(word: str, words: Iterable[str]) -> str:
    return word if word in words else ""


# A month


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's page, or of the weeks that it begins and ends with."""

    on: date
    in_month: bool
    is_today: bool
    rows: list[Row]


def weeks_of(month: date) -> list[list[date]]:
    """The weeks of a month, Monday first, each of seven days."""
    return Weeks().monthdatescalendar(month.year, month.month)


def month_of(month: date, today: date, rows: Sequence[Row]) -> list[list[Day]]:
    """The weeks of a month with what falls on each day."""
    found: dict[date, list[Row]] = {}
    for row in rows:
        found.setdefault(row.what.due_on, []).append(row)
    return [
        [Day(on, on.month == month.month, on == today, found.get(on, [])) for on in week]
        for week in weeks_of(month)
    ]


def month_named(text: str, today: date) -> date:
    """The first day of « 2026-11 »; of today's month where the text names none."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if 2000 <= found.year <= 2199 else today.replace(day=1)


def beside(month: date) -> tuple[date, date]:
    """The first days of the months before and after."""
    return (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=31)).replace(day=1)


# For other programs


def calendar_of(
    found: Sequence[Obligation],
    *,
    name: str,
    host: str,
    now: datetime,
    url_of: Callable[[Obligation], str],
) -> bytes:
    """What is due as an iCalendar (RFC 5545): deadlines as whole days, appointments at their hour.

    The UID of a thing stays the same whatever day it moves to.
    """
    made = Calendar()
    made.add("prodid", "-//Clausier//agenda//FR")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", "Europe/Paris")
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for one in found:
        made.add_component(_event(one, host, now, url_of(one)))
    content: bytes = made.to_ical()
    return content


def _event(one: Obligation, host: str, now: datetime, url: str) -> Event:
    event = Event()
    event.add("uid", f"{one.key.replace(':', '-')}@{host}")
    event.add("dtstamp", now.astimezone(UTC))
    if one.due_at is None:
        event.add("dtstart", one.due_on)
        event.add("dtend", one.due_on + timedelta(days=1))
    else:
        event.add("dtstart", one.due_at.astimezone(UTC))
        event.add("dtend", (one.ends_at or one.due_at + timedelta(minutes=15)).astimezone(UTC))
    event.add("summary", _summary(one))
    event.add("description", _description(one, url))
    event.add("categories", [str(KINDS[one.kind])])
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE" if one.kind == "visit" else "TRANSPARENT")
    if url.startswith("https://"):
        event.add("url", url)
    if one.state == "due":
        for before in _alarms(one):
            event.add_component(_alarm(one, before))
    return event


def _summary(one: Obligation) -> str:
    mark = {"done": "✓ ", "missed": "! ", "due": ""}[one.state]
    return f"{mark}{one.client.name}, {KINDS[one.kind]}"


def _description(one: Obligation, url: str) -> str:
    lines = [one.says, _("À faire par : %(who)s") % {"who": SIDES[one.owed_by]}]
    if one.contract:
        lines.append(_("Contrat %(number)s") % {"number": one.contract.number})
    if one.cited:
        lines.append(_("Clause %(clause)s") % {"clause": one.cited})
    return "\n".join([*lines, *([url] if url else [])])


def _alarms(one: Obligation) -> list[timedelta]:
    if one.due_at is not None:
        return [timedelta(minutes=-30)]
    # From the midnight at which the day begins: nine in the morning of the day before.
    eve = timedelta(hours=-15)
    return [timedelta(days=-6) + eve, eve] if one.kind in WEEK_AHEAD else [eve]


def _alarm(one: Obligation, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(one))
    alarm.add("trigger", before)
    return alarm
