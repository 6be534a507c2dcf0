"""What a contract's page and the list of contracts tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clausier.console.books.addresses import clause_url, edition_url
from clausier.contracts import queries as contracts
from clausier.contracts.models import Acceptance, Contract, CoveredClass, Derogation
from clausier.directory.models import Site
from clausier.directory.names import fold
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.pages.lives import Life, life_of
from clausier.pages.parts.contract_line import ContractLife
from clausier.pages.rates import RATES
from clausier.prepaid import queries as prepaid
from clausier.prepaid.models import PointAccount
from clausier.terms.telling import told

ROWS = 50


@dataclass(frozen=True, slots=True)
class Block:
    """A contract in short: what it covers, its term, its points, how its terms were accepted."""

    contract: Contract
    kind: str
    coverage: str
    notice_by: date | None
    term_ends_on: date | None
    notice_why_url: str
    life: ContractLife | None
    terms: Life | None
    acceptance: Acceptance | None
    account: PointAccount | None
    points: Any
    book_url: str

    @property
    def is_low(self) -> bool:
        """Whether the account of points is at or under its alert."""
        return self.account is not None and self.points <= self.account.low_at


def block_of(contract: Contract, actor: Actor, on: date) -> Block:
    """`contract` as of the day `on`, its term and notice computed by the rule."""
    outcome = None if contract.ended_on else contracts.term_outcome(contract, on)
    terms = life_of(contract, on)
    account = prepaid.accounts_visible_to(actor).filter(contract=contract).first()
    return Block(
        contract=contract,
        kind=contracts.kind_name(contract, _language()),
        coverage=contracts.coverage_words(contract, on),
        notice_by=outcome.value["notice_by"] if outcome else None,
        term_ends_on=outcome.value["term_ends_on"] if outcome else None,
        notice_why_url=notice_why_url(contract, on) if outcome else "",
        life=terms.line if terms else None,
        terms=terms,
        acceptance=contracts.acceptance_of(contract),
        account=account,
        points=prepaid.available(account) if account else None,
        book_url=edition_url(contract.provider.slug, contract.book.digest),
    )


def notice_why_url(contract: Contract, on: date) -> str:
    """Where the day of notice of `contract` is explained."""
    asked = {
        "rule": "notice-deadline",
        "contract": contract.number,
        "service": contract.kind,
        "starts_on": contract.starts_on.isoformat(),
        "on": max(on, contract.starts_on).isoformat(),
    }
    return f"{reverse('why-ask', args=[contract.provider.slug])}?{urlencode(asked)}"


# The page of one


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A derogation in words: what the book says, what this contract says, its paper."""

    derogation: Derogation
    label: str
    book_says: str
    contract_says: str
    clause: str
    clause_url: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class ContractPage:
    """Everything on a contract's page."""

    block: Block
    sites: list[Site]
    covered: list[CoveredClass]
    differences: list[DifferenceRow]
    acceptances: list[Acceptance]
    is_over: bool
    has_rates: bool


def page_of(contract: Contract, actor: Actor, on: date) -> ContractPage:
    """The page of `contract` on the day `on`."""
    quantities = contract.covered.filter(Q(until_on=None) | Q(until_on__gt=on)).order_by("from_on", "pk")
    return ContractPage(
        block=block_of(contract, actor, on),
        sites=list(contract.sites.order_by("name")),
        covered=[row for row in quantities if row.quantity],
        differences=_differences(contract, on),
        acceptances=[
            row for row in contracts.acceptances(contract.client) if row.book_id == contract.book_id
        ],
        is_over=contract.ends_on is not None and contract.ends_on < on,
        has_rates=books.read(contract.book).has(RATES),
    )


def _differences(contract: Contract, on: date) -> list[DifferenceRow]:
    book, language = books.read(contract.book), _language()
    slug, digest = contract.provider.slug, contract.book.digest
    return [
        DifferenceRow(
            derogation=found.derogation,
            label=found.contract.label.to(language),
            book_says=told(book, found.book).to(language) if found.book else _("rien"),
            contract_says=told(book, found.contract).to(language),
            clause=found.contract.clause or "",
            clause_url=clause_url(slug, digest, found.contract.clause) if found.contract.clause else "",
            is_over=found.derogation.until_on is not None and found.derogation.until_on <= on,
        )
        for found in contracts.differences(contract)
    ]


# The list


@dataclass(frozen=True, slots=True)
class Row:
    """A contract in the list."""

    contract: Contract
    kind: str
    coverage: str
    notice_by: date | None
    notice_why_url: str
    is_over: bool


def list_of(actor: Actor, text: str, number: str, on: date) -> Page[Any]:
    """One page of contracts, those in force first; `object_list` holds `Row`s."""
    page = Paginator(_found(actor, text), ROWS).get_page(number)
    page.object_list = _rows(list(page.object_list), on)  # type: ignore[assignment]
    return page


HEADINGS = (
    gettext_lazy("Numéro"),
    gettext_lazy("Intitulé"),
    gettext_lazy("Client"),
    gettext_lazy("Numéro du client"),
    gettext_lazy("Type"),
    gettext_lazy("Livre"),
    gettext_lazy("Couverture"),
    gettext_lazy("Depuis"),
    gettext_lazy("Fin"),
    gettext_lazy("Préavis au plus tard"),
)


def lines_of(actor: Actor, text: str, on: date) -> Iterator[list[Any]]:
    """The whole list, for a file; the columns are `HEADINGS`."""
    for row in _rows(list(_found(actor, text)), on):
        contract = row.contract
        yield [
            contract.number,
            contract.title,
            contract.client.name,
            contract.client.number,
            row.kind,
            contract.book.name,
            row.coverage,
            contract.starts_on,
            contract.renewed_until,
            row.notice_by,
        ]


def _found(actor: Actor, text: str) -> QuerySet[Contract]:
    found = contracts.with_parts(contracts.contracts_visible_to(actor))
    words = fold(text).split()
    if words:
        named = Q()
        for word in words:
            named &= Q(client__sort_key__startswith=word) | Q(client__sort_key__contains=f" {word}")
        found = found.filter(named | Q(number__icontains=text.strip()))
    return found


def _rows(found: Sequence[Contract], on: date) -> list[Row]:
    rows = []
    for contract in found:
        outcome = None if contract.ended_on else contracts.term_outcome(contract, on)
        rows.append(
            Row(
                contract=contract,
                kind=contracts.kind_name(contract, _language()),
                coverage=contracts.coverage_words(contract, on),
                notice_by=outcome.value["notice_by"] if outcome else None,
                notice_why_url=notice_why_url(contract, on) if outcome else "",
                is_over=contract.ends_on is not None and contract.ends_on < on,
            )
        )
    return rows


def _language() -> str:
    return get_language() or "fr"
