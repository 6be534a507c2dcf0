"""Screens on the wall: the page that they show by their secret address, and who may plug one in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, anyone, page
from clausier.console.screens import telling
from clausier.directory import queries as directory
from clausier.directory.models import Agency
from clausier.foundation import clock, isolation
from clausier.foundation.actors import Actor
from clausier.integrations import queries, services
from clausier.overview import queries as overview
from clausier.pages.forms import ActForm, bound


class ScreenForm(ActForm):
    """A screen to plug in."""

    rows = (("label", "agency"),)
    label = forms.CharField(
        label=gettext_lazy("Où est cet écran"),
        max_length=80,
        help_text=gettext_lazy("Par exemple : hotline."),
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Tickets de l’agence"),
        required=False,
        empty_label=gettext_lazy("toutes"),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]


@page("screens.write")
@require_http_methods(["GET", "POST"])
@never_cache
def screens(request: StaffRequest) -> HttpResponse:
    """The screens; a new one's address is on the page that answers, and nowhere else afterwards."""
    form, made_url = bound(request, ScreenForm, request.actor), ""
    if form.is_bound:
        made = form.act(services.add_screen, by=request.actor, at=clock.now())
        if made:
            where = reverse("wall-screen", args=[request.provider.slug, made.text])
            made_url = request.build_absolute_uri(where)
            form = ScreenForm(request.actor)
    found = list(queries.screens(request.actor))
    context = {
        "section": "screens",
        "crumbs": [(_("Écrans muraux"), "")],
        "form": form,
        "made_url": made_url,
        "live": [one for one in found if one.revoked_at is None],
        "ended": [one for one in found if one.revoked_at is not None],
    }
    return render(request, "console/screens/list.html", context, status=form.status)


@page("screens.write")
@require_POST
def revoke(request: StaffRequest, screen: int) -> HttpResponse:
    """The address of a screen shows nothing from now on."""
    found = get_object_or_404(queries.screens(request.actor), pk=screen)
    services.revoke_screen(by=request.actor, at=clock.now(), screen=found)
    messages.success(request, _("L’écran « %(label)s » ne montre plus rien.") % {"label": found.label})
    return redirect("screens", request.provider.slug)


@page("desk.read")
@require_GET
def preview(request: StaffRequest) -> HttpResponse:
    """The same page for who is signed in: to try it, or on a second screen of one's own."""
    return _wall(request, request.actor, clock.now(), None)


@anyone
@require_GET
def wall(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """What a screen shows. Its address is all it has: a wrong or revoked one finds nothing."""
    now = clock.now()
    with isolation.everything("a screen's address is looked up to learn whose it is"):
        screen = queries.screen_of(token)
    if screen is None or screen.provider.slug != provider:
        raise Http404
    actor = queries.reader_of(screen)
    isolation.enter(actor.scope)
    actor.must("desk.read")
    services.note_screen(screen, at=now)
    return _wall(request, actor, now, screen.agency)


def _wall(request: HttpRequest, actor: Actor, now: datetime, agency: Agency | None) -> HttpResponse:
    found = overview.wall_of(actor, now, agency)
    context = {
        "wall": found,
        "now": now,
        "agency": agency,
        "place": actor.provider,
    }
    context |= telling.told(found)
    response = render(request, "console/screens/wall.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
