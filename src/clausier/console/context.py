"""What every page of the console is framed by."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
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
    if actor is None:
        return {"shell": _outside(person.full_name, places)}
    now = clock.now()
    since = stopwatch.under_way(request, actor.provider, now)
    counts = tuple(waiting(request, actor).items())
    allowed = frozenset(one for one in SHOWN if actor.may(one))
    return {
        "server_now": now,
        "actor": actor,
        "provider": actor.provider,
        "shell": _inside(
            person.full_name, places, actor.role, actor.provider.slug, allowed, counts, since, language()
        ),
    }


SHOWN: Final = frozenset({*(entry.permission for entry in ENTRIES), "desk.open", "phone.read", "search.use"})
"""The permissions that the frame shows something for."""


@lru_cache(maxsize=256)
def _outside(person: str, places: tuple[Place, ...]) -> Shell:
    """The frame of a page that belongs to no provider."""
    return Shell(role="", groups=(), **_common(person, places))


@lru_cache(maxsize=1024)
def _inside(
    person: str,
    places: tuple[Place, ...],
    role: str,
    slug: str,
    allowed: frozenset[str],
    counts: tuple[tuple[str, int], ...],
    since: datetime | None,
    language: str,
) -> Shell:
    """The frame of a provider's page, the same one for the same facts: it is drawn but once."""
    takes_calls, searches = "desk.open" in allowed, "search.use" in allowed
    return Shell(
        role=str(ROLE_NAMES[Role(role)]),
        groups=_groups(allowed, slug, language, dict(counts)),
        call_url=_address("call", slug) if takes_calls else "",
        call=Call(url=_address("call", slug), since=since) if since else None,
        ringing_url=_address("phone-ringing", slug) if "phone.read" in allowed else "",
        search_url=_address("search", slug) if searches else "",
        palette_url=_address("search-palette", slug) if searches else "",
        new_ticket_url=_address("call", slug) if takes_calls else "",
        **_common(person, places),
    )


def _common(person: str, places: tuple[Place, ...]) -> dict[str, Any]:
    return {
        "person": person,
        "places": places,
        "home_url": _address("home"),
        "account_url": _address("account"),
        "sign_out_url": _address("sign-out"),
        "language_url": _address("language"),
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


def _groups(
    allowed: frozenset[str], slug: str, language: str, counts: dict[str, int]
) -> tuple[NavGroup, ...]:
    keys = tuple(entry.key for entry in ENTRIES if entry.permission in allowed)
    shown = {key: count for key, count in counts.items() if count or key == "tickets"}
    return tuple(
        replace(group, items=tuple(replace(item, count=shown.get(item.key)) for item in group.items))
        for group in _sections(keys, slug, language)
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
