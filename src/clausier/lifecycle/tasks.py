"""Background work: the promises of tickets wait while their contract's service is stopped."""

from __future__ import annotations

from procrastinate.contrib.django import app

from clausier.contracts import interruptions
from clausier.contracts.models import ForceMajeure, ServiceSuspension
from clausier.desk.models import Ticket
from clausier.foundation import clock, isolation
from clausier.foundation.actors import Actor, program
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import JournalEntry, Provider
from clausier.lifecycle import services

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


def _stop_of(act: JournalEntry) -> interruptions.Interruption:
    if "suspension" in act.data:
        suspension = ServiceSuspension.objects.select_related("contract").get(pk=act.data["suspension"])
        return interruptions.of_suspension(suspension)
    hindered = ForceMajeure.objects.select_related("contract").get(pk=act.data["force_majeure"])
    return interruptions.of_force_majeure(hindered)
