"""When each session was last seen, to a minute or two: enough to recognise one that is not one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import connection
from django.http import HttpRequest, HttpResponse

from clausier.foundation import clock

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
GRAIN = timedelta(minutes=1)  # a session is written at most once in it: pages send several requests at a time

MOST_KEPT = 10_000
"""Sessions of which this process remembers when it asked; within the minute it does not ask again."""

SEEN = (
    f"update {UserSession._meta.db_table} set last_seen_at = $1"  # noqa: S608
    " where session_key = $2 and last_seen_at < $3"
)


def seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Note that a session is in use; in most requests nothing is asked for it."""
    noted: dict[str, datetime] = {}

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and (key := request.session.session_key):
            now = clock.now()
            if not timedelta() <= now - noted.get(key, NEVER) < GRAIN:
                cursor = connection.prepared()  # type: ignore[attr-defined]
                cursor.execute(SEEN, [now, key, now - GRAIN])
                if len(noted) >= MOST_KEPT:
                    noted.clear()
                noted[key] = now
        return get_response(request)

    return middleware
