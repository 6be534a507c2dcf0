"""Reversibilities where other pages tell of them: a contract's ending, the list of endings."""

from typing import Any

from django import template

from clausier.console.books.addresses import clause_url
from clausier.console.reversal import reading
from clausier.contracts.models import Contract
from clausier.foundation import clock
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import Wiping

register = template.Library()
ROWS = 20


@register.inclusion_tag("console/reversal/on_contract.html", takes_context=True)
def contract_reversal(context: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The section of a contract's ending."""
    request = context["request"]
    return {
        "of": reading.on_contract(contract, request.actor),
        "contract": contract,
        "provider": request.provider,
        "today": clock.today(),
    }


@register.inclusion_tag("console/reversal/continued.html", takes_context=True)
def contract_continuation(context: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """That the service goes on past the contract's end, or did, until all was returned."""
    request = context["request"]
    if contract.ended_on is None or not request.actor.may("endings.read"):
        return {}
    found = contract.continuations.order_by("-pk").first()
    if found is None or (found.settled_at and found.until_on is None):
        return {}
    return {
        "continuation": found,
        "is_past": contract.ended_on < clock.today(),
        "contract": contract,
        "clause_url": clause_url(request.provider.slug, contract.book.digest, found.clause),
        "file": reversal_queries.reversals(request.actor).filter(continuation=found).first(),
        "provider": request.provider,
    }


@register.simple_tag(takes_context=True)
def reversals_under_way(context: dict[str, Any]) -> dict[str, Any]:
    """The files that are not closed, the first due first."""
    found = reversal_queries.reversals(context["request"].actor)
    running = found.filter(state__in=reversal_queries.UNDER_WAY).order_by("due_on", "pk")
    return {"files": list(running[:ROWS]), "today": clock.today()}


@register.filter
def wiping_level(entry: Wiping) -> str:
    """The level that a method reaches: Clear, Purge or Destroy."""
    return reversal_queries.LEVELS[entry.method]  # type: ignore[index]
