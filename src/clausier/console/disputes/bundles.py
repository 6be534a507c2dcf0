"""The evidence of a dispute: what would go in, asked for, fetched; each fetching is written down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clausier.console.disputes.forms import ScopeForm
from clausier.console.disputes.views import found
from clausier.console.doors import StaffRequest, page
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.lifecycle.models import Dispute
from clausier.transfer.evidence import services
from clausier.transfer.evidence.matter import MOST_TICKETS, Scope, tickets_of
from clausier.transfer.models import ArchiveState
from clausier.transfer.services import ARCHIVE_KEPT

LATEST = 20


@page("disputes.write")
@require_http_methods(["GET", "POST"])
def evidence(request: StaffRequest, dispute: str) -> HttpResponse:
    """The scope with what it holds; sent, the archive is asked for. The list alone answers htmx."""
    held = found(request, dispute)
    if request.method == "GET" and request.htmx:  # type: ignore[attr-defined]
        return render(request, "console/disputes/bundles.html", _list(request, held))
    usual = services.usual_scope(held, clock.now())
    sent = request.POST if request.method == "POST" else request.GET if "from_on" in request.GET else None
    form = ScopeForm(sent, initial={"from_on": usual.from_on, "until_on": usual.until_on})
    scope = usual
    if sent is not None:
        form.status = 200 if form.is_valid() else 422
        chosen = form.attempt(lambda: _scope(form, held, sent)) if form.status == 200 else None
        if chosen is not None:
            scope = chosen
            if "ask" in sent and request.method == "POST" and not _was_shown(form, sent):
                messages.info(request, _("La période a changé : voici ce que cela donne."))
            elif "ask" in sent and request.method == "POST":
                services.ask_bundle(by=request.actor, at=clock.now(), dispute=held, scope=scope)
                messages.success(request, _("L’archive se prépare : elle paraîtra ici."))
                return redirect("dispute-evidence", request.provider.slug, held.number)
    return _show(request, held, form, scope)


@page("disputes.write")
@require_POST
def fetch(request: StaffRequest, dispute: str, bundle: int) -> HttpResponse:
    """Save the archive."""
    held = found(request, dispute)
    kept = get_object_or_404(services.bundles(request.actor).filter(dispute=held), pk=bundle)
    try:
        opened = services.fetch_bundle(by=request.actor, at=clock.now(), bundle=kept)
    except Refusal as refusal:
        messages.error(request, refusal.says)
        return redirect("dispute-evidence", request.provider.slug, held.number)
    answer: Any = FileResponse(opened, as_attachment=True, filename=kept.name, content_type="application/zip")
    return answer  # type: ignore[no-any-return]


def _scope(form: ScopeForm, dispute: Dispute, sent: Any) -> Scope:
    from_on, until_on = form.days()
    ticked = [int(one) for one in sent.getlist("ticket") if one.isdecimal() and len(one) < 10]
    # Ticks are of the list that was shown: of another period, all of the contract's tickets are taken.
    chosen = ticked if _was_shown(form, sent) else None
    return services.scope_of(
        dispute,
        from_on=from_on,
        until_on=until_on,
        tickets=chosen,
        with_internal=form.cleaned_data["with_internal"],
        at=clock.now(),
    )


def _was_shown(form: ScopeForm, sent: Any) -> bool:
    """Whether the page that was sent listed the tickets of this very period."""
    shown = (sent.get("shown_from", ""), sent.get("shown_until", ""))
    return shown == tuple(day.isoformat() for day in form.days())


def _show(request: StaffRequest, dispute: Dispute, form: ScopeForm, scope: Scope) -> HttpResponse:
    slug = request.provider.slug
    listed = list(tickets_of(dispute, scope.from_on, scope.until_on)[: MOST_TICKETS + 1])
    context = {
        "section": "disputes",
        "crumbs": [
            (_("Litiges"), reverse("disputes", args=[slug])),
            (dispute.number, reverse("dispute", args=[slug, dispute.number])),
            (_("Preuves"), ""),
        ],
        "form": form,
        "scope": scope,
        "tickets": [(one, one.number in scope.tickets) for one in listed[:MOST_TICKETS]],
        "too_many": len(listed) > MOST_TICKETS,
        "counts": services.preview(by=request.actor, dispute=dispute, scope=scope),
        **_list(request, dispute),
    }
    return render(request, "console/disputes/evidence.html", context, status=form.status)


def _list(request: StaffRequest, dispute: Dispute) -> dict[str, Any]:
    kept = list(services.bundles(request.actor).filter(dispute=dispute)[:LATEST])
    return {
        "dispute": dispute,
        "bundles": kept,
        "waits": any(one.state == ArchiveState.WAITING for one in kept),
        "now": clock.now(),
        "days": ARCHIVE_KEPT.days,
    }
