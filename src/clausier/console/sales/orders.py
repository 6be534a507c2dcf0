"""Orders: what both signed, what of it waits for an invoice, and the changes both agreed to."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.sales.forms import AgreeForm, ChangeForm
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.pages import sales as shown
from clausier.pages.forms import ActForm, bound, paper_facts
from clausier.sales import queries, services
from clausier.sales.models import Order, OrderChange
from clausier.sales.services import LineGiven, signing

ROWS = 50


@page("sales.read")
@require_GET
def orders(request: StaffRequest) -> HttpResponse:
    """Every order, the latest first, and the one-off lines that wait for an invoice."""
    found = Paginator(queries.orders(request.actor), ROWS).get_page(request.GET.get("page", ""))
    waiting = list(queries.to_invoice(request.actor)[:ROWS])
    context = {
        "section": "quotes",
        "crumbs": [(_("Devis"), reverse("quotes", args=[request.provider.slug])), (_("Commandes"), "")],
        "rows": [
            (one, shown.sums(queries.totals_of_order(one)), queries.is_cancelled(one))
            for one in found.object_list
        ],
        "listed": found,
        "waiting": waiting,
    }
    return render(request, "console/sales/orders.html", context)


@page("sales.read")
@require_GET
def order(request: StaffRequest, order: str) -> HttpResponse:
    """One order, as it was signed, with its changes."""
    return _show(request, _order(request, order))


def _show(
    request: StaffRequest, found: Order, agreeing: ActForm | None = None, change: int = 0
) -> HttpResponse:
    actor = request.actor
    context = {
        "section": "quotes",
        "crumbs": [
            (_("Devis"), reverse("quotes", args=[request.provider.slug])),
            (_("Commandes"), reverse("orders", args=[request.provider.slug])),
            (found.number, ""),
        ],
        "order": found,
        "lines": shown.sold_lines(found.lines.all()),
        "totals": shown.totals_of(queries.totals_of_order(found)),
        "changes": [
            (one, shown.sold_lines(one.lines.all()), signing.waiting_request(one))
            for one in queries.changes(actor).filter(order=found).order_by("number")
        ],
        "is_cancelled": queries.is_cancelled(found),
        "agreeing": agreeing or AgreeForm(initial={"signed_on": clock.today()}),
        "agreeing_change": change,
        "may_see_signatures": actor.may("signatures.read"),
        "may_write": actor.may("sales.write"),
        "may_answer": actor.may("sales.answer"),
        "may_confirm": actor.may("sales.confirm"),
    }
    return render(request, "console/sales/order.html", context, status=agreeing.status if agreeing else 200)


@page("sales.write")
@require_http_methods(["GET", "POST"])
def propose(request: StaffRequest, order: str) -> HttpResponse:
    """Ask for a change, a supplement or a cancellation: a document of its own."""
    found = _order(request, order)
    form = bound(request, ChangeForm)
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        elif form.attempt(lambda: _propose(request, form, found)):
            messages.success(request, _("Document prêt : il ne vaut qu’avec l’accord des deux parties."))
            return redirect("order", request.provider.slug, found.number)
    return form_page(
        request,
        form,
        section="quotes",
        crumbs=[
            (_("Commandes"), reverse("orders", args=[request.provider.slug])),
            (found.number, reverse("order", args=[request.provider.slug, found.number])),
        ],
        title=_("Modifier la commande %(order)s") % {"order": found},
        act=_("Préparer le document"),
        back_url=reverse("order", args=[request.provider.slug, found.number]),
        meta=found.client.name,
    )


def _propose(request: StaffRequest, form: Any, found: Order) -> OrderChange:
    said = form.cleaned_data
    lines = (
        [
            LineGiven(
                label=said["label"],
                quantity=said["quantity"] or Decimal(1),
                unit_price=said["unit_price"] or Decimal(0),
            )
        ]
        if said["label"]
        else []
    )
    return services.propose_change(
        by=request.actor,
        at=clock.now(),
        order=found,
        kind=said["kind"],
        asked_by_side=said["asked_by_side"],
        text=said["text"],
        for_lateness=said["for_lateness"],
        site_url=request.build_absolute_uri("/"),
        lines=lines,
    )


@page("sales.answer")
@require_POST
def agree_client(request: StaffRequest, order: str, change: int) -> HttpResponse:
    """File the change that the client signed."""
    found, one = _change(request, order, change)
    form = AgreeForm(request.POST, request.FILES)
    if not form.is_valid():
        form.status = 422
        return _show(request, found, form, change)
    at = min(clock.now(), datetime.combine(form.cleaned_data["signed_on"], time(12), PARIS))
    facts = {"change": one, "signer_name": form.cleaned_data["signer_name"], **paper_facts(form)}
    if form.attempt(lambda: services.agree_for_client(by=request.actor, at=at, **facts)) is None:
        return _show(request, found, form, change)
    messages.success(request, _("Accord du client enregistré."))
    return redirect("order", request.provider.slug, found.number)


@page("sales.confirm")
@require_POST
def agree_provider(request: StaffRequest, order: str, change: int) -> HttpResponse:
    """The provider agrees."""
    found, one = _change(request, order, change)
    services.agree_for_provider(by=request.actor, at=clock.now(), change=one)
    messages.success(request, _("Accord du prestataire enregistré."))
    return redirect("order", request.provider.slug, found.number)


@page("sales.answer")
@require_POST
def decline(request: StaffRequest, order: str, change: int) -> HttpResponse:
    """One of the two does not agree."""
    found, one = _change(request, order, change)
    reason = request.POST.get("reason", "").replace("\0", "")
    services.decline_change(by=request.actor, at=clock.now(), change=one, reason=reason)
    messages.success(request, _("La commande reste telle qu’elle a été signée."))
    return redirect("order", request.provider.slug, found.number)


def _order(request: StaffRequest, number: str) -> Order:
    return get_object_or_404(queries.orders(request.actor), number=number)


def _change(request: StaffRequest, number: str, change: int) -> tuple[Order, OrderChange]:
    found = _order(request, number)
    return found, get_object_or_404(queries.changes(request.actor), order=found, number=change)
