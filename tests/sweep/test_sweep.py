"""Every address, as those whom it does not concern: no page, no file, no byte of another's, nothing changed.

New addresses are walked by themselves. One that asks for an object the sweep does not know fails until
`tests/sweep/rooms.py` tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from clausier.foundation.actors import Actor
from clausier.foundation.permissions import CLIENT_SIDE, MATRIX, STAFF
from tests.people import House, client_account, make_contact
from tests.sweep import rooms, traces
from tests.sweep.rooms import Route

ROUTES = sorted(rooms.routes(), key=lambda route: route.pattern)
SHUT = {302, 401, 403, 404, 405}
ONES_OWN = {"portal-agenda-feeds", "api:make_feed"}
"""Whoever may come in makes something of their own there, with no more than a name."""

WRITTEN_DOWN = {"api:fetch_archive", "portal-quote", "portal-quote-paper"}
"""Reading these is an act: the journal keeps who took an archive, and that a client received its quote."""


@dataclass
class World:
    """A furnished house, another one, and the addresses' objects of the first."""

    victim: House
    other: House
    objects: dict[str, Any]
    secrets: set[str]


@pytest.fixture
def world(at: Any, imri: House, ims: House) -> World:
    at("2026-11-20T17:00")
    objects = rooms.furnish(imri)
    return World(imri, ims, objects, traces.marks(imri, besides=ims))


class Visitor:
    """Who looks in with a browser: signed in, and again whenever a page signed them out."""

    def __init__(self, actor: Actor | None) -> None:
        self.actor = actor
        self.browser = Browser(raise_request_exception=False)

    def ask(self, method: str, address: str, form: Any = None, **headers: str) -> HttpResponse:
        """A request that begins without any scope, as in a thread of the web server."""
        self._come_in()
        send = getattr(self.browser, method)
        answer: HttpResponse = Context().run(lambda: send(address, form or {}, headers=headers))
        return answer

    def _come_in(self) -> None:
        if self.actor is None:
            return
        key = self.browser.cookies.get(settings.SESSION_COOKIE_NAME)
        if not (key and key.value and get_user(self.browser).is_authenticated):  # type: ignore[arg-type]
            self.browser.force_login(self.actor.person)  # type: ignore[arg-type]


def ask_api(token: str, route: Route, address: str, words: dict[str, Any] | None = None) -> HttpResponse:
    """The same by a machine; `words` narrow what it reads and fill in what it sends."""
    reading = route.method == "GET"
    query = rooms.filters(route, words or {}) if reading else {}
    return Context().run(
        Browser(raise_request_exception=False).generic,
        route.method,
        f"{address}?{urlencode(query)}" if query else address,
        "" if reading else rooms.body(route, words or {}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )


def machine_of(world: World, actor: Actor | None) -> str:
    """A token of `actor`'s, used before: only its first use in an hour is written down."""
    if actor is None:
        return ""
    house = world.victim if actor.provider == world.victim.provider else world.other
    token = rooms.token_of(house, actor)
    route = next(route for route in ROUTES if route.name == "api:me")
    assert ask_api(token, route, route.address(house.provider.slug, {})).status_code == 200
    return token


def said(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return unescape(content.decode(errors="replace")) + str(answer.headers)


def read_of(secrets: set[str], answer: HttpResponse) -> set[str]:
    text = said(answer)
    return {secret for secret in secrets if secret in text}


@dataclass(frozen=True)
class Walker:
    """Who walks: in a browser and, for the API, with a token; `form` and `words` are another's objects."""

    visitor: Visitor
    token: str
    form: dict[str, Any]
    words: dict[str, Any]

    def answers(self, route: Route, address: str) -> Iterator[tuple[str, HttpResponse]]:
        """A page by GET, GET of htmx and POST; an operation of the API with another's objects."""
        if route.method:
            if route.method == "GET":
                yield "GET", ask_api(self.token, route, address)
            yield route.method, ask_api(self.token, route, address, self.words)
            return
        page = self.visitor.ask("get", address, self.form)
        yield "get", page
        if page.status_code not in SHUT:
            yield "htmx", self.visitor.ask("get", address, self.form, **{"HX-Request": "true"})
        yield "post", self.visitor.ask("post", address, self.form)


def walk(actor: Actor | None, slug: str, world: World, secrets: set[str], *, shut: bool) -> list[str]:
    """Every route, in each way it can be asked; what went wrong, in words."""
    faults = []
    walker = Walker(
        Visitor(actor),
        machine_of(world, actor),
        rooms.smuggled(world.victim, world.objects),
        rooms.smuggled_to_the_api(world.victim, world.objects),
    )
    before, written = traces.imprint(world.victim), traces.touched()
    for route in ROUTES:
        address = route.address(slug, world.objects)
        for way, answer in walker.answers(route, address):
            where = f"{way} {address}: {answer.status_code}"
            found = read_of(secrets, answer)
            if found:
                faults.append(f"{where} tells {sorted(found)[:3]}")
            if answer.status_code >= 500:
                faults.append(f"{where} breaks")
            if shut and route.permission != "anyone" and answer.status_code not in SHUT:
                faults.append(f"{where} is open")
            if answer.status_code < 400 and traces.touched() != written:
                written, now = traces.touched(), traces.imprint(world.victim)
                if now != before and not (shut is False and route.name in ONES_OWN):
                    faults.append(f"{where}: something of another's was changed")
                before = now
    if traces.imprint(world.victim) != before:
        faults.append("something of another's was changed")
    return faults


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.pattern)
def test_a_route_has_a_name_and_states_its_permission(route: Route) -> None:
    assert route.name, f"{route.pattern} has no name"
    assert route.permission == "anyone" or route.permission in MATRIX, f"{route.pattern} states no permission"


@pytest.mark.django_db
def test_the_sweep_has_something_to_find(world: World) -> None:
    """Else its silence would mean nothing: the owner reads what strangers must not."""
    assert {"Le coffre des sauvegardes ne s’ouvre plus", "Serrurerie numérique"} <= world.secrets
    visitor, seen = Visitor(world.victim.owner), set[str]()
    for name in ("ticket", "client", "contract", "points-account", "people", "journal"):
        route = next(route for route in ROUTES if route.name == name)
        address = route.address(world.victim.provider.slug, world.objects)
        answer = visitor.ask("get", address)
        assert answer.status_code == 200, address
        seen |= read_of(world.secrets, answer)
    assert len(seen) > 10
    token, told = machine_of(world, world.victim.owner), set()
    for route in ROUTES:
        if route.method == "GET":
            address = route.address(world.victim.provider.slug, world.objects)
            answer = ask_api(token, route, address)
            assert answer.status_code == 200, address
            told |= read_of(world.secrets, answer)
    assert len(told) > 10


@pytest.mark.django_db
def test_one_who_is_signed_out_reads_nothing(world: World) -> None:
    assert walk(None, world.victim.provider.slug, world, world.secrets, shut=True) == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["owner", "correspondent"])
def test_another_providers_people_find_nothing_at_this_one(world: World, role: str) -> None:
    actor = getattr(world.other, role)
    assert walk(actor, world.victim.provider.slug, world, world.secrets, shut=True) == []


@pytest.mark.django_db
def test_anothers_objects_are_not_reached_from_ones_own_provider(world: World) -> None:
    """One's own address, another's numbers and keys, in the path and in the form.

    As the owner, who may all that others of the staff may.
    """
    owner = world.other.owner
    assert all(owner.may(permission) for permission, roles in MATRIX.items() if set(roles) & set(STAFF))
    assert walk(owner, world.other.provider.slug, world, world.secrets, shut=False) == []
    assert traces.crossed() == []


@pytest.mark.django_db
def test_a_strangers_client_reads_nothing_of_another_client(world: World) -> None:
    stranger: Any = world.victim.extra["stranger"]
    secrets = {secret for secret in world.secrets if "coffre" in secret or "Maëlle" in secret}
    assert walk(stranger, world.victim.provider.slug, world, secrets, shut=False) == []


def actor_in(house: House, role: str) -> Actor:
    """Whoever has the role in the furnished house, on the staff or at its client's."""
    if role not in CLIENT_SIDE:
        found: Actor = getattr(house, role)
        return found
    contact = make_contact(house.client, name=f"Renée Balayage {role}", site=house.site)
    return client_account(house.client, contact, role=role)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [str(role.value) for role in (*STAFF, *CLIENT_SIDE)])
def test_each_role_enters_where_its_permissions_lead(world: World, role: str) -> None:
    actor = actor_in(world.victim, role)
    visitor, token = Visitor(actor), machine_of(world, actor)
    faults, before = [], traces.imprint(world.victim)
    for route in ROUTES:
        if route.permission == "anyone" or route.permission not in MATRIX:
            continue
        address = route.address(world.victim.provider.slug, world.objects)
        may = actor.may(route.permission)
        if not route.method and actor.is_client_side != route.pattern.startswith("<slug:provider>/portail/"):
            # The other side's face is not there at all, whatever the permission.
            status = visitor.ask("post", address).status_code
            if status not in {404, 405}:
                faults.append(f"post {address}: {status}")
            continue
        if may and route.name in WRITTEN_DOWN:
            continue
        if not route.method:
            # Whoever may not is stopped before the way of asking counts: the one that could change is tried.
            way = "get" if may else "post"
            answer = visitor.ask(way, address)
        elif may and route.method != "GET":
            continue
        else:
            way, answer = route.method, ask_api(token, route, address)
        if answer.status_code >= 500 or (answer.status_code == 403) == may:
            faults.append(f"{way} {address}: {answer.status_code}")
    assert faults == []
    assert traces.imprint(world.victim) == before


@pytest.mark.django_db
def test_the_way_in_names_no_provider(world: World) -> None:
    page = Visitor(None).ask("get", reverse("sign-in"))
    assert world.victim.provider.name not in said(page)
