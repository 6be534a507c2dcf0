"""Whose rows the database shows.

PostgreSQL's row-level security shows a row to a scope only: one provider, one client of it, one's own
memberships, or everything under a stated reason. Without a scope nothing is shown and nothing can be added.
A scope belongs to the thread or task that entered it; `clausier.database` tells it to the server before the
next statement, signed for that very connection, and the server checks the signature
(`clausier.grants`): SQL that someone smuggles into a request cannot make itself a wider one.

Faces enter the scope of the actor they found at the door, acts run in the scope of `by`, jobs in the one of
their provider. What belongs to the installation says `everything("why")`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
R = TypeVar("R")

SETTING = "clausier.scope"
"""The setting of the database session that carries the signed scope."""

BLOCK = 64  # bytes: the block of SHA-256, on which HMAC lays its two pads


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows in sight: those of a `provider`, cut to one `client` when there is one; besides, which providers
    `person` belongs to. With a reason in `everything`, all rows."""

    provider: int | None = None
    client: int | None = None
    person: int | None = None
    everything: str = ""

    def facts(self, backend: int) -> str:
        """What is signed, for the server process `backend`: it holds in no other session."""
        parts = (backend, self.provider, self.client, self.person, 1 if self.everything else None)
        return ".".join("" if part is None else str(part) for part in parts)


NOTHING = Scope()

_current: ContextVar[Scope] = ContextVar("scope", default=NOTHING)


def current() -> Scope:
    """The scope that the next statement will run in."""
    return _current.get()


def enter(scope: Scope) -> None:
    """Stay in `scope` until the block around it ends: for a door, within the request's own block."""
    _current.set(scope)


@contextmanager
def confined(scope: Scope) -> Iterator[None]:
    """The block runs in `scope`; afterwards in the one before."""
    before = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(before)


def everything(why: str) -> Any:
    """All rows in sight for a block (`with`) or a function (decorator), for the reason `why`.

    For acts of the installation: a provider made, chains sealed, a migration. Never for a request's own work.
    """
    return confined(Scope(everything=why))


def of_provider(provider_id: int) -> Scope:
    """All of one provider's rows, and no other's."""
    return Scope(provider=provider_id)


def job_of_provider(function: Callable[P, R]) -> Callable[P, R]:
    """Make a job confined to its provider: it is deferred with `provider_id=` and sees that one's rows."""

    @wraps(function)
    def job(*args: P.args, **kwargs: P.kwargs) -> R:
        provider_id: Any = kwargs["provider_id"]
        with confined(of_provider(provider_id)):
            return function(*args, **kwargs)

    job.isolation = "provider"  # type: ignore[attr-defined]
    return job


def job_of_installation(why: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a job of the installation, that sees everything for the reason `why`."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def job(*args: P.args, **kwargs: P.kwargs) -> R:
            with everything(why):
                return function(*args, **kwargs)

        job.isolation = why  # type: ignore[attr-defined]
        return job

    return wrap


def request_scope(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware, after sign-in is known: a request begins with one's own memberships in sight, or nothing.

    Its door enters the actor's scope. At the end the session of the database is told to forget it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user.pk if request.user.is_authenticated else None
        with confined(Scope(person=person)):
            response = get_response(request)
        _settle_sessions()
        return response

    return middleware


def _settle_sessions() -> None:
    """Tell every open session of this thread the scope that holds now, without waiting for a statement."""
    for connection in connections.all(initialized_only=True):
        try:
            connection.settle_scope()  # type: ignore[attr-defined]
        except DatabaseError:
            connection.close()


# The signature


@cache
def _key() -> bytes:
    """What signs scopes: made of the installation's signing key, so that all its processes share it."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"clausier scope", "sha256")


def pads() -> tuple[bytes, bytes]:
    """The key as HMAC's inner and outer pad: what `clausier migrate` gives the server to check seals with."""
    block = _key().ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def signed(scope: Scope, backend: int) -> str:
    """`scope` for the server process `backend`, with the seal (HMAC-SHA-256) that the server checks."""
    if scope == NOTHING:
        return ""
    facts = scope.facts(backend)
    return hmac.digest(_key(), facts.encode(), "sha256").hex() + facts
