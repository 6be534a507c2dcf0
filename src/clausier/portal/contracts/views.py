"""Contracts as their client reads them: what is covered, until when, under which terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from clausier.contracts import adopting, amending, queries
from clausier.contracts.models import Acceptance, Contract
from clausier.directory.models import PortalSection
from clausier.foundation import books, clock
from clausier.foundation.queries import documents_visible_to
from clausier.pages import books as reading
from clausier.pages.amendments import shown
from clausier.pages.lives import Life, life_of
from clausier.pages.papers import as_received
from clausier.pages.rates import RATES, rates_on
from clausier.pages.why.reading import panel_of_question
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest, page
from clausier.terms.telling import told

SECTION = PortalSection.CONTRACTS


@dataclass(frozen=True, slots=True)
class Difference:
    """A derogation in words: what the book says, what this contract says instead, its paper."""

    label: str
    book_says: str
    contract_says: str
    clause: str
    clause_url: str
    since_on: date
    until_on: date | None
    paper: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A contract as its client reads it."""

    contract: Contract
    kind: str
    coverage: str
    term_ends_on: date | None
    notice_by: date | None
    book_title: str
    book_url: str
    acceptance: Acceptance | None
    differences: tuple[Difference, ...]
    is_over: bool
    has_rates: bool
    life: Life | None


@page("contracts.read", SECTION)
@require_GET
def contracts(request: ClientRequest) -> HttpResponse:
    """The client's contracts, those in force first."""
    today = clock.today()
    found = [_signed(one, request, today) for one in queries.contracts_visible_to(request.actor)]
    found.sort(key=lambda signed: signed.is_over)
    here = addresses(request.provider.slug)
    amendments = [shown(one, here) for one in amending.amendments_visible_to(request.actor)]
    context = {
        "section": SECTION,
        "contracts": found,
        "questions": list(adopting.open_requests(request.actor)),
        "amendments": [one for one in amendments if one.waits_for_client],
        "others": [one for one in amendments if not one.waits_for_client],
    }
    return render(request, "portal/contracts/list.html", context)


@page("contracts.read", SECTION)
@require_GET
def term(request: ClientRequest, number: str) -> HttpResponse:
    """Why the term ends and notice is due on those days."""
    contract = get_object_or_404(queries.contracts_visible_to(request.actor), number=number)
    outcome = queries.term_outcome(contract, clock.today())
    if outcome is None:
        raise Http404
    panel = panel_of_question(
        outcome.as_json(),
        addresses(request.provider.slug),
        book=contract.book,
        contract=contract,
        now=clock.now(),
    )
    return render(request, "portal/why.html", {"section": SECTION, "panel": panel})


@page("contracts.read", SECTION)
@require_GET
def rates(request: ClientRequest, number: str) -> HttpResponse:
    """The points an hour takes on the day asked for, each with its clause or its derogation."""
    contract = get_object_or_404(queries.contracts_visible_to(request.actor), number=number)
    on = _day(request.GET.get("au", "")) or clock.today()
    context = {
        "section": SECTION,
        "contract": contract,
        "on": on,
        "rates": rates_on(contract, on, addresses(request.provider.slug)),
        "paper_route": "portal-paper",
    }
    return render(request, "portal/contracts/rates.html", context)


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.year in range(2000, 2200) else None


@page("contracts.read", SECTION)
@require_GET
def paper(request: ClientRequest, document: int) -> HttpResponse:
    """One of the client's papers, as it was filed."""
    found = get_object_or_404(documents_visible_to(request.actor).exclude(file=None), pk=document)
    if found.file is None:
        raise LookupError(found.pk)
    return as_received(found.file)


@page("contracts.read", SECTION)
@require_GET
def book(request: ClientRequest, digest: str) -> HttpResponse:
    """The terms, clause by clause, with their readings and what the client's contracts change."""
    found = get_object_or_404(reading.editions_readable_by(request.actor), digest=digest)
    mine = queries.contracts_visible_to(request.actor).filter(book=found)
    changed: dict[str, list[tuple[Contract, Difference]]] = {}
    for contract in mine:
        for one in _differences(contract, request):
            changed.setdefault(one.clause, []).append((contract, one))
    told_book = reading.page_of(found)
    context: dict[str, Any] = {
        "section": SECTION,
        "installed": found,
        "page": told_book,
        "clauses": [(clause, changed.get(clause.number, [])) for clause in told_book.clauses],
    }
    return render(request, "portal/contracts/book.html", context)


def _signed(contract: Contract, request: ClientRequest, on: date) -> Signed:
    language = get_language() or "fr"
    outcome = None if contract.ended_on else queries.term_outcome(contract, on)
    book = books.read(contract.book)
    return Signed(
        contract=contract,
        kind=queries.kind_name(contract, language),
        coverage=queries.coverage_words(contract, on),
        term_ends_on=outcome.value["term_ends_on"] if outcome else contract.renewed_until,
        notice_by=outcome.value["notice_by"] if outcome else None,
        book_title=book.title.to(language),
        book_url=addresses(request.provider.slug).edition_url(contract.book.digest),
        acceptance=queries.acceptance_of(contract),
        differences=tuple(_differences(contract, request)),
        is_over=contract.ends_on is not None and contract.ends_on < on,
        has_rates=book.has(RATES),
        life=life_of(contract, on),
    )


def _differences(contract: Contract, request: ClientRequest) -> list[Difference]:
    book, language = books.read(contract.book), get_language() or "fr"
    here = addresses(request.provider.slug)
    return [
        Difference(
            label=found.contract.label.to(language),
            book_says=told(book, found.book).to(language) if found.book else gettext("rien"),
            contract_says=told(book, found.contract).to(language),
            clause=found.contract.clause or "",
            clause_url=here.clause_url(contract.book.digest, found.contract.clause)
            if found.contract.clause
            else "",
            since_on=found.derogation.since_on,
            until_on=found.derogation.until_on,
            paper=found.derogation.document.number if found.derogation.document else "",
        )
        for found in queries.differences(contract)
    ]
