"""What a client thinks, on its page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from clausier.console.doors import StaffRequest
from clausier.desk import surveys
from clausier.desk.models import SurveyOptOut
from clausier.directory.models import Client


def of_client(request: StaffRequest, client: Client) -> dict[str, Any]:
    """How its marks stand, and whether its people are asked at all."""
    actor = request.actor
    where = reverse("satisfaction", args=[request.provider.slug])
    return {
        "tally": surveys.tally(surveys.surveys_visible_to(actor).filter(client=client)),
        "opted_out": SurveyOptOut.objects.filter(client=client).exists(),
        "url": f"{where}?{urlencode({'client': client.number})}",
        "may_read": actor.may("reports.read"),
        "may_settle": actor.may("satisfaction.settle"),
    }
