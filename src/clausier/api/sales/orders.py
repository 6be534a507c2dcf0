"""Orders: what both signed, what waits for an invoice, and the changes both agree to."""

from __future__ import annotations

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.sales.shapes import (
    ChangeGiven,
    ChangeOut,
    NothingSold,
    OrderAgreementGiven,
    OrderOut,
    OrdersAsked,
    RefusalGiven,
    ToInvoiceOut,
)
from clausier.api.shapes import Key, Number
from clausier.foundation import clock
from clausier.sales import queries, services
from clausier.sales.models import Order, OrderChange
from clausier.sales.services import LineGiven

routes = Router()


@reads(
    routes,
    "/orders",
    "sales.read",
    answers=Page[OrderOut],
    summary=gettext_noop("Lister les commandes"),
)
def list_orders(request: ApiRequest, asked: Query[OrdersAsked]) -> Page[OrderOut]:
    found = queries.orders(request.actor)
    if asked.client:
        found = found.filter(client__number=asked.client)
    return page(found, asked, lambda rows: [OrderOut.of(one) for one in rows])


@reads(
    routes,
    "/orders/{number}",
    "sales.read",
    answers=OrderOut,
    summary=gettext_noop("Lire une commande"),
)
def read_order(request: ApiRequest, number: Path[Key]) -> OrderOut:
    return OrderOut.of(_order(request, number))


@writes(
    routes,
    "POST",
    "/quotes/{number}/confirm",
    "sales.confirm",
    answers=OrderOut,
    status=201,
    summary=gettext_noop("Contresigner un devis accepté : il devient une commande"),
)
def confirm_order(request: ApiRequest, number: Path[Key], body: NothingSold) -> OrderOut:
    quote = queries.quote_numbered(request.actor, number)
    made = services.confirm_order(by=request.actor, at=clock.now(), quote=quote)
    return OrderOut.of(_order(request, made.number))


@reads(
    routes,
    "/lines-to-invoice",
    "sales.read",
    answers=Page[ToInvoiceOut],
    summary=gettext_noop("Lister les lignes commandées à facturer une fois"),
)
def list_lines_to_invoice(request: ApiRequest, asked: Query[Asked]) -> Page[ToInvoiceOut]:
    found = queries.to_invoice(request.actor)
    return page(found, asked, lambda rows: [ToInvoiceOut.waiting(one) for one in rows])


@reads(
    routes,
    "/orders/{number}/changes",
    "sales.read",
    answers=Page[ChangeOut],
    summary=gettext_noop("Lister les modifications d’une commande"),
)
def list_order_changes(request: ApiRequest, number: Path[Key], asked: Query[Asked]) -> Page[ChangeOut]:
    found = queries.changes(request.actor).filter(order=_order(request, number))
    return page(found, asked, lambda rows: [ChangeOut.of(one) for one in rows])


@writes(
    routes,
    "POST",
    "/orders/{number}/changes",
    "sales.write",
    answers=ChangeOut,
    status=201,
    summary=gettext_noop("Proposer de modifier ou d’annuler une commande"),
    about=gettext_noop("Un document à part, qui ne vaut qu’avec l’accord des deux parties."),
)
def propose_change(request: ApiRequest, number: Path[Key], body: ChangeGiven) -> ChangeOut:
    made = services.propose_change(
        by=request.actor,
        at=clock.now(),
        order=_order(request, number),
        kind=body.kind,
        asked_by_side=body.asked_by_side,
        text=body.text,
        for_lateness=body.for_lateness,
        site_url=request.build_absolute_uri("/"),
        lines=[LineGiven(**one.model_dump()) for one in body.lines],
    )
    return ChangeOut.of(made)


@writes(
    routes,
    "POST",
    "/orders/{number}/changes/{change}/client-agreement",
    "sales.write",
    answers=ChangeOut,
    summary=gettext_noop("Enregistrer l’accord signé du client à une modification"),
)
def agree_for_client(
    request: ApiRequest, number: Path[Key], change: Path[Number], body: OrderAgreementGiven
) -> ChangeOut:
    made = services.agree_for_client(
        by=request.actor,
        at=body.signed_at,
        change=_change(request, number, change),
        signer_name=body.signer_name,
        content=body.document.read(),
        file_name=body.document.name,
        content_type=body.document.content_type,
    )
    return ChangeOut.of(made)


@writes(
    routes,
    "POST",
    "/orders/{number}/changes/{change}/provider-agreement",
    "sales.confirm",
    answers=ChangeOut,
    summary=gettext_noop("Donner l’accord du prestataire à une modification"),
)
def agree_for_provider(
    request: ApiRequest, number: Path[Key], change: Path[Number], body: NothingSold
) -> ChangeOut:
    made = services.agree_for_provider(
        by=request.actor, at=clock.now(), change=_change(request, number, change)
    )
    return ChangeOut.of(made)


@writes(
    routes,
    "POST",
    "/orders/{number}/changes/{change}/decline",
    "sales.answer",
    answers=ChangeOut,
    summary=gettext_noop("Refuser une modification de commande"),
)
def decline_change(
    request: ApiRequest, number: Path[Key], change: Path[Number], body: RefusalGiven
) -> ChangeOut:
    made = services.decline_change(
        by=request.actor,
        at=clock.now(),
        change=_change(request, number, change),
        reason=body.reason,
    )
    return ChangeOut.of(made)


def _order(request: ApiRequest, number: str) -> Order:
    return queries.orders(request.actor).get(number=number)


def _change(request: ApiRequest, number: str, change: int) -> OrderChange:
    return queries.changes(request.actor).get(order=_order(request, number), number=change)
