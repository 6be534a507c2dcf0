"""Agencies: where the provider works from, and which days are worked there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console.agencies.forms import CALENDARS, AgencyForm
from clausier.console.books.addresses import clause_url
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.contracts import queries as contracts
from clausier.directory import queries as directory
from clausier.directory import services
from clausier.directory.models import Agency
from clausier.directory.services import HOURS_OF
from clausier.foundation import clock
from clausier.pages.forms import bound
from clausier.terms.book import Book
from clausier.terms.telling import told

GET_AND_POST = ["GET", "POST"]


@page("people.read")
@require_GET
def agencies(request: StaffRequest) -> HttpResponse:
    """Each agency with its region, its hours and where they come from."""
    found = directory.agencies(request.actor).annotate(
        client_count=Count("clients", distinct=True), staff_count=Count("staff", distinct=True)
    )
    context = {
        "section": "agencies",
        "crumbs": [(_("Agences"), "")],
        "rows": [{"agency": agency, "hours": _hours(request, agency)} for agency in found],
        "may_write": request.actor.may("installation.write"),
    }
    return render(request, "console/agencies/list.html", context)


def _hours(request: StaffRequest, agency: Agency) -> list[dict[str, Any]]:
    """The hours of each calendar that apply there, and the clause or practice they come from."""
    book = contracts.provider_book(request.provider, agency)
    return [_calendar(request, book, name) for name in HOURS_OF if book.has(f"hours.{name}")]


def _calendar(request: StaffRequest, book: Book, name: str) -> dict[str, Any]:
    language = get_language() or "fr"
    reading = contracts.spell_on(book, f"hours.{name}", clock.today())
    clause = reading.clause if reading.source == "clause" else None
    return {
        "name": CALENDARS[name],
        "says": told(book, reading).to(language),
        "clause": clause,
        "url": clause_url(request.provider.slug, request.provider.book.digest, clause) if clause else "",
        "reason": reading.reason.to(language) if reading.reason else "",
    }


@page("installation.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """Another agency."""
    form = bound(request, AgencyForm, request.actor)
    if form.is_bound and form.act(services.create_agency, by=request.actor, at=clock.now()):
        return _back(request, _("Agence créée."))
    return _form(request, form, _("Nouvelle agence"), _("Créer l’agence"))


@page("installation.write")
@require_http_methods(GET_AND_POST)
def edit(request: StaffRequest, agency: int) -> HttpResponse:
    """Change an agency."""
    found = get_object_or_404(directory.agencies(request.actor), pk=agency)
    form = bound(request, AgencyForm, request.actor, initial=AgencyForm.of(found))
    if form.is_bound and form.act(services.update_agency, by=request.actor, at=clock.now(), agency=found):
        return _back(request, _("Agence enregistrée."))
    return _form(request, form, found.name, _("Enregistrer"))


def _back(request: StaffRequest, says: str) -> HttpResponse:
    messages.success(request, says)
    return redirect("agencies", request.provider.slug)


def _form(request: StaffRequest, form: AgencyForm, title: str, act: str) -> HttpResponse:
    back = reverse("agencies", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="agencies",
        crumbs=[(_("Agences"), back)],
        title=title,
        act=act,
        back_url=back,
        template="console/agencies/form.html",
    )
