"""Around every request: its number, its line in the log, its share of the metrics."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from clausier.care import logs, metrics

HEADER = "X-Request-Id"
META = "HTTP_X_REQUEST_ID"
NUMBER = re.compile(r"[A-Za-z0-9._-]{8,40}")
log = logging.getLogger("clausier.requests")


def numbered(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the request a number, or keep the proxy's; the journal, the log and the answer bear it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        number = _number(request)
        token = logs.request_id.set(number)
        begun = time.perf_counter()
        try:
            response = get_response(request)
            response.headers[HEADER] = number
            _note(request, response, time.perf_counter() - begun)
            return response
        finally:
            logs.request_id.reset(token)

    return middleware


def _number(request: HttpRequest) -> str:
    given = str(request.META.get(META, ""))
    number = given if NUMBER.fullmatch(given) else uuid4().hex
    request.META[META] = number  # what the doors hand to every act
    return number


SECRETS = ("token", "key")
"""Parts of an address that open something by themselves: of invitations, of new passwords, of screens."""


def _path(request: HttpRequest) -> str:
    """The path, without what would let its reader in."""
    path, match = request.path, request.resolver_match
    for name in SECRETS:
        said = match.kwargs.get(name) if match else None
        if isinstance(said, str) and said:
            path = path.replace(said, "…")
    return path


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """One line, without the query: it may hold what people search for."""
    match = request.resolver_match
    route = (match.view_name or match.route) if match else "none"
    metrics.count_request(request.method or "", route, response.status_code, seconds)
    log.info(
        "request",
        extra={
            "method": request.method,
            "path": _path(request),
            "route": route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
        },
    )
