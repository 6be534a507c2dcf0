"""The on-call: who is there now and next, the calendar, turns, who was called, how one is reached."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.mail.reading import page_of
from clausier.console.roster import reading
from clausier.console.roster.forms import MeansForm, RotaForm, StandInForm
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person
from clausier.pages.forms import bound
from clausier.roster import queries, services
from clausier.roster.models import Rota, Swap
from clausier.roster.states import CallOutState

GET_AND_POST = ["GET", "POST"]


@page("roster.read")
@require_GET
def on_call(request: StaffRequest) -> HttpResponse:
    """Who is on call now and next, five weeks drawn, the turns to come."""
    actor, now = request.actor, clock.now()
    context = {
        **reading.tabs(request, "on-call"),
        "now": now,
        "standings": queries.standings(actor, now),
        "weeks": reading.weeks_of(actor, now),
        "coming": reading.coming(actor, now),
        "waiting": reading.call_out_rows(
            queries.call_outs(actor).filter(state=CallOutState.WAITING)[:5], request.provider.slug
        ),
        "may_write": actor.may("roster.write"),
        "may_stand_in": actor.may("roster.answer"),
        "may_answer": actor.may("roster.answer"),
    }
    return render(request, "console/roster/on_call.html", context)


@page("roster.read")
@require_GET
def call_outs(request: StaffRequest) -> HttpResponse:
    """Every call-out, the latest first."""
    found, before = page_of(queries.call_outs(request.actor), request.GET.get("avant", ""))
    context = {
        **reading.tabs(request, "on-call-log"),
        "rows": reading.call_out_rows(found, request.provider.slug),
        "before": before,
        "may_answer": request.actor.may("roster.answer"),
    }
    return render(request, "console/roster/log.html", context)


@page("roster.answer")
@require_POST
def take(request: StaffRequest, call_out: int) -> HttpResponse:
    """Take a call-out, signed in."""
    found = get_object_or_404(queries.call_outs(request.actor), pk=call_out)
    services.answer(by=request.actor, at=clock.now(), call_out=found)
    messages.success(request, _("C’est pris : personne d’autre n’est appelé."))
    if found.ticket:
        return redirect("ticket", request.provider.slug, found.ticket.number)
    return redirect("on-call", request.provider.slug)


# Turns


@page("roster.write")
@require_http_methods(GET_AND_POST)
def create_rota(request: StaffRequest) -> HttpResponse:
    """Turns for an agency, or for all."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    initial = {"handover_at": time(18), "from_on": monday, "escalate_minutes": 15, "rounds": 2}
    form = bound(request, RotaForm, request.actor, initial=initial)
    given = {"by": request.actor, "at": clock.now(), "site_url": request.build_absolute_uri("/")}
    if form.is_bound and form.act(services.create_rota, **given):
        messages.success(request, _("Tours d’astreinte créés."))
        return redirect("on-call", request.provider.slug)
    return _rota_page(request, form, _("Nouveaux tours d’astreinte"), _("Créer les tours"))


@page("roster.write")
@require_http_methods(GET_AND_POST)
def rota(request: StaffRequest, rota: int) -> HttpResponse:
    """Other people, another order, another rhythm."""
    found = get_object_or_404(queries.rotas(request.actor), pk=rota)
    form = bound(request, RotaForm, request.actor, initial=RotaForm.of(found))
    if form.is_bound and form.act(services.change_rota, by=request.actor, at=clock.now(), rota=found):
        messages.success(request, _("Tours d’astreinte enregistrés."))
        return redirect("on-call", request.provider.slug)
    return _rota_page(request, form, found.name, _("Enregistrer"), rota=found)


def _rota_page(
    request: StaffRequest, form: RotaForm, title: str, act: str, *, rota: Rota | None = None
) -> HttpResponse:
    back = reverse("on-call", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="on-call",
        crumbs=[(_("Astreinte"), back)],
        title=title,
        act=act,
        back_url=back,
        template="console/roster/rota.html",
        rota=rota,
    )


@page("roster.write")
@require_POST
def end_rota(request: StaffRequest, rota: int) -> HttpResponse:
    """Nobody is on call by these turns any more."""
    found = get_object_or_404(queries.rotas(request.actor), pk=rota)
    services.end_rota(by=request.actor, at=clock.now(), rota=found)
    messages.success(request, _("Les tours « %(name)s » sont arrêtés.") % {"name": found.name})
    return redirect("on-call", request.provider.slug)


@page("roster.answer")
@require_http_methods(GET_AND_POST)
def stand_in(request: StaffRequest, rota: int) -> HttpResponse:
    """Someone else is on call for a while; the turn one came from is filled in."""
    found = get_object_or_404(queries.rotas(request.actor), pk=rota)
    form = bound(request, StandInForm, request.actor, initial=_turn_asked(request))
    if form.is_bound and form.act(services.stand_in, by=request.actor, at=clock.now(), rota=found):
        messages.success(request, _("Remplacement noté."))
        return redirect("on-call", request.provider.slug)
    back = reverse("on-call", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="on-call",
        crumbs=[(_("Astreinte"), back)],
        title=_("Remplacer pendant un tour"),
        act=_("Noter le remplacement"),
        back_url=back,
        meta=found.name,
    )


def _turn_asked(request: StaffRequest) -> dict[str, Any]:
    """The span that a link of the calendar named; nothing where it names none."""
    asked: dict[str, Any] = {}
    for word, day, hour in (("de", "from_on", "from_hour"), ("a", "until_on", "until_hour")):
        try:
            at = clock.read(request.GET.get(word, "")).astimezone(PARIS)
        except (ValueError, OverflowError):
            continue
        asked |= {day: at.date(), hour: at.time()}
    return asked


@page("roster.answer")
@require_POST
def stand_down(request: StaffRequest, swap: int) -> HttpResponse:
    """The turn goes back to whose it was."""
    found = get_object_or_404(Swap, pk=swap, provider=request.provider, cancelled_at=None)
    services.stand_down(by=request.actor, at=clock.now(), swap=found)
    messages.success(request, _("Remplacement annulé."))
    return redirect("on-call", request.provider.slug)


# How one is reached


@page("roster.absent")
@require_http_methods(GET_AND_POST)
@never_cache
def mine(request: StaffRequest) -> HttpResponse:
    """Where one is reached oneself, and the address of one's calendar."""
    return _mine(request)


def _mine(request: StaffRequest, feed_url: str = "") -> HttpResponse:
    actor, person = request.actor, request.actor.person
    assert person
    kept = queries.means_of(request.provider, person)
    form = MeansForm(initial=MeansForm.of(kept))
    if request.method == "POST" and not feed_url:
        form = MeansForm(request.POST)
        if form.act(services.set_means, by=actor, at=clock.now(), person=person):
            messages.success(request, _("C’est noté."))
            return redirect("on-call-mine", request.provider.slug)
    others = queries.means(actor)
    context = {
        **reading.tabs(request, "on-call-mine"),
        "form": form,
        "feed": queries.own_feed(actor),
        "feed_url": feed_url,
        "may_write": actor.may("roster.write"),
        "ready": [one.get_channel_display() for one in queries.senders(actor).values() if one.is_active],
        "others": [(one, others.get(one.pk)) for one in queries.workers(actor) if one.pk != person.pk]
        if actor.may("roster.write")
        else [],
    }
    return render(request, "console/roster/mine.html", context, status=form.status)


@page("roster.write")
@require_http_methods(GET_AND_POST)
def means(request: StaffRequest, person: int) -> HttpResponse:
    """Where someone else is reached."""
    found: Person = get_object_or_404(queries.staff(request.actor), pk=person)
    initial = MeansForm.of(queries.means_of(request.provider, found))
    form = bound(request, MeansForm, initial=initial)
    if form.is_bound and form.act(services.set_means, by=request.actor, at=clock.now(), person=found):
        messages.success(request, _("C’est noté."))
        return redirect("on-call-mine", request.provider.slug)
    back = reverse("on-call-mine", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="on-call",
        crumbs=[(_("Astreinte"), reverse("on-call", args=[request.provider.slug]))],
        title=_("Joindre %(name)s") % {"name": found.full_name},
        act=_("Enregistrer"),
        back_url=back,
    )


@page("roster.read")
@require_POST
@never_cache
def make_feed(request: StaffRequest) -> HttpResponse:
    """An address for one's calendar, shown on the page that answers and nowhere else."""
    made = services.make_feed(by=request.actor, at=clock.now())
    where = reverse("on-call-feed", args=[request.provider.slug, made.secret])
    return _mine(request, request.build_absolute_uri(where))


@page("roster.read")
@require_POST
def revoke_feed(request: StaffRequest) -> HttpResponse:
    """One's address shows nothing from now on."""
    services.revoke_feed(by=request.actor, at=clock.now())
    messages.success(request, _("L’adresse d’agenda ne montre plus rien."))
    return redirect("on-call-mine", request.provider.slug)
