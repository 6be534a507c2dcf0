"""What happens around every API request: one form of what goes wrong, and the language of its sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from clausier.api import problems

PREFIX = "/api/"
LONGEST_PREFERENCES = 500

Handler = Callable[[HttpRequest], HttpResponse]


def framed(get_response: Handler) -> Handler:
    """Say in the API's form what the framework answers before the API sees the request."""

    def middleware(request: Any) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        request.request_id = request.META.get("HTTP_X_REQUEST_ID", "")  # given or checked before us
        response = get_response(request)
        with translation.override(spoken(request)):
            return problems.put_right(request, response)

    return middleware


def in_its_language(get_response: Handler) -> Handler:
    """Speak the language that the machine asks for: it has no cookie and no account of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        language = spoken(request)
        with translation.override(language):
            response = get_response(request)
        response["Content-Language"] = language
        return response

    return middleware


def spoken(request: HttpRequest) -> str:
    """English where it is preferred to French, French otherwise."""
    accepted = request.headers.get("Accept-Language", "")
    if len(accepted) <= LONGEST_PREFERENCES:
        for wanted, _quality in parse_accept_lang_header(accepted.lower()):
            if wanted[:2] in {"fr", "en"}:
                return wanted[:2]
    return "fr"
