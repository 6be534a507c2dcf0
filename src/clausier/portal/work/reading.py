"""What a client reads of the work done for it, and of its machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from clausier.desk import facts
from clausier.desk import queries as desk
from clausier.desk.models import Contestation, HourlyItem, Ticket, WorkSession
from clausier.desk.states import ContestationState, CustodyState, SessionState
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest


@dataclass(frozen=True, slots=True)
class Session:
    """A validated session: what it took and why, and what corrected it or what it replaces."""

    session: WorkSession
    minutes: int
    item: HourlyItem | None
    why_url: str
    correction: Any
    replaces: bool
    until: date | None  # the last day to contest it, where the provider's terms set one


def page_facts(request: ClientRequest, ticket: Ticket) -> dict[str, Any]:
    """The work on a request, its contestations and its machines."""
    actor = request.actor
    validated = [one for one in desk.sessions_of(ticket) if one.state == SessionState.VALIDATED]
    contestations: list[Contestation] = list(desk.contestations(actor).filter(ticket=ticket).order_by("pk"))
    return {
        "work_sessions": [_session(one, ticket, request.provider.slug) for one in validated],
        "contestations": [(one, one.state == ContestationState.OPEN) for one in contestations],
        "may_contest": actor.may("desk.contest") and desk.contestable_entries(ticket).exists(),
        "may_withdraw": actor.may("desk.contest"),
        "ticket_machines": list(desk.custodies(actor).filter(ticket=ticket).order_by("pk")),
    }


def machines_here(request: ClientRequest) -> int:
    """How many of the client's machines are in the workshop, or of ours with the client."""
    there = desk.custodies(request.actor).exclude(state=CustodyState.RETURNED).count()
    return there + desk.machine_loans(request.actor).filter(back_at=None).count()


def _session(session: WorkSession, ticket: Ticket, slug: str) -> Session:
    here = addresses(slug)
    return Session(
        session=session,
        minutes=sum(entry.minutes for entry in session.entries.all()),
        item=next((one for one in session.hourly_items.all() if one.corrects_id is None), None),
        why_url=here.why_url(session.ruling_id) if session.ruling_id else "",
        correction=getattr(session, "correction", None),
        replaces=hasattr(session, "corrects"),
        until=facts.contestable_until(ticket, session),
    )
