"""The page of one act on a reversibility, done when it was sent; then the file's page again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.console.doors import StaffRequest
from clausier.console.forms import form_page, sent
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import Reversal
from clausier.pages.forms import FactsForm


def acted(
    request: StaffRequest,
    file: Reversal,
    form: FactsForm,
    title: str,
    act: str,
    do: Callable[[dict[str, Any]], Any],
    done: str,
    *,
    at: str = "",
    **more: Any,
) -> HttpResponse:
    """The page of one act; sent, it is done, and the file is shown at its section `at`."""
    back = reverse("reversal", args=[request.provider.slug, file.number]) + (f"#{at}" if at else "")
    if sent(request, form, do) is not None:
        messages.success(request, done)
        return redirect(back)
    return form_page(
        request,
        form,
        section="endings",
        crumbs=[*crumbs(request), (file.number, back)],
        title=title,
        act=act,
        back_url=back,
        meta=f"{file.client.name}, {file.contract.number}, {file.number}",
        template="console/reversal/form.html",
        **more,
    )


def crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    slug = request.provider.slug
    return [
        (_("Fins de contrat"), reverse("endings", args=[slug])),
        (_("Réversibilités"), reverse("reversals", args=[slug])),
    ]


def file_of(request: StaffRequest, number: str) -> Reversal:
    return get_object_or_404(reversal_queries.reversals(request.actor), number=number)
