"""What the stories of sales start from: a catalogue, a quote, one that was signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from clausier.foundation.clock import read
from clausier.sales import services
from clausier.sales.models import CatalogueItem, Order, Quote
from clausier.sales.services import ItemFacts, LineGiven, QuoteFacts
from tests.people import FRIDAY_1630, House

PAPER = b"%PDF-1.7 sign\xc3\xa9 de la main du client"
WORKSTATIONS = LineGiven(
    label="Infogérance d’un poste",
    unit_price=Decimal("24.90"),
    quantity=Decimal(12),
    kind="fee",
    unit="workstation",
    period="monthly",
    equipment_class="workstation",
)
SET_UP = LineGiven(label="Mise en place", unit_price=Decimal(480), kind="service", unit="lump")


def item(house: House, code: str = "POSTE", **said: Any) -> CatalogueItem:
    price = {name: said.pop(name) for name in ("amount", "cost", "since_on") if name in said}
    facts = ItemFacts(code=code, name=f"Article {code}", kind="fee", unit="workstation", period="monthly")
    return services.add_item(
        by=house.manager,
        at=FRIDAY_1630,
        facts=replace(facts, **said),
        **({"amount": Decimal("24.90"), "cost": Decimal(9), "since_on": date(2026, 1, 1)} | price),
    )


def draft(house: House, *lines: LineGiven, derogations: Any = (), **facts: Any) -> Quote:
    """A draft for the house's client, addressed to nobody unless `contact` says so."""
    return services.create_quote(
        by=house.manager,
        at=FRIDAY_1630,
        client=house.client,
        facts=QuoteFacts(title="Infogérance de douze postes", **facts),
        lines=lines or (SET_UP,),
        derogations=derogations,
    )


def issued(house: House, *lines: LineGiven, **facts: Any) -> Quote:
    return services.issue_quote(by=house.manager, at=FRIDAY_1630, quote=draft(house, *lines, **facts))


def received(house: House, quote: Quote, on: date = date(2026, 11, 20)) -> Quote:
    services.record_reception(
        by=house.manager,
        at=read("2026-11-23T09:00"),
        quote=quote,
        received_on=on,
        means="letter",
        received_by="Maëlle Cobaye",
    )
    return Quote.objects.select_related("standing").get(pk=quote.pk)


def accepted(house: House, quote: Quote, at: str = "2026-11-24T10:00", **said: Any) -> Quote:
    return services.accept_quote(
        by=house.manager,
        at=read(at),
        quote=quote,
        signer_name="Maëlle Cobaye",
        **({"content": PAPER} | said),
    )


def ordered(house: House, quote: Quote, at: str = "2026-11-25T10:00", **said: Any) -> Order:
    return services.confirm_order(by=house.manager, at=read(at), quote=accepted(house, quote, **said))
