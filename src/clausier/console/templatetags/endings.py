"""What stops or ends a contract, on the pages of the contract, its client and their tickets."""

from typing import Any

from django import template

from clausier.console.endings import reading
from clausier.console.tickets.asking import ask_url
from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.desk.after_end import judged
from clausier.desk.models import Ticket
from clausier.desk.states import TicketState
from clausier.directory.models import Client
from clausier.foundation import clock

register = template.Library()


@register.inclusion_tag("console/endings/on_contract.html", takes_context=True)
def contract_endings(context: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The section of a contract's page."""
    request = context["request"]
    found = reading.dossier(contract, request.actor, clock.now())
    return {"file": found, "contract": contract, "provider": request.provider, "request": request}


@register.inclusion_tag("console/endings/stops.html", takes_context=True)
def service_stops(context: dict[str, Any], contract: Contract | None, may_be: bool = True) -> dict[str, Any]:
    """What stops the service of a contract, now or soon; nothing for a ticket without one.

    `may_be`: whether anything ever did, where that is known.
    """
    return _told(context, [contract] if contract and may_be else [])


@register.inclusion_tag("console/work_entry/ended.html", takes_context=True)
def ended_contract(context: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    """What becomes of work done now on an open ticket whose contract is over."""
    if ticket.state == TicketState.CLOSED or ticket.contract is None or ticket.contract.ends_on is None:
        return {}
    found = judged(ticket, clock.now())
    if found.coverage is None:
        return {}
    provider = context["request"].provider
    why_url = ask_url(provider.slug, found.contract, found.coverage)
    return {"as_worked": found, "as_worked_why": why_url, "provider": provider}


@register.inclusion_tag("console/endings/stops.html", takes_context=True)
def client_stops(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """What stops the service of a client's contracts now, and which of them come to an end."""
    running = list(contracts.contracts_in_force(client, clock.today()))
    return _told(context, running, ends=True)


def _told(context: dict[str, Any], found: list[Contract], *, ends: bool = False) -> dict[str, Any]:
    request = context["request"]
    if not request.actor.may("endings.read"):
        return {}
    return {
        "stops": interruptions.interruptions(found, clock.now()) if found else [],
        "ends": list(interruptions.standing_ends(found).values()) if ends and found else [],
        "announced": interruptions.announced(found, clock.now()) if found else [],
        "linked": True,
        "provider": request.provider,
    }
