"""What the program tells browsers to refuse, and what it refuses of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Everything a page needs comes from this host, from files: no inline script, no inline style, no frame.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # the square code of an authenticator application is drawn in the page
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def policy() -> str:
    """The Content-Security-Policy. A form that leads to single sign-on may go on to where that lives."""
    directives = dict(POLICY)
    if settings.OIDC_URL:
        parts = urlsplit(settings.OIDC_URL)
        directives["form-action"] += f" {parts.scheme}://{parts.netloc}"
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def content_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Send the policy with every answer; a view that set one of its own keeps it."""
    says = policy()

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", says)
        return response

    return middleware


def body_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Refuse a request that announces more than `UPLOAD_LIMIT` bytes, before anything reads it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdigit() and int(announced) > settings.UPLOAD_LIMIT:
            megabytes = settings.UPLOAD_LIMIT // (1024 * 1024)
            return render(None, "413.html", {"megabytes": megabytes}, status=413)  # type: ignore[arg-type]
        return get_response(request)

    return middleware
