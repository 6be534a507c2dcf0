"""The journal: who did what, when, when it was written, and whether the chain holds."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console import sheets
from clausier.console.doors import StaffRequest, page
from clausier.console.journal import reading
from clausier.foundation import clock
from clausier.foundation import journal as foundation


@page("journal.read")
@require_GET
def journal(request: StaffRequest) -> HttpResponse:
    """The entries, newest first; `?verifier=1` reads the whole chain and says whether it holds."""
    filters = reading.Filters.of(request.GET)
    if form := sheets.form_asked(request):
        lines = reading.lines_of(request.actor, filters)
        return sheets.listed(form, _("journal"), clock.today(), reading.HEADINGS, lines)
    context = {
        "section": "journal",
        "crumbs": [(_("Journal"), "")],
        "filters": filters,
        "page": reading.page_of(request.actor, filters, request.GET.get("avant", "")),
        "query": filters.query(),
        "drop_code": filters.query(code=""),
        "drop_who": filters.query(who=""),
        "drop_about": filters.query(about=""),
        "flip_backdated": filters.query(backdated="" if filters.backdated else "1"),
        "verdict": foundation.verify_of(request.provider) if request.GET.get("verifier") else None,
    }
    return render(request, "console/journal/list.html", context)
