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
from clausier.foundation.models import Membership, Person, Provider
from clausier.pages.once import once

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request that went through `page`: its actor is known, and where else that person works."""

    actor: Actor
    provider: Provider
    places: list[Membership]


def page(permission: str) -> Callable[[View], View]:
    """Admit the provider's staff whose role carries `permission`; the view receives `request.actor`."""

    def wrap(view: View) -> View:
        @wraps(view)
        @login_required
        def door(request: Any, provider: str, *args: Any, **kwargs: Any) -> HttpResponse:
            person: Person = request.user
            request.places = queries.places_of(person)
            place = next((one for one in request.places if one.provider.slug == provider), None)
            if place is None or not person.is_active:
                raise Http404
            request_id = request.headers.get("X-Request-Id", "")[:40]
            actor = Actor(provider=place.provider, role=place.role, person=person, request_id=request_id)
            request.actor, request.provider = actor, actor.provider
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
