"""The parts of the section about work."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.console.doors import StaffRequest
from clausier.desk import queries
from clausier.desk.states import ContestationState


def tabs(request: StaffRequest, current: str) -> dict[str, Any]:
    """The parts that the reader may open, and how many contestations wait for an answer."""
    slug = request.provider.slug
    allowed = [
        ("own-time", _("Temps"), "desk.work"),
        ("contestations", _("Contestations"), "desk.read"),
        ("hourly", _("Heures à facturer"), "hourly.read"),
    ]
    waiting = queries.contestations(request.actor).filter(state=ContestationState.OPEN).count()
    return {
        "section": "working",
        "tabs": [
            {
                "label": label,
                "url": reverse(name, args=[slug]),
                "on": name == current,
                "count": waiting if name == "contestations" else 0,
            }
            for name, label, permission in allowed
            if request.actor.may(permission)
        ],
    }
