"""Reports: what was promised and kept, how long things took, when people call; on paper and in files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console.books.addresses import clause_url
from clausier.console.doors import StaffRequest, page
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.overview import queries as overview
from clausier.overview.queries import Asked
from clausier.pages.report.asking import ReportForm, usual_periods
from clausier.pages.report.files import workbook_of
from clausier.pages.report.paper import paper_of
from clausier.pages.report.reading import Opens, Shown, period, shown
from clausier.pages.report.tables import tables
from clausier.prepaid.queries import Used
from clausier.transfer import sheets


@page("reports.read")
@require_GET
def report(request: StaffRequest) -> HttpResponse:
    """The report asked for: the last three months of every client when nothing is."""
    today = clock.today()
    form = ReportForm(request.GET, actor=request.actor, today=today)
    asked = form.asked if form.is_valid() else None
    context: dict[str, Any] = {
        "section": "reports",
        "crumbs": [(_("Rapports"), "")],
        "form": form,
        "query": query_of(asked) if asked else "",
        "periods": [
            (name, _narrowed(asked, du=first, au=last)) for name, first, last in usual_periods(today)
        ],
    }
    if asked:
        found = _shown(request, asked)
        context |= {"shown": found, "period": period(asked), "tables": tables(found)}
    return render(request, "console/reports/report.html", context, status=200 if asked else 422)


@page("reports.read")
@require_GET
def report_pdf(request: StaffRequest) -> HttpResponse:
    """The report on paper."""
    content = paper_of(_shown(request, _asked(request)), provider=request.provider, at=clock.now())
    return _file(content, "application/pdf", f"{_('rapport')}.pdf", inline=True)


@page("reports.read")
@require_GET
def report_xlsx(request: StaffRequest) -> HttpResponse:
    """Every table of the report, a sheet each."""
    found = tables(_shown(request, _asked(request)))
    content = workbook_of(found)
    return _file(content, sheets.CONTENT_TYPES[sheets.XLSX], f"{_('rapport')}.xlsx")


@page("reports.read")
@require_GET
def report_csv(request: StaffRequest, table: str) -> HttpResponse:
    """One table of the report."""
    found = next((one for one in tables(_shown(request, _asked(request))) if one.key == table), None)
    if found is None:
        raise Http404
    content = sheets.csv_of(found.headings, found.rows)
    return _file(content, sheets.CONTENT_TYPES[sheets.CSV], f"{table}.csv")


def _asked(request: StaffRequest) -> Asked:
    form = ReportForm(request.GET, actor=request.actor, today=clock.today())
    if not form.is_valid() or form.asked is None:
        raise Http404
    return form.asked


def query_of(asked: Asked) -> str:
    """The address's query that asks for this report."""
    return _narrowed(asked, du=asked.first, au=asked.last)


def _narrowed(asked: Asked | None, **days: Any) -> str:
    """The query for other days, of the same agency, client and tag."""
    kept = {name: on.isoformat() for name, on in days.items()}
    if asked and asked.agency:
        kept["agence"] = str(asked.agency.pk)
    if asked and asked.client:
        kept["client"] = asked.client.number
    if asked and asked.tag:
        kept["etiquette"] = str(asked.tag.pk)
    return urlencode(kept)


def _shown(request: StaffRequest, asked: Asked) -> Shown:
    slug = request.provider.slug
    tickets, days = reverse("tickets", args=[slug]), urlencode({"du": asked.first, "au": asked.last})

    def account(used: Used) -> str:
        return f"{reverse('points-account', args=[slug, used.account.contract.number])}?{days}"

    opens = Opens(
        tickets=lambda filters: f"{tickets}?{urlencode(filters)}",
        clause=lambda book, clause: clause_url(slug, book.digest, clause),
        account=account if request.actor.may("prepaid.read") else lambda used: "",
        contestations=lambda filters: f"{reverse('contestations', args=[slug])}?{urlencode(filters)}",
    )
    return shown(overview.report(request.actor, asked, clock.now()), opens)


def _file(content: bytes, content_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file named after what it is and the day it was made."""
    stem, _dot, extension = name.rpartition(".")
    on = clock.now().astimezone(PARIS).date().isoformat()
    response = HttpResponse(content, content_type=content_type)
    kept = "inline" if inline else "attachment"
    response["Content-Disposition"] = f'{kept}; filename="{stem}-{on}.{extension}"'
    return response
