"""What Houlemont waits for at suppliers: a silent carrier, a manufacturer that answered, one case done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausier.demo.clockwork import Piece, Script
from clausier.demo.present import Case, opened
from clausier.demo.world import World
from clausier.desk import services as desk
from clausier.desk.models import SupplierCase
from clausier.directory import suppliers
from clausier.directory.models import Supplier
from clausier.foundation.actors import program

KNOWN_SINCE = 320  # days


def waiting(world: World) -> Iterator[Script]:
    """One script for each supplier."""
    for script in (silent_carrier, disk_replaced, payroll_mended):
        yield script(world)


def _added(world: World, client: str, reference: tuple[str, str, str], **said: Any) -> Piece[Supplier]:
    """A supplier, and what a client has there: kind, number, what it covers."""
    at = yield world.day(KNOWN_SINCE)
    supplier: Supplier = suppliers.add_supplier(by=world.the("manager"), at=at, **said)
    kind, number, what = reference
    suppliers.add_supplier_reference(
        by=world.the("manager"),
        at=at,
        client=world.customers[client].client,
        supplier=supplier,
        kind=kind,
        reference=number,
        what=what,
    )
    return supplier


def silent_carrier(world: World) -> Script:
    """Only following is covered; the carrier has said nothing for days and is to be chased."""
    carrier = yield from _added(
        world,
        "conserverie",
        ("contract", "FIB-35-2207", "fibre de l’usine"),
        name="Télécom Fictif de l’Ouest",
        kind="carrier",
        domains=["telecom-fictif.example"],
        email="support@telecom-fictif.example",
        phone="+33199000201",
        portal_url="https://support.telecom-fictif.example/",
        customer_number="TFO-1042",
        hours="lun.–ven. 8 h – 19 h",
    )
    case = Case(
        "conserverie",
        "Coupures d’internet à l’usine",
        "La fibre tombe deux ou trois fois par jour depuis lundi, les commandes partent en retard.",
        "network",
        "internet-access",
        "site",
        "degraded",
        "quillebois",
        0,
        "karim",
        "FIB-USINE",
    )
    ticket = yield from opened(world, case, world.phone.ago(5 * 8 * 60))
    at = yield world.phone.ago(5 * 8 * 60 - 20)
    desk.open_supplier_case(
        by=world.staff["karim"],
        at=at,
        ticket=ticket,
        supplier=carrier,
        channel="phone",
        reference="INC0488120",
        text="Coupures depuis lundi, relevés de la box transmis. Un technicien réseau doit rappeler.",
    )


def disk_replaced(world: World) -> Script:
    """The manufacturer agreed to a replacement: it is our turn."""
    maker = yield from _added(
        world,
        "notaires",
        ("warranty", "GAR-S7-0911", "serveur de l’étude, sur site le lendemain"),
        name="Constructions Modèles",
        kind="manufacturer",
        domains=["constructions-modeles.example"],
        email="garantie@constructions-modeles.example",
        customer_number="CM-77120",
        answers_within_days=1,
        hours="lun.–ven. 9 h – 18 h",
    )
    case = Case(
        "notaires",
        "Un disque du serveur est signalé en panne",
        "Voyant orange sur la baie, la grappe tourne sans secours.",
        "server",
        "hardware-fault",
        "site",
        "can-work",
        "parapheur",
        0,
        "nolwenn",
        "SRV-ETUDE",
    )
    ticket = yield from opened(world, case, world.phone.ago(150))
    at = yield world.phone.ago(140)
    made: SupplierCase = desk.open_supplier_case(
        by=world.staff["nolwenn"],
        at=at,
        ticket=ticket,
        supplier=maker,
        channel="portal",
        reference="SR-550918",
        text="Disque 3 en échec, rapport joint sur leur portail. Garantie sur site demandée.",
    )
    at = yield world.phone.ago(35)
    desk.receive_from_supplier(
        by=program(world.provider),
        at=at,
        case=made,
        author="Support Constructions Modèles",
        sender="garantie@constructions-modeles.example",
        text="Remplacement accordé. Le disque part ce soir, renvoyez l’ancien sous dix jours.",
    )
    desk.change_case(
        by=world.staff["nolwenn"], at=at, case=made, rma_number="RMA-20418", returned_serial="WX31A88"
    )


def payroll_mended(world: World) -> Script:
    """Told, followed and over: the publisher mended its program."""
    publisher = yield from _added(
        world,
        "transports",
        ("account", "PFI-3301", "paie, 40 bulletins"),
        name="Paie Facile Imaginaire",
        kind="publisher",
        domains=["paie-facile.example"],
        email="aide@paie-facile.example",
        customer_number="PART-208",
    )
    case = Case(
        "transports",
        "La paie refuse de clore le mois",
        "Message « période déjà close » à chaque essai, les bulletins attendent.",
        "workstation",
        "business-software",
        "one",
        "degraded",
        "ponceval",
        0,
        "hector",
    )
    ticket = yield from opened(world, case, world.phone.morning(9))
    at = yield world.phone.morning(9, 10, 15)
    made: SupplierCase = desk.open_supplier_case(
        by=world.staff["hector"],
        at=at,
        ticket=ticket,
        supplier=publisher,
        channel="portal",
        reference="TCK-99120",
        text="La clôture du mois échoue sur le poste de la comptabilité. Journal de l’application joint.",
    )
    at = yield world.phone.morning(7, 11, 0)
    desk.log_supplier_call(
        by=world.staff["hector"],
        at=at,
        case=made,
        direction="in",
        our_turn=True,
        text="Correctif disponible, à installer avec eux en ligne.",
    )
    at = yield world.phone.morning(7, 15, 30)
    desk.end_case(
        by=world.staff["hector"],
        at=at,
        case=made,
        outcome="solved",
        text="Correctif 12.4.2 installé, la clôture passe.",
    )
    desk.close_ticket(
        by=world.staff["hector"], at=at, ticket=ticket, text="L’éditeur a corrigé la clôture de paie."
    )
