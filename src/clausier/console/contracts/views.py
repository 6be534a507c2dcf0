"""Contracts: the list, the page of one, creating, covering, derogating, recording the acceptance of terms."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console import sheets
from clausier.console.contracts import editions, places, reading, terms
from clausier.console.contracts.forms import AcceptanceForm, ContractForm, CoverForm, DerogationForm
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.contracts import queries, services
from clausier.contracts.models import Contract
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.foundation.models import InstalledBook
from clausier.foundation.queries import documents_visible_to
from clausier.pages.forms import ActForm, bound, paper_facts
from clausier.pages.papers import as_received

GET_AND_POST = ["GET", "POST"]


@page("contracts.read")
@require_GET
def contracts(request: StaffRequest) -> HttpResponse:
    """Every contract, latest first."""
    text = request.GET.get("q", "").strip()
    if form := sheets.form_asked(request):
        on = clock.today()
        lines = reading.lines_of(request.actor, text, on)
        return sheets.listed(form, _("contrats"), on, reading.HEADINGS, lines)
    context = {
        "section": "contracts",
        "crumbs": [(_("Contrats"), "")],
        "text": text,
        "page_query": urlencode({"q": text}) if text else "",
        "may_write": request.actor.may("contracts.write"),
        "rows": reading.list_of(request.actor, text, request.GET.get("page", ""), clock.today()),
    }
    part = "console/contracts/rows.html" if request.htmx else "console/contracts/list.html"  # type: ignore[attr-defined]
    return render(request, part, context)


@page("contracts.read")
@require_GET
def contract(request: StaffRequest, number: str) -> HttpResponse:
    """One contract: its edition, what it covers, what it derogates from, its term."""
    found = _contract(request, number)
    actor = request.actor
    told = reading.page_of(found, actor, clock.today())
    context = {
        "section": "contracts",
        "crumbs": [*_crumbs(request), (found.number, "")],
        "page": told,
        "signed": told.block,
        "contract": found,
        "may_write": actor.may("contracts.write"),
        "may_derogate": actor.may("contracts.derogate"),
        "may_accept": actor.may("contracts.accept"),
        "may_credit": actor.may("prepaid.credit"),
        "places": places.of(found, actor, "contract"),
    }
    return render(request, "console/contracts/page.html", context)


@page("contracts.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """A contract for the client that the address names (`?client=`), under the provider's present book."""
    actor = request.actor
    client = directory.clients_visible_to(actor).filter(number=request.GET.get("client", "")).first()
    if client is None:
        return _choose_client(request)
    form = bound(request, ContractForm, actor, client, initial={"starts_on": clock.today()})
    made = form.is_bound and form.act(services.create_contract, by=actor, at=clock.now(), client=client)
    if made:
        messages.success(request, _("Contrat %(number)s créé.") % {"number": made.number})
        return redirect("contract", request.provider.slug, made.number)
    book = actor.provider.book
    return form_page(
        request,
        form,
        section="contracts",
        crumbs=_crumbs(request),
        title=_("Nouveau contrat"),
        act=_("Créer le contrat"),
        back_url=reverse("client", args=[request.provider.slug, client.number]),
        meta=_("%(client)s, livre %(book)s, édition %(digest)s")
        % {"client": client.name, "book": book.name, "digest": book.digest[:12]},
    )


def _choose_client(request: StaffRequest) -> HttpResponse:
    """A contract is someone's: choose whose first."""
    context = {
        "section": "contracts",
        "crumbs": [*_crumbs(request), (_("Nouveau contrat"), "")],
        "clients": directory.clients_visible_to(request.actor),
    }
    return render(request, "console/contracts/choose_client.html", context)


@page("contracts.write")
@require_http_methods(GET_AND_POST)
def cover(request: StaffRequest, number: str) -> HttpResponse:
    """Change how many of a class are covered."""
    found = _contract(request, number)
    form = bound(request, CoverForm, initial={"from_on": clock.today()})
    if form.is_bound and form.act(services.cover, by=request.actor, at=clock.now(), contract=found):
        return _back(request, found, _("Couverture enregistrée."))
    return _form(request, form, found, _("Changer la couverture"), _("Enregistrer"))


@page("contracts.derogate")
@require_http_methods(GET_AND_POST)
def derogate(request: StaffRequest, number: str) -> HttpResponse:
    """Write down a derogation with its paper: first the term is chosen, then its value typed in its form."""
    found = _contract(request, number)
    today = clock.today()
    term = request.POST.get("term") or request.GET.get("terme", "")
    if not terms.can_derogate(found, term):
        return terms.choose_term(request, found)
    form = bound(request, DerogationForm, found, term, initial={"since_on": today, "agreed_on": today})
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data | paper_facts(form)
        typed.pop("document", None)
        agreed_on = typed.pop("agreed_on")
        agreed_at = min(clock.now(), datetime.combine(agreed_on, time(12), PARIS))
        facts = {"by": request.actor, "at": agreed_at, "contract": found, **typed}
        if form.attempt(lambda: services.derogate(**facts)):
            return _back(request, found, _("Dérogation enregistrée, le document est classé."))
    form.status = max(form.status, 422) if form.is_bound else 200
    return terms.derogation_page(request, form, found)


@page("contracts.accept")
@require_http_methods(GET_AND_POST)
def accept(request: StaffRequest, number: str) -> HttpResponse:
    """Record that the client accepted the terms of this contract."""
    found = _contract(request, number)
    later = editions.edition_asked(request, request.GET.get("vers", ""))
    form = bound(request, AcceptanceForm, found.client, initial={"accepted_on": clock.today()})
    if _accepted(request, form, client=found.client, contract=found, book=later):
        messages.success(request, _("Acceptation enregistrée."))
        return (
            redirect("contract", request.provider.slug, found.number)
            if later is None
            else redirect(editions.edition_url_of(found, later))
        )
    title = _("Acceptation des conditions")
    if later:
        title = _("Acceptation de l’édition %(book)s") % {"book": later.name}
    return _form(request, form, found, title, _("Enregistrer l’acceptation"))


@page("contracts.accept")
@require_http_methods(GET_AND_POST)
def accept_without(request: StaffRequest, number: str) -> HttpResponse:
    """Record that a client without contract accepted the provider's terms."""
    client = get_object_or_404(directory.clients_visible_to(request.actor), number=number)
    back = reverse("client", args=[request.provider.slug, client.number])
    form = bound(request, AcceptanceForm, client, initial={"accepted_on": clock.today()})
    if _accepted(request, form, client=client):
        messages.success(request, _("Acceptation enregistrée."))
        return redirect(back)
    return form_page(
        request,
        form,
        section="clients",
        crumbs=[(_("Clients"), reverse("clients", args=[request.provider.slug])), (client.name, back)],
        title=_("Acceptation des conditions"),
        act=_("Enregistrer l’acceptation"),
        back_url=back,
        meta=f"{client.name}, {request.provider.book.name}",
    )


def _accepted(
    request: StaffRequest,
    form: ActForm,
    *,
    client: Client,
    contract: Contract | None = None,
    book: InstalledBook | None = None,
) -> Any:
    if not form.is_bound:
        return None
    if not form.is_valid():
        form.status = 422
        return None
    facts = form.cleaned_data | paper_facts(form)
    facts.pop("document", None)
    return form.attempt(
        lambda: services.accept_terms(
            by=request.actor, at=clock.now(), client=client, contract=contract, book=book, **facts
        )
    )


@page("contracts.read")
@require_GET
def paper(request: StaffRequest, document: int) -> HttpResponse:
    """A filed paper, as it was received."""
    found = get_object_or_404(documents_visible_to(request.actor).exclude(file=None), pk=document)
    if found.file is None:
        raise LookupError(found.pk)
    return as_received(found.file)


# What the views share


def _contract(request: StaffRequest, number: str) -> Contract:
    return get_object_or_404(queries.contracts_visible_to(request.actor), number=number)


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Contrats"), reverse("contracts", args=[request.provider.slug]))]


def _back(request: StaffRequest, found: Contract, says: str) -> HttpResponse:
    messages.success(request, says)
    return redirect("contract", request.provider.slug, found.number)


def _form(request: StaffRequest, form: ActForm, found: Contract, title: str, act: str) -> HttpResponse:
    """The page of a form about one contract."""
    back = reverse("contract", args=[request.provider.slug, found.number])
    return form_page(
        request,
        form,
        section="contracts",
        crumbs=[*_crumbs(request), (found.number, back)],
        title=title,
        act=act,
        back_url=back,
        meta=f"{found.client.name}, {found.book.name}",
    )
