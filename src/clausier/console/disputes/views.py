"""Disputes: the list, a file with its steps, each act; opening a file or a document of it is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console.books.addresses import addresses
from clausier.console.disputes import forms, reading
from clausier.console.doors import StaffRequest, page
from clausier.console.endings.forms import MatterForm
from clausier.console.forms import form_page, sent
from clausier.contracts import queries as contracts
from clausier.foundation import clock
from clausier.lifecycle import dispute_queries, queries, services
from clausier.lifecycle.models import Dispute
from clausier.pages.forms import bound
from clausier.pages.papers import as_received
from clausier.pages.why.reading import panel_of_ruling

GET_AND_POST = ["GET", "POST"]
ROWS = 50


@page("disputes.read")
@require_GET
def disputes(request: StaffRequest) -> HttpResponse:
    """The disputes whose file the reader may open."""
    text = request.GET.get("q", "").strip()
    shown = Paginator(dispute_queries.found_by(request.actor, text), ROWS)
    context = {
        "section": "disputes",
        "crumbs": [(_("Litiges"), "")],
        "text": text,
        "page_query": urlencode({"q": text}) if text else "",
        "disputes": shown.get_page(request.GET.get("page", "")),
        "concerns": [] if text else reading.concern_rows(request.actor, clock.now()),
        "may_open": request.actor.may("disputes.write"),
    }
    return render(request, "console/disputes/list.html", context)


@page("disputes.read")
@require_GET
def dossier(request: StaffRequest, dispute: str) -> HttpResponse:
    """The whole file."""
    actor, now = request.actor, clock.now()
    held = services.read_file(by=actor, at=now, dispute=found(request, dispute))
    notes = list(dispute_queries.notes(actor, held))
    context = {
        "section": "disputes",
        "crumbs": [*_crumbs(request), (held.number, "")],
        "dispute": held,
        "steps": reading.steps(held, now.date(), request.provider.slug),
        "offers": reading.offers(held, actor),
        "clause_url": reading.cited_url(held),
        "papers": dispute_queries.papers(actor, held),
        "notes": [one for one in notes if not one.name],
        "people": [one for one in notes if one.name],
        "missing": queries.amicable_step_missing(held.contract, now.date()),
    }
    return render(request, "console/disputes/file.html", context)


# Opening


@page("disputes.write")
@require_http_methods(GET_AND_POST)
def open_ours(request: StaffRequest, number: str) -> HttpResponse:
    """Our own complaint."""
    contract = get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)
    given: dict[str, Any] = {"by": request.actor, "contract": contract}
    return _acted(
        request,
        bound(request, forms.OpenForm),
        (_("Ouvrir un litige"), _("Émettre la réclamation")),
        lambda typed: services.open_dispute(at=clock.now(), **given, **typed),
        _("Réclamation émise : il reste à la poster en recommandé."),
        back=reverse("contract", args=[request.provider.slug, number]),
        meta=f"{contract.client.name}, {contract.number}, {contract.book.name}",
        preview=lambda typed: services.preview_complaint(at=clock.now(), **given, **typed),
    )


@page("disputes.write")
@require_http_methods(GET_AND_POST)
def record(request: StaffRequest, number: str) -> HttpResponse:
    """The client's complaint."""
    contract = get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)
    return _acted(
        request,
        bound(request, forms.RecordForm),
        (_("Réclamation reçue du client"), _("Ouvrir le dossier")),
        lambda typed: services.record_dispute(by=request.actor, at=clock.now(), contract=contract, **typed),
        _("Dossier ouvert."),
        back=reverse("contract", args=[request.provider.slug, number]),
        meta=f"{contract.client.name}, {contract.number}, {contract.book.name}",
    )


# Steps


@page("disputes.record")
@require_http_methods(GET_AND_POST)
def journey(request: StaffRequest, dispute: str) -> HttpResponse:
    """What became known of the complaint's journey."""
    held = found(request, dispute)
    form = bound(request, forms.ComplaintJourneyForm, initial=forms.ComplaintJourneyForm.known(held))
    return _step(
        request,
        held,
        form,
        (_("Route de la réclamation"), _("Enregistrer")),
        services.record_complaint_journey,
        _("Route enregistrée."),
    )


@page("disputes.write")
@require_http_methods(GET_AND_POST)
def expert(request: StaffRequest, dispute: str) -> HttpResponse:
    """Who the expert is."""
    held = found(request, dispute)
    return _step(
        request,
        held,
        bound(request, forms.ExpertForm, initial=forms.ExpertForm.known(held)),
        (_("Expert amiable"), _("Enregistrer")),
        services.name_expert,
        _("Expert noté."),
    )


@page("disputes.write")
@require_http_methods(GET_AND_POST)
def refer(request: StaffRequest, dispute: str) -> HttpResponse:
    """The expert has the matter."""
    return _step(
        request,
        found(request, dispute),
        bound(request, forms.ReferralForm, initial={"referred_on": clock.today()}),
        (_("Saisir l’expert"), _("Enregistrer la saisine")),
        services.refer_dispute,
        _("Expert saisi : la conciliation court."),
    )


@page("disputes.write")
@require_http_methods(GET_AND_POST)
def extend(request: StaffRequest, dispute: str) -> HttpResponse:
    """More time, once."""
    held = found(request, dispute)
    return _step(
        request,
        held,
        bound(request, forms.ExtensionForm, initial={"extended_to": held.extendable_to}),
        (_("Proroger la conciliation"), _("Enregistrer la prorogation")),
        services.extend_conciliation,
        _("Conciliation prorogée."),
    )


@page("disputes.write")
@require_http_methods(GET_AND_POST)
def end(request: StaffRequest, dispute: str) -> HttpResponse:
    """How it ended."""
    return _step(
        request,
        found(request, dispute),
        bound(request, forms.OutcomeForm, initial={"ended_on": clock.today()}),
        (_("Issue du litige"), _("Clore le litige")),
        services.end_dispute,
        _("Litige clos."),
    )


# The file


@page("disputes.record")
@require_http_methods(GET_AND_POST)
def add_paper(request: StaffRequest, dispute: str) -> HttpResponse:
    """A document for the file."""
    return _step(
        request,
        found(request, dispute),
        bound(request, forms.PaperForm, initial={"dated_on": clock.today()}),
        (_("Verser un document"), _("Verser au dossier")),
        services.add_paper,
        _("Document versé au dossier."),
    )


@page("disputes.read")
@require_GET
def paper(request: StaffRequest, dispute: str, paper: int) -> HttpResponse:
    """A document of the file; the journal keeps who opened it."""
    held = found(request, dispute)
    opened = services.read_paper(by=request.actor, at=clock.now(), dispute=held, paper=paper)
    return as_received(opened.file)


@page("disputes.record")
@require_http_methods(GET_AND_POST)
def add_note(request: StaffRequest, dispute: str) -> HttpResponse:
    """A note."""
    return _step(
        request,
        found(request, dispute),
        bound(request, forms.NoteForm),
        (_("Écrire une note"), _("Verser au dossier")),
        services.add_note,
        _("Note versée au dossier."),
    )


@page("disputes.record")
@require_http_methods(GET_AND_POST)
def add_person(request: StaffRequest, dispute: str) -> HttpResponse:
    """Somebody who has to do with the dispute."""
    return _step(
        request,
        found(request, dispute),
        bound(request, forms.PersonForm),
        (_("Noter un intervenant"), _("Enregistrer")),
        services.add_person,
        _("Intervenant noté."),
    )


@page("disputes.write")
@require_http_methods(GET_AND_POST)
def give(request: StaffRequest, dispute: str) -> HttpResponse:
    """Open the file to one person."""
    held = found(request, dispute)
    return _step(
        request,
        held,
        bound(request, forms.ReaderForm, request.actor, initial={"reader": held.reader_id or ""}),
        (_("Confier le dossier"), _("Enregistrer")),
        services.give_file,
        _("C’est noté."),
    )


@page("disputes.read")
@require_GET
def why(request: StaffRequest, dispute: str, ruling: int) -> HttpResponse:
    """Why a day of the procedure falls as it does."""
    kept = dispute_queries.ruling_of(found(request, dispute), ruling)
    if kept is None:
        raise Http404
    panel = panel_of_ruling(kept, addresses(request.provider.slug), now=clock.now(), only_at=request.path)
    template = "console/why/panel.html" if request.htmx else "console/why_page.html"  # type: ignore[attr-defined]
    return render(request, template, {"panel": panel, "crumbs": [(panel.question, "")]})


# What the views share


def found(request: StaffRequest, number: str) -> Dispute:
    """The dispute of that number whose file the reader may open."""
    return get_object_or_404(dispute_queries.disputes(request.actor), number=number)


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Litiges"), reverse("disputes", args=[request.provider.slug]))]


def _step(
    request: StaffRequest,
    dispute: Dispute,
    form: MatterForm,
    words: tuple[str, str],
    service: Callable[..., Any],
    says: str,
) -> HttpResponse:
    """The page of one act on a dispute."""
    return _acted(
        request,
        form,
        words,
        lambda typed: service(by=request.actor, at=clock.now(), dispute=dispute, **typed),
        says,
        back=reverse("dispute", args=[request.provider.slug, dispute.number]),
        meta=f"{dispute.number}, {dispute.client.name}, {dispute.contract.number}",
    )


def _acted(
    request: StaffRequest,
    form: MatterForm,
    words: tuple[str, str],
    do: Callable[[dict[str, Any]], Any],
    says: str,
    *,
    back: str,
    meta: str,
    preview: Callable[[dict[str, Any]], bytes] | None = None,
) -> HttpResponse:
    """The page of one act; sent, it is done, or its letter is shown where that was asked for."""
    made = sent(request, form, do, preview)
    if isinstance(made, HttpResponse):
        return made
    if made is not None:
        messages.success(request, says)
        if isinstance(made, Dispute):
            return redirect("dispute", request.provider.slug, made.number)
        return redirect(back)
    return form_page(
        request,
        form,
        section="disputes",
        crumbs=_crumbs(request),
        title=words[0],
        act=words[1],
        back_url=back,
        meta=meta,
        template="console/endings/form.html",
        previews=preview is not None,
    )
