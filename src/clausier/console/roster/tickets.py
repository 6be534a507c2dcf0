"""The roster on a ticket's page: whom it is proposed to and why, who is away, the on-call called for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.roster import reading
from clausier.desk import queries as desk
from clausier.desk.models import Appointment, Ticket
from clausier.desk.states import TicketState
from clausier.foundation import clock
from clausier.roster import facts, queries, services
from clausier.roster.models import AssignmentMode
from clausier.roster.policies import Candidate
from clausier.roster.states import CallOutState

COMPARED = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """Someone who may take the ticket, with what speaks for and against in words."""

    name: str
    says: list[str]


def on_ticket(
    request: StaffRequest, ticket: Ticket, appointment: Appointment | None, now: datetime, *, called: bool
) -> dict[str, Any]:
    """What the page of a ticket shows of the roster; nothing that the reader may not know.

    `called`: whether the on-call was ever wanted for it.
    """
    actor = request.actor
    if not actor.may("roster.read"):
        return {}
    is_open = ticket.state != TicketState.CLOSED
    away = queries.away_at(request.provider, now) if is_open and ticket.assignee_id else {}
    clash = None
    if appointment and appointment.technician_id:
        clash = queries.absence_during(
            request.provider, appointment.technician_id, appointment.starts_at, appointment.ends_at
        )
    found = queries.call_outs_of(actor, ticket) if called else ()
    call_outs = reading.call_out_rows(found, request.provider.slug)
    waiting = any(one.held.state == CallOutState.WAITING for one in call_outs)
    proposes = is_open and ticket.assignee_id is None and actor.may("desk.assign")
    return {
        "away_until": away.get(ticket.assignee_id or 0),
        "clash": clash,
        "proposal": _proposal(request, ticket, now) if proposes else None,
        "called": call_outs,
        "may_call": is_open
        and not waiting
        and actor.may("roster.call_out")
        and queries.rota_for(request.provider, ticket.agency) is not None,
        "may_answer": actor.may("roster.answer"),
    }


def _proposal(request: StaffRequest, ticket: Ticket, now: datetime) -> dict[str, Any]:
    in_turn = queries.settings_of(request.provider).assignment == AssignmentMode.ROUND_ROBIN
    found = facts.proposal(ticket, now, in_turn=in_turn)
    return {
        "best": Choice(found.best.name, reasons(found.best)) if found.best else None,
        "needed": found.needed,
        "others": [Choice(one.name, reasons(one)) for one in found.ranked[1:COMPARED]],
        "away": [one.name for one in found.away],
        "in_turn": in_turn,
    }


def reasons(one: Candidate) -> list[str]:
    """What speaks for and against someone, in a few words each."""
    found = []
    if one.has:
        found.append(_("sait : %(skills)s") % {"skills": ", ".join(one.has)})
    if one.missing:
        found.append(_("ne sait pas : %(skills)s") % {"skills": ", ".join(one.missing)})
    if one.same_agency:
        found.append(_("agence du client"))
    elif one.agency:
        found.append(_("agence %(name)s") % {"name": one.agency})
    if one.open_count:
        says = ngettext(
            "%(n)d ticket ouvert, poids %(load)d", "%(n)d tickets ouverts, poids %(load)d", one.open_count
        )
        found.append(says % {"n": one.open_count, "load": one.load})
    else:
        found.append(_("rien d’ouvert"))
    return found


@page("desk.assign")
@require_POST
def accept(request: StaffRequest, number: int) -> HttpResponse:
    """Give the ticket to whom it is proposed."""
    found = _ticket(request, number)
    person = services.accept_proposal(by=request.actor, at=clock.now(), ticket=found)
    messages.success(request, _("Confié à %(name)s.") % {"name": person.full_name})
    return redirect("ticket", request.provider.slug, number)


@page("roster.call_out")
@require_POST
def call_out(request: StaffRequest, number: int) -> HttpResponse:
    """Call the on-call out for the ticket."""
    services.call_out(by=request.actor, at=clock.now(), ticket=_ticket(request, number))
    messages.success(request, _("L’astreinte est appelée."))
    return redirect("ticket", request.provider.slug, number)


def _ticket(request: StaffRequest, number: int) -> Ticket:
    found = desk.ticket_by_number(request.actor, number)
    if found is None:
        raise Http404
    return found
