"""Reversibilities in the demo: one that is over, with its destruction certificate, and one under way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from clausier.contracts.models import Contract, Party
from clausier.demo.clockwork import Script
from clausier.demo.conduct import PORTAL_URL
from clausier.demo.founding import LETTERS
from clausier.demo.world import World
from clausier.foundation import documents, wording
from clausier.foundation.actors import program
from clausier.lifecycle.models import EndingNotice, Reversal
from clausier.lifecycle.services import Journey, reversal
from clausier.lifecycle.services.reversal import DeviceFacts, Effort, ItemFacts, StepFacts, WipingFacts
from clausier.signatures import services as signatures
from clausier.signatures.services import Scan

OVER, RUNNING = "scierie", "mairie"
DISKS = (
    DeviceFacts("server-disk", "Disque 1 du serveur, 2 To", "ZC1A-0451", "Baie de la scierie"),
    DeviceFacts("nas", "NAS de sauvegarde, 4 To", "NAS-7731", "Atelier, Rennes"),
)
RETURNED = (
    ItemFacts("data", "Partages de fichiers", "Serveur", "NTFS", "412 Go", "Copiés sur le disque du client"),
    ItemFacts("data", "Boîtes aux lettres", "Messagerie", "PST", "18 Go", "Copiées sur le disque du client"),
    ItemFacts("documentation", "Plan du réseau et procédures", "", "PDF", "", "Envoyés par courriel"),
)
LISTED = (
    ItemFacts("data", "Actes et délibérations", "Serveur de la mairie", "NTFS", "230 Go"),
    ItemFacts(
        "licence", "Suite bureautique, 17 postes", "Compte du concédant", "", "", "Transfert de compte"
    ),
    ItemFacts(
        "domain", "Nom de domaine de la commune", "Bureau d’enregistrement", "", "", "Code de transfert"
    ),
    ItemFacts("account", "Compte d’administration du pare-feu", "Mairie"),
)


def reversals(world: World) -> Iterator[Script]:
    """One script for each, where its client is one of this provider's."""
    told = {OVER: _over, RUNNING: _running}
    for plan in world.plan.clients:
        if plan.key in told and plan.contracts:
            yield told[plan.key](world)


def _over(world: World) -> Script:
    """A sawmill that left: its data returned, its disks wiped, the certificate issued."""
    at = yield world.day(172, 10, 30)
    client = world.customers[OVER].client
    contract = client.contracts.latest("pk")
    by, worker = world.the("manager"), world.the("technician")
    file = reversal.open_reversal(
        by=by,
        at=at,
        contract=contract,
        scope="Les partages, les boîtes aux lettres et la documentation du réseau, pour le 15 du mois.",
        effort=Effort(1, 3),
        journey=Journey(
            tracking="1A20000000093",
            posted_on=at.date() - timedelta(days=2),
            presented_on=at.date() - timedelta(days=1),
            handed_on=at.date() - timedelta(days=1),
        ),
    )
    items = [reversal.list_item(by=worker, at=at, reversal=file, facts=facts) for facts in RETURNED]
    disks = [reversal.list_device(by=worker, at=at, reversal=file, facts=facts) for facts in DISKS]
    at = yield world.day(153, 16)
    for item in items:
        reversal.return_item(by=worker, at=at, item=item)
    for step in file.steps.order_by("position")[:9]:
        reversal.complete_step(by=worker, at=at, step=step)
    record = reversal.issue_record(
        by=by,
        at=at,
        reversal=file,
        medium="Disque externe de 1 To, série EX-20418",
        signer=world.customers[OVER].caller,
        site_url=PORTAL_URL,
    )
    at = yield world.day(150, 11)
    request = reversal.signing.requests_about(record)[0]
    name = world.customers[OVER].caller.full_name
    scan = Scan(name, at.date(), "bordereau signé.pdf", _scan(world, contract, at), role="Gérante")
    signatures.record_scan(by=world.the("dispatcher"), at=at, request=request, scan=scan)
    signed = signatures.countersign(by=by, at=at, request=request, role="Responsable de clientèle")
    own = program(world.provider)
    reversal.complete_record(by=own, at=at, record=record, document=signed.signed_document)
    at = yield world.day(146, 15)
    for disk, method in zip(disks, ("cryptographic-erase", "low-level-format"), strict=True):
        facts = WipingFacts(
            method=method,
            wiped_on=at.date(),
            result="done",
            operator=world.the("technician").person,  # type: ignore[arg-type]
            verifier=by.person,
            tool="nvme-cli 2.4" if method.startswith("crypto") else "",
        )
        reversal.record_wiping(by=worker, at=at, device=disk, facts=facts)
    for step in file.steps.filter(done_on=None):
        reversal.complete_step(by=worker, at=at, step=step)
    reversal.issue_certificate(by=by, at=at, reversal=file)


def _running(world: World) -> Script:
    """A town hall that leaves: the letter of its notice asks for its data; the plan runs."""
    at = yield world.day(10, 11, 15)
    client = world.customers[RUNNING].client
    letter = EndingNotice.objects.filter(client=client).latest("pk").letters.earliest("pk")
    by, worker = world.the("manager"), world.the("technician")
    file: Reversal = reversal.open_reversal(
        by=by,
        at=at,
        contract=letter.contract,
        scope="Les actes, les licences et le nom de domaine, à remettre au service de l’intercommunalité.",
        effort=Effort(1, 4),
        letter=letter,
        wished_on=at.date() + timedelta(days=25),
    )
    step = file.steps.filter(party=Party.PROVIDER).earliest("position")
    facts = StepFacts(step.title, step.party, step.due_on, person=worker.person)
    reversal.write_step(by=by, at=at, reversal=file, facts=facts, step=step)
    at = yield world.day(7, 14)
    items = [reversal.list_item(by=worker, at=at, reversal=file, facts=one) for one in LISTED]
    reversal.list_device(by=worker, at=at, reversal=file, facts=DISKS[1])
    reversal.complete_step(by=worker, at=at, step=step)
    account = next(iter(world.customers[RUNNING].accounts.values()))
    own = file.steps.filter(party=Party.CLIENT).earliest("position")
    reversal.complete_own_step(by=account, at=at, step=own, note="Périmètre confirmé par le conseil.")
    at = yield world.day(3, 9, 30)
    reversal.return_item(by=worker, at=at, item=items[2])


def _scan(world: World, contract: Contract, at: datetime) -> bytes:
    """The record as it came back, signed by hand."""
    return documents.typeset(
        LETTERS / "derogation.typ",
        {
            "language": "fr",
            "title": "Bordereau de restitution",
            "provider": {"name": world.provider.name, "identity": world.provider.name},
            "dated": wording.long_day(at.date(), "fr", year=True),
            "reference": contract.number,
            "says": "Reçu ce jour, sans réserve.",
            "facts": [["Contrat", contract.number]],
            "signed": [world.provider.name, contract.client.name],
        },
        at=at,
    )
