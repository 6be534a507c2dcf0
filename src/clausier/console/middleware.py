"""What happens around every console page: the person's language, and refusals shown as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from clausier.foundation.errors import Refusal
from clausier.pages.refusals import in_terms
from clausier.terms.errors import TermsError

LANGUAGE_COOKIE = "language"


def person_language(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Speak the person's language; before sign-in, the one chosen on the page; otherwise French."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        chosen = (
            getattr(person, "language", "fr")
            if person.is_authenticated
            else request.COOKIES.get(LANGUAGE_COOKIE, "fr")
        )
        language = "en" if chosen.startswith("en") else "fr"
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = get_response(request)
            # A template response is rendered while its language is still the one spoken.
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def readable_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Answer 400 to an address with the character NUL: no row can hold it, nobody types it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = (request.path_info, *(value for values in request.GET.lists() for value in values[1]))
        if any("\0" in text for text in sent):
            raise BadRequest("NUL")
        return get_response(request)

    return middleware


def refusals_as_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Show a refusal that no form caught: what, which clause, what lifts it; nothing was written."""
    return RefusalsAsPages(get_response)


class RefusalsAsPages:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TermsError):
            exception = in_terms(exception)
        if not isinstance(exception, Refusal):
            return None
        whole = getattr(request, "refused_template", "console/refused.html")  # another face says its own
        template = "pages/refused_part.html" if request.htmx else whole
        response = render(request, template, {"refusal": exception}, status=exception.status)
        if request.htmx:
            # The refusal goes where refusals are shown, whatever the act aimed at.
            response.headers["HX-Retarget"] = "#refusal"
            response.headers["HX-Reswap"] = "innerHTML"
        return response
