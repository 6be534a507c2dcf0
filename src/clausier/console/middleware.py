"""What happens around every page: the person's language, refusals shown as pages, no empty answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from clausier.foundation.errors import Refusal
from clausier.pages.refusals import in_terms
from clausier.terms.errors import TermsError

LANGUAGE_COOKIE = "language"
HOMES = frozenset({"home", "today", "portal"})
"""Where each face begins, by name."""


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


def addresses_of_forms(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Lead whoever opens an address that only takes a form to the page the form stands on.

    A bookmark, the change of language after a refused form, or the sign-in that an expired session asked for
    come there. The page stands above in the path; where only the home does, words say so, still with a 405.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.method not in {"GET", "HEAD"}:
            return response
        if request.path_info.startswith("/api/") or not request.accepts("text/html"):
            return response
        above, name = _page_above(request.path_info)
        if name not in HOMES:
            return redirect(above)
        came_from = _came_from(request)
        facts = {"after": came_from or above, "came_from": came_from}
        said = render(request, "405.html", facts, status=response.status_code)
        said.headers["Allow"] = response.headers["Allow"]
        return said

    return middleware


def _page_above(path: str) -> tuple[str, str | None]:
    """The nearest address above `path` where something answers, and its name; at the latest the home."""
    while True:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            match = resolve(path)
        except Resolver404:
            continue
        # A pattern that takes any path answers without anything being there.
        if "<path:" not in match.route:
            return path, match.url_name


def _came_from(request: HttpRequest) -> str:
    """The page that led here, when it is another one of this site; else empty."""
    led = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(led, {request.get_host()}, request.is_secure())
    return led if ours and led != request.build_absolute_uri() else ""
