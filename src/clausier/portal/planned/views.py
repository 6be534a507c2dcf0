"""Recurring work as the client is shown it: what comes, what was done, what was not."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.pages.recurring import rhythm_words
from clausier.portal.doors import ClientRequest, page
from clausier.recurring import queries

SECTION = PortalSection.REQUESTS
DONE = 30


@page("recurring.read", SECTION)
@require_GET
def planned(request: ClientRequest) -> HttpResponse:
    """The dates to come of each plan, and what became of the latest."""
    rows = queries.rows(queries.running(request.actor), clock.today())
    context = {
        "section": SECTION,
        "rows": [(row, rhythm_words(row.plan)) for row in rows],
        "done": queries.occurrences(request.actor)[:DONE],
    }
    return render(request, "portal/planned/list.html", context)
