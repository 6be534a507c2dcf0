"""What the pages of reversibilities tell: how far a file came, what may be done now, what is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.console.books.addresses import clause_url
from clausier.console.today.telling import AlertRow
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import (
    DeliveryRecord,
    DestructionCertificate,
    ReturnedKind,
    Reversal,
    ReversalDevice,
    ReversalEstimate,
    ReversalItem,
    ReversalStep,
    Wiping,
)
from clausier.lifecycle.services.reversal import signing
from clausier.lifecycle.states import RecordState, ReversalState
from clausier.signatures.models import SignatureRequest

SOON: Final = timedelta(days=7)
"""From so many days before its last day on, a return that is not finished is told of."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the file: done, current, or to come."""

    label: str
    note: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class StepShown:
    step: ReversalStep
    is_late: bool


@dataclass(frozen=True, slots=True)
class ItemShown:
    item: ReversalItem
    waits_for_payment: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class RecordShown:
    record: DeliveryRecord
    requests: list[SignatureRequest]


@dataclass(frozen=True, slots=True)
class DeviceShown:
    device: ReversalDevice
    standing: Wiping | None
    entries: list[Wiping]
    is_wiped: bool


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file as its page shows it."""

    file: Reversal
    stages: list[Stage]
    steps: list[StepShown]
    dropped_steps: list[ReversalStep]
    items: list[ItemShown]
    dropped_items: list[ReversalItem]
    records: list[RecordShown]
    devices: list[DeviceShown]
    dropped_devices: list[ReversalDevice]
    estimates: list[ReversalEstimate]
    certificate: DestructionCertificate | None
    former_certificates: list[DestructionCertificate]
    duty: str
    duty_clause: str
    duty_url: str
    clause_url: str
    ends_first: date | None
    letter_moved: bool
    is_late: bool
    unrecorded: int
    may_record: bool
    may_certify: bool


def file_shown(file: Reversal, actor: Actor, now: datetime) -> FileShown:
    """The file at the instant `now`."""
    today = now.astimezone(PARIS).date()
    steps = list(reversal_queries.steps(actor).filter(reversal=file))
    items = list(reversal_queries.items(actor).filter(reversal=file))
    devices = list(reversal_queries.devices(actor).filter(reversal=file))
    records = list(reversal_queries.records(actor).filter(reversal=file))
    certificate = reversal_queries.certificate_of(file)
    wiped = [_device(one) for one in devices if not one.dropped_because]
    listed = [one for one in items if not one.dropped_because]
    unrecorded = sum(one.returned_on is not None and one.record is None for one in listed)
    waits = any(one.state in reversal_queries.STANDING for one in records)
    is_open = file.state == ReversalState.OPEN
    duty_clause, duty = _duty(file.contract)
    return FileShown(
        file=file,
        stages=_stages(file, listed, records, wiped, certificate),
        steps=[_step(one, today) for one in steps if not one.dropped_because],
        dropped_steps=[one for one in steps if one.dropped_because],
        items=[_item(one, is_open) for one in listed],
        dropped_items=[one for one in items if one.dropped_because],
        records=[RecordShown(one, signing.requests_about(one)) for one in records],
        devices=wiped,
        dropped_devices=[one for one in devices if one.dropped_because],
        estimates=list(reversal_queries.estimates(file)),
        certificate=certificate,
        former_certificates=list(
            file.certificates.filter(withdrawn_at__isnull=False).select_related("document")
        ),
        duty=duty,
        duty_clause=duty_clause,
        duty_url=_clause(file.contract, duty_clause),
        clause_url=_clause(file.contract, file.clause),
        ends_first=reversal_queries.ends_first(file),
        letter_moved=is_open and file.letter.presented_on != file.received_on,
        is_late=is_open and file.due_on < today,
        unrecorded=unrecorded,
        may_record=is_open and unrecorded > 0 and not waits,
        may_certify=file.state == ReversalState.DELIVERED
        and bool(wiped)
        and all(one.is_wiped for one in wiped),
    )


def _stages(
    file: Reversal,
    items: Sequence[ReversalItem],
    records: Sequence[DeliveryRecord],
    devices: Sequence[DeviceShown],
    certificate: DestructionCertificate | None,
) -> list[Stage]:
    returned = sum(one.returned_on is not None for one in items)
    complete = [one for one in records if one.state == RecordState.COMPLETE]
    wiped = sum(one.is_wiped for one in devices)
    delivered = file.state in (ReversalState.DELIVERED, ReversalState.CERTIFIED)
    told = [
        (_("Demande"), _("lettre reçue le %(day)s") % {"day": _day(file.received_on)}, True),
        (
            _("Restitution"),
            _("rendus : %(done)s sur %(all)s") % {"done": returned, "all": len(items)}
            if items
            else _("liste à dresser"),
            bool(items) and returned == len(items),
        ),
        (_("Bordereau signé"), ", ".join(one.number for one in complete) or _("à faire signer"), delivered),
        (
            _("Effacement"),
            _("effacés : %(done)s sur %(all)s") % {"done": wiped, "all": len(devices)}
            if devices
            else _("supports à lister"),
            delivered and bool(devices) and wiped == len(devices),
        ),
        (_("Certificat"), certificate.number if certificate else _("à émettre"), certificate is not None),
    ]
    first = next((place for place, (_label, _note, done) in enumerate(told) if not done), None)
    if file.state == ReversalState.WITHDRAWN:
        first = None
    return [Stage(label, note, done, place == first) for place, (label, note, done) in enumerate(told)]


def _step(step: ReversalStep, today: date) -> StepShown:
    return StepShown(step, step.done_on is None and step.due_on < today)


def _item(item: ReversalItem, is_open: bool) -> ItemShown:
    unpaid = item.kind == ReturnedKind.LICENCE and item.paid_at is None
    return ItemShown(
        item,
        waits_for_payment=unpaid and item.returned_on is None,
        may_change=is_open and item.record is None,
    )


def _device(device: ReversalDevice) -> DeviceShown:
    return DeviceShown(
        device,
        standing=reversal_queries.standing_wiping(device),
        entries=list(device.wipings.all()),
        is_wiped=reversal_queries.is_wiped(device),
    )


def _duty(contract: Contract) -> tuple[str, str]:
    """That the return is due whoever is at fault: the clause, and what it says."""
    book = contracts.effective_book(contract)
    key = reversal_queries.DUE_ANYWAY
    found = next((duty for duty in book.duties if duty.extra.get("key") == key), None)
    return (found.clause, found.says.to(_language())) if found else ("", "")


def _clause(contract: Contract, clause: str) -> str:
    return clause_url(contract.provider.slug, contract.book.digest, clause) if clause else ""


# A contract's section


@dataclass(frozen=True, slots=True)
class OnContract:
    """What a contract's page says of its reversibility."""

    files: list[Reversal]
    may_open: bool
    reads: bool


def on_contract(contract: Contract, actor: Actor) -> OnContract:
    """The files of a contract, and whether one may be opened."""
    files = list(reversal_queries.reversals(actor).filter(contract=contract))
    standing = any(one.state != ReversalState.WITHDRAWN for one in files)
    return OnContract(
        files=files,
        may_open=actor.may("reversal.write") and contract.renewed_until is not None and not standing,
        reads=actor.may("reversal.read"),
    )


# Today


def alert_rows(actor: Actor, now: datetime) -> Iterator[AlertRow]:
    """Returns that are due within days, or overdue, and steps of the plans whose day has passed."""
    if not actor.may("reversal.work"):
        return
    today, slug = now.astimezone(PARIS).date(), actor.provider.slug
    for one in reversal_queries.late_returns(actor, today + SOON):
        late = one.due_on < today
        says = (
            _("Réversibilité %(number)s : restitution en retard")
            if late
            else _("Réversibilité %(number)s : restitution à achever")
        )
        yield AlertRow(
            "package-check",
            True,
            says % {"number": one.number},
            _("%(client)s, pour le %(day)s") % {"client": one.client.name, "day": _day(one.due_on)},
            reverse("reversal", args=[slug, one.number]),
            reverse("why", args=[slug, one.ruling_id]) if one.ruling_id else "",
            _("Pourquoi ce jour ?") if one.ruling_id else "",
        )
    for step in reversal_queries.overdue_steps(actor, today):
        if step.person_id in (None, actor.person.pk if actor.person else None) or actor.may("reversal.write"):
            yield AlertRow(
                "package-check",
                False,
                _("Étape en retard : %(step)s") % {"step": step.title},
                _("%(client)s, réversibilité %(number)s, pour le %(day)s")
                % {
                    "client": step.reversal.client.name,
                    "number": step.reversal.number,
                    "day": _day(step.due_on),
                },
                reverse("reversal", args=[slug, step.reversal.number]),
            )


def _day(on: date) -> str:
    return wording.day(on, _language(), weekday=False)


def _language() -> str:
    return get_language() or "fr"
