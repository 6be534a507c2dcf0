"""The page of one form in the console's frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clausier.pages.forms import ActForm


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
