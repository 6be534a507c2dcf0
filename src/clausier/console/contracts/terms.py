"""« Ce qui s’applique ici »: the terms of a contract on a day; choosing the term of a derogation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console import sheets
from clausier.console.books.addresses import addresses
from clausier.console.contracts import places
from clausier.console.doors import StaffRequest, page
from clausier.contracts import queries
from clausier.contracts.models import Contract
from clausier.directory.names import fold
from clausier.foundation import books, clock
from clausier.pages.chapters import CHAPTERS, Chapter, named
from clausier.pages.forms import ActForm
from clausier.pages.terms.paper import paper_of
from clausier.pages.terms.reading import HEADINGS, day_asked, lines_of, terms_page
from clausier.pages.why.reading import panel_of_question
from clausier.terms.errors import TermsError
from clausier.terms.standing import standing
from clausier.terms.telling import UNITS, told


@page("contracts.read")
@require_GET
def terms(request: StaffRequest, number: str) -> HttpResponse:
    """Every term of a contract on the day `au`, beside the book; as a file with `fichier`."""
    found = contract_of(request, number)
    on = day_asked(request.GET.get("au", ""), clock.today())
    text, only = request.GET.get("q", "").strip(), "ecarts" in request.GET
    why_base = reverse("contract-term-why", args=[request.provider.slug, found.number])

    def why(name: str) -> str:
        return f"{why_base}?{urlencode({'terme': name, 'au': on.isoformat()})}"

    shown = terms_page(found, on, addresses(request.provider.slug), why, text=text, only_changed=only)
    asked = request.GET.get(sheets.ASKED, "")
    if asked == "pdf":
        pdf = paper_of(shown, at=clock.now())
        return sheets.attached(pdf, f"{found.number}-{on.isoformat()}.pdf", "application/pdf")
    if form := sheets.form_asked(request):
        return sheets.listed(form, f"{_('conditions')}-{found.number}", on, HEADINGS, lines_of(shown))
    context = {
        **frame(request, found, "contract-terms"),
        "crumbs": crumbs(request, found, _("Ce qui s’applique")),
        "page": shown,
        "on": on,
        "text": text,
        "only": only,
        "file_query": urlencode({"au": on.isoformat(), "q": text} | ({"ecarts": "1"} if only else {})),
        "paper_route": "paper",
        "may_derogate": request.actor.may("contracts.derogate"),
    }
    return render(request, "console/contracts/terms.html", context)


@page("contracts.read")
@require_GET
def term_why(request: StaffRequest, number: str) -> HttpResponse:
    """Why a term is what it is for a contract on a day."""
    found = contract_of(request, number)
    on = day_asked(request.GET.get("au", ""), clock.today())
    edition = queries.edition_of(found, on)
    try:
        outcome = standing(queries.under_edition(found, edition), request.GET.get("terme", ""), on)
    except TermsError:
        raise Http404 from None
    panel = panel_of_question(
        outcome.as_json(),
        addresses(request.provider.slug),
        book=edition,
        contract=found,
        now=clock.now(),
    )
    template = "console/why/panel.html" if request.htmx else "console/why_page.html"  # type: ignore[attr-defined]
    return render(request, template, {"panel": panel, "crumbs": [(panel.question, "")]})


# A derogation: which term


@dataclass(frozen=True, slots=True)
class Choice:
    """A term that one may derogate from."""

    label: str
    says: str
    clause: str
    url: str


def can_derogate(contract: Contract, term: str) -> bool:
    """Whether particular conditions may say something of this term."""
    return queries.model_of(contract.kind, books.read(contract.book), term) is not None


def choose_term(request: StaffRequest, contract: Contract) -> HttpResponse:
    """The terms by chapter, found by their plain names."""
    text = request.GET.get("q", "").strip()
    context = {
        "section": "contracts",
        "crumbs": crumbs(request, contract, _("Déroger au livre")),
        "contract": contract,
        "text": text,
        "groups": list(_choices(request, contract, fold(text).split())),
    }
    part = "console/contracts/term_choices.html" if request.htmx else "console/contracts/choose_term.html"  # type: ignore[attr-defined]
    return render(request, part, context)


def _choices(
    request: StaffRequest, contract: Contract, words: list[str]
) -> Iterator[tuple[Chapter, list[Choice]]]:
    language = get_language() or "fr"
    base = reverse("contract-derogate", args=[request.provider.slug, contract.number])
    book = books.read(contract.book)
    effective = queries.effective_book(contract)
    found: dict[str, Choice] = {}
    for name in [*book.terms, *queries.additions(contract.kind, book)]:
        model = queries.model_of(contract.kind, book, name)
        if model is None:
            continue
        spells = effective.timeline(name) if effective.has(name) else ()
        says = told(effective, spells[-1]).to(language) if spells else _("le livre n’en dit rien")
        clause = (spells[-1].clause if spells else "") or ""
        label = model.label.to(language)
        if all(word in fold(f"{label} {says} {clause}") for word in words):
            found[name] = Choice(label, says, clause, f"{base}?{urlencode({'terme': name})}")
    for chapter in CHAPTERS:
        if of_it := named(found, chapter):
            yield chapter, [found[name] for name in of_it]


def derogation_page(request: StaffRequest, form: Any, contract: Contract) -> HttpResponse:
    """The form of one derogation: the clause, what the book says, what this contract shall say."""
    language = get_language() or "fr"
    book: Any = form.book
    own = book.timeline(form.term)[-1] if form.term in book.terms else None
    clause = book.clauses.get(own.clause) if own and own.clause else None
    model = queries.model_of(contract.kind, book, form.term)
    context = {
        "section": "contracts",
        "crumbs": crumbs(request, contract, _("Déroger au livre")),
        "contract": contract,
        "form": form,
        "label": model.label.to(language) if model else form.term,
        "unit": _unit(form.unit, language) if isinstance(form.value, dict) else "",
        "book_says": told(book, own).to(language) if own else "",
        "clause": own.clause if own else "",
        "clause_url": addresses(request.provider.slug).clause_url(contract.book.digest, own.clause)
        if own and own.clause
        else "",
        "gist": clause.gist.to(language) if clause else "",
        "choose_url": reverse("contract-derogate", args=[request.provider.slug, contract.number]),
    }
    return render(request, "console/contracts/derogation.html", context, status=form.status)


def _unit(unit: str, language: str) -> str:
    """The unit of a table's figures; "" where the value is no measure."""
    return UNITS[unit][0 if language == "fr" else 1][1] if unit in UNITS else ""


# What the pages of a contract share


def contract_of(request: StaffRequest, number: str) -> Contract:
    """The contract of that number, or 404."""
    return get_object_or_404(queries.contracts_visible_to(request.actor), number=number)


def crumbs(request: StaffRequest, contract: Contract, title: str) -> list[tuple[str, str]]:
    """The way to a page of a contract."""
    slug = request.provider.slug
    return [
        (_("Contrats"), reverse("contracts", args=[slug])),
        (contract.number, reverse("contract", args=[slug, contract.number])),
        (title, ""),
    ]


def frame(request: StaffRequest, contract: Contract, here: str) -> dict[str, Any]:
    """What every page of a contract is framed by."""
    return {
        "section": "contracts",
        "contract": contract,
        "places": places.of(contract, request.actor, here),
    }


def act_page(
    request: StaffRequest,
    form: ActForm,
    contract: Contract,
    *,
    title: str,
    act: str,
    back: str,
    meta: str = "",
) -> HttpResponse:
    """The page of a form about one contract; `back` is where one goes without doing it."""
    context = {
        "section": "contracts",
        "crumbs": crumbs(request, contract, title),
        "form": form,
        "title": title,
        "act": act,
        "meta": meta or f"{contract.client.name}, {contract.book.name}",
        "back_url": back,
    }
    return render(request, "console/forms/page.html", context, status=form.status)
