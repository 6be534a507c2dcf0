"""What the hotline sees on the wall: what presses, who is on what, who goes where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from clausier.desk import queries as desk
from clausier.desk.models import Appointment, WorkSession
from clausier.desk.states import SessionState
from clausier.directory.models import Agency
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.overview.queries.standing import RUNNING, Standing, day_of


@dataclass(frozen=True, slots=True)
class Wall:
    """The desk at a moment. `pressing` are the running clocks, late ones first; `at_work` the stopwatches
    that run; `visits` those of the day that are still to come or under way."""

    now: datetime
    open: int
    unassigned: int
    counts: dict[str, int]
    pressing: tuple[Standing, ...]
    at_work: tuple[WorkSession, ...]
    visits: tuple[Appointment, ...]


def wall_of(actor: Actor, now: datetime, agency: Agency | None = None) -> Wall:
    """What `actor` sees of the desk at `now`, or of the tickets of one agency."""
    standings = [
        one for one in day_of(actor, now).open if agency is None or one.ticket.agency_id == agency.pk
    ]
    tickets = {one.ticket.pk for one in standings}
    at_work = (
        WorkSession.objects.filter(provider=actor.provider, state=SessionState.RUNNING, ticket__in=tickets)
        .select_related("ticket__client", "technician")
        .order_by("started_at", "pk")
    )
    midnight = datetime.combine(now.astimezone(PARIS).date() + timedelta(days=1), time(), PARIS)
    visits = desk.appointments(actor, now, midnight).filter(ticket__in=tickets)
    return Wall(
        now=now,
        open=len(standings),
        unassigned=sum(one.ticket.assignee_id is None for one in standings),
        counts=Counter(one.state for one in standings if one.state in RUNNING),
        pressing=tuple(one for one in standings if one.state in RUNNING),
        at_work=tuple(at_work),
        visits=tuple(visits),
    )
