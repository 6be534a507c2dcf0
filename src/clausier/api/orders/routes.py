"""Orders of hosted services and mandates of direct debits."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.contracts.routes import contract_of
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.orders.shapes import (
    HostedOrderOut,
    MandateEndGiven,
    MandateGiven,
    MandateOut,
    OpeningGiven,
    OrderItemGiven,
    OrderKeyGiven,
)
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Given, Id, Key
from clausier.contracts import ordering, services
from clausier.contracts.errors import NoChecklist
from clausier.contracts.models import Contract
from clausier.directory import queries as directory
from clausier.foundation import clock

routes = Router()


class NothingOfOrder(Given):
    """Nothing needs to be said."""


@reads(
    routes,
    "/contracts/{number}/order",
    "contracts.read",
    answers=HostedOrderOut,
    summary=gettext_noop("Lire la commande d’un contrat hébergé"),
)
def read_hosted_order(request: ApiRequest, number: Path[Key]) -> HostedOrderOut:
    contract = contract_of(request, number)
    return _shown(contract) if ordering.asked(contract) is not None else HostedOrderOut.none(contract)


@writes(
    routes,
    "POST",
    "/contracts/{number}/order/items",
    "contracts.write",
    answers=HostedOrderOut,
    summary=gettext_noop("Cocher un point de la commande"),
)
def settle_order_item(request: ApiRequest, number: Path[Key], body: OrderItemGiven) -> HostedOrderOut:
    contract = contract_of(request, number)
    mandates = ordering.mandates_visible_to(request.actor)
    paper = body.document
    services.settle_order_item(
        by=request.actor,
        at=clock.now(),
        contract=contract,
        key=body.key,
        dated_on=body.dated_on,
        note=body.note,
        mandate=mandates.get(pk=body.mandate) if body.mandate else None,
        content=paper.read() if paper else b"",
        file_name=paper.name if paper else "",
        content_type=paper.content_type if paper else "application/pdf",
    )
    return _shown(contract)


@writes(
    routes,
    "POST",
    "/contracts/{number}/order/reopenings",
    "contracts.write",
    answers=HostedOrderOut,
    summary=gettext_noop("Décocher un point de la commande"),
)
def reopen_order_item(request: ApiRequest, number: Path[Key], body: OrderKeyGiven) -> HostedOrderOut:
    contract = contract_of(request, number)
    services.reopen_order_item(by=request.actor, at=clock.now(), contract=contract, key=body.key)
    return _shown(contract)


@writes(
    routes,
    "POST",
    "/contracts/{number}/order/opening",
    "contracts.write",
    answers=HostedOrderOut,
    summary=gettext_noop("Promettre la date d’ouverture"),
)
def promise_opening(request: ApiRequest, number: Path[Key], body: OpeningGiven) -> HostedOrderOut:
    contract = contract_of(request, number)
    services.promise_opening(by=request.actor, at=clock.now(), contract=contract, opening_on=body.opening_on)
    return _shown(contract)


@writes(
    routes,
    "POST",
    "/contracts/{number}/order/validation",
    "contracts.write",
    answers=HostedOrderOut,
    summary=gettext_noop("Dire que la commande est valable"),
)
def validate_order(request: ApiRequest, number: Path[Key], body: NothingOfOrder) -> HostedOrderOut:
    contract = contract_of(request, number)
    services.validate_order(by=request.actor, at=clock.now(), contract=contract)
    return _shown(contract)


def _shown(contract: Contract) -> HostedOrderOut:
    found = ordering.checklist(contract)
    if found is None:
        raise NoChecklist(_("Les conditions de ce contrat ne demandent pas de pièces pour sa commande."))
    return HostedOrderOut.of(found)


@reads(
    routes,
    "/clients/{number}/mandates",
    "contracts.read",
    answers=Page[MandateOut],
    summary=gettext_noop("Lister les mandats de prélèvement d’un client"),
)
def list_mandates(request: ApiRequest, number: Path[Key], asked: Query[Asked]) -> Page[MandateOut]:
    client = directory.client_by_number(request.actor, number)
    found = ordering.mandates_visible_to(request.actor).filter(client=client)
    return page(found, asked, lambda rows: [MandateOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/clients/{number}/mandates",
    "contracts.mandate",
    answers=MandateOut,
    status=201,
    summary=gettext_noop("Enregistrer un mandat de prélèvement"),
)
def record_mandate(request: ApiRequest, number: Path[Key], body: MandateGiven) -> MandateOut:
    row = services.record_mandate(
        by=request.actor,
        at=clock.now(),
        client=directory.client_by_number(request.actor, number),
        reference=body.reference,
        iban=body.iban,
        signed_on=body.signed_on,
        content=body.document.read(),
        file_name=body.document.name,
        content_type=body.document.content_type,
    )
    return MandateOut.of(row)


@writes(
    routes,
    "POST",
    "/mandates/{id}/end",
    "contracts.mandate",
    answers=MandateOut,
    summary=gettext_noop("Noter la fin d’un mandat"),
)
def end_mandate(request: ApiRequest, id: Path[Id], body: MandateEndGiven) -> MandateOut:
    row = ordering.mandates_visible_to(request.actor).get(pk=id)
    services.end_mandate(by=request.actor, at=clock.now(), mandate=row, ended_on=body.ended_on)
    return MandateOut.of(ordering.mandates_visible_to(request.actor).get(pk=id))
