"""Contracts: what was signed, what is covered, what is departed from, what was accepted."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.contracts.shapes import (
    AcceptanceGiven,
    AcceptanceOut,
    ContractGiven,
    ContractLine,
    ContractOut,
    ContractsAsked,
    CoverageGiven,
    DerogationGiven,
    DerogationOut,
    OnDay,
)
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Key
from clausier.contracts import queries, services
from clausier.contracts.models import Contract
from clausier.directory import queries as directory
from clausier.foundation import clock

routes = Router()


@reads(
    routes,
    "/contracts",
    "contracts.read",
    answers=Page[ContractLine],
    summary=gettext_noop("Lister les contrats"),
)
def list_contracts(request: ApiRequest, asked: Query[ContractsAsked]) -> Page[ContractLine]:
    found = queries.contracts_visible_to(request.actor)
    if asked.client:
        found = found.filter(client__number=asked.client)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.in_force_on:
        found = queries.in_force(found, asked.in_force_on)

    def shown(rows: Sequence[Contract]) -> list[ContractLine]:
        return [ContractLine.of(row) for row in rows]

    return page(found, asked, shown)


@reads(
    routes,
    "/contracts/{number}",
    "contracts.read",
    answers=ContractOut,
    summary=gettext_noop("Lire un contrat"),
)
def read_contract(request: ApiRequest, number: Path[Key], asked: Query[OnDay]) -> ContractOut:
    return ContractOut.on_day(contract_of(request, number), asked.on or clock.today())


@writes(
    routes,
    "POST",
    "/contracts",
    "contracts.write",
    answers=ContractOut,
    status=201,
    summary=gettext_noop("Créer un contrat"),
)
def create_contract(request: ApiRequest, body: ContractGiven) -> ContractOut:
    client = directory.client_by_number(request.actor, body.client)
    book = queries.editions_readable_by(request.actor).get(digest=body.digest) if body.digest else None
    contract = services.create_contract(
        by=request.actor,
        at=clock.now(),
        client=client,
        kind=body.kind,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        title=body.title,
        book=book,
        sites=[client.sites.get(pk=pk) for pk in body.sites],
        covered={str(key.value): quantity for key, quantity in body.covered.items()},
        number=body.number,
    )
    return ContractOut.on_day(contract_of(request, contract.number), clock.today())


@writes(
    routes,
    "POST",
    "/contracts/{number}/coverage",
    "contracts.write",
    answers=ContractOut,
    summary=gettext_noop("Changer ce qui est couvert"),
)
def cover(request: ApiRequest, number: Path[Key], body: CoverageGiven) -> ContractOut:
    contract = contract_of(request, number)
    services.cover(by=request.actor, at=clock.now(), contract=contract, **body.model_dump())
    return ContractOut.on_day(contract_of(request, number), body.from_on)


@writes(
    routes,
    "POST",
    "/contracts/{number}/derogations",
    "contracts.derogate",
    answers=DerogationOut,
    status=201,
    summary=gettext_noop("Poser une dérogation"),
)
def derogate(request: ApiRequest, number: Path[Key], body: DerogationGiven) -> DerogationOut:
    row = services.derogate(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, number),
        term=body.term,
        value=body.value,
        since_on=body.since_on,
        until_on=body.until_on,
        reason=body.reason,
        content=body.document.read(),
        file_name=body.document.name,
        content_type=body.document.content_type,
    )
    return DerogationOut.of(row)


@reads(
    routes,
    "/clients/{number}/acceptances",
    "contracts.read",
    answers=Page[AcceptanceOut],
    summary=gettext_noop("Lister les conditions acceptées par un client"),
)
def list_acceptances(request: ApiRequest, number: Path[Key], asked: Query[Asked]) -> Page[AcceptanceOut]:
    found = queries.acceptances(directory.client_by_number(request.actor, number))
    return page(found, asked, lambda rows: [AcceptanceOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/clients/{number}/acceptances",
    "contracts.accept",
    answers=AcceptanceOut,
    status=201,
    summary=gettext_noop("Enregistrer l’acceptation des conditions"),
)
def accept_terms(request: ApiRequest, number: Path[Key], body: AcceptanceGiven) -> AcceptanceOut:
    client = directory.client_by_number(request.actor, number)
    paper = body.document
    row = services.accept_terms(
        by=request.actor,
        at=clock.now(),
        client=client,
        accepted_on=body.accepted_on,
        means=body.means,
        book=queries.editions_readable_by(request.actor).get(digest=body.digest) if body.digest else None,
        contract=contract_of(request, body.contract) if body.contract else None,
        accepted_by=client.contacts.get(pk=body.accepted_by) if body.accepted_by else None,
        accepted_by_name=body.accepted_by_name,
        content=paper.read() if paper else None,
        file_name=paper.name if paper else "",
        content_type=paper.content_type if paper else "application/pdf",
    )
    return AcceptanceOut.of(row)


def contract_of(request: ApiRequest, number: str) -> Contract:
    """The contract of that number, as far as the token sees it. Raises Contract.DoesNotExist."""
    return queries.contract_by_number(request.actor, number)
