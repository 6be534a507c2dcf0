"""What is reached without signing in, by an address nobody guesses: taking a call-out, the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from icalendar import Calendar, Event

from clausier.console.doors import anyone
from clausier.foundation import clock, isolation
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.errors import Refusal
from clausier.roster import queries, services
from clausier.roster.models import CallOut, Feed, Summons
from clausier.roster.states import CallOutState

AHEAD: Final = timedelta(days=120)
BEFORE: Final = timedelta(days=14)


@anyone
@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Take the call-out of that link as whom it was sent to; by a button, for mail programs follow links."""
    with isolation.everything("a link is looked up to learn whose call-out it is"):
        found = services.open_summons(token)
        actor = foundation.staff_actor(found.person, found.provider) if found else None
    if found is None or actor is None or found.provider.slug != provider or not actor.may("roster.answer"):
        raise Http404
    isolation.enter(actor.scope)
    with translation.override(found.person.language):
        refusal = None
        if request.method == "POST":
            try:
                services.answer(by=actor, at=clock.now(), call_out=found.call_out)
                return redirect("on-call-answer", provider, token)
            except Refusal as refused:
                refusal = refused
        return _shown(request, found, refusal)


def _shown(request: HttpRequest, found: Summons, refusal: Refusal | None) -> HttpResponse:
    held = CallOut.objects.select_related(
        "ticket__client", "ticket__site", "ticket__caller", "client", "call", "answered_by"
    ).get(pk=found.call_out_id)
    ticket = held.ticket
    caller = ticket.caller if ticket else None
    number = (caller.phone or caller.mobile) if caller else (held.call.number if held.call else "")
    context = {
        "held": held,
        "ticket": ticket,
        "place": found.provider,
        "person": found.person,
        "caller": caller,
        "number": number or (held.client.phone if held.client else ""),
        "is_open": held.state in (CallOutState.WAITING, CallOutState.UNANSWERED),
        "is_mine": held.answered_by_id == found.person_id,
        "refusal": refusal,
    }
    response = render(
        request, "console/roster/answer.html", context, status=refusal.status if refusal else 200
    )
    # Not "no-referrer": browsers then send forms from nowhere (Origin: null), and those are refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@anyone
@require_GET
@never_cache
def feed(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """The turns of every rota, for a calendar program. A wrong or revoked address finds nothing."""
    with isolation.everything("a calendar's address is looked up to learn whose it is"):
        found = queries.feed_of(token)
        actor = foundation.staff_actor(found.person, found.provider) if found else None
    if found is None or actor is None or found.provider.slug != provider or not actor.may("roster.read"):
        raise Http404
    isolation.enter(actor.scope)
    with translation.override(found.person.language):
        content = _calendar(found, actor).to_ical()
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _calendar(found: Feed, actor: Actor) -> Calendar:
    """The turns of the months around now."""
    now = clock.now()
    made = Calendar()
    made.add("prodid", "-//Clausier//on-call//FR")
    made.add("version", "2.0")
    made.add("x-wr-calname", _("Astreinte, %(house)s") % {"house": found.provider.name})
    for rota in queries.rotas(actor):
        turns = queries.turns(rota, now - BEFORE, now + AHEAD)
        people = queries.people_of({one.person_id for one in turns})
        for turn in turns:
            event = Event()
            event.add("uid", f"{rota.pk}-{int(turn.starts_at.timestamp())}@{found.provider.slug}.clausier")
            event.add("dtstamp", now)
            event.add("dtstart", turn.starts_at)
            event.add("dtend", turn.ends_at)
            event.add("summary", f"{rota.name} : {people[turn.person_id].full_name}")
            event.add("transp", "TRANSPARENT")
            made.add_component(event)
    return made
