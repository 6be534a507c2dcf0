"""The design page: every part in every state; and the choice of the theme."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from clausier.console.design import examples, panels
from clausier.console.doors import anyone
from clausier.pages.templatetags.words import language

THEMES = {"light", "dark"}
A_YEAR = 365 * 86400


@anyone
@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every part of the interface with example data; touches no database row."""
    return render(request, "console/design/design.html", examples.page(language()))


@anyone
@require_GET
def example_why(request: HttpRequest, example: str) -> HttpResponse:
    """One of the example panels: beside the page for htmx, a page of its own otherwise."""
    panel = panels.panel(example, language())
    if panel is None:
        raise Http404
    template = "pages/parts/why_panel.html" if request.htmx else "console/why_page.html"  # type: ignore[attr-defined]
    return render(request, template, {"panel": panel, "section": "design", "shell": examples.shell()})


@anyone
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme on this machine; an empty choice follows the system."""
    chosen, after = request.POST.get("theme", ""), request.POST.get("next", "")
    safe = after.startswith("/") and url_has_allowed_host_and_scheme(
        after, {request.get_host()}, request.is_secure()
    )
    response = redirect(after if safe else "/")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax")
    else:
        response.delete_cookie("theme")
    return response
