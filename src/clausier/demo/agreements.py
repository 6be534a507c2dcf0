"""What the demo's contracts became since they were signed: amendments, another edition, a hosted order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from clausier.contracts import papers
from clausier.contracts import services as contracts
from clausier.contracts.models import Amendment, Contract
from clausier.contracts.services import Line
from clausier.contracts.services.signing import waiting_request
from clausier.demo.clockwork import Piece, Script
from clausier.demo.conduct import PORTAL_URL
from clausier.demo.signing import signed_by_link
from clausier.demo.world import World
from clausier.directory.models import Contact
from clausier.editions import services as editions
from clausier.editions.models import Edition
from clausier.editions.services import TermChange
from clausier.foundation import books
from clausier.foundation.models import InstalledBook
from clausier.terms.outcome import Words

IN_FORCE_IN = 40  # days from the loading: when the edition that Houlemont wrote takes effect
DEMO_IBAN = "FR94 9999 9000 0100 00DE MO00 121"
"""Its key is right, its bank does not exist."""


def agreed(world: World) -> Iterator[Script]:
    """One script for each contract that changes."""
    yield more_workstations(world)
    yield announced_late(world)
    yield sent_lately(world)
    yield signed_lately(world)
    yield hosted_order(world)
    yield new_edition(world)


def _contract(world: World, client: str) -> Contract:
    found = world.customers[client].client.contracts.filter(kind="managed").order_by("pk")
    return found.select_related("book", "client__agency", "provider")[0]


def _day(world: World, days: int) -> date:
    return (world.now + timedelta(days=days)).date()


def _written(
    world: World,
    client: str,
    subject: str,
    lines: list[Line],
    at: datetime,
    *,
    effect: str,
    on: date | None = None,
    reason: str = "",
    signer: Contact | None = None,
    stays: int | None = None,
) -> Amendment:
    by = world.the("manager")
    draft = contracts.write_amendment(
        by=by,
        at=at,
        contract=_contract(world, client),
        subject=subject,
        reason=reason,
        lines=lines,
        announced_on=at.date(),
        effect=effect,
        effective_on=on,
    )
    return contracts.send_amendment(
        by=by,
        at=at,
        amendment=draft,
        signer=signer,
        valid_until=at + timedelta(days=stays) if stays else None,
        site_url=PORTAL_URL,
    )


def more_workstations(world: World) -> Script:
    """Agreed in the portal, countersigned, applied: a second workshop opens."""
    at = yield world.day(210, 10, 20)
    workstation = Line("Postes du second atelier", 5, Decimal("21.50"), "month", "workstation")
    switch = Line("Commutateur de l’atelier", 1, Decimal("9.00"), "month", "network")
    setting_up = Line("Mise en service", 1, Decimal("480.00"), "once")
    sent = _written(
        world,
        "montgolfard",
        "Cinq postes et un commutateur de plus",
        [workstation, switch, setting_up],
        at,
        effect="agreed-day",
        on=_day(world, -190),
        reason="Ouverture du second atelier de couture.",
    )
    at = yield world.day(207, 9, 5)
    reader = world.customers["montgolfard"].accounts["aerostier"]
    contracts.agree_to_amendment(by=reader, at=at, amendment=sent, name=reader.name)
    at = yield world.day(207, 14, 30)
    contracts.countersign_amendment(by=world.the("manager"), at=at, amendment=sent)
    contracts.apply_amendment(by=world.the("manager"), at=at, amendment=sent)


def announced_late(world: World) -> Script:
    """Announced after the last day that the terms give: it waits for the next term."""
    at = yield world.day(85, 11, 10)
    line = Line("Poste de la salle d’attente", 1, Decimal("23.00"), "month", "workstation")
    sent = _written(world, "veterinaire", "Un poste de plus", [line], at, effect="next-term")
    at = yield world.day(80, 16)
    contracts.record_agreement(
        by=world.the("manager"),
        at=at,
        amendment=sent,
        client_agreed_on=at.date(),
        client_signer="",
        client_contact=world.customers["veterinaire"].caller,
        provider_agreed_on=at.date(),
        content=papers.amendment(sent, language="fr", at=at),
        file_name=f"{sent.number}-signe.pdf",
    )
    contracts.apply_amendment(by=world.the("manager"), at=at, amendment=sent)


def sent_lately(world: World) -> Script:
    """Waits for the client's signature, soon to be over."""
    at = yield world.day(3, 15, 40)
    gone = Line("Ancien serveur de fichiers retiré", -1, Decimal("95.00"), "month", "server")
    more = Line("Postes des apprentis", 2, Decimal("21.50"), "month", "workstation")
    on = _day(world, 30)
    _written(
        world,
        "montgolfard",
        "Un serveur de moins, deux postes de plus",
        [gone, more],
        at,
        effect="agreed-day",
        on=on,
        signer=world.customers["montgolfard"].caller,
        stays=5,
    )


def signed_lately(world: World) -> Script:
    """Signed by the client by the link of its letter; waits for the provider."""
    at = yield world.day(4, 11, 5)
    customer = world.customers["veterinaire"]
    line = Line("Tablette du bloc opératoire", 1, Decimal("14.00"), "month", "smartphone")
    sent = _written(
        world,
        "veterinaire",
        "Une tablette de plus au bloc",
        [line],
        at,
        effect="agreed-day",
        on=_day(world, 20),
        signer=customer.caller,
    )
    request = waiting_request(sent)
    assert request
    yield from signed_by_link(request, customer.caller.job_title or "Gérance", at + timedelta(hours=26))


def hosted_order(world: World) -> Script:
    """A hosted contract whose order is not whole yet: the paper and the address plan are missing."""
    at = yield world.day(9, 10)
    by, customer = world.the("manager"), world.customers["notaires"]
    contract = contracts.create_contract(
        by=by,
        at=at,
        client=customer.client,
        kind="hosted",
        starts_on=_day(world, 21),
        title="Logiciel d’actes hébergé",
        sites=customer.sites[:1],
        covered={"server": 1},
    )
    for kind, name, detail in (
        ("vm", "SRV-ACTES", "4 vCPU, 16 Go, 300 Go"),
        ("vm", "SRV-BUREAUX", "2 vCPU, 8 Go, 120 Go"),
        ("user", customer.caller.full_name, ""),
        ("user", customer.people["cachetier"].full_name, ""),
    ):
        contracts.cover_item(
            by=by, at=at, contract=contract, kind=kind, name=name, detail=detail, from_on=contract.starts_on
        )
    at = yield world.day(7, 11)
    mandate = contracts.record_mandate(
        by=by,
        at=at,
        client=customer.client,
        reference="HOULEMONT-NOTAIRES-1",
        iban=DEMO_IBAN,
        signed_on=at.date(),
        content=_paper(),
        file_name="mandat.pdf",
    )
    contracts.settle_order_item(by=by, at=at, contract=contract, key="mandate", mandate=mandate)
    for key, note in (
        ("options", "Sauvegarde quotidienne à Roubaix, Windows Server en français."),
        ("access-security", "VPN de site à site, deux VPN nomades pour les associés."),
        ("contacts", f"{customer.caller.full_name}, puis l’accueil de l’étude."),
    ):
        contracts.settle_order_item(by=by, at=at, contract=contract, key=key, note=note)
    contracts.promise_opening(by=by, at=at, contract=contract, opening_on=contract.starts_on)


def _paper() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def new_edition(world: World) -> Script:
    """Houlemont writes an edition of its own; one client accepts it, another is asked."""
    at = yield world.day(30, 10)
    book = (yield from _published(world, at)).book
    by = world.the("manager")
    on = _day(world, IN_FORCE_IN)
    at = yield world.day(12, 9, 15)
    for client in ("montgolfard", "conserverie"):
        contract = _contract(world, client)
        contracts.ask_acceptance(by=by, at=at, client=contract.client, contract=contract, book=book)
    at = yield world.day(10, 17, 20)
    _adopted(world, book, on, at)
    contract = _contract(world, "notaires")
    at = yield world.day(6, 15)
    contracts.derogate(
        by=by,
        at=at,
        contract=contract,
        term="promise.onsite-workstation.within",
        value=4,
        since_on=_day(world, 26),
        until_on=_day(world, 120),
        reason="Renfort pendant l’ouverture des nouveaux bureaux",
        content=_paper(),
        file_name="renfort.pdf",
    )


def _adopted(world: World, book: InstalledBook, on: date, at: datetime) -> None:
    contract = _contract(world, "montgolfard")
    contracts.accept_terms(
        by=world.the("dispatcher"),
        at=at,
        client=contract.client,
        contract=contract,
        book=book,
        accepted_on=at.date(),
        means="mail",
        accepted_by=world.customers["montgolfard"].people["aerostier"],
    )
    contracts.adopt_edition(by=world.the("manager"), at=at, contract=contract, book=book, effective_on=on)


def _published(world: World, at: datetime) -> Piece[Edition]:
    by = world.the("owner")
    draft = editions.start_draft(
        by=by, at=at, base=world.provider.book, effective_on=_day(world, IN_FORCE_IN)
    )
    said = books.read(world.provider.book)
    for name, value in (
        ("promise.onsite-workstation.within", 7),
        ("contract.duration.managed", {"initial": 12, "renewal": 12, "notice": 2}),
    ):
        term = said.terms[name]
        clause = said.timeline(name)[-1].clause or ""
        label = Words(term.label.fr, term.label.en)
        editions.change_term(by=by, at=at, draft=draft, name=name, change=TermChange(value, clause, label))
    at = yield world.day(28, 16)
    return editions.publish_draft(by=by, at=at, draft=draft, accepted=True)
