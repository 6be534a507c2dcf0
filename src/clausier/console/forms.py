"""The page of one form in the console's frame, and what comes of it once it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clausier.pages.forms import ActForm, FactsForm

PREVIEW: Final = "apercu"
"""The button that shows a letter and issues nothing."""


def form_page(
    request: HttpRequest,
    form: ActForm,
    *,
    section: str,
    crumbs: list[tuple[Any, str]],
    title: Any,
    act: Any,
    back_url: str,
    meta: Any = "",
    template: str = "console/forms/page.html",
    **more: Any,
) -> HttpResponse:
    """The page of one form: `act` is on its button, `back_url` is where one goes without doing it."""
    context = {
        "section": section,
        "crumbs": [*crumbs, (title, "")],
        "form": form,
        "title": title,
        "act": act,
        "meta": meta,
        "back_url": back_url,
        **more,
    }
    return render(request, template, context, status=form.status)


def sent(
    request: HttpRequest,
    form: FactsForm,
    do: Callable[[dict[str, Any]], Any],
    preview: Callable[[dict[str, Any]], bytes] | None = None,
) -> Any:
    """What `do` made of a form that was sent, or an answer with the letter that `preview` shows.

    None: the form is to be shown, for the first time or with what is wrong.
    """
    if not form.is_bound:
        return None
    if not form.is_valid():
        form.status = 422
        return None
    if preview is None or PREVIEW not in request.POST:
        return form.attempt(lambda: do(form.facts()))
    pdf: bytes | None = form.attempt(lambda: preview(form.facts()))
    return None if pdf is None else HttpResponse(pdf, content_type="application/pdf")
