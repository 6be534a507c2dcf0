"""« Pourquoi ? » for a client: the account of what was said to them, on a page and on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.foundation import clock
from clausier.pages.why.paper import paper_of
from clausier.pages.why.reading import AS_IT_STANDS, panel_of_ruling
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest, page
from clausier.portal.why.reading import ruling_for


@page("portal.use")
@require_GET
def why(request: ClientRequest, ruling: int) -> HttpResponse:
    """A stored outcome, explained."""
    return render(request, "portal/why.html", {"panel": _panel(request, ruling)})


@page("portal.use")
@require_GET
def why_pdf(request: ClientRequest, ruling: int) -> HttpResponse:
    """The explanation as a PDF."""
    content = paper_of(_panel(request, ruling), provider=request.provider, at=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_("pourquoi")}-{ruling}.pdf"'
    return response


def _panel(request: ClientRequest, number: int) -> Any:
    found = ruling_for(request.actor, number)
    if found is None:
        raise Http404
    return panel_of_ruling(
        found,
        addresses(request.provider.slug),
        now=clock.now(),
        as_it_stands=AS_IT_STANDS in request.GET,
    )
