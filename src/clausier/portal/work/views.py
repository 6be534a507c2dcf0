"""Work as its client reads it: contesting it, and the hours that will be invoiced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.desk import queries, services
from clausier.desk.models import Ticket, WorkEntry
from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, LongText, bound
from clausier.pages.work import entry_label
from clausier.portal.doors import ClientRequest, page

SECTION = PortalSection.REQUESTS
MOST = 500  # items shown at once


class ContestForm(ActForm):
    """What is contested and why."""

    entries = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Ce que vous contestez"),
        queryset=WorkEntry.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = LongText(label=gettext_lazy("Ce qui ne va pas"), max_length=4000)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].queryset = queries.contestable_entries(ticket)  # type: ignore[attr-defined]
        self.fields["entries"].label_from_instance = entry_label  # type: ignore[attr-defined]


@page("desk.contest", SECTION)
@require_http_methods(["GET", "POST"])
def contest(request: ClientRequest, number: int) -> HttpResponse:
    """Say that work of a request was not as it was recorded."""
    ticket = _ticket(request, number)
    form: ContestForm = bound(request, ContestForm, ticket)
    of = {"by": request.actor, "at": clock.now(), "ticket": ticket}
    made = form.act(services.contest_work, **of) if form.is_bound else None
    if made:
        messages.success(request, _("Contestation envoyée : vous aurez la réponse ici et par courriel."))
        return redirect("portal-ticket", request.provider.slug, number)
    context = {"section": SECTION, "ticket": ticket, "form": form}
    return render(request, "portal/worked/contest.html", context, status=form.status)


@page("desk.contest", SECTION)
@require_POST
def withdraw(request: ClientRequest, number: int, contestation: int) -> HttpResponse:
    """No longer contest."""
    ticket = _ticket(request, number)
    found = get_object_or_404(queries.contestations(request.actor), pk=contestation, ticket=ticket)
    try:
        services.withdraw_contestation(by=request.actor, at=clock.now(), contestation=found)
    except Refusal as refusal:
        messages.error(request, refusal.says)
    else:
        messages.success(request, _("Contestation retirée."))
    return redirect("portal-ticket", request.provider.slug, number)


@page("hourly.read", PortalSection.POINTS)
@require_GET
def hours(request: ClientRequest) -> HttpResponse:
    """The work by the hour that invoices will take up, the latest first."""
    items = list(queries.hourly_items(request.actor).order_by("-worked_on", "-pk")[:MOST])
    context = {
        "section": PortalSection.POINTS,
        "items": items,
        "amount": sum((one.amount for one in items), Decimal(0)),
    }
    return render(request, "portal/worked/hours.html", context)


def _ticket(request: ClientRequest, number: int) -> Ticket:
    found = queries.ticket_by_number(request.actor, number)
    if found is None:
        raise Http404
    return found
