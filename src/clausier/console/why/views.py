"""« Pourquoi ? »: beside a page (htmx), on a page of its own, on paper, and as JSON. One content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from clausier.console.books.addresses import addresses
from clausier.console.doors import page
from clausier.console.why.questions import outcome_of
from clausier.foundation import clock, queries
from clausier.foundation.models import Ruling
from clausier.pages.addresses import Addresses
from clausier.pages.parts.why import Panel
from clausier.pages.why.paper import paper_of
from clausier.pages.why.reading import AS_IT_STANDS, panel_of_question, panel_of_ruling


@page("books.read")
def why(request: Any, ruling: int) -> HttpResponse:
    """A stored outcome, explained; a promise, as it was said or as it stands."""
    return _shown(request, _panel(request, _ruling(request, ruling), clock.now()))


@page("books.read")
def why_pdf(request: Any, ruling: int) -> HttpResponse:
    """The explanation as a PDF."""
    found = _ruling(request, ruling)
    now = clock.now()
    content = paper_of(_panel(request, found, now), provider=request.provider, at=now)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_("pourquoi")}-{found.pk}.pdf"'
    return response


@page("books.read")
def why_json(request: Any, ruling: int) -> HttpResponse:
    """The outcome as it was kept: enough to replay it elsewhere."""
    found = _ruling(request, ruling)
    return JsonResponse({"id": found.pk, "made_at": found.made_at, **found.outcome})


@page("books.read")
def why_ask(request: Any) -> HttpResponse:
    """A question not yet kept: `rule`, `contract` (its number, else the provider's book), and its inputs."""
    asked = outcome_of(request.actor, request.GET)
    panel = panel_of_question(
        asked.outcome.as_json(),
        _here(request),
        book=asked.book,
        contract=asked.contract,
        now=clock.now(),
    )
    return _shown(request, panel)


def _ruling(request: Any, number: int) -> Ruling:
    return get_object_or_404(queries.rulings_visible_to(request.actor), pk=number)


def _panel(request: Any, ruling: Ruling, now: datetime) -> Panel:
    return panel_of_ruling(ruling, _here(request), now=now, as_it_stands=AS_IT_STANDS in request.GET)


def _here(request: Any) -> Addresses:
    return addresses(request.provider.slug)


def _shown(request: Any, panel: Any) -> HttpResponse:
    template = "console/why/panel.html" if request.htmx else "console/why_page.html"
    return render(request, template, {"panel": panel, "crumbs": [(panel.question, "")]})
