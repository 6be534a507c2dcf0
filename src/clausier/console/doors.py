"""The doors of the console: who stands before a page, for which provider, with which permission.

Every view states its permission through `page`; a route without one fails a test. A provider someone does
not work for does not exist for them: 404, not 403. Behind the door the database shows the actor's rows only.
Where the installation asks the staff for a second factor, nobody goes further than their account without one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from clausier.console.account import second_factor
from clausier.foundation import isolation, queries
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person, Provider
from clausier.pages.once import once

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request that went through `page`: its actor is known."""

    actor: Actor
    provider: Provider


def page(permission: str) -> Callable[[View], View]:
    """Admit the provider's staff whose role carries `permission`; the view receives `request.actor`."""

    def wrap(view: View) -> View:
        @wraps(view)
        @login_required
        def door(request: Any, provider: str, *args: Any, **kwargs: Any) -> HttpResponse:
            found = (
                Provider.objects.select_related("book").defer("book__content").filter(slug=provider).first()
            )
            person: Person = request.user
            actor = found and queries.staff_actor(person, found, request.headers.get("X-Request-Id", "")[:40])
            if not actor:
                raise Http404
            request.actor, request.provider = actor, found
            if second_factor.missing(person):
                return redirect("account")
            isolation.enter(actor.scope)
            actor.must(permission)
            return once(request, lambda: view(request, *args, **kwargs))

        door.permission = permission  # type: ignore[attr-defined]
        return door

    return wrap


def anyone(view: View) -> View:
    """State that a page needs no role: sign-in, the choice of a provider."""
    view.permission = "anyone"  # type: ignore[attr-defined]
    return view
