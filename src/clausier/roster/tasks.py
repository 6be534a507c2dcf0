"""Background work of the roster: what follows new tickets and calls, messages, and the next person called."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.foundation.models import JournalEntry, Provider
from clausier.roster import sending, services
from clausier.roster.models import CallOut, Channel, Reach, Sender
from clausier.roster.services import callouts
from clausier.roster.states import CallOutState, ReachState

QUEUE: Final = "roster"


@app.task(name="roster.follow", queue=QUEUE)
@isolation.job_of_provider
def follow(*, entry: int, provider_id: int) -> int | None:
    """Share a new ticket out and call the on-call where it is wanted; the id of the call-out."""
    told = JournalEntry.objects.get(pk=entry)
    by = program(Provider.objects.get(pk=provider_id))
    made = services.follow(by=by, at=clock.now(), entry=told)
    return made.pk if made else None


@app.task(name=callouts.REACH, queue=QUEUE)
@isolation.job_of_provider
def reach(*, reach: int, attempt: int, provider_id: int) -> str:
    """Make the attempt of that number and queue the next one where it fails; the state that results.

    A job that is run again, because its worker died, sends again only what was not written down.
    """
    rows = Reach.objects.select_related("summons__call_out__ticket", "summons__person", "provider")
    found = rows.get(pk=reach)
    if not _is_due(found, attempt):
        return found.state
    receipt, error = _sent(found)
    now = clock.now()
    with transaction.atomic():
        held = rows.select_for_update(of=("self",)).get(pk=reach)
        if not _is_due(held, attempt):
            return held.state
        held.attempts = attempt
        held.receipt, held.error = receipt, error
        if not error:
            held.state, held.ended_at = ReachState.SENT, now
        elif attempt > len(sending.WAITS):
            held.state, held.ended_at = ReachState.GIVEN_UP, now
        else:
            callouts.queue(held, attempt=attempt + 1, at=now + sending.WAITS[attempt - 1])
        held.save(update_fields=["state", "attempts", "receipt", "error", "ended_at"])
        if held.state != ReachState.WAITING:
            services.note_reach(held, by=program(held.provider), at=now)
        return held.state


def _is_due(found: Reach, attempt: int) -> bool:
    open_still = found.summons.call_out.state in (CallOutState.WAITING, CallOutState.UNANSWERED)
    return open_still and found.state == ReachState.WAITING and found.attempts == attempt - 1


def _sent(found: Reach) -> tuple[str, str]:
    """The carrier's receipt, or why it did not go."""
    subject, text = callouts.words_of(found.summons)
    sender = None
    if found.channel != Channel.MAIL:
        sender = Sender.objects.filter(provider_id=found.provider_id, channel=found.channel).first()
    try:
        carrier = sending.carrier_of(sender, found.channel, subject=subject)
        return carrier.send(found.to, text, id=f"clausier-{found.pk}").reference[:200], ""
    except sending.NotSent as problem:
        return "", problem.says[:200] or "?"


@app.task(name=callouts.ESCALATE, queue=QUEUE)
@isolation.job_of_provider
def escalate(*, call_out: int, position: int, provider_id: int) -> str:
    """Call the next person where the one at `position` did not answer; the state that results."""
    by = program(Provider.objects.get(pk=provider_id))
    held = CallOut.objects.get(pk=call_out)
    return services.escalate(by=by, at=clock.now(), call_out=held, position=position)
