"""Disputes of the demo: one settled, one whose conciliation runs with a report kept out of court."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from clausier.contracts.models import Contract
from clausier.demo.clockwork import Script
from clausier.demo.founding import LETTERS
from clausier.demo.world import World
from clausier.foundation import documents, wording
from clausier.lifecycle import services
from clausier.lifecycle.models import Dispute
from clausier.lifecycle.services import Journey, Paper

SETTLED, RUNNING = "transports", "conserverie"
EXPERT = "Ghislaine Balancelle, experte en informatique"


def disputes(world: World) -> Iterator[Script]:
    """One script for each, where its client is one of this provider's."""
    told = {SETTLED: _settled, RUNNING: _running}
    for plan in world.plan.clients:
        if plan.key in told and plan.contracts:
            yield told[plan.key](world)


def _contract(world: World, key: str) -> Contract:
    found: Contract = world.customers[key].client.contracts.earliest("pk")
    return found


def _settled(world: World) -> Script:
    """Two fees that the client held back: an expert, and an agreement two months later."""
    owner = world.the("owner")
    at = yield world.day(210, 9, 30)
    contract = _contract(world, SETTLED)
    dispute = services.open_dispute(
        by=owner,
        at=at,
        contract=contract,
        matter="Deux redevances retenues depuis l’hiver",
        complaint="Les redevances de décembre et de janvier restent impayées. Vous dites que le serveur "
        "de l’affrètement s’est arrêté trois fois ; chaque intervention eut lieu à temps.",
    )
    at = yield world.day(206, 11)
    dispute = services.record_complaint_journey(
        by=owner, at=at, dispute=dispute, journey=_posted("1A20000000093", at, 3)
    )
    at = yield world.day(186, 14)
    dispute = _brought(world, dispute, at)
    at = yield world.day(129, 16)
    services.end_dispute(
        by=owner,
        at=at,
        dispute=dispute,
        outcome="settled",
        ended_on=at.date(),
        document=_scan(
            world, contract, "Une redevance est réglée, l’autre est abandonnée. Le contrat continue.", at
        ),
    )


def _running(world: World) -> Script:
    """The client complains in the portal, its letter follows; the expert wrote a first report."""
    owner = world.the("owner")
    at = yield world.day(64, 17, 10)
    contract = _contract(world, RUNNING)
    dispute = services.announce_dispute(
        by=next(iter(world.customers[RUNNING].accounts.values())),
        at=at,
        contract=contract,
        matter="Arrêts de la ligne de conditionnement",
        complaint="La ligne s’est arrêtée quatre fois cet été. Nous estimons que la surveillance du réseau "
        "de l’usine, comprise dans le contrat, n’a pas été assurée, et demandons réparation.",
        journey=Journey(tracking="1A20000000109", posted_on=at.date()),
    )
    at = yield world.day(61, 9)
    dispute = services.record_complaint_journey(
        by=owner,
        at=at,
        dispute=dispute,
        journey=_posted("1A20000000109", at, 3),
        proof=_scan(world, contract, "Avis de réception de la réclamation.", at),
    )
    services.give_file(by=owner, at=at, dispute=dispute, reader=world.the("accountant").person)
    services.add_person(
        by=owner,
        at=at,
        dispute=dispute,
        name="Maître Aurélien Robinoir",
        role="avocat du client",
        reached_at="robinoir@barreau-des-hauts.example",
    )
    at = yield world.day(43, 10)
    dispute = _brought(world, dispute, at)
    at = yield world.day(12, 15)
    services.add_paper(
        by=owner,
        at=at,
        dispute=dispute,
        document=_scan(world, contract, "Première note de l’experte : deux arrêts viennent du réseau.", at),
        kind="expert-report",
        title="Première note de l’experte",
        dated_on=at.date() - timedelta(days=1),
        source="expert",
        disclosed=False,
    )
    services.add_paper(
        by=owner,
        at=at,
        dispute=dispute,
        document=_scan(world, contract, "Relevé de production de l’été, remis à l’experte.", at),
        kind="evidence",
        title="Relevé de production, remis à l’experte",
        dated_on=at.date() - timedelta(days=4),
        source="client",
        disclosed=True,
    )
    services.add_note(
        by=world.the("accountant"),
        at=at + timedelta(minutes=20),
        dispute=dispute,
        text="L’assureur de l’entreprise est prévenu ; il attend la note finale avant de se prononcer.",
    )


def _brought(world: World, dispute: Dispute, at: datetime) -> Dispute:
    """Before the expert, whom both accepted the day before."""
    owner, day = world.the("owner"), at.date()
    dispute = services.name_expert(
        by=owner,
        at=at,
        dispute=dispute,
        name=EXPERT,
        named_by="joint",
        proposed_by="client",
        provider_accepted_on=day - timedelta(days=1),
        client_accepted_on=day - timedelta(days=1),
    )
    return services.refer_dispute(by=owner, at=at, dispute=dispute, referred_on=day)


def _posted(tracking: str, at: datetime, days_ago: int) -> Journey:
    day = at.date()
    return Journey(
        tracking=tracking,
        posted_on=day - timedelta(days=days_ago),
        presented_on=day - timedelta(days=1),
        handed_on=day,
    )


def _scan(world: World, contract: Contract, says: str, at: datetime) -> Paper:
    """A paper as it would have been scanned."""
    paper = documents.typeset(
        LETTERS / "derogation.typ",
        {
            "language": "fr",
            "title": "Document",
            "provider": {"name": contract.client.name, "identity": contract.client.name},
            "dated": wording.long_day(at.date(), "fr", year=True),
            "reference": contract.number,
            "says": says,
            "facts": [["Contrat", contract.number], ["Pour", world.provider.name]],
            "signed": [contract.client.name],
        },
        at=at,
    )
    return Paper(paper, f"document-{contract.number}.pdf")
