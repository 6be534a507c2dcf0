"""What stops and ends contracts in the demo: notices in time and late, a suspension, formal notices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from clausier.contracts import services as contracts
from clausier.contracts.models import Contract
from clausier.demo.clockwork import Piece, Script
from clausier.demo.founding import LETTERS
from clausier.demo.world import World
from clausier.foundation import documents, wording
from clausier.foundation.actors import program
from clausier.foundation.models import JournalEntry
from clausier.lifecycle import services, tasks
from clausier.lifecycle.models import EndingNotice, FormalNotice
from clausier.lifecycle.services import Given, Journey, Paper

IN_TIME, LATE, SUSPENDED = "mairie", "notaires", "garage"
HINDERED, SUMMONED, UNANSWERED = "brasserie", "librairie", "comptables"


def endings(world: World) -> Iterator[Script]:
    """One script for each matter, where its client is one of this provider's."""
    told = {
        IN_TIME: _in_time,
        LATE: _late,
        SUSPENDED: _suspended,
        HINDERED: _hindered,
        SUMMONED: _summoned,
        UNANSWERED: _unanswered,
    }
    for plan in world.plan.clients:
        if plan.key in told and plan.contracts:
            yield told[plan.key](world)


def _contract(world: World, key: str) -> Contract:
    """The running contract of a client of the demo."""
    found: Contract = world.customers[key].client.contracts.filter(ends_on=None).latest("pk")
    return found


def _in_time(world: World) -> Script:
    """A town hall announces in the portal that it leaves; its letter comes well before the last day."""
    at = yield world.day(17, 15, 20)
    contract = _contract(world, IN_TIME)
    account = next(iter(world.customers[IN_TIME].accounts.values()))
    services.announce_notice(
        by=account,
        at=at,
        contract=contract,
        note="La commune rejoint le service informatique de l’intercommunalité.",
    )
    at = yield world.day(12, 9, 40)
    notice = services.record_notice(
        by=world.the("dispatcher"),
        at=at,
        contract=contract,
        journey=Journey(
            tracking="1A20000000017",
            posted_on=at.date() - timedelta(days=2),
            presented_on=at.date(),
            handed_on=at.date(),
        ),
        scan=_scan(world, contract, "Nous ne renouvelons pas le contrat à son échéance.", at),
    )
    at = yield world.day(11, 14)
    letter = services.acknowledge_notice(by=world.the("manager"), at=at, notice=notice)
    at = yield world.day(8, 10)
    posted = Journey(
        tracking="1A20000000024",
        posted_on=at.date() - timedelta(days=2),
        presented_on=at.date() - timedelta(days=1),
        handed_on=at.date() - timedelta(days=1),
    )
    services.record_journey(by=world.the("accountant"), at=at, letter=letter, journey=posted)


def _late(world: World) -> Script:
    """A letter that came when the last day had passed: it counts for the next term, and is answered so."""
    at = yield world.day(20, 10, 15)
    contract = _contract(world, LATE)
    notice: EndingNotice = services.record_notice(
        by=world.the("dispatcher"),
        at=at,
        contract=contract,
        journey=Journey(
            tracking="1A20000000031", posted_on=at.date() - timedelta(days=1), presented_on=at.date()
        ),
        scan=_scan(world, contract, "Nous vous prions de mettre fin au contrat à son échéance.", at),
    )
    at = yield world.day(19, 11)
    letter = services.acknowledge_notice(by=world.the("manager"), at=at, notice=notice)
    at = yield world.day(16, 9)
    posted = Journey(tracking="1A20000000048", posted_on=at.date() - timedelta(days=2))
    services.record_journey(by=world.the("accountant"), at=at, letter=letter, journey=posted)


def _suspended(world: World) -> Script:
    """Two fees unpaid: the service stops for four days, until the transfer comes; it is to stop again."""
    at = yield world.day(75, 9, 30)
    contract = _contract(world, SUSPENDED)
    suspension = services.suspend_service(
        by=world.the("manager"),
        at=at,
        contract=contract,
        ground="promise.suspension.unpaid",
        reason="Deux redevances restent impayées malgré nos rappels.",
    )
    _follow(world, "contracts.service_suspended")
    at = yield world.day(71, 16)
    services.lift_suspension(
        by=world.the("manager"), at=at, suspension=suspension, reason="Virement reçu ce jour."
    )
    _follow(world, "contracts.service_resumed")
    at = yield world.day(68, 10)
    for letter in suspension.letters.order_by("pk"):
        on = letter.made_at.date()
        journey = Journey(
            tracking=f"1A2000000007{letter.pk % 10}",
            posted_on=on,
            presented_on=on + timedelta(days=2),
            handed_on=on + timedelta(days=2),
        )
        services.record_journey(by=world.the("accountant"), at=at, letter=letter, journey=journey)
    at = yield world.day(2, 11)
    services.suspend_service(
        by=world.the("manager"),
        at=at,
        contract=contract,
        ground="promise.suspension.unpaid",
        reason="La redevance du trimestre reste impayée malgré deux relances.",
        from_on=at.date() + timedelta(days=10),
    )


def _hindered(world: World) -> Script:
    """Nobody could come for a week: the road was cut, and the obligations waited."""
    at = yield world.day(118, 8, 30)
    contract = _contract(world, HINDERED)
    declared = services.declare_force_majeure(
        by=world.the("manager"),
        at=at,
        contract=contract,
        declared_by="provider",
        since_on=at.date() - timedelta(days=1),
        description="Crue de la rivière : la seule route d’accès au site est coupée.",
    )
    _follow(world, "contracts.force_majeure_declared")
    at = yield world.day(112, 10)
    posted_on = at.date() - timedelta(days=6)
    arrived_on = posted_on + timedelta(days=3)
    journey = Journey(
        tracking="1A20000000086", posted_on=posted_on, presented_on=arrived_on, handed_on=arrived_on
    )
    services.record_journey(by=world.the("accountant"), at=at, letter=declared.letters.get(), journey=journey)
    at = yield world.day(110, 10)
    contracts.end_force_majeure(by=world.the("manager"), at=at, force_majeure=declared, until_on=at.date())
    _follow(world, "contracts.force_majeure_over")


def _summoned(world: World) -> Script:
    """A formal notice whose fifteen days run."""
    formal = yield from _formal_notice(world, SUMMONED, 10)
    at = yield world.day(6, 11)
    journey = Journey(
        tracking="1A20000000055",
        posted_on=at.date() - timedelta(days=3),
        presented_on=at.date() - timedelta(days=1),
    )
    services.record_journey(by=world.the("accountant"), at=at, letter=formal.letters.get(), journey=journey)


def _unanswered(world: World) -> Script:
    """A formal notice that was posted and not presented yet, though it should have been."""
    formal = yield from _formal_notice(world, UNANSWERED, 7)
    at = yield world.day(6, 17)
    journey = Journey(tracking="1A20000000062", posted_on=at.date())
    services.record_journey(by=world.the("accountant"), at=at, letter=formal.letters.get(), journey=journey)


def _formal_notice(world: World, key: str, days_ago: int) -> Piece[FormalNotice]:
    at = yield world.day(days_ago, 14, 30)
    contract = _contract(world, key)
    return services.send_formal_notice(
        by=world.the("manager"),
        at=at,
        contract=contract,
        ground="termination.grounds.unpaid-breach",
        breach="Deux commandes de points restent impayées, trois mois après leur échéance.",
        given=Given(paper=_scan(world, contract, "Relevé des commandes impayées.", at)),
    )


def _scan(world: World, contract: Contract, says: str, at: datetime) -> Paper:
    """A paper as it would have been scanned."""
    paper = documents.typeset(
        LETTERS / "derogation.typ",
        {
            "language": "fr",
            "title": "Lettre",
            "provider": {"name": contract.client.name, "identity": contract.client.name},
            "dated": wording.long_day(at.date(), "fr", year=True),
            "reference": contract.number,
            "says": says,
            "facts": [["Contrat", contract.number], ["Pour", world.provider.name]],
            "signed": [contract.client.name],
        },
        at=at,
    )
    return Paper(paper, f"lettre-{contract.number}.pdf")


def _follow(world: World, code: str) -> None:
    """What the reaction to the act of that code does to the tickets, as its job would."""
    entry = JournalEntry.objects.filter(provider=world.provider, code=code).latest("pk")
    tasks.after(entry, program(world.provider))
