"""What is due as the client is shown it; its calendar addresses; the receipt of a reminder.

A receipt needs no account: its address is a secret that one addressee was sent, of the client's or of the
staff. Opening it writes nothing, for programs that look at letters open links too; only the button does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.agenda import queries, services
from clausier.agenda.models import FeedScope, ReminderLetter
from clausier.agenda.obligations import KINDS, SIDES, Obligation
from clausier.directory.models import PortalSection
from clausier.foundation import clock, isolation, outside
from clausier.foundation.actors import Actor
from clausier.pages import agenda
from clausier.pages.agenda import Row, calendar_of
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest, anyone, page
from clausier.post import conversations

SECTION = PortalSection.CONTRACTS
ROWS: Final = 200
ROUTES: Final = {
    "contract": ("portal-contracts", "contracts.read", PortalSection.CONTRACTS),
    "quotes": ("portal-quote", "sales.read", PortalSection.CONTRACTS),
    "endings": ("portal-ending", "endings.read", PortalSection.CONTRACTS),
    "disputes": ("portal-dispute", "disputes.complain", PortalSection.CONTRACTS),
    "reversals": ("portal-reversal", "reversal.read", PortalSection.CONTRACTS),
    "ticket": ("portal-ticket", "desk.read", PortalSection.REQUESTS),
    "plan": ("portal-planned", "recurring.read", PortalSection.REQUESTS),
    "points": ("portal-points", "prepaid.read", PortalSection.POINTS),
}
WITH_IDENT: Final = {"ticket", "endings", "quotes", "disputes", "reversals"}


@page("agenda.read", SECTION)
@require_GET
def obligations(request: ClientRequest) -> HttpResponse:
    """Every dated promise of both parties that concerns the client, ninety days ahead."""
    now = clock.now()
    since, until = queries.usual_days(now)
    asked = agenda.filter_of(request)
    found = agenda.in_sight(queries.obligations(request.actor, since, until, now, asked), asked, now.date())
    here = addresses(request.provider.slug)
    rows = [
        Row(
            one,
            url_of(one, request.actor),
            here.clause_url(one.digest, one.clause) if one.clause else "",
        )
        for one in found[:ROWS]
    ]
    context = {
        "section": SECTION,
        "groups": agenda.grouped(rows, ""),
        "today": now.date(),
        "until": until,
        "asked": asked,
        "missed": sum(one.state == "missed" for one in found),
        "kinds": KINDS.items(),
        "sides": [(key, word) for key, word in SIDES.items() if key != "both"],
        "show_client": False,
    }
    return render(request, "portal/agenda/list.html", context)


def url_of(one: Obligation, actor: Actor) -> str:
    """The page of the portal where it is read; "" where there is none for the reader."""
    route, permission, section = ROUTES.get(one.place, ("", "", ""))
    if not route or not actor.may(permission) or not one.client.opens(section):
        return ""
    return reverse(route, args=[actor.provider.slug, *([one.ident] if one.place in WITH_IDENT else [])])


@page("agenda.read", SECTION)
@require_http_methods(["GET", "POST"])
@never_cache
def feeds(request: ClientRequest) -> HttpResponse:
    """One's calendar addresses; a new one is on the page that answers, and nowhere else afterwards."""
    made_url = ""
    if request.method == "POST":
        made = services.make_feed(
            by=request.actor,
            at=clock.now(),
            scope=FeedScope.CLIENT,
            label=request.POST.get("label", "")[:80],
        )
        where = reverse("portal-agenda-feed", args=[request.provider.slug, made.secret])
        made_url = request.build_absolute_uri(where)
    context = {"section": SECTION, "made_url": made_url, "own": queries.feeds(request.actor)}
    return render(request, "portal/agenda/feeds.html", context)


@page("agenda.read", SECTION)
@require_POST
def revoke(request: ClientRequest, feed: int) -> HttpResponse:
    """An address shows nothing from now on."""
    found = get_object_or_404(queries.feeds(request.actor), pk=feed)
    services.revoke_feed(by=request.actor, at=clock.now(), feed=found)
    messages.success(request, _("Cette adresse ne montre plus rien."))
    return redirect("portal-agenda-feeds", request.provider.slug)


@anyone
@require_GET
@never_cache
def read(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """What a calendar program of a client's reads. A wrong or withdrawn address finds nothing."""
    now = clock.now()
    with isolation.everything("a calendar's address is looked up to learn whose it is"):
        feed = queries.feed_of(token)
        actor = queries.reader_of(feed) if feed and feed.client_id else None
    if feed is None or feed.client is None or actor is None or feed.provider.slug != provider:
        raise Http404
    if not feed.client.opens(SECTION):
        raise Http404
    isolation.enter(actor.scope)
    services.note_read(feed, at=now)

    def whole(one: Obligation) -> str:
        path = url_of(one, actor)
        return outside.address(path) if path else ""

    with translation.override(feed.person.language):
        content = calendar_of(
            queries.read_by(feed, actor, now),
            name=_("Échéances, %(house)s") % {"house": feed.provider.name},
            host=f"{feed.provider.slug}.clausier",
            now=now,
            url_of=whole,
        )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@anyone
@never_cache
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """A reminder and the button that confirms it was received."""
    with isolation.everything("a reminder's link says whose it is"):
        letter = queries.letter_of(token)
    if letter is None or letter.provider.slug != provider:
        raise Http404
    actor = queries.holder_of(letter)
    isolation.enter(actor.scope)
    with translation.override(_language_of(letter)):
        if request.method == "POST":
            services.confirm_reminder(by=actor, at=clock.now(), letter=letter)
            return redirect(request.path)
        lines: Sequence[object] = queries.reminders_in([letter]).get(letter.pk, [])
        context = {"provider": letter.provider, "letter": letter, "lines": lines}
        response = render(request, "portal/agenda/receipt.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _language_of(letter: ReminderLetter) -> str:
    spoken = letter.person.language if letter.person else conversations.language_of(letter.contact)
    return "en" if spoken.startswith("en") else "fr"
