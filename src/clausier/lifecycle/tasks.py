"""Background work: the promises of tickets wait while their contract's service is stopped."""

from __future__ import annotations

from django.utils.translation import gettext
from procrastinate.contrib.django import app

from clausier.contracts import interruptions
from clausier.contracts.models import Contract, ForceMajeure, ServiceSuspension
from clausier.desk.models import Ticket
from clausier.foundation import clock, isolation
from clausier.foundation.actors import Actor, program
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import JournalEntry, Provider
from clausier.lifecycle import services
from clausier.lifecycle.models import DeliveryRecord
from clausier.lifecycle.services import reversal
from clausier.lifecycle.states import ReversalState
from clausier.signatures.models import SignatureRequest

STOPS = frozenset({"contracts.service_suspended", "contracts.force_majeure_declared"})
RESUMPTIONS = frozenset({"contracts.service_resumed", "contracts.force_majeure_over"})
TICKETS = frozenset({"desk.ticket_opened", "desk.ticket_qualified", "desk.ticket_reopened"})

STOPPED = (
    Compiled(lambda: ServiceSuspension.objects.filter(client_id=Given("client"), until_at=None)),
    Compiled(lambda: ForceMajeure.objects.filter(client_id=Given("client"), until_on=None)),
)
"""One is answered where some service of a client is stopped."""


@app.task(name="lifecycle.follow")
@isolation.job_of_provider
def follow(*, entry: int, provider_id: int) -> list[int]:
    """Hold up, or let run again, the promises that an act touches; the tickets moved.

    Done again, none moves.
    """
    act = JournalEntry.objects.get(pk=entry)
    by = program(Provider.objects.select_related("book").get(pk=provider_id))
    return after(act, by)


def after(act: JournalEntry, by: Actor) -> list[int]:
    """What an act makes of the promises of its contract, or of its ticket's."""
    now = clock.now()
    if act.code in TICKETS:
        ticket = Ticket.objects.select_related("contract").filter(pk=act.object_id or 0).first()
        contracts = [ticket.contract] if ticket and ticket.contract else []
        return [
            number
            for stop in interruptions.interruptions(contracts, now)
            for number in services.hold_promises(by=by, at=now, stop=stop)
        ]
    stop = _stop_of(act)
    moved = [] if act.code in RESUMPTIONS else services.hold_promises(by=by, at=now, stop=stop)
    if stop.until_at is not None and stop.until_at <= now:
        moved += services.resume_promises(by=by, at=now, stop=stop)
    return moved


@app.task(name="lifecycle.follow_signature")
@isolation.job_of_provider
def follow_signature(*, entry: int, provider_id: int) -> None:
    """Bring a delivery record where its signature is. Done again, it does nothing."""
    told = JournalEntry.objects.get(pk=entry)
    known = SignatureRequest.objects.select_related("provider__book", "countersignature__document")
    request = known.get(pk=told.object_id or 0)
    record = DeliveryRecord.objects.select_related("reversal").get(pk=request.about_id)
    if request.document_id != record.document_id:
        return  # a paper that was made anew since
    by = program(request.provider)
    if told.code == "signatures.signed":
        reversal.note_signed(by=by, at=request.signed_at or told.at, record=record)
    elif told.code == "signatures.countersigned":
        reversal.complete_record(by=by, at=told.at, record=record, document=request.signed_document)
    else:
        reversal.decline_record(by=by, at=told.at, record=record, reason=str(told.data.get("reason", "")))


@app.task(name="lifecycle.follow_undone_end")
@isolation.job_of_provider
def follow_undone_end(*, entry: int, provider_id: int) -> int | None:
    """Nothing is returned where the contract goes on: its open reversibility is given up; its id."""
    told = JournalEntry.objects.get(pk=entry)
    contract = Contract.objects.filter(pk=told.object_id or 0).first()
    if contract is None or contract.renewed_until is not None:
        return None
    found = contract.reversals.filter(state=ReversalState.OPEN).select_related("provider__book").first()
    if found is None:
        return None
    reason = gettext("la fin du contrat est annulée")
    reversal.withdraw_reversal(by=program(found.provider), at=told.at, reversal=found, reason=reason)
    return found.pk


def _stop_of(act: JournalEntry) -> interruptions.Interruption:
    if "suspension" in act.data:
        suspension = ServiceSuspension.objects.select_related("contract").get(pk=act.data["suspension"])
        return interruptions.of_suspension(suspension)
    hindered = ForceMajeure.objects.select_related("contract").get(pk=act.data["force_majeure"])
    return interruptions.of_force_majeure(hindered)
