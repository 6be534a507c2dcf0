"""Disputes on a contract of the portal, for the IT correspondent."""

from typing import Any

from django import template

from clausier.contracts.models import Contract
from clausier.lifecycle import dispute_queries

register = template.Library()


@register.inclusion_tag("portal/disputes/on_contract.html", takes_context=True)
def portal_disputes(context: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The client's disputes of a contract, and the way to a complaint."""
    request = context["request"]
    if not request.actor.may("disputes.complain"):
        return {}
    return {
        "shown": True,
        "contract": contract,
        "disputes": list(dispute_queries.disputes(request.actor).filter(contract=contract)),
        "provider": request.provider,
    }
