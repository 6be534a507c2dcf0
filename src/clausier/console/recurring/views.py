"""Recurring work: the plans of every client, one of them with its dates, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.recurring.forms import PauseForm, PlanForm
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock
from clausier.pages.forms import ActForm, bound
from clausier.pages.recurring import rhythm_words
from clausier.recurring import queries, services
from clausier.recurring.models import Plan

GET_AND_POST = ["GET", "POST"]
AHEAD = 6
BEHIND = 30


@page("recurring.read")
@require_GET
def plans(request: StaffRequest) -> HttpResponse:
    """What comes back, for which client and when next."""
    actor, today = request.actor, clock.today()
    found = queries.running(actor)
    number = request.GET.get("client", "")
    client = directory.clients_visible_to(actor).filter(number=number).first() if number else None
    if client:
        found = found.filter(client=client)
    context = {
        "section": "recurring",
        "crumbs": [(_("Travaux récurrents"), "")],
        "client": client,
        "rows": [(row, rhythm_words(row.plan)) for row in queries.rows(found, today)],
        "ended": queries.plans(actor).exclude(ended_at=None)[:BEHIND],
        "may_write": actor.may("recurring.write"),
    }
    return render(request, "console/recurring/list.html", context)


@page("recurring.read")
@require_GET
def plan(request: StaffRequest, plan: int) -> HttpResponse:
    """One plan: what it says, its next dates, what became of those that passed."""
    return _show(request, get_object_or_404(queries.plans(request.actor), pk=plan))


def _show(request: StaffRequest, found: Plan, pausing: ActForm | None = None) -> HttpResponse:
    actor = request.actor
    context = {
        "section": "recurring",
        "crumbs": [(_("Travaux récurrents"), _list(request)), (found.title, "")],
        "plan": found,
        "rhythm": rhythm_words(found),
        "service": queries.service_label(found, get_language() or "fr"),
        "next": queries.next_dates(found, clock.today(), AHEAD),
        "occurrences": queries.occurrences(actor).filter(plan=found)[:BEHIND],
        "checklist": [line for line in found.checklist.splitlines() if line.strip()],
        "pausing": pausing or PauseForm(),
        "may_write": actor.may("recurring.write") and found.ended_at is None,
    }
    return render(request, "console/recurring/plan.html", context, status=pausing.status if pausing else 200)


@page("recurring.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """Plan work of the client that the address names; without one, choose it first."""
    number = request.GET.get("client", "")
    client = directory.clients_visible_to(request.actor).filter(number=number).first()
    if client is None:
        return _choose(request)
    initial = {
        "starts_on": clock.today(),
        "weekday": clock.today().weekday(),
        "every": 1,
        "lead_days": 0,
        "shown_to_client": True,
    }
    form = bound(request, PlanForm, request.actor, client, initial=initial)
    made = _done(
        form,
        lambda: services.create_plan(by=request.actor, at=clock.now(), client=client, facts=form.facts()),
    )
    if made:
        messages.success(request, _("Travail récurrent planifié."))
        return redirect("plan", request.provider.slug, made.pk)
    return _form(request, form, _("Nouveau travail récurrent"), _("Planifier"), client=client)


def _choose(request: StaffRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    context = {
        "section": "recurring",
        "crumbs": [(_("Travaux récurrents"), _list(request)), (_("Quel client ?"), "")],
        "q": text,
        "clients": directory.clients_named(request.actor, text).filter(ended_on=None)[:40],
    }
    return render(request, "console/recurring/choose.html", context)


@page("recurring.write")
@require_http_methods(GET_AND_POST)
def edit(request: StaffRequest, plan: int) -> HttpResponse:
    """Change what comes; what is open already stays."""
    found = get_object_or_404(queries.running(request.actor), pk=plan)
    form = bound(request, PlanForm, request.actor, found.client, initial=PlanForm.of(found))
    if _done(
        form, lambda: services.change_plan(by=request.actor, at=clock.now(), plan=found, facts=form.facts())
    ):
        messages.success(request, _("Travail récurrent enregistré."))
        return redirect("plan", request.provider.slug, found.pk)
    return _form(request, form, found.title, _("Enregistrer"), client=found.client)


def _done(form: Any, do: Callable[[], Plan]) -> Plan | None:
    """What the form asks, done when it was sent and can be read."""
    if not form.is_bound:
        return None
    if not form.is_valid():
        form.status = 422
        return None
    made: Plan | None = form.attempt(do)
    return made


def _form(request: StaffRequest, form: ActForm, title: str, act: str, *, client: Client) -> HttpResponse:
    return form_page(
        request,
        form,
        section="recurring",
        crumbs=[(_("Travaux récurrents"), _list(request))],
        title=title,
        act=act,
        back_url=_list(request),
        meta=client.name,
    )


@page("recurring.write")
@require_POST
def pause(request: StaffRequest, plan: int) -> HttpResponse:
    """Open nothing until it is resumed."""
    found = get_object_or_404(queries.running(request.actor), pk=plan)
    form = PauseForm(request.POST)
    if form.act(services.pause_plan, by=request.actor, at=clock.now(), plan=found) is None:
        return _show(request, found, form)
    messages.success(request, _("Suspendu : aucun ticket ne s’ouvre jusqu’à la reprise."))
    return redirect("plan", request.provider.slug, found.pk)


@page("recurring.write")
@require_POST
def resume(request: StaffRequest, plan: int) -> HttpResponse:
    """Go on from today."""
    found = get_object_or_404(queries.running(request.actor), pk=plan)
    services.resume_plan(by=request.actor, at=clock.now(), plan=found)
    messages.success(request, _("Repris : les dates de la suspension ne sont pas rattrapées."))
    return redirect("plan", request.provider.slug, found.pk)


@page("recurring.write")
@require_POST
def end(request: StaffRequest, plan: int) -> HttpResponse:
    """It comes back no more."""
    found = get_object_or_404(queries.running(request.actor), pk=plan)
    services.end_plan(by=request.actor, at=clock.now(), plan=found)
    messages.success(request, _("Arrêté : ce travail ne revient plus."))
    return redirect("plan", request.provider.slug, found.pk)


def _list(request: StaffRequest) -> str:
    return reverse("recurring", args=[request.provider.slug])
