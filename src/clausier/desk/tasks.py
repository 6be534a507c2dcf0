"""Background work of the desk: what is measured later, and what the staff write, which leaves by mail."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from clausier.desk import intake, letters_out, presences
from clausier.desk.models import TicketEvent
from clausier.desk.services import closings
from clausier.foundation import clock, isolation
from clausier.foundation.models import JournalEntry
from clausier.post import conversations, outbox


@app.task(name="desk.write_to_client", queue="mail")
@isolation.job_of_provider
def write_to_client(*, entry: int, provider_id: int) -> int | None:
    """Put a reply of the staff into the outbox, to the caller and the client's people in copy; its id.

    None where there is nobody to write to, or no mailbox to write from. Done again, it makes nothing.
    """
    told = JournalEntry.objects.get(pk=entry)
    event = (
        TicketEvent.objects.select_related("ticket__client", "ticket__caller", "provider")
        .filter(pk=told.data.get("event"))
        .first()
    )
    caller = event.ticket.caller if event else None
    if event is None or caller is None or not caller.email:
        return None
    ticket = event.ticket
    with transaction.atomic():
        at = clock.now()
        conversation = conversations.about(
            intake.filed(ticket, None), provider=event.provider, subject=ticket.title, at=at
        )
        mailbox = outbox.mailbox_for(event.provider, conversation)
        if mailbox is None:
            return None
        addressed = letters_out.addressed(ticket, conversation)
        made = outbox.reply(
            conversation,
            mailbox=mailbox,
            to=caller.email,
            contact=caller,
            cc=addressed.cc,
            handed_to=addressed.at_once,
            author_name=event.author_name,
            text=event.text,
            event_id=event.pk,
            language=conversations.language_of(caller),
            files=[one.file for one in event.attachments.select_related("file")],
            at=at,
        )
        return made.pk if made else None


@app.task(name="desk.tell_watchers", queue="mail")
@isolation.job_of_provider
def tell_watchers(*, entry: int, provider_id: int) -> int:
    """Write to those who follow a ticket what happened on it; how many letters. Done again, it makes none."""
    told = JournalEntry.objects.get(pk=entry)
    with transaction.atomic():
        return letters_out.tell(told, at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="desk.forget_presences", queueing_lock="desk.forget_presences")
@isolation.job_of_installation("who was on a ticket is forgotten for every provider")
def forget_presences(timestamp: int) -> int:
    """Forget who is on no ticket any more; how many. Idempotent; `timestamp` is the tick's."""
    return presences.forget(clock.now())


@app.periodic(cron="23 * * * *")
@app.task(name="desk.measure_closings", queueing_lock="desk.measure_closings")
@isolation.job_of_installation("tickets closed before closing times were kept get theirs, every provider's")
def measure_closings(timestamp: int) -> int:
    """Measure what was closed before it was measured at once; how many. `timestamp` is the tick's."""
    return closings.measure_older()
