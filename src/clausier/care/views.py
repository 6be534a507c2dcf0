"""What machines ask of an installation: whether it lives, and its metrics."""

from __future__ import annotations

from ipaddress import ip_address
from secrets import compare_digest

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clausier import options
from clausier.care import metrics
from clausier.console.doors import anyone

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP")
TEXT = "text/plain; version=0.0.4; charset=utf-8"


@anyone
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the program answers and reaches its database, 503 when it does not reach it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


@anyone
@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """The metrics, for whoever bears the token; without a token set, for programs of this machine only."""
    if not may_read(request):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    return HttpResponse(metrics.text(), content_type=TEXT)


def may_read(request: HttpRequest) -> bool:
    """Whether the request bears the token, or (none being set) comes straight from this machine.

    A proxy on this machine passes strangers on: what it forwarded, or what asks for another host than this
    machine, is not from here.
    """
    token: str = options.value("CLAUSIER_METRICS_TOKEN")
    if token:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.META for name in FORWARDED):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and _names_this_machine(request.get_host())


def _names_this_machine(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return name == "localhost" or _is_loopback(name.strip("[]"))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
