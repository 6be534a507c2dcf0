"""The doors of the portal: who stands before a page, for which client, with which permission.

Every view states its permission through `page`, and the section it belongs to where one can be switched
off. Whom the provider has given no access finds nothing: 404, whether the provider exists or not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from clausier.directory import queries as directory
from clausier.directory.models import Client, ClientAccess
from clausier.foundation import isolation
from clausier.foundation.actors import Actor
from clausier.foundation.models import Provider
from clausier.pages.once import once

View = Callable[..., HttpResponse]
CHOSEN_CLIENT = "portal-client"


class ClientRequest(HttpRequest):
    """A request that went through `page`: its actor is one of a client's people."""

    actor: Actor
    provider: Provider
    client: Client
    accesses: list[ClientAccess]


def page(permission: str, section: str = "") -> Callable[[View], View]:
    """Admit a client's people whose role carries `permission`, while the provider leaves `section` open."""

    def wrap(view: View) -> View:
        @wraps(view)
        @login_required
        def door(request: Any, provider: str, *args: Any, **kwargs: Any) -> HttpResponse:
            found = list(directory.accesses_of(request.user).filter(provider__slug=provider))
            if not found:
                raise Http404
            chosen = request.session.get(CHOSEN_CLIENT)
            access = next((one for one in found if one.client_id == chosen), found[0])
            request_id = request.headers.get("X-Request-Id", "")[:40]
            request.actor = directory.client_actor(access, request_id)
            # The client's own rows, its name and its people among them, are in sight from here on.
            isolation.enter(request.actor.scope)
            request.provider, request.client, request.accesses = access.provider, access.client, found
            request.refused_template = "portal/refused.html"
            if section and not access.client.opens(section):
                raise Http404
            request.actor.must(permission)
            return once(request, lambda: view(request, *args, **kwargs))

        door.permission = permission  # type: ignore[attr-defined]
        door.section = section  # type: ignore[attr-defined]
        return door

    return wrap


def anyone(view: View) -> View:
    """State that a page needs no sign-in: the address itself is the proof."""
    view.permission = "anyone"  # type: ignore[attr-defined]
    return view
