"""Merging two tickets, taking a merge back, splitting messages off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.teamwork import forms
from clausier.console.tickets import thread
from clausier.console.tickets.listing import rows_of
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.tickets.views import show
from clausier.console.typed import whole
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import Ticket, TicketEvent
from clausier.desk.services.splitting import SPLITS
from clausier.desk.states import TicketState
from clausier.foundation import clock
from clausier.foundation.errors import Refusal

OFFERED = 12
"""Open tickets of the client that are proposed; any other is merged into by its number."""


@page("desk.qualify")
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, number: int) -> HttpResponse:
    """Choose the ticket that goes on, and merge this one into it."""
    ticket = ticket_or_404(request, number)
    if request.method == "GET":
        form = forms.MergeForm(
            ticket=ticket, actor=request.actor, initial={"into": request.GET.get("dans", "")}
        )
        return _merge_page(request, ticket, form)
    form = forms.MergeForm(request.POST, ticket=ticket, actor=request.actor)
    if not form.is_valid():
        form.status = 422
        return _merge_page(request, ticket, form)
    made = form.attempt(
        lambda: services.merge_tickets(
            by=request.actor,
            at=clock.now(),
            ticket=ticket,
            into=form.found,
            reason=form.cleaned_data["reason"],
        )
    )
    if made is None:
        return _merge_page(request, ticket, form)
    undo = reverse("ticket-merge-undo", args=[request.provider.slug, ticket.number])
    says = _("Le %(number)s continue ici.") % {"number": ticket}
    messages.success(request, says, extra_tags=undo)
    return redirect("ticket", request.provider.slug, made.into.number)


def _merge_page(request: StaffRequest, ticket: Ticket, form: forms.MergeForm) -> HttpResponse:
    now = clock.now()
    others = desk.tickets_visible_to(request.actor).filter(client=ticket.client)
    others = others.exclude(pk=ticket.pk).exclude(state=TicketState.CLOSED).order_by("-called_at")
    context = {
        **_frame(request, ticket, _("Fusionner")),
        "form": form,
        "rows": rows_of(list(others[:OFFERED]), now),
        "now": now,
    }
    return render(request, "console/teamwork/merge.html", context, status=form.status)


def _frame(request: StaffRequest, ticket: Ticket, title: str) -> dict[str, Any]:
    slug = request.provider.slug
    return {
        "section": "tickets",
        "ticket": ticket,
        "crumbs": [
            (_("Tickets"), reverse("tickets", args=[slug])),
            (str(ticket), reverse("ticket", args=[slug, ticket.number])),
            (title, ""),
        ],
    }


@page("desk.qualify")
@require_POST
def undo_merge(request: StaffRequest, number: int) -> HttpResponse:
    """Take back the merge of this ticket into another."""
    ticket = ticket_or_404(request, number)
    found = desk.merge_of(ticket)
    if found is None:
        raise Http404
    try:
        services.undo_merge(by=request.actor, at=clock.now(), merge=found)
    except Refusal as refusal:
        return show(request, ticket, refusal=refusal, status=refusal.status)
    messages.success(request, _("Fusion annulée : les deux tickets sont comme avant."))
    return redirect("ticket", request.provider.slug, number)


@page("desk.qualify")
@require_http_methods(["GET", "POST"])
def split(request: StaffRequest, number: int) -> HttpResponse:
    """Choose messages, and open a ticket of the same client with them."""
    ticket = ticket_or_404(request, number)
    chosen = {pk for text in request.POST.getlist("events") if (pk := whole(text)) is not None}
    if request.method == "GET":
        return _split_page(request, ticket, forms.SplitForm(ticket=ticket, actor=request.actor), chosen)
    form = forms.SplitForm(request.POST, ticket=ticket, actor=request.actor)
    if not form.is_valid():
        form.status = 422
        return _split_page(request, ticket, form, chosen)
    new = form.attempt(
        lambda: services.split_ticket(
            by=request.actor,
            at=clock.now(),
            ticket=ticket,
            events=list(TicketEvent.objects.filter(pk__in=chosen, ticket=ticket)),
            title=form.cleaned_data["title"],
        )
    )
    if new is None:
        return _split_page(request, ticket, form, chosen)
    messages.success(request, _("Ticket %(number)s ouvert avec ces messages.") % {"number": new})
    return redirect("ticket", request.provider.slug, new.number)


def _split_page(
    request: StaffRequest, ticket: Ticket, form: forms.SplitForm, chosen: set[int]
) -> HttpResponse:
    events = desk.thread(ticket, request.actor).filter(kind__in=SPLITS, ticket=ticket)
    said = thread.entries(events, request.provider.slug)
    context = {
        **_frame(request, ticket, _("Détacher des messages")),
        "form": form,
        "entries": [(entry, int(entry.id[1:]), int(entry.id[1:]) in chosen) for entry in said],
    }
    return render(request, "console/teamwork/split.html", context, status=form.status)
