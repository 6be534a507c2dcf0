"""The balance of points beside what is being written."""

from typing import Any

from django import template

from clausier.console.points.settling import beside_facts
from clausier.desk.models import Ticket

register = template.Library()


@register.inclusion_tag("console/points/beside.html", takes_context=True)
def points_beside(context: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    """The balance on `ticket`, and what the reader's running session would take by now."""
    request = context["request"]
    return beside_facts(request, ticket) | {"request": request, "provider": request.provider}
