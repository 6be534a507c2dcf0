"""What the pages of the on-call show: the calendar drawn week by week, the coming turns, who was called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.console.doors import StaffRequest
from clausier.contracts import queries as contracts
from clausier.desk.facts import DESK_HOURS
from clausier.directory import queries as directory
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person, Provider
from clausier.roster import queries
from clausier.roster.models import Absence, CallOut, Reach, Rota, Swap
from clausier.roster.policies import Turn, halves_of
from clausier.roster.states import CallOutState, ReachState
from clausier.terms.calendar import Calendar, calendar_of
from clausier.terms.instants import midnight, seconds_of

WEEKS: Final = 5
TONES: Final = 6
COMING: Final = timedelta(days=42)
MOST_TURNS: Final = 12
WIDE, NARROW = 26.0, 7.0  # percents of a week: from where a full name fits, and initials
MARKS: Final = {
    CallOutState.WAITING: "late",
    CallOutState.ANSWERED: "met",
    CallOutState.UNANSWERED: "late",
    CallOutState.ENDED: "suspended",
}


def tabs(request: StaffRequest, current: str) -> dict[str, Any]:
    """The parts of the on-call."""
    slug = request.provider.slug
    allowed = [
        ("on-call", _("Astreinte"), "roster.read"),
        ("absences", _("Absences"), "roster.read"),
        ("on-call-log", _("Appels"), "roster.read"),
        ("on-call-mine", _("Me joindre"), "roster.absent"),
        ("on-call-settings", _("Réglages"), "roster.settle"),
    ]
    return {
        "section": "on-call",
        "crumbs": [(_("Astreinte"), "")],
        "tabs": [
            {"label": label, "url": reverse(name, args=[slug]), "on": name == current}
            for name, label, permission in allowed
            if request.actor.may(permission)
        ],
    }


# The calendar


@dataclass(frozen=True, slots=True)
class Day:
    """A column of a week."""

    on: date
    is_today: bool
    is_weekend: bool
    holiday: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Someone's turn in a week, in percents of it; `flags` says in words what is unusual."""

    x: str
    width: str
    label: str
    name: str
    says: str
    tone: int
    is_absent: bool
    is_swap: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """The turns of one rota in a week."""

    rota: Rota
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the calendar: its days, a lane for each rota, and where now is."""

    days: list[Day]
    lanes: list[Lane]
    now_x: str


def weeks_of(actor: Actor, now: datetime) -> list[Week]:
    """This week and the four that follow."""
    today = now.astimezone(PARIS).date()
    monday = today - timedelta(days=today.weekday())
    since = datetime.combine(monday, time(), PARIS)
    until = datetime.combine(monday + timedelta(weeks=WEEKS), time(), PARIS)
    found = [(rota, queries.turns(rota, since, until)) for rota in queries.rotas(actor)]
    people = queries.people_of({one.person_id for _rota, turns in found for one in turns})
    absent = list(queries.absences(actor).filter(starts_at__lt=until, ends_at__gt=since))
    tones = {person: number % TONES for number, person in enumerate(sorted(people))}
    calendar = _calendar(actor)
    return [
        _week(monday + timedelta(weeks=number), found, people, absent, tones, calendar, now)
        for number in range(WEEKS)
    ]


def _calendar(actor: Actor) -> Calendar | None:
    """The hours of the house, for its holidays: of its first agency."""
    agency = directory.agencies(actor).first()
    book = contracts.provider_book(actor.provider, agency)
    term = f"hours.{DESK_HOURS}"
    return calendar_of(book, term, agency.holidays) if agency and book.has(term) else None


def _week(
    monday: date,
    found: list[tuple[Rota, list[Turn]]],
    people: dict[int, Person],
    absent: list[Absence],
    tones: dict[int, int],
    calendar: Calendar | None,
    now: datetime,
) -> Week:
    begin, end = midnight(monday), midnight(monday + timedelta(days=7))
    days = [_day(monday + timedelta(days=number), calendar, now) for number in range(7)]
    lanes = [
        Lane(rota, [bar for one in turns if (bar := _bar(one, begin, end, people, absent, tones))])
        for rota, turns in found
    ]
    at = seconds_of(now)
    return Week(days, lanes, _percent(at - begin, end - begin) if begin <= at < end else "")


def _day(on: date, calendar: Calendar | None, now: datetime) -> Day:
    holiday = calendar.day(on).holiday if calendar else None
    return Day(
        on=on,
        is_today=on == now.astimezone(PARIS).date(),
        is_weekend=on.weekday() >= 5,
        holiday=holiday.to(get_language() or "fr") if holiday else "",
    )


def _bar(
    turn: Turn, begin: int, end: int, people: dict[int, Person], absent: list[Absence], tones: dict[int, int]
) -> Bar | None:
    starts, ends = max(begin, seconds_of(turn.starts_at)), min(end, seconds_of(turn.ends_at))
    if starts >= ends:
        return None
    name = people[turn.person_id].full_name
    share = 100 * (ends - starts) / (end - begin)
    label = name if share >= WIDE else wording.initials(name) if share >= NARROW else ""
    is_absent = any(
        one.person_id == turn.person_id
        and seconds_of(one.starts_at) < ends
        and seconds_of(one.ends_at) > starts
        for one in absent
    )
    return Bar(
        x=_percent(starts - begin, end - begin),
        width=_percent(ends - starts, end - begin),
        label=label,
        name=name,
        says=_says(turn, name, is_absent=is_absent),
        tone=tones[turn.person_id],
        is_absent=is_absent,
        is_swap=turn.swap is not None,
    )


def _says(turn: Turn, name: str, *, is_absent: bool) -> str:
    language = get_language() or "fr"
    spoken = _("%(name)s, du %(since)s au %(until)s") % {
        "name": name,
        "since": wording.instant(turn.starts_at.astimezone(PARIS), language),
        "until": wording.instant(turn.ends_at.astimezone(PARIS), language),
    }
    if turn.swap is not None:
        spoken += ", " + _("remplacement")
    if is_absent:
        spoken += ", " + _("absent")
    return spoken


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3f}%"


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn to come, and what is to be known of it."""

    turn: Turn
    person: Person
    absence: Absence | None
    swap: Swap | None
    is_now: bool
    may_stand_down: bool

    @property
    def away(self) -> tuple[date, date] | None:
        """The first and the last day of the absence that falls into the turn, both included."""
        if self.absence is None:
            return None
        first, _noon, last, _until_noon = halves_of(self.absence.starts_at, self.absence.ends_at)
        return first, last


@dataclass(frozen=True, slots=True)
class RotaRows:
    """The turns of a rota to come."""

    rota: Rota
    rows: list[TurnRow]


def coming(actor: Actor, now: datetime) -> list[RotaRows]:
    """For each rota who is on call in the weeks to come; whoever will be away is flagged."""
    found = []
    for rota in queries.rotas(actor):
        found_turns = queries.turns(rota, now, now + COMING)
        # The last one is cut where we stop looking: its end would be no handover.
        turns = (found_turns[:-1] or found_turns)[:MOST_TURNS]
        people = queries.people_of({one.person_id for one in turns})
        swaps = {one.pk: one for one in queries.swaps(rota, now)}
        rows = [_turn_row(actor, rota.provider, one, people, swaps, now) for one in turns]
        found.append(RotaRows(rota, rows))
    return found


def _turn_row(
    actor: Actor,
    provider: Provider,
    turn: Turn,
    people: dict[int, Person],
    swaps: dict[int, Swap],
    now: datetime,
) -> TurnRow:
    swap = swaps.get(turn.swap or 0)
    own = swap is not None and actor.person is not None and swap.person_id == actor.person.pk
    return TurnRow(
        turn=turn,
        person=people[turn.person_id],
        absence=queries.absence_during(provider, turn.person_id, turn.starts_at, turn.ends_at),
        swap=swap,
        is_now=turn.starts_at <= now,
        may_stand_down=swap is not None and (own or actor.may("roster.write")),
    )


# Call-outs


@dataclass(frozen=True, slots=True)
class CallOutRow:
    """A call-out as it is told: what for, who was called and by what, who answered and how fast."""

    held: CallOut
    mark: str
    url: str
    title: str
    why_url: str
    people: list[dict[str, Any]]
    took: int | None
    is_open: bool


def call_out_rows(found: Iterable[CallOut], slug: str) -> list[CallOutRow]:
    """Call-outs ready for a page."""
    return [_call_out_row(one, slug) for one in found]


def _mark_of(reach: Reach) -> str:
    """How a message stands; one that was not needed any more is no fault."""
    if reach.state == ReachState.SENT:
        return "met"
    if reach.state == ReachState.GIVEN_UP:
        return "late" if reach.error else "suspended"
    return "on-time"


def _call_out_row(held: CallOut, slug: str) -> CallOutRow:
    ticket = held.ticket
    title = f"{ticket} · {ticket.title}" if ticket else _("Appel resté sans réponse")
    answered = held.state == CallOutState.ANSWERED and held.ended_at is not None
    return CallOutRow(
        held=held,
        mark=MARKS[CallOutState(held.state)],
        url=reverse("ticket", args=[slug, ticket.number]) if ticket else reverse("phone", args=[slug]),
        title=title,
        why_url=reverse("why", args=[slug, held.ruling_id]) if held.ruling_id else "",
        people=[
            {
                "name": one.person.full_name,
                "at": one.at,
                "until": one.until,
                "ways": [
                    {
                        "label": reach.get_channel_display(),
                        "mark": _mark_of(reach),
                        "state": reach.get_state_display(),
                        "error": reach.error,
                    }
                    for reach in one.reaches.all()
                ],
            }
            for one in sorted(held.summonses.all(), key=lambda summons: summons.position)
        ],
        took=int((held.ended_at - held.begun_at).total_seconds()) if answered and held.ended_at else None,
        is_open=held.state in (CallOutState.WAITING, CallOutState.UNANSWERED),
    )
