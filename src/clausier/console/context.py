"""What every page of the console is framed by."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from clausier.console.call import stopwatch
from clausier.console.navigation import ENTRIES
from clausier.desk import pressing
from clausier.desk import queries as desk
from clausier.desk.models import PhoneCall, Ticket
from clausier.foundation import clock, queries
from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Counted, Given
from clausier.foundation.permissions import ROLE_NAMES, Role
from clausier.pages.parts.shell import Call, NavGroup, NavItem, Place, Shell
from clausier.pages.templatetags.words import language
from clausier.post import queries as post
from clausier.post.models import IncomingMail


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
            name=place.provider.name,
            book=place.provider.book.name,
            url=_address("today", place.provider.slug),
            current=bool(actor and actor.provider.pk == place.provider_id),
        )
        for place in getattr(request, "places", None) or queries.places_of(person)
    )
    common: dict[str, Any] = {
        "person": person.full_name,
        "places": places,
        "home_url": _address("home"),
        "account_url": _address("account"),
        "sign_out_url": _address("sign-out"),
        "language_url": _address("language"),
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
            groups=_groups(actor, waiting(request, actor)),
            call_url=_address("call", slug) if actor.may("desk.open") else "",
            call=Call(url=_address("call", slug), since=since) if since else None,
            ringing_url=_address("phone-ringing", slug) if actor.may("phone.read") else "",
            search_url=_address("search", slug) if actor.may("search.use") else "",
            palette_url=_address("search-palette", slug) if actor.may("search.use") else "",
            new_ticket_url=_address("call", slug) if actor.may("desk.open") else "",
            **common,
        ),
    }


@lru_cache(maxsize=1024)
def _address(name: str, *of: str) -> str:
    return reverse(name, args=of)


_COUNTED: Final = Counted(
    tickets=lambda: Ticket.objects.filter(~desk.CLOSED, provider_id=Given("provider"))[
        : pressing.MOST_COUNTED
    ],
    mail=lambda: IncomingMail.objects.filter(post.TO_QUALIFY, provider_id=Given("provider")),
    phone=lambda: PhoneCall.objects.filter(desk.TO_RETURN, provider_id=Given("provider")),
)
"""What stands beside the sections of the rail, by their keys."""


def waiting(request: HttpRequest, actor: Actor) -> dict[str, int]:
    """How much waits behind sections of the rail, counted once a request; tickets as `pressing` counts."""
    if not hasattr(request, "waiting"):
        request.waiting = _COUNTED.all(provider=actor.provider.pk)  # type: ignore[attr-defined]
    counted: dict[str, int] = request.waiting  # type: ignore[attr-defined]
    return counted


def _groups(actor: Actor, counts: dict[str, int]) -> tuple[NavGroup, ...]:
    allowed = tuple(entry.key for entry in ENTRIES if actor.may(entry.permission))
    shown = {key: count for key, count in counts.items() if count or key == "tickets"}
    return tuple(
        replace(group, items=tuple(replace(item, count=shown.get(item.key)) for item in group.items))
        for group in _sections(allowed, actor.provider.slug, language())
    )


@lru_cache(maxsize=256)
def _sections(allowed: tuple[str, ...], slug: str, language: str) -> tuple[NavGroup, ...]:
    """The sections by these keys, in the language that is spoken, without what waits behind them."""
    entries = (entry for entry in ENTRIES if entry.key in allowed)
    return tuple(
        NavGroup(
            heading=str(heading),
            items=tuple(
                NavItem(
                    key=entry.key,
                    label=str(entry.label),
                    url=reverse(entry.key, args=[slug]),
                    icon=entry.icon,
                    go=entry.go,
                )
                for entry in of_group
            ),
        )
        for heading, of_group in groupby(entries, key=lambda entry: entry.group)
    )
