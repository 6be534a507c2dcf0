"""When each session was last seen, to the minute: enough to recognise one that is not one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

from clausier.foundation import clock

GRAIN = timedelta(minutes=1)  # a session is written at most once in it: pages send several requests at a time


def seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Note that a session is in use; one statement a request, which mostly finds nothing to write."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            now = clock.now()
            mine = UserSession.objects.filter(session_key=request.session.session_key)
            mine.filter(last_seen_at__lt=now - GRAIN).update(last_seen_at=now)
        return get_response(request)

    return middleware
