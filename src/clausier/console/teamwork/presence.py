"""The sign of life of a ticket's page: who else is on it, and what came since it was read."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.teamwork import reading
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.typed import whole
from clausier.desk import presences
from clausier.foundation import clock


@page("desk.read")
@require_POST
def beat(request: StaffRequest, number: int) -> HttpResponse:
    """Note that the page is open, and what is being written; answer with what its reader should know."""
    ticket, now = ticket_or_404(request, number), clock.now()
    presences.note(ticket, request.actor, writing=request.POST.get("writing", ""), at=now)
    context = {
        "ticket": ticket,
        "present": presences.others_on(ticket, request.actor, at=now),
        "newer": reading.newer_than(ticket, request.actor, whole(request.POST.get("seen"))),
    }
    return render(request, "console/teamwork/present.html", context)
