"""Webhooks: who is told of what, and what became of each delivery."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.webhooks.forms import AREA_NAMES, WebhookChanges, WebhookForm
from clausier.foundation import clock
from clausier.integrations import queries, services
from clausier.integrations.events import EVENTS, EVERYTHING, PING
from clausier.integrations.models import DeliveryState, Webhook, WebhookDelivery
from clausier.pages.forms import bound

ROWS = 50
GET_AND_POST = ["GET", "POST"]
MARKS = {"delivered": "met", "waiting": "suspended", "given-up": "late"}


@page("integrations.write")
@require_GET
def webhooks(request: StaffRequest) -> HttpResponse:
    """The addresses that are told, with what waits or failed."""
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    failed = Count("deliveries", filter=Q(deliveries__state=DeliveryState.GIVEN_UP))
    found = queries.webhooks(request.actor).annotate(waiting=waiting, failed=failed)
    context = {
        "section": "webhooks",
        "crumbs": [(_("Webhooks"), "")],
        "rows": [{"webhook": one, "events": _in_words(one)} for one in found],
    }
    return render(request, "console/webhooks/list.html", context)


def _in_words(webhook: Webhook) -> list[Any]:
    return [_event(code) for code in webhook.codes]


def _event(code: str) -> Any:
    if code == EVERYTHING:
        return _("tous les événements")
    if code == PING:
        return _("essai")
    area, _sep, rest = code.partition(".")
    if rest == "*":
        return _("tout de « %(area)s »") % {"area": AREA_NAMES.get(area, area)}
    return EVENTS.get(code, code)


@page("integrations.write")
@require_http_methods(GET_AND_POST)
@never_cache
def create(request: StaffRequest) -> HttpResponse:
    """A new address; its secret is on the page that answers."""
    form = bound(request, WebhookForm)
    made = form.act(services.create_webhook, by=request.actor, at=clock.now()) if form.is_bound else None
    if made:
        return _shown_once(request, made)
    return form_page(
        request,
        form,
        section="webhooks",
        crumbs=_crumbs(request),
        title=_("Nouveau webhook"),
        act=_("Créer le webhook"),
        back_url=reverse("webhooks", args=[request.provider.slug]),
        template="console/webhooks/form.html",
    )


@page("integrations.write")
@require_http_methods(GET_AND_POST)
def change(request: StaffRequest, webhook: int) -> HttpResponse:
    """Another address, other events, or a rest."""
    found = _webhook(request, webhook)
    initial = {
        "label": found.label,
        "url": found.url,
        "codes": found.codes,
        "is_active": found.is_active,
    }
    form = bound(request, WebhookChanges, initial=initial)
    back = reverse("webhook", args=[request.provider.slug, found.pk])
    if form.is_bound and form.act(services.change_webhook, by=request.actor, at=clock.now(), webhook=found):
        messages.success(request, _("Webhook enregistré."))
        return redirect(back)
    return form_page(
        request,
        form,
        section="webhooks",
        crumbs=[*_crumbs(request), (found.label, back)],
        title=_("Modifier"),
        act=_("Enregistrer"),
        back_url=back,
        template="console/webhooks/form.html",
    )


@page("integrations.write")
@require_GET
def webhook(request: StaffRequest, webhook: int) -> HttpResponse:
    """One address and the log of its deliveries, latest first."""
    found = _webhook(request, webhook)
    before = request.GET.get("avant", "")
    deliveries = queries.deliveries(found)
    if before.isdecimal():
        deliveries = deliveries.filter(pk__lt=min(int(before), 2**63 - 1))
    rows = list(deliveries[: ROWS + 1])
    context = {
        "section": "webhooks",
        "crumbs": [*_crumbs(request), (found.label, "")],
        "webhook": found,
        "events": _in_words(found),
        "rows": [_delivery(one) for one in rows[:ROWS]],
        "older": rows[ROWS - 1].pk if len(rows) > ROWS else None,
    }
    return render(request, "console/webhooks/page.html", context)


def _delivery(one: WebhookDelivery) -> dict[str, Any]:
    tries = sorted(one.tries.all(), key=lambda row: row.pk)
    return {
        "delivery": one,
        "event": _event(one.code),
        "mark": MARKS[one.state],
        "tries": tries,
        "last": tries[-1] if tries else None,
        "may_resend": one.state != DeliveryState.WAITING,
    }


@page("integrations.write")
@require_POST
@never_cache
def renew(request: StaffRequest, webhook: int) -> HttpResponse:
    """Another secret, shown once."""
    found = _webhook(request, webhook)
    return _shown_once(request, services.renew_secret(by=request.actor, at=clock.now(), webhook=found))


def _shown_once(request: StaffRequest, found: Webhook) -> HttpResponse:
    context = {
        "section": "webhooks",
        "crumbs": [*_crumbs(request), (found.label, "")],
        "webhook": found,
        "secret": services.secret_of(found),
        "reference_url": reverse("api-reference"),
    }
    return render(request, "console/webhooks/made.html", context)


@page("integrations.write")
@require_POST
def attempt(request: StaffRequest, webhook: int) -> HttpResponse:
    """Send an event that means nothing, to see what the other side answers."""
    found = _webhook(request, webhook)
    services.try_webhook(by=request.actor, at=clock.now(), webhook=found)
    messages.success(request, _("Essai envoyé : sa réponse paraîtra ici."))
    return redirect("webhook", request.provider.slug, found.pk)


@page("integrations.write")
@require_POST
def send_again(request: StaffRequest, webhook: int, delivery: int) -> HttpResponse:
    """Send a delivery once more."""
    found = _webhook(request, webhook)
    one = get_object_or_404(found.deliveries.select_related("webhook"), pk=delivery)
    services.send_again(by=request.actor, at=clock.now(), delivery=one)
    messages.success(request, _("La remise est de nouveau en route."))
    return redirect("webhook", request.provider.slug, found.pk)


@page("integrations.write")
@require_POST
def remove(request: StaffRequest, webhook: int) -> HttpResponse:
    """Tell that address nothing more."""
    found = _webhook(request, webhook)
    services.remove_webhook(by=request.actor, at=clock.now(), webhook=found)
    messages.success(request, _("« %(label)s » ne reçoit plus rien.") % {"label": found.label})
    return redirect("webhooks", request.provider.slug)


def _webhook(request: StaffRequest, pk: int) -> Webhook:
    return get_object_or_404(queries.webhooks(request.actor), pk=pk)


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Webhooks"), reverse("webhooks", args=[request.provider.slug]))]
