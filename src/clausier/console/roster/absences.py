"""Absences: who is away and when, entered and taken back, what they touch, what is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.roster import reading
from clausier.console.roster.forms import AbsenceForm, HandOverForm
from clausier.desk.models import Ticket
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.pages.forms import bound
from clausier.roster import policies, queries, services
from clausier.roster.models import Absence
from clausier.roster.policies import Turn

GET_AND_POST = ["GET", "POST"]
MOST_PAST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """An absence as the reader may know it."""

    absence: Absence
    from_on: date
    from_noon: bool
    until_on: date
    until_noon: bool
    kind: str
    note: str
    is_now: bool
    touches: int
    may_change: bool


@page("roster.read")
@require_GET
def absences(request: StaffRequest) -> HttpResponse:
    """Who is away now and later, and what that touches."""
    actor, now = request.actor, clock.now()
    past = queries.absences(actor).filter(ends_at__lte=now).order_by("-starts_at")[:MOST_PAST]
    context = {
        **reading.tabs(request, "absences"),
        "rows": [_row(actor, one, now) for one in queries.absences_from(actor, now)],
        "past": [_row(actor, one, now) for one in past],
        "may_enter": actor.may("roster.absent"),
    }
    return render(request, "console/roster/absences.html", context)


def _row(actor: Actor, absence: Absence, now: datetime) -> Row:
    from_on, from_noon, until_on, until_noon = policies.halves_of(absence.starts_at, absence.ends_at)
    known = queries.may_read_why(actor, absence)
    over = absence.ends_at <= now
    touches = 0 if over else queries.visits_during(absence).count() + len(_turns_during(actor, absence, now))
    return Row(
        absence=absence,
        from_on=from_on,
        from_noon=from_noon,
        until_on=until_on,
        until_noon=until_noon,
        kind=absence.get_kind_display() if known else _("absent"),
        note=absence.note if known else "",
        is_now=absence.starts_at <= now < absence.ends_at,
        touches=touches,
        may_change=known and actor.may("roster.absent") and not over,
    )


def _turns_during(actor: Actor, absence: Absence, now: datetime) -> list[tuple[Any, Turn]]:
    """The turns of the on-call that the person would have then."""
    since = max(absence.starts_at, now)
    if since >= absence.ends_at:
        return []
    return [
        (rota, turn)
        for rota in queries.rotas(actor)
        for turn in queries.turns(rota, since, absence.ends_at)
        if turn.person_id == absence.person_id
    ]


@page("roster.absent")
@require_http_methods(GET_AND_POST)
def enter(request: StaffRequest) -> HttpResponse:
    """Someone will not be there."""
    initial = {"person": request.user.pk, "from_on": clock.today(), "until_on": clock.today()}
    form = bound(request, AbsenceForm, request.actor, initial=initial)
    made = form.is_bound and form.act(services.enter_absence, by=request.actor, at=clock.now())
    if made:
        messages.success(request, _("Absence notée."))
        return redirect("absence", request.provider.slug, made.pk)
    back = reverse("absences", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="on-call",
        crumbs=[(_("Absences"), back)],
        title=_("Noter une absence"),
        act=_("Noter l’absence"),
        back_url=back,
    )


@page("roster.read")
@require_http_methods(GET_AND_POST)
def absence(request: StaffRequest, absence: int) -> HttpResponse:
    """What an absence touches: appointments, turns of the on-call, open tickets to hand over."""
    actor, now = request.actor, clock.now()
    found = get_object_or_404(queries.absences(actor), pk=absence)
    form = bound(request, HandOverForm, actor, found.person)
    if form.is_bound and form.is_valid():
        chosen = _chosen(request, found)
        person = form.cleaned_data["person"]
        number = form.attempt(
            lambda: services.hand_over(by=actor, at=now, absence=found, person=person, tickets=chosen)
        )
        if number:
            messages.success(request, _("%(n)s tickets confiés.") % {"n": number})
            return redirect("absence", request.provider.slug, found.pk)
    elif form.is_bound:
        form.status = 422
    back = reverse("absences", args=[request.provider.slug])
    context = {
        "section": "on-call",
        "crumbs": [(_("Absences"), back), (found.person.full_name, "")],
        "row": _row(actor, found, now),
        "visits": queries.visits_during(found),
        "turns": _turns_during(actor, found, now),
        "tickets": queries.tickets_in_hand(found),
        "form": form,
        "may_assign": actor.may("desk.assign"),
        "may_stand_in": actor.may("roster.answer"),
    }
    return render(request, "console/roster/absence.html", context, status=form.status)


def _chosen(request: StaffRequest, found: Absence) -> list[Ticket]:
    numbers = [word for word in request.POST.getlist("tickets") if word.isdecimal() and len(word) < 10]
    return list(queries.tickets_in_hand(found).filter(number__in=numbers))


@page("roster.absent")
@require_POST
def cancel(request: StaffRequest, absence: int) -> HttpResponse:
    """The person is there after all."""
    found = get_object_or_404(queries.absences(request.actor), pk=absence)
    services.cancel_absence(by=request.actor, at=clock.now(), absence=found)
    messages.success(request, _("Absence annulée."))
    return redirect("absences", request.provider.slug)
