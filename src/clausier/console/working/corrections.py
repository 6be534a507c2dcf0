"""Correcting one validated session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clausier.console.doors import StaffRequest, page
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.tickets.sheets import Posted, km_of
from clausier.console.working.typed import CHANGE, entries_of, sheet_of
from clausier.desk import queries, services
from clausier.desk.models import WorkSession
from clausier.desk.states import SessionState
from clausier.directory.models import Grade
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.refusals import in_terms
from clausier.terms.errors import TermsError


@page("desk.correct")
@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, number: int, session: int) -> HttpResponse:
    """What the session should have been, and why; everything of it comes back first."""
    ticket = ticket_or_404(request, number)
    found = queries.session_by_id(request.actor, session)
    if found is None or found.ticket_id != ticket.pk or found.state != SessionState.VALIDATED:
        raise Http404
    if request.method == "GET":
        return _show(request, found)
    try:
        _correct(request, found)
    except (Refusal, TermsError) as error:
        return _show(request, found, in_terms(error) if isinstance(error, TermsError) else error)
    messages.success(request, _("Séance corrigée : le client le lit dans sa demande."))
    return redirect("ticket", request.provider.slug, number)


def _correct(request: StaffRequest, session: WorkSession) -> None:
    posted = Posted(request.POST)
    sheet = sheet_of(session, request.POST, default=CHANGE)
    services.correct_work(
        by=request.actor,
        at=clock.now(),
        session=session,
        reason=posted.text("reason"),
        entries=entries_of(sheet, request.POST),
        grade=posted.text("grade"),
        zone=posted.number("zone"),
        km=km_of(posted),
    )


def _show(request: StaffRequest, session: WorkSession, refusal: Refusal | None = None) -> HttpResponse:
    slug, ticket = request.provider.slug, session.ticket
    back_url = reverse("ticket", args=[slug, ticket.number])
    data = request.POST if request.method == "POST" else None
    asked: Mapping[str, Any] = data or {}
    item = next((one for one in session.hourly_items.all() if one.corrects_id is None), None)
    context: dict[str, Any] = {
        "section": "tickets",
        "crumbs": [
            (_("Tickets"), reverse("tickets", args=[slug])),
            (str(ticket), back_url),
            (_("Corriger une séance"), ""),
        ],
        "ticket": ticket,
        "session": session,
        "sheet": sheet_of(session, data, default=CHANGE),
        "reason": asked.get("reason", ""),
        "item": item,
        "grades": Grade.choices,
        "typed": {
            "grade": asked.get("grade", item.grade if item else ""),
            "zone": asked.get("zone", item.zone if item else ""),
            "km": asked.get("km", f"{item.km:f}".replace(".", ",") if item else ""),
        },
        "refusal": refusal,
        "is_corrected": getattr(session, "correction", None) is not None,
        "back_url": back_url,
    }
    return render(request, "console/working/correct.html", context, status=refusal.status if refusal else 200)
