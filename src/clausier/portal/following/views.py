"""Following a request in the portal, and stopping by the link of a letter, which needs no sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clausier.desk import letters_out, services
from clausier.desk import queries as desk
from clausier.directory.models import PortalSection
from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.portal.doors import ClientRequest, anyone, page
from clausier.post import conversations


@page("desk.read", PortalSection.REQUESTS)
@require_POST
def follow(request: ClientRequest, number: int) -> HttpResponse:
    """Follow a request, or stop: the button says which."""
    ticket = desk.ticket_by_number(request.actor, number)
    if ticket is None:
        raise Http404
    now, watcher = clock.now(), desk.own_watch(ticket, request.actor)
    if request.POST.get("follow") == "1":
        if watcher is None:
            services.follow(by=request.actor, at=now, ticket=ticket)
        messages.success(
            request, _("Vous suivez cette demande : ce qui s’y écrit vous parvient par courriel.")
        )
    else:
        if watcher is not None:
            services.unfollow(by=request.actor, at=now, watcher=watcher)
        messages.success(request, _("Vous ne suivez plus cette demande."))
    if desk.ticket_by_number(request.actor, number) is None:
        return redirect("portal-tickets", request.provider.slug)
    return redirect("portal-ticket", request.provider.slug, number)


@anyone
@csrf_exempt  # a mail program stops for its reader by this very address (RFC 8058); the token is the proof
@require_http_methods(["GET", "POST"])
def unfollow(request: Any, provider: str, token: str) -> HttpResponse:
    """Stop following by the link of a letter: asked before it is done, for machines look at links."""
    with isolation.everything("the link of a letter is looked up to learn whose it is"):
        watcher = letters_out.watcher_of(token)
        if watcher is None or watcher.ticket.provider.slug != provider:
            raise Http404
        by, at = program(watcher.ticket.provider), clock.now()
        language = watcher.person.language if watcher.person else conversations.language_of(watcher.contact)
        with translation.override(language):
            if request.method == "POST" and watcher.ended_at is None:
                watcher = services.unfollow(by=by, at=at, watcher=watcher, how="mail")
            context = {"watcher": watcher, "ticket": watcher.ticket, "provider": watcher.ticket.provider}
            return render(request, "portal/following/unfollow.html", context)
