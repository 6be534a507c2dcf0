"""Reversibilities: the list, a file from its request to its certificate, its records and reservations."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console.books.addresses import clause_url
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.reversal import forms, reading
from clausier.console.reversal.acting import acted, crumbs, file_of
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation import clock
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.services import reversal as acts
from clausier.pages.forms import bound

GET_AND_POST = ["GET", "POST"]
ROWS = 50


@page("reversal.read")
@require_GET
def reversals(request: StaffRequest) -> HttpResponse:
    """All files, the latest first; found by number, serial number, contract or client."""
    text = request.GET.get("q", "").strip()
    found = reversal_queries.named(request.actor, text)
    context = {
        "section": "endings",
        "crumbs": [*crumbs(request)[:1], (_("Réversibilités"), "")],
        "text": text,
        "page_query": urlencode({"q": text}) if text else "",
        "files": Paginator(found, ROWS).get_page(request.GET.get("page", "")),
        "today": clock.today(),
    }
    return render(request, "console/reversal/list.html", context)


@page("reversal.read")
@require_GET
def file(request: StaffRequest, reversal: str) -> HttpResponse:
    """One file: how far it came, and what is to be done."""
    found = file_of(request, reversal)
    context = {
        "section": "endings",
        "crumbs": [*crumbs(request), (found.number, "")],
        "shown": reading.file_shown(found, request.actor, clock.now()),
        "file": found,
        "may_write": request.actor.may("reversal.write"),
        "may_work": request.actor.may("reversal.work"),
        "may_settle": request.actor.may("reversal.settle"),
    }
    return render(request, "console/reversal/file.html", context)


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def open_file(request: StaffRequest, number: str) -> HttpResponse:
    """The client's request: its letter, what is to be returned, what that takes."""
    found = get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)
    form = bound(request, forms.OpenForm, found, request.actor)
    slug = request.provider.slug
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        else:
            made = form.attempt(
                lambda: acts.open_reversal(by=request.actor, at=clock.now(), contract=found, **form.facts())
            )
            if made:
                messages.success(request, _("Réversibilité ouverte : son plan est proposé, à relire."))
                return redirect("reversal", slug, made.number)
    back = reverse("contract-endings", args=[slug, found.number])
    return form_page(
        request,
        form,
        section="contracts",
        crumbs=[
            (_("Contrats"), reverse("contracts", args=[slug])),
            (found.number, reverse("contract", args=[slug, found.number])),
            (_("Fin et suspension"), back),
        ],
        title=_("Ouvrir une réversibilité"),
        act=_("Ouvrir la réversibilité"),
        back_url=back,
        meta=f"{found.client.name}, {found.number}, {found.book.name}",
        template="console/reversal/form.html",
        says=_what_terms_say(found),
    )


def _what_terms_say(contract: Contract) -> list[dict[str, Any]]:
    """The delay and the price, as the contract's terms have them, each with its clause."""
    book = contracts.effective_book(contract)
    if not reversal_queries.knows_reversibility(book):
        return []
    texts = (
        _("Tout est rendu %(value)s mois après la réception de la lettre."),
        _("%(value)s € hors taxes par jour d’ingénieur."),
        _("Facturé par tranches de %(value)s jours, une au moins."),
    )
    slug, digest = contract.provider.slug, contract.book.digest
    said = []
    for term, text in zip(reversal_queries.last_readings(book), texts, strict=True):
        url = clause_url(slug, digest, term.clause) if term.clause else ""
        said.append({"says": text % {"value": term.value}, "clause": term.clause or "", "url": url})
    return said


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def estimate(request: StaffRequest, reversal: str) -> HttpResponse:
    """An estimate made anew."""
    found = file_of(request, reversal)
    initial = {"engineers": found.engineers, "days": found.days}
    return acted(
        request,
        found,
        bound(request, forms.EstimateForm, initial=initial),
        _("Réviser le chiffrage"),
        _("Enregistrer le chiffrage"),
        lambda typed: acts.revise_estimate(by=request.actor, at=clock.now(), reversal=found, **typed),
        _("Chiffrage révisé ; l’ancien reste lisible."),
        says=_what_terms_say(found.contract),
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def withdraw(request: StaffRequest, reversal: str) -> HttpResponse:
    """Nothing is to be returned any more."""
    found = file_of(request, reversal)
    return acted(
        request,
        found,
        bound(request, forms.ReasonForm),
        _("Abandonner la réversibilité"),
        _("Abandonner"),
        lambda typed: acts.withdraw_reversal(by=request.actor, at=clock.now(), reversal=found, **typed),
        _("Réversibilité abandonnée : le contrat finit à sa date."),
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def record(request: StaffRequest, reversal: str) -> HttpResponse:
    """The delivery record of what was returned, sent to be signed."""
    found = file_of(request, reversal)
    return acted(
        request,
        found,
        bound(request, forms.RecordForm, found, initial={"delivered_on": clock.today()}),
        _("Bordereau de restitution"),
        _("Émettre et faire signer"),
        lambda typed: acts.issue_record(
            by=request.actor,
            at=clock.now(),
            reversal=found,
            site_url=request.build_absolute_uri("/"),
            **typed,
        ),
        _("Bordereau émis : le client est invité à le signer."),
        at="bordereaux",
    )


@page("reversal.answer")
@require_http_methods(GET_AND_POST)
def reserve(request: StaffRequest, record: int) -> HttpResponse:
    """A reservation that the client made by voice or on paper."""
    held = get_object_or_404(reversal_queries.records(request.actor), pk=record)
    return acted(
        request,
        held.reversal,
        bound(request, forms.ReservationForm),
        _("Noter une réserve, %(number)s") % {"number": held.number},
        _("Noter la réserve"),
        lambda typed: acts.make_reservation(by=request.actor, at=clock.now(), record=held, **typed),
        _("Réserve notée."),
        at="bordereaux",
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def withdraw_record(request: StaffRequest, record: int) -> HttpResponse:
    """The record counts for nothing."""
    held = get_object_or_404(reversal_queries.records(request.actor), pk=record)
    return acted(
        request,
        held.reversal,
        bound(request, forms.ReasonForm),
        _("Retirer le bordereau %(number)s") % {"number": held.number},
        _("Retirer le bordereau"),
        lambda typed: acts.withdraw_record(by=request.actor, at=clock.now(), record=held, **typed),
        _("Bordereau retiré : ses lignes attendent le suivant."),
        at="bordereaux",
    )


@page("reversal.answer")
@require_http_methods(GET_AND_POST)
def lift(request: StaffRequest, reservation: int) -> HttpResponse:
    """The client wrote that it has what was missing."""
    held = get_object_or_404(reversal_queries.reservations(request.actor), pk=reservation)
    return acted(
        request,
        held.record.reversal,
        bound(request, forms.LiftForm),
        _("Lever une réserve"),
        _("Lever la réserve"),
        lambda typed: acts.lift_reservation(by=request.actor, at=clock.now(), reservation=held, **typed),
        _("Réserve levée."),
        at="bordereaux",
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def certify(request: StaffRequest, reversal: str) -> HttpResponse:
    """The destruction certificate."""
    found = file_of(request, reversal)
    return acted(
        request,
        found,
        bound(request, forms.LanguageForm),
        _("Certificat de destruction"),
        _("Émettre et sceller"),
        lambda typed: acts.issue_certificate(by=request.actor, at=clock.now(), reversal=found, **typed),
        _("Certificat émis, scellé et classé chez le client."),
        at="effacement",
    )
