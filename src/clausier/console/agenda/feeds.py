"""Calendar addresses: made, withdrawn, and read by calendar programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.agenda import queries, services
from clausier.agenda.obligations import Obligation
from clausier.console.agenda.forms import FeedForm
from clausier.console.agenda.places import url_of
from clausier.console.agenda.views import tabs_of
from clausier.console.doors import StaffRequest, anyone, page
from clausier.foundation import clock, isolation, outside
from clausier.pages.agenda import calendar_of
from clausier.pages.forms import bound


@page("agenda.read")
@require_http_methods(["GET", "POST"])
@never_cache
def feeds(request: StaffRequest) -> HttpResponse:
    """One's addresses; a new one is on the page that answers, and nowhere else afterwards."""
    actor, made_url = request.actor, ""
    form = bound(request, FeedForm, actor)
    if form.is_bound:
        made = form.act(services.make_feed, by=actor, at=clock.now())
        if made:
            where = reverse("agenda-feed", args=[request.provider.slug, made.secret])
            made_url = request.build_absolute_uri(where)
            form = FeedForm(actor)
    found = list(queries.feeds(actor))
    context = {
        "tabs": tabs_of(request, "agenda-feeds"),
        "section": "agenda",
        "crumbs": [(_("Échéances"), reverse("agenda", args=[request.provider.slug])), (_("Mon agenda"), "")],
        "form": form,
        "made_url": made_url,
        "own": [one for one in found if one.person_id == request.user.pk and one.client_id is None],
        "others": [one for one in found if one.person_id != request.user.pk or one.client_id],
    }
    return render(request, "console/agenda/feeds.html", context, status=form.status)


@page("agenda.read")
@require_POST
def revoke(request: StaffRequest, feed: int) -> HttpResponse:
    """An address shows nothing from now on."""
    found = get_object_or_404(queries.feeds(request.actor), pk=feed)
    services.revoke_feed(by=request.actor, at=clock.now(), feed=found)
    messages.success(request, _("Cette adresse ne montre plus rien."))
    return redirect("agenda-feeds", request.provider.slug)


@anyone
@require_GET
@never_cache
def read(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """What a calendar program of the staff's reads. A wrong or withdrawn address finds nothing."""
    now = clock.now()
    with isolation.everything("a calendar's address is looked up to learn whose it is"):
        feed = queries.feed_of(token)
        actor = queries.reader_of(feed) if feed and feed.client_id is None else None
    if feed is None or actor is None or feed.provider.slug != provider:
        raise Http404
    isolation.enter(actor.scope)
    services.note_read(feed, at=now)

    def whole(one: Obligation) -> str:
        path = url_of(one, actor)
        return outside.address(path) if path else ""

    with translation.override(feed.person.language):
        content = calendar_of(
            queries.read_by(feed, actor, now),
            name=_("Échéances, %(house)s") % {"house": feed.about or feed.provider.name},
            host=f"{feed.provider.slug}.clausier",
            now=now,
            url_of=whole,
        )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
