"""What the demo sells: a catalogue with dated prices, and quotes in every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from clausier.contracts import queries as contracts
from clausier.demo.clockwork import Script
from clausier.demo.world import Customer, World
from clausier.foundation import files
from clausier.sales import queries
from clausier.sales import services as sales
from clausier.sales.models import CatalogueItem, Order, Quote
from clausier.sales.services import ItemFacts, LineGiven, QuoteFacts

ITEMS: Final = (
    (ItemFacts("POSTE", "Infogérance d’un poste", "fee", "workstation", "monthly",
               equipment_class="workstation"), "22.50", "9.80"),
    (ItemFacts("SERVEUR", "Infogérance d’un serveur", "fee", "server", "monthly",
               equipment_class="server"), "118", "46"),
    (ItemFacts("SAUV", "Sauvegarde hors site, jusqu’à 1 To", "fee", "lump", "monthly"), "64", "27.40"),
    (ItemFacts("P-PORT", "Portable 14 pouces, garanti trois ans", "goods", "piece"), "1090", "842"),
    (ItemFacts("LIC-BUR", "Licence bureautique", "goods", "user", "yearly"), "138", "112"),
    (ItemFacts("MIGR", "Migration de la messagerie", "service", "lump"), "1450", None),
    (ItemFacts("AUDIT", "Audit de sécurité et plan d’action", "service", "day"), "840", None),
)  # fmt: skip
OF_BOOKS: Final = {
    "imri": (
        (ItemFacts("COMPTE", "Création d’un compte", "change", "piece", word="account"), "35", None),
        (ItemFacts("BAL", "Création d’une boîte aux lettres", "change", "piece", word="mailbox"), "35", None),
    ),
    "ims": (
        (ItemFacts("H-TECH", "Heure de technicien", "hourly", "hour", word="technician"), None, None),
        (ItemFacts("H-ING", "Heure d’ingénieur", "hourly", "hour", word="engineer"), None, None),
        (ItemFacts("C-400", "Carnet de 400 points", "pack", "pack", points=Decimal(400)), "980", None),
    ),
}


def sold(world: World) -> Iterator[Script]:
    """One script for the catalogue, and one for each quote written from it."""
    yield _listed(world)
    yield from (
        story(world) for story in (_ordered, _expired, _declined, _to_countersign, _with_choices, _draft)
    )


def _listed(world: World) -> Script:
    at = yield world.day(150, 9)
    list(_catalogue(world, at))
    at = yield world.day(40, 9)
    sales.set_price(
        by=world.the("manager"),
        at=at,
        item=_items(world)["POSTE"],
        since_on=_later(at, 5),
        amount=Decimal("24.90"),
        cost=Decimal("10.20"),
    )


def _items(world: World) -> dict[str, CatalogueItem]:
    found = queries.items(world.the("manager")).select_related("provider__book")
    return {item.code: item for item in found}


def _customer(world: World, place: int) -> Customer:
    """One of those who have someone in the portal, and are clients still."""
    known = [one for one in world.customers.values() if one.accounts and one.client.ended_on is None]
    return known[place % len(known)]


def _catalogue(world: World, at: datetime) -> Iterator[CatalogueItem]:
    book = world.provider.book.name.split("/")[0]
    for facts, amount, cost in (*ITEMS, *OF_BOOKS.get(book, ())):
        yield sales.add_item(
            by=world.the("manager"),
            at=at,
            facts=facts,
            amount=Decimal(amount) if amount else None,
            cost=Decimal(cost) if cost else None,
        )


def _line(
    catalogue: dict[str, CatalogueItem], code: str, at: datetime, quantity: int = 1, **said: Any
) -> LineGiven:
    return replace(sales.line_of(catalogue[code], at.date(), quantity=Decimal(quantity)), **said)


def _quote(
    world: World, at: datetime, customer: Customer, title: str, lines: list[LineGiven], **said: Any
) -> Quote:
    return sales.create_quote(
        by=world.the("manager"),
        at=at,
        client=customer.client,
        facts=QuoteFacts(
            title=title, contact=customer.caller, site=customer.sites[0], **({"valid_days": 30} | said)
        ),
        lines=lines,
    )


def _received(world: World, at: datetime, quote: Quote, customer: Customer) -> None:
    sales.record_reception(
        by=world.the("dispatcher"),
        at=at,
        quote=quote,
        received_on=at.date(),
        means="handed",
        received_by=customer.caller.full_name,
    )


def _signed(world: World, at: datetime, quote: Quote, customer: Customer) -> Quote:
    """The paper came back signed by hand: the demo's scan is the quote itself."""
    content = files.read(quote.document.file) if quote.document and quote.document.file else b""
    return sales.accept_quote(
        by=world.the("dispatcher"),
        at=at,
        quote=quote,
        signer_name=customer.caller.full_name,
        content=content,
        file_name=f"{quote.reference}-signe.pdf",
    )


def _ordered(world: World) -> Script:
    """A quote that went the whole way, in two versions, and a supplement that still waits for the client."""
    lead = world.the("manager")
    at = yield world.day(75, 10)
    customer, catalogue = _customer(world, 0), _items(world)
    lines = [
        _line(catalogue, "MIGR", at, discount_percent=Decimal(10)),
        _line(catalogue, "SAUV", at, 1),
    ]
    quote = _quote(world, at, customer, "Migration de la messagerie", lines, delivery_on=_later(at, 40))
    quote = sales.issue_quote(by=lead, at=at, quote=quote)
    at = yield world.day(73, 11)
    second = sales.revise_quote(by=lead, at=at, quote=quote)
    given = [replace(sales.given_of(line), id=None) for line in second.lines.all()]
    sales.write_quote(
        by=lead,
        at=at,
        quote=second,
        facts=sales.facts_of(second),
        lines=[*given, _line(catalogue, "AUDIT", at, 2)],
    )
    second = sales.issue_quote(by=lead, at=at, quote=second)
    at = yield world.day(71, 15)
    _received(world, at, second, customer)
    at = yield world.day(66, 9)
    signed = _signed(world, at, second, customer)
    at = yield world.day(65, 16)
    order: Order = sales.confirm_order(by=lead, at=at, quote=signed)
    at = yield world.day(6, 10)
    change = sales.propose_change(
        by=lead,
        at=at,
        order=order,
        kind="surcharge",
        asked_by_side="client",
        text="Reprise des archives de deux boîtes closes, découverte pendant la migration.",
        lines=[LineGiven(label="Reprise d’archives", unit_price=Decimal(95), quantity=Decimal(2))],
    )
    sales.agree_for_provider(by=lead, at=at, change=change)


def _later(at: datetime, days: int) -> date:
    return at.date() + timedelta(days=days)


def _expired(world: World) -> Script:
    """Received, and left without an answer: what a renewal is for."""
    at = yield world.day(38, 14)
    customer, catalogue = _customer(world, 1), _items(world)
    lines = [_line(catalogue, "POSTE", at, 4), _line(catalogue, "SERVEUR", at, 1)]
    quote = _quote(world, at, customer, "Infogérance de quatre postes de plus", lines, valid_days=15)
    quote = sales.issue_quote(by=world.the("manager"), at=at, quote=quote)
    at = yield world.day(36, 9)
    _received(world, at, quote, customer)


def _declined(world: World) -> Script:
    at = yield world.day(25, 10)
    customer, catalogue = _customer(world, 2), _items(world)
    quote = _quote(world, at, customer, "Audit de sécurité", [_line(catalogue, "AUDIT", at, 3)])
    quote = sales.issue_quote(by=world.the("manager"), at=at, quote=quote)
    at = yield world.day(19, 11)
    sales.decline_quote(
        by=world.the("dispatcher"),
        at=at,
        quote=quote,
        reason="Reporté à l’exercice suivant",
        said_by=customer.caller.full_name,
    )


def _to_countersign(world: World) -> Script:
    at = yield world.day(9, 10)
    customer, catalogue = _customer(world, 1), _items(world)
    running = contracts.contract_in_force(customer.client, at.date())
    pack = "C-400" in catalogue and running is not None
    lines = [_line(catalogue, "C-400", at, 2) if pack else _line(catalogue, "P-PORT", at, 2)]
    title = "Deux carnets de points" if pack else "Deux portables"
    quote = _quote(world, at, customer, title, lines, contract=running if pack else None)
    quote = sales.issue_quote(by=world.the("manager"), at=at, quote=quote)
    at = yield world.day(2, 14)
    _signed(world, at, quote, customer)


def _with_choices(world: World) -> Script:
    """Alternatives and an option, and a last day that comes near."""
    at = yield world.day(8, 11)
    customer, catalogue = _customer(world, 0), _items(world)
    choice = {"choice": "alternative", "group": "Sauvegarde"}
    lines = [
        _line(catalogue, "SERVEUR", at, 1),
        _line(catalogue, "SAUV", at, 1, proposed=True, **choice),
        _line(catalogue, "SAUV", at, 2, label="Sauvegarde hors site, jusqu’à 2 To", **choice),
        _line(catalogue, "AUDIT", at, 1, choice="option"),
    ]
    quote = _quote(
        world,
        at,
        customer,
        "Second serveur et sa sauvegarde",
        lines,
        valid_days=10,
        introduction="À la suite de notre visite, voici de quoi doubler le serveur de fichiers.",
    )
    quote = sales.issue_quote(by=world.the("manager"), at=at, quote=quote)
    at = yield world.day(8, 17)
    _received(world, at, quote, customer)


def _draft(world: World) -> Script:
    at = yield world.day(0, 8)
    customer, catalogue = _customer(world, 2), _items(world)
    lines = [_line(catalogue, "P-PORT", at, 3), _line(catalogue, "LIC-BUR", at, 3)]
    _quote(world, at, customer, "Renouvellement de trois portables", lines)
