"""The call under way: since when, kept in the session, so that every page shows it until it is saved."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from clausier.foundation import clock
from clausier.foundation.models import Provider

KEY = "call"
FORGOTTEN = timedelta(hours=2)
"""A form left open that long is no call any more: the next one starts afresh."""


def started(request: HttpRequest, provider: Provider, now: datetime) -> datetime:
    """When the call under way began, to the minute; `now` when there is none."""
    since = under_way(request, provider, now)
    if since is None:
        since = now.replace(second=0, microsecond=0)
        request.session[KEY] = {"provider": provider.slug, "since": since.isoformat()}
    return since


def taken(request: HttpRequest, provider: Provider, call: int, since: datetime) -> None:
    """The announced `call` is the one under way from now on, with its own clock and nobody else's caller."""
    kept = request.session.get(KEY, {})
    if kept.get("call") != call or kept.get("provider") != provider.slug:
        since = since.replace(second=0, microsecond=0)
        request.session[KEY] = {"provider": provider.slug, "since": since.isoformat(), "call": call}


def announced(request: HttpRequest, provider: Provider, now: datetime) -> int | None:
    """The key of the announced call that this person is taking, or None."""
    key: int | None = request.session[KEY].get("call") if under_way(request, provider, now) else None
    return key


def under_way(request: HttpRequest, provider: Provider, now: datetime) -> datetime | None:
    """When the call that this person is taking for `provider` began, or None."""
    kept = request.session.get(KEY)
    if not kept or kept.get("provider") != provider.slug:
        return None
    since = clock.read(kept["since"])
    return since if timedelta() <= now - since < FORGOTTEN else None


def remember(request: HttpRequest, caller: str) -> None:
    """Keep who is on the line, so that the form finds them again after a detour to another page."""
    request.session[KEY] = {**request.session.get(KEY, {}), "caller": caller}


def caller(request: HttpRequest) -> str:
    """Who was chosen in the call under way, in the form's words (`contact:12`)."""
    return str(request.session.get(KEY, {}).get("caller", ""))


def over(request: HttpRequest) -> None:
    """The call is saved, attached or dropped."""
    request.session.pop(KEY, None)
