"""What the client has ordered, from which quote, what was changed since, and the papers of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clausier.directory.models import PortalSection
from clausier.foundation.models import Document
from clausier.pages import sales as shown
from clausier.pages.papers import as_received
from clausier.portal.doors import ClientRequest, page
from clausier.sales import queries
from clausier.sales.models import Order, OrderChange
from clausier.sales.services import signing
from clausier.sales.states import ChangeState
from clausier.signatures import policies as signature_policies
from clausier.signatures.models import SignatureRequest

SECTION = PortalSection.ORDERS
ROWS = 50
SHAPES = {ChangeState.WAITING: "suspended", ChangeState.AGREED: "met", ChangeState.DECLINED: "lifted"}


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change of an order, and the paper that the reader, and nobody else, is asked to sign."""

    one: OrderChange
    shape: str
    lines: list[shown.SoldRow]
    asked: SignatureRequest | None


@page("sales.read", SECTION)
@require_GET
def orders(request: ClientRequest) -> HttpResponse:
    """The client's orders, the latest first."""
    listed = Paginator(queries.orders(request.actor), ROWS).get_page(request.GET.get("page", ""))
    rows = [(one, shown.sums(queries.totals_of_order(one)), queries.is_cancelled(one)) for one in listed]
    context = {"section": SECTION, "rows": rows, "listed": listed}
    return render(request, "portal/orders/list.html", context)


@page("sales.read", SECTION)
@require_GET
def order(request: ClientRequest, order: str) -> HttpResponse:
    """One order as both signed it, and its changes."""
    found = _order(request, order)
    reads_contracts = request.actor.may("contracts.read") and request.client.opens(PortalSection.CONTRACTS)
    context = {
        "section": SECTION,
        "order": found,
        "lines": shown.sold_lines(found.lines.all()),
        "totals": shown.totals_of(queries.totals_of_order(found)),
        "changes": [
            _change(request, one)
            for one in queries.changes(request.actor).filter(order=found).order_by("number")
        ],
        "is_cancelled": queries.is_cancelled(found),
        "reads_quotes": request.client.opens(PortalSection.CONTRACTS),
        "reads_contracts": reads_contracts,
    }
    return render(request, "portal/orders/order.html", context)


def _change(request: ClientRequest, one: OrderChange) -> ChangeShown:
    asked = signing.waiting_request(one) if one.state == ChangeState.WAITING else None
    if asked and not (
        request.actor.may("portal.sign") and signature_policies.is_signer(asked, request.actor)
    ):
        asked = None
    return ChangeShown(one, SHAPES[ChangeState(one.state)], shown.sold_lines(one.lines.all()), asked)


@page("sales.read", SECTION)
@require_GET
def paper(request: ClientRequest, order: str) -> HttpResponse:
    """The order as both signed it."""
    return _file(_order(request, order).document)


@page("sales.read", SECTION)
@require_GET
def change_paper(request: ClientRequest, order: str, change: int) -> HttpResponse:
    """A change: as both signed it, else as it is proposed."""
    changes = queries.changes(request.actor).filter(order=_order(request, order))
    found = get_object_or_404(changes, number=change)
    return _file(found.signed_document or found.document)


def _file(document: Document) -> HttpResponse:
    if document.file is None:
        raise Http404
    return as_received(document.file)


def _order(request: ClientRequest, number: str) -> Order:
    return get_object_or_404(queries.orders(request.actor), number=number)
