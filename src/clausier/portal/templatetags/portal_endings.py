"""What stops or ends a contract, where its client reads of it."""

from typing import Any

from django import template

from clausier.contracts import interruptions
from clausier.contracts.models import Contract
from clausier.foundation import clock
from clausier.lifecycle import queries

register = template.Library()


@register.inclusion_tag("portal/endings/stops.html", takes_context=True)
def portal_stops(context: dict[str, Any], contract: Contract | None) -> dict[str, Any]:
    """What stops the service of a contract now, for whoever may read it."""
    request = context["request"]
    shown = contract is not None and request.actor.may("endings.read")
    if contract is None or not shown:
        return {}
    return _stops(contract)


@register.inclusion_tag("portal/endings/on_contract.html", takes_context=True)
def portal_ending(context: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The stops of a contract, its end if it comes, and the way to its page."""
    request = context["request"]
    if not request.actor.may("endings.read"):
        return {}
    return {
        "shown": True,
        "contract": contract,
        **_stops(contract),
        "end": queries.ends(request.actor).filter(contract=contract, undone_at=None).first(),
        "notice": queries.notices(request.actor).filter(contract=contract).first(),
        "provider": request.provider,
    }


def _stops(contract: Contract) -> dict[str, Any]:
    now = clock.now()
    return {
        "stops": interruptions.interruptions([contract], now),
        "announced": interruptions.announced([contract], now),
    }
