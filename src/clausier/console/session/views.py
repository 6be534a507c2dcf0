"""The way out, the choice of a provider, the language."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clausier.console.doors import anyone
from clausier.console.middleware import LANGUAGE_COOKIE
from clausier.directory import agreement
from clausier.directory import queries as directory
from clausier.foundation import clock, queries, services


@anyone
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The one provider of the person; a choice when there are several; words when there is none."""
    person: Any = request.user
    places = [(place, reverse("today", args=[place.slug])) for place in queries.providers_of(person)]
    for access in directory.accesses_of(person):
        # A client's people go to their portal; one address a provider, whichever the client.
        place = (access.provider, reverse("portal", args=[access.provider.slug]))
        if place not in places:
            places.append(place)
    offers = queries.offers_to(person)
    accesses = directory.access_offers_to(person)
    if len(places) == 1 and not offers and not accesses:
        return redirect(places[0][1])
    context = {"places": places, "offers": offers, "accesses": accesses}
    return render(request, "console/session/home.html", context)


@anyone
@login_required
@require_POST
def answer_offer(request: HttpRequest, membership: int) -> HttpResponse:
    """Join a team that asked, or not."""
    person: Any = request.user
    offer = get_object_or_404(queries.offers_to(person), pk=membership)
    joins = request.POST.get("answer") == "yes"
    services.answer_offer(person=person, membership=offer, joins=joins, at=clock.now())
    if joins:
        return redirect("today", offer.provider.slug)
    messages.success(request, _("Vous n’entrez pas dans cette équipe : %(host)s.") % {"host": offer.provider})
    return redirect("home")


@anyone
@login_required
@require_POST
def answer_access(request: HttpRequest, access: int) -> HttpResponse:
    """Act for a client in a portal that asked, or not."""
    person: Any = request.user
    offer = get_object_or_404(directory.access_offers_to(person), pk=access)
    accepts = request.POST.get("answer") == "yes"
    agreement.answer(person=person, access=offer, accepts=accepts, at=clock.now())
    if accepts:
        return redirect("portal", offer.provider.slug)
    messages.success(request, _("Vous n’entrez pas dans ce portail : %(host)s.") % {"host": offer.provider})
    return redirect("home")


@anyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


@anyone
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language, on the account when signed in, in a cookie before."""
    chosen = "en" if request.POST.get("language") == "en" else "fr"
    response = redirect(_safe(request, request.POST.get("next", "")))
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 86400, samesite="Lax")
    return response


def _safe(request: HttpRequest, after: str) -> str:
    """An address of this site to go on to, else the home page."""
    if after.startswith("/") and url_has_allowed_host_and_scheme(
        after, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return after
    return "home"
