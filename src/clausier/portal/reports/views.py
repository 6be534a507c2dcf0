"""The client's own report: what was promised to it and kept, how long things took, its points."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.overview import queries as overview
from clausier.overview.queries import Asked
from clausier.pages.report.asking import ReportForm, usual_periods
from clausier.pages.report.paper import paper_of
from clausier.pages.report.reading import Opens, Shown, period, shown
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest, page

SECTION = PortalSection.REPORTS


@page("reports.read", SECTION)
@require_GET
def report(request: ClientRequest) -> HttpResponse:
    """The report of the period asked for, the last three months when none is."""
    today = clock.today()
    form = ReportForm(request.GET, actor=request.actor, today=today)
    asked = form.asked if form.is_valid() else None
    context: dict[str, Any] = {
        "section": SECTION,
        "form": form,
        "periods": [(name, _days(first, last)) for name, first, last in usual_periods(today)],
    }
    if asked:
        context |= {
            "shown": _shown(request, asked),
            "period": period(asked),
            "query": _days(asked.first, asked.last),
        }
    return render(request, "portal/report.html", context, status=200 if asked else 422)


@page("reports.read", SECTION)
@require_GET
def report_pdf(request: ClientRequest) -> HttpResponse:
    """The same on paper."""
    form = ReportForm(request.GET, actor=request.actor, today=clock.today())
    if not form.is_valid() or form.asked is None:
        raise Http404
    now = clock.now()
    content = paper_of(_shown(request, form.asked), provider=request.provider, at=now)
    response = HttpResponse(content, content_type="application/pdf")
    on = now.astimezone(PARIS).date().isoformat()
    response["Content-Disposition"] = f'inline; filename="{_("rapport")}-{on}.pdf"'
    return response


def _days(first: Any, last: Any) -> str:
    return urlencode({"du": first.isoformat(), "au": last.isoformat()})


def _shown(request: ClientRequest, asked: Asked) -> Shown:
    own = Asked(asked.first, asked.last, client=request.client)
    places = addresses(request.provider.slug)
    reads_terms = request.actor.may("contracts.read") and request.client.opens(PortalSection.CONTRACTS)
    opens = Opens(clause=lambda book, clause: places.clause_url(book.digest, clause) if reads_terms else "")
    found = overview.report(
        request.actor, own, clock.now(), with_points=request.client.opens(PortalSection.POINTS)
    )
    return shown(found, opens)
