"""What every page of the console is framed by."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from clausier.console.call import stopwatch
from clausier.console.navigation import ENTRIES
from clausier.desk import pressing
from clausier.desk import queries as desk
from clausier.foundation import clock, queries
from clausier.foundation.actors import Actor
from clausier.foundation.permissions import ROLE_NAMES, Role
from clausier.pages.parts.shell import Call, NavGroup, NavItem, Place, Shell
from clausier.post import queries as post


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame around a signed-in person's page; nothing for a stranger."""
    person = request.user
    if not person.is_authenticated:
        return {}
    actor: Actor | None = getattr(request, "actor", None)
    if actor and actor.is_client_side:
        return {}  # the portal frames its own pages
    places = tuple(
        Place(
            name=provider.name,
            book=provider.book.name,
            url=reverse("today", args=[provider.slug]),
            current=bool(actor and actor.provider.pk == provider.pk),
        )
        for provider in queries.providers_of(person)
    )
    common: dict[str, Any] = {
        "person": person.full_name,
        "places": places,
        "home_url": reverse("home"),
        "account_url": reverse("account"),
        "sign_out_url": reverse("sign-out"),
        "language_url": reverse("language"),
    }
    if actor is None:
        return {"shell": Shell(role="", groups=(), **common)}
    slug = actor.provider.slug
    now = clock.now()
    since = stopwatch.under_way(request, actor.provider, now)
    return {
        "server_now": now,
        "actor": actor,
        "provider": actor.provider,
        "shell": Shell(
            role=str(ROLE_NAMES[Role(actor.role)]),
            groups=_groups(actor),
            call_url=reverse("call", args=[slug]) if actor.may("desk.open") else "",
            call=Call(url=reverse("call", args=[slug]), since=since) if since else None,
            ringing_url=reverse("phone-ringing", args=[slug]) if actor.may("phone.read") else "",
            search_url=reverse("search", args=[slug]) if actor.may("search.use") else "",
            palette_url=reverse("search-palette", args=[slug]) if actor.may("search.use") else "",
            new_ticket_url=reverse("call", args=[slug]) if actor.may("desk.open") else "",
            **common,
        ),
    }


def _groups(actor: Actor) -> tuple[NavGroup, ...]:
    counts: dict[str, int] = {}
    if actor.may("desk.read"):
        counts["tickets"] = pressing.counted(desk.open_tickets(actor))
    if actor.may("post.read") and (waiting := post.to_qualify(actor).count()):
        counts["mail"] = waiting
    if actor.may("phone.read") and (to_return := desk.calls_to_return(actor).count()):
        counts["phone"] = to_return
    allowed = [entry for entry in ENTRIES if actor.may(entry.permission)]
    return tuple(
        NavGroup(
            heading=str(heading),
            items=tuple(
                NavItem(
                    key=entry.key,
                    label=str(entry.label),
                    url=reverse(entry.key, args=[actor.provider.slug]),
                    icon=entry.icon,
                    count=counts.get(entry.key),
                    go=entry.go,
                )
                for entry in entries
            ),
        )
        for heading, entries in groupby(allowed, key=lambda entry: entry.group)
    )
