"""Disputes on the page of a contract, for those who may open their file."""

from typing import Any

from django import template

from clausier.contracts.models import Contract
from clausier.lifecycle import dispute_queries

register = template.Library()


@register.inclusion_tag("console/disputes/on_contract.html", takes_context=True)
def contract_disputes(context: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The section of a contract's page; nothing for those to whom no file is open."""
    request = context["request"]
    return {
        "disputes": list(dispute_queries.disputes(request.actor).filter(contract=contract)),
        "may_open": request.actor.may("disputes.write"),
        "contract": contract,
        "provider": request.provider,
        "request": request,
    }
