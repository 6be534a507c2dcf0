"""Archives: everything of the provider, or of one client, asked for and fetched."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.transfer import queries, services
from clausier.transfer.models import ArchiveState

LATEST = 30


@page("transfer.export_client")
@require_GET
def exports(request: StaffRequest) -> HttpResponse:
    """The archives that were asked for; `?client=` names the client whose file is wanted."""
    return _show(request)


@page("transfer.export_client")
@require_POST
def ask(request: StaffRequest) -> HttpResponse:
    """Ask for an archive: of everything, or of one client."""
    by, at = request.actor, clock.now()
    try:
        if request.POST.get("whole"):
            services.ask_archive(by=by, at=at)
        else:
            number = request.POST.get("client", "").strip()
            client = directory.clients_visible_to(by).filter(number__iexact=number).first()
            if client is None:
                raise InvalidInput(_("Aucun de vos clients ne porte ce numéro."), field="client")
            services.ask_client_archive(
                by=by, at=at, client=client, with_internal=bool(request.POST.get("internal"))
            )
    except Refusal as refusal:
        return _show(request, refusal)
    messages.success(request, _("L’archive se prépare : elle paraîtra ici."))
    return redirect("exports", request.provider.slug)


@page("transfer.export_client")
@require_POST
def fetch(request: StaffRequest, archive: int) -> HttpResponse:
    """Save an archive; that it was taken is written in the journal."""
    found = get_object_or_404(queries.archives(request.actor), pk=archive)
    try:
        opened = services.fetch_archive(by=request.actor, at=clock.now(), archive=found)
    except Refusal as refusal:
        return _show(request, refusal)
    answer: Any = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type="application/zip"
    )
    return answer  # type: ignore[no-any-return]


def _show(request: StaffRequest, refusal: Refusal | None = None) -> HttpResponse:
    archives = list(queries.archives(request.actor)[:LATEST])
    context = {
        "section": "moving",
        "crumbs": [(_("Emporter"), "")],
        "archives": archives,
        "waits": any(one.state == ArchiveState.WAITING for one in archives),
        "refusal": refusal,
        "client_number": request.POST.get("client", request.GET.get("client", "")),
        "internal": bool(request.POST.get("internal")),
        "may_take_everything": request.actor.may("transfer.export"),
        "may_import": request.actor.may("transfer.import"),
        "now": clock.now(),
        "days": services.ARCHIVE_KEPT.days,
    }
    part = "archives.html" if request.htmx else "exports.html"  # type: ignore[attr-defined]
    return render(request, f"console/transfer/{part}", context, status=refusal.status if refusal else 200)
