"""When each session was last seen, to the minute: enough to recognise one that is not one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import connection
from django.http import HttpRequest, HttpResponse

from clausier.foundation import clock

GRAIN = timedelta(minutes=1)  # a session is written at most once in it: pages send several requests at a time

SEEN = (
    f"update {UserSession._meta.db_table} set last_seen_at = $1"  # noqa: S608
    " where session_key = $2 and last_seen_at < $3"
)


def seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Note that a session is in use; one statement a request, which mostly finds nothing to write."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            now = clock.now()
            cursor = connection.prepared()  # type: ignore[attr-defined]
            cursor.execute(SEEN, [now, request.session.session_key, now - GRAIN])
        return get_response(request)

    return middleware
