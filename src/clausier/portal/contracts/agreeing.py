"""What applies to a client's contracts, what they cover, and what it is asked to agree to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.contracts import adopting, amending, queries, services
from clausier.contracts.models import AcceptanceRequest, Contract
from clausier.contracts.perimeter import perimeter_of
from clausier.contracts.services import signing
from clausier.directory.models import PortalSection
from clausier.foundation import books, clock
from clausier.pages.amendments import shown
from clausier.pages.forms import ActForm, bound
from clausier.pages.terms.paper import paper_of
from clausier.pages.terms.reading import HEADINGS, day_asked, lines_of, terms_page
from clausier.pages.why.reading import panel_of_question
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest, page
from clausier.signatures.policies import is_signer
from clausier.terms.errors import TermsError
from clausier.terms.standing import standing
from clausier.transfer import sheets

SECTION = PortalSection.CONTRACTS


class AgreeForm(ActForm):
    """Who agrees, and that they mean it."""

    name = forms.CharField(label=gettext_lazy("Votre nom"), max_length=120)
    agreed = forms.BooleanField(
        label=gettext_lazy("J’ai lu ce document et je donne l’accord de ma société."),
        error_messages={"required": gettext_lazy("Cochez cette case pour donner l’accord.")},
    )

    rows = (("name",), ("agreed",))

    def clean(self) -> dict[str, Any]:
        """What the act takes: the name."""
        typed = super().clean() or {}
        return {"name": typed.get("name", "")}


@page("contracts.read", SECTION)
@require_GET
def terms(request: ClientRequest, number: str) -> HttpResponse:
    """Every term of a contract on the day `au`, beside the text; as a file with `fichier`."""
    found = _contract(request, number)
    on = day_asked(request.GET.get("au", ""), clock.today())
    text, only = request.GET.get("q", "").strip(), "ecarts" in request.GET
    base = reverse("portal-term-why", args=[request.provider.slug, found.number])

    def why(name: str) -> str:
        return f"{base}?{urlencode({'terme': name, 'au': on.isoformat()})}"

    told = terms_page(found, on, addresses(request.provider.slug), why, text=text, only_changed=only)
    match request.GET.get("fichier", ""):
        case "pdf":
            return _attached(paper_of(told, at=clock.now()), f"{found.number}-{on}.pdf", "application/pdf")
        case "csv":
            content = sheets.csv_of(HEADINGS, lines_of(told))
            return _attached(content, f"{found.number}-{on}.csv", sheets.CONTENT_TYPES[sheets.CSV])
    context = {
        "section": SECTION,
        "contract": found,
        "page": told,
        "on": on,
        "text": text,
        "only": only,
        "file_query": urlencode({"au": on.isoformat(), "q": text} | ({"ecarts": "1"} if only else {})),
        "paper_route": "portal-paper",
    }
    return render(request, "portal/contracts/terms.html", context)


def _attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@page("contracts.read", SECTION)
@require_GET
def term_why(request: ClientRequest, number: str) -> HttpResponse:
    """Why a term is what it is on a day."""
    found = _contract(request, number)
    on = day_asked(request.GET.get("au", ""), clock.today())
    edition = queries.edition_of(found, on)
    try:
        outcome = standing(queries.under_edition(found, edition), request.GET.get("terme", ""), on)
    except TermsError:
        raise Http404 from None
    panel = panel_of_question(
        outcome.as_json(), addresses(request.provider.slug), book=edition, contract=found, now=clock.now()
    )
    return render(request, "portal/why.html", {"section": SECTION, "panel": panel})


@page("contracts.read", SECTION)
@require_GET
def perimeter(request: ClientRequest, number: str) -> HttpResponse:
    """What a contract covers on the day `au`."""
    found = _contract(request, number)
    on = day_asked(request.GET.get("au", ""), clock.today())
    context = {
        "section": SECTION,
        "contract": found,
        "page": perimeter_of(found, on),
        "on": on,
        "words": queries.coverage_words(found, on),
    }
    return render(request, "portal/contracts/perimeter.html", context)


@page("contracts.read", SECTION)
@require_http_methods(["GET", "POST"])
def amendment(request: ClientRequest, number: str) -> HttpResponse:
    """An amendment that was sent, and the client's agreement to it."""
    one = get_object_or_404(amending.amendments_visible_to(request.actor), number=number)
    told = shown(one, addresses(request.provider.slug))
    asked = signing.waiting_request(one)
    form = _form(request) if told.waits_for_client and not asked else None
    if form and form.is_bound:
        request.actor.must("portal.agree")
        if form.act(services.agree_to_amendment, by=request.actor, at=clock.now(), amendment=one):
            messages.success(request, _("Merci, votre accord est transmis : il reste à contresigner."))
            return redirect("portal-amendment", request.provider.slug, one.number)
    context = {
        "section": SECTION,
        "one": told,
        "asked": asked,
        "is_signer": asked is not None and is_signer(asked, request.actor),
        "form": form if request.actor.may("portal.agree") else None,
        "paper_route": "portal-paper",
    }
    return render(request, "portal/contracts/amendment.html", context, status=form.status if form else 200)


@page("contracts.read", SECTION)
@require_http_methods(["GET", "POST"])
def acceptance(request: ClientRequest, question: int) -> HttpResponse:
    """An edition of the terms that the client is asked to accept, and what it would change."""
    row = get_object_or_404(adopting.requests_visible_to(request.actor), pk=question)
    waits = row.acceptance_id is None and row.withdrawn_at is None
    form = _form(request) if waits else None
    if form and form.is_bound:
        request.actor.must("portal.agree")
        if form.act(services.accept_request, by=request.actor, at=clock.now(), request=row):
            messages.success(request, _("Merci, votre accord est enregistré."))
            return redirect("portal-contracts", request.provider.slug)
    language = get_language() or "fr"
    context = {
        "section": SECTION,
        "row": row,
        "title": books.read(row.book).title.to(language),
        "book_url": addresses(request.provider.slug).edition_url(row.book.digest),
        "changes": _changes(request, row, language),
        "form": form if request.actor.may("portal.agree") else None,
    }
    return render(request, "portal/contracts/acceptance.html", context, status=form.status if form else 200)


def _changes(request: ClientRequest, row: AcceptanceRequest, language: str) -> list[tuple[str, str, str]]:
    """What the edition would change for the contract it is asked for: label, before, after."""
    if row.contract is None or row.contract.book_id == row.book_id:
        return []
    contract = _contract(request, row.contract.number)
    on = adopting.first_day(row.book, clock.today())
    found = adopting.preview(contract, row.book, on, language)
    return [
        (
            one.label.to(language),
            one.before.to(language) if one.before else "",
            one.after.to(language) if one.after else "",
        )
        for one in found.terms
    ]


def _form(request: ClientRequest) -> Any:
    return bound(request, AgreeForm, initial={"name": request.actor.name})


def _contract(request: ClientRequest, number: str) -> Contract:
    return get_object_or_404(queries.contracts_visible_to(request.actor), number=number)
