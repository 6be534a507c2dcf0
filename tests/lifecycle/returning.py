"""A reversibility brought to where a test wants it, by the product's own acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.contracts.models import Contract
from clausier.foundation.clock import PARIS
from clausier.lifecycle import services, tasks
from clausier.lifecycle.models import DeliveryRecord, Reversal, ReversalDevice, ReversalItem
from clausier.lifecycle.services import Journey, Paper
from clausier.lifecycle.services import reversal as acts
from clausier.lifecycle.services.reversal import DeviceFacts, Effort, ItemFacts, WipingFacts, signing
from clausier.signatures import services as signatures
from clausier.signatures.services import Scan
from tests.people import FRIDAY_1630, House
from tests.signatures.asking import pdf

TODAY = FRIDAY_1630.date()
SCAN = Paper(b"%PDF-1.7 lettre", "lettre.pdf")
SITE = "https://contrats.example.org/"


def on(day: date) -> datetime:
    return FRIDAY_1630 + (day - TODAY)


def ended(house: House, ends_on: date = date(2026, 12, 31), contract: Contract | None = None) -> Contract:
    """The house's contract, with a last day that both agreed on."""
    held = contract or house.contract
    services.end_by_agreement(
        by=house.manager, at=FRIDAY_1630, contract=held, ends_on=ends_on, reason="Reprise", document=SCAN
    )
    return Contract.objects.get(pk=held.pk)


def opened(
    house: House, received_on: date = TODAY, contract: Contract | None = None, **changes: Any
) -> Reversal:
    """A reversibility asked for by a letter that was presented on that day."""
    given: dict[str, Any] = {
        "contract": contract or house.contract,
        "scope": "Tous les fichiers et les boîtes aux lettres",
        "effort": Effort(2, 3),
        "journey": Journey(tracking="1A 77", posted_on=received_on, presented_on=received_on),
        "scan": SCAN,
        **changes,
    }
    made: Reversal = acts.open_reversal(by=house.manager, at=on(max(received_on, TODAY)), **given)
    return made


def listed(
    house: House, file: Reversal, title: str = "Boîtes aux lettres", kind: str = "data"
) -> ReversalItem:
    made: ReversalItem = acts.list_item(
        by=house.technician, at=FRIDAY_1630, reversal=file, facts=ItemFacts(kind, title, "Serveur", "PST")
    )
    return made


def recorded(house: House, file: Reversal, at: datetime = FRIDAY_1630, **changes: Any) -> DeliveryRecord:
    """A record of what was returned, sent to the IT correspondent."""
    given = {"medium": "Disque externe, série DX-1", "site_url": SITE, **changes}
    made: DeliveryRecord = acts.issue_record(by=house.manager, at=at, reversal=file, **given)
    return made


def followed() -> None:
    """What the jobs make of signatures and of ends undone, as a worker would."""
    for name in ("follow_signature", "follow_undone_end"):
        for job in ProcrastinateJob.objects.filter(task_name=f"lifecycle.{name}").order_by("pk"):
            getattr(tasks, name)(**job.args)


def signed(house: House, record: DeliveryRecord, at: datetime = FRIDAY_1630) -> DeliveryRecord:
    """The record, signed by the client on paper and countersigned."""
    request = signing.requests_about(record)[0]
    scan = Scan("Maëlle Cobaye", at.astimezone(PARIS).date(), "signé.pdf", pdf("signé"), role="Gérante")
    signatures.record_scan(by=house.dispatcher, at=at, request=request, scan=scan)
    signatures.countersign(by=house.manager, at=at, request=request)
    followed()
    return DeliveryRecord.objects.get(pk=record.pk)


def delivered(house: House, at: datetime = FRIDAY_1630) -> Reversal:
    """A file all of which was returned and signed for."""
    ended(house)
    file = opened(house)
    acts.return_item(by=house.technician, at=at, item=listed(house, file))
    signed(house, recorded(house, file, at), at)
    return Reversal.objects.get(pk=file.pk)


def device(house: House, file: Reversal, serial: str = "SN-001") -> ReversalDevice:
    made: ReversalDevice = acts.list_device(
        by=house.technician,
        at=FRIDAY_1630,
        reversal=file,
        facts=DeviceFacts("server-disk", "Disque du serveur", serial, "Baie 2"),
    )
    return made


def wiping(house: House, day: date = TODAY, result: str = "done") -> WipingFacts:
    return WipingFacts(
        method="cryptographic-erase",
        wiped_on=day,
        result=result,
        operator=house.technician.person,
        verifier=house.other_technician.person,
        tool="nvme-cli 2.4",
    )


def later(days: int) -> datetime:
    return FRIDAY_1630 + timedelta(days=days)
