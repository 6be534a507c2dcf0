"""A client's reversibilities where it reads of its contract's end."""

from typing import Any

from django import template

from clausier.contracts.models import Contract
from clausier.foundation import clock
from clausier.lifecycle import reversal_queries

register = template.Library()


@register.inclusion_tag("portal/reversal/on_ending.html", takes_context=True)
def portal_reversals(context: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The files of a contract, and that its service goes on until the return."""
    request = context["request"]
    if not request.actor.may("reversal.read"):
        return {}
    going_on = contract.continuations.filter(settled_at=None).first() if contract.ended_on else None
    return {
        "files": list(reversal_queries.reversals(request.actor).filter(contract=contract)),
        "continuation": going_on,
        "is_past": contract.ended_on is not None and contract.ended_on < clock.today(),
        "contract": contract,
        "provider": request.provider,
    }
