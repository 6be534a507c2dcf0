"""What happens around every API request: its id, its language, one form of what goes wrong."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from clausier.api import problems

PREFIX = "/api/"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")


def framed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the request its id (the caller's, if it is one), speak its language, say faults one way."""

    def middleware(request: Any) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        named = request.headers.get("X-Request-Id", "")
        request.request_id = named if REQUEST_ID.fullmatch(named) else uuid.uuid4().hex
        language = spoken(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            # PostgreSQL keeps no NUL in a text: nothing has such a name.
            response = problems.unknown(request) if "\x00" in request.path else get_response(request)
            response = problems.put_right(request, response)
        response["X-Request-Id"] = request.request_id
        response["Content-Language"] = language
        return response

    return middleware


def spoken(accepted: str) -> str:
    """English where it is preferred to French, French otherwise."""
    for wanted, _quality in _preferences(accepted):
        if wanted[:2] in {"fr", "en"}:
            return wanted[:2]
    return "fr"


def _preferences(accepted: str) -> Sequence[tuple[str, float]]:
    return [] if len(accepted) > 500 else parse_accept_lang_header(accepted.lower())
