"""Reading reversibilities: the files, what is due when, what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet

from clausier.contracts.models import Contract, Party
from clausier.foundation.actors import Actor
from clausier.lifecycle.models import (
    DeliveryRecord,
    DeliveryReservation,
    DestructionCertificate,
    Letter,
    LetterKind,
    Reversal,
    ReversalDevice,
    ReversalEstimate,
    ReversalItem,
    ReversalStep,
    WipeMethod,
    WipeResult,
    Wiping,
)
from clausier.lifecycle.queries import letters
from clausier.lifecycle.states import RecordState, ReversalState
from clausier.terms.book import Book, Reading

WITHIN: Final = "reversibility.within"
PRICE: Final = "reversibility.engineer-day"
BLOCK: Final = "reversibility.block"
INDEXATION: Final = "fees.indexation"
CONTINUES: Final = "continue-until-returned"
DUE_ANYWAY: Final = "pay-until-returned"
UNDER_WAY: Final = (ReversalState.OPEN, ReversalState.DELIVERED)
STANDING: Final = (RecordState.ISSUED, RecordState.SIGNED)

LEVELS: Final = {
    WipeMethod.LOW_LEVEL: "Clear",
    WipeMethod.OVERWRITE: "Clear",
    WipeMethod.FIRMWARE: "Purge",
    WipeMethod.CRYPTOGRAPHIC: "Purge",
    WipeMethod.DEGAUSSING: "Purge",
    WipeMethod.DESTRUCTION: "Destroy",
}
"""The level of NIST SP 800-88 (ISO/IEC 27040) that each method reaches."""


# What the terms say


def knows_reversibility(book: Book) -> bool:
    """Whether these terms say within which time, and at what price, data are given back."""
    return all(book.has(term) for term in (WITHIN, PRICE, BLOCK))


def last_readings(book: Book) -> list[Reading]:
    """The terms of a reversibility as they stand last: its time, its price, its block."""
    return [book.timeline(term)[-1] for term in (WITHIN, PRICE, BLOCK)]


def clause_of(book: Book) -> str:
    """The clause that gives reversibility, though particular conditions depart from it; "" without one."""
    cited = (reading.clause for reading in last_readings(book))
    return next(filter(None, cited), "") or duty_clause(book, DUE_ANYWAY)


def duty_clause(book: Book, key: str) -> str:
    """The clause of a duty of the book, "" where it has none such."""
    return next((duty.clause for duty in book.duties if duty.extra.get("key") == key), "")


def part_ends(contract: Contract) -> bool:
    """Whether an amendment that both agreed on takes something off the contract."""
    agreed = contract.amendments.filter(state__in=("agreed", "applied"))
    return agreed.filter(lines__quantity__lt=0).exists()


def requests_of(actor: Actor, contract: Contract) -> QuerySet[Letter]:
    """Letters of the client on that contract that were presented: one may ask for the return."""
    came = letters(actor).filter(contract=contract, from_party=Party.CLIENT, presented_on__isnull=False)
    return came.filter(kind__in=(LetterKind.NOTICE, LetterKind.REVERSIBILITY))


# The files


def reversals(actor: Actor) -> QuerySet[Reversal]:
    """The reversibilities that `actor` may read, latest first."""
    found = Reversal.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    if not actor.may("reversal.read"):
        return found.none()
    found = found.select_related(
        "client",
        "contract__book",
        "contract__provider",
        "contract__client__agency",
        "end",
        "continuation",
        "letter__document",
        "ruling",
        "price_ruling",
    )
    return found.defer("contract__book__content").order_by("-pk")


def named(actor: Actor, text: str) -> QuerySet[Reversal]:
    """Files by their number, a paper's, a serial number, the contract or the client's name."""
    words = text.strip()
    if not words:
        return reversals(actor)
    within = (
        Q(number__icontains=words)
        | Q(contract__number__iexact=words)
        | Q(client__name__icontains=words)
        | Q(records__number__iexact=words)
        | Q(certificates__number__iexact=words)
        | Q(devices__serial__iexact=words)
    )
    return reversals(actor).filter(pk__in=Reversal.objects.filter(within).values("pk"))


def steps(actor: Actor) -> QuerySet[ReversalStep]:
    """The steps of the files that `actor` may read, in the order of the plan."""
    found = ReversalStep.objects.filter(reversal__in=_own(actor))
    found = found.select_related("reversal__contract__client", "reversal__client", "person", "contact")
    return found.order_by("reversal", "due_on", "position", "pk")


def items(actor: Actor) -> QuerySet[ReversalItem]:
    """What is to be returned in the files that `actor` may read."""
    found = ReversalItem.objects.filter(reversal__in=_own(actor)).select_related(
        "reversal__contract__client", "record"
    )
    return found.order_by("reversal", "pk")


def records(actor: Actor) -> QuerySet[DeliveryRecord]:
    """The delivery records that `actor` may read, latest first."""
    found = DeliveryRecord.objects.filter(reversal__in=_own(actor)).select_related(
        "reversal__contract__client", "document", "signed_document", "signer"
    )
    return found.prefetch_related("reservations").order_by("-pk")


def reservations(actor: Actor) -> QuerySet[DeliveryReservation]:
    """The client's reservations that `actor` may read."""
    return DeliveryReservation.objects.filter(record__reversal__in=_own(actor)).select_related(
        "record__reversal__contract__client"
    )


def devices(actor: Actor) -> QuerySet[ReversalDevice]:
    """The devices to be wiped, each with its wipings, in the files that `actor` may read."""
    found = ReversalDevice.objects.filter(reversal__in=_own(actor))
    entered = Wiping.objects.select_related("cancels", "cancelled_by").order_by("pk")
    return (
        found.select_related("reversal__contract__client")
        .prefetch_related(Prefetch("wipings", entered))
        .order_by("reversal", "pk")
    )


def wipings(actor: Actor) -> QuerySet[Wiping]:
    """The entries of wipings that `actor` may read, counter-entries too."""
    return Wiping.objects.filter(device__reversal__in=_own(actor)).select_related(
        "device__reversal__contract__client", "cancels", "cancelled_by"
    )


def estimates(reversal: Reversal) -> QuerySet[ReversalEstimate]:
    """What was estimated, the last first."""
    return reversal.estimates.select_related("ruling", "price_ruling").order_by("-pk")


def certificate_of(reversal: Reversal) -> DestructionCertificate | None:
    """The destruction certificate that holds."""
    return reversal.certificates.filter(withdrawn_at=None).select_related("document").first()


def _own(actor: Actor) -> QuerySet[Any, Any]:
    return reversals(actor).select_related(None).order_by().values("pk")


# Where a file stands


def listed_items(reversal: Reversal) -> list[ReversalItem]:
    """What stands on the list."""
    return list(reversal.items.filter(dropped_because="").select_related("record").order_by("pk"))


def open_reservations(reversal: Reversal) -> QuerySet[DeliveryReservation]:
    """The reservations that the client has not lifted."""
    made = DeliveryReservation.objects.filter(record__reversal=reversal, lifted_at=None)
    return made.exclude(record__state=RecordState.WITHDRAWN)


def is_all_returned(reversal: Reversal) -> bool:
    """Whether all that is listed stands on a record that both signed, and no reservation is left."""
    listed = listed_items(reversal)
    signed = all(one.record is not None and one.record.state == RecordState.COMPLETE for one in listed)
    return bool(listed) and signed and not open_reservations(reversal).exists()


def standing_wiping(device: ReversalDevice) -> Wiping | None:
    """The last entry of a device that was not cancelled."""
    cancelled = {one.cancels_id for one in device.wipings.all() if one.cancels_id}
    entered = [one for one in device.wipings.all() if not one.cancels_id and one.pk not in cancelled]
    return entered[-1] if entered else None


def is_wiped(device: ReversalDevice) -> bool:
    """Whether the entry that stands says that it was wiped, and checked."""
    found = standing_wiping(device)
    return found is not None and found.result == WipeResult.DONE


def ends_first(reversal: Reversal) -> date | None:
    """The contract's end where the delay is over before it (imri XIV): both days are then told."""
    ended_on = reversal.contract.renewed_until
    return ended_on if ended_on is not None and reversal.due_on < ended_on else None


# What is due


@dataclass(frozen=True, slots=True)
class DueReturn:
    """Something of a reversibility due on a day: the return itself, or a step of its plan."""

    reversal: Reversal
    due_on: date
    party: str
    done: bool
    step: ReversalStep | None = None


def due_returns(actor: Actor, from_on: date, to_on: date) -> Iterator[DueReturn]:
    """What these days hold, both included."""
    running = reversals(actor).exclude(state=ReversalState.WITHDRAWN)
    for one in running.filter(due_on__range=(from_on, to_on)):
        yield DueReturn(one, one.due_on, Party.PROVIDER, one.returned_on is not None)
    planned = steps(actor).filter(due_on__range=(from_on, to_on), dropped_because="")
    for step in planned.exclude(reversal__state=ReversalState.WITHDRAWN).select_related(
        "reversal__contract__book", "reversal__contract__client__agency"
    ):
        yield DueReturn(step.reversal, step.due_on, step.party, step.done_on is not None, step)


def overdue_steps(actor: Actor, today: date) -> QuerySet[ReversalStep]:
    """The steps of files under way whose day has passed, the longest overdue first."""
    late = steps(actor).filter(due_on__lt=today, done_on=None, dropped_because="")
    return late.filter(reversal__state__in=UNDER_WAY).order_by("due_on", "pk")


def late_returns(actor: Actor, until: date) -> QuerySet[Reversal]:
    """The files whose return is due by that day and not finished, the first due first."""
    return reversals(actor).filter(state=ReversalState.OPEN, due_on__lte=until).order_by("due_on", "pk")
