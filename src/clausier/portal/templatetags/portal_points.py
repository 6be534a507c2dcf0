"""What is left of the client's points, where its people write or begin."""

from typing import Any

from django import template

from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.pages.points import balance_line
from clausier.prepaid import queries

register = template.Library()


@register.inclusion_tag("portal/points_band.html", takes_context=True)
def points_band(context: dict[str, Any], only_low: bool = False) -> dict[str, Any]:
    """The balance of each running account, for whoever may read it; `only_low`: those that want points."""
    request = context["request"]
    lines: list[Any] = []
    if request.actor.may("prepaid.read") and request.client.opens(PortalSection.POINTS):
        today = clock.today()
        running = queries.accounts_visible_to(request.actor).filter(closed_on=None)
        running = running.exclude(contract__ends_on__lt=today).order_by("-pk")
        lines = [balance_line(account, clock.now()) for account in running]
    wanted = [line for line in lines if not only_low or line.state in ("empty", "low")]
    return {"lines": wanted, "provider": request.provider, "request": request}
