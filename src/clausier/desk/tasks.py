"""Background work of the desk: what is measured later, and what the staff write, which leaves by mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.desk import intake, services, surveys
from clausier.desk.models import Mark, Survey, Ticket, TicketEvent
from clausier.desk.services import closings
from clausier.directory.models import Contact
from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
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
        made = outbox.reply(
            conversation,
            mailbox=mailbox,
            to=caller.email,
            contact=caller,
            cc=[one for one in conversation.others if one.lower() != caller.email.lower()],
            author_name=event.author_name,
            text=event.text,
            event_id=event.pk,
            language=conversations.language_of(caller),
            files=[one.file for one in event.attachments.select_related("file")],
            at=at,
        )
        return made.pk if made else None


@app.task(name="desk.ask_opinion", queue="mail")
@isolation.job_of_provider
def ask_opinion(*, entry: int, provider_id: int) -> int | None:
    """Ask the caller of a ticket just closed how it went, by mail where there is an address; the survey's id.

    None where nobody is to be asked. Done again, it asks nobody.
    """
    told = JournalEntry.objects.select_related("provider__book").get(pk=entry)
    ticket = (
        Ticket.objects.select_related("provider", "client", "caller").filter(pk=told.object_id or 0).first()
    )
    if ticket is None or told.provider is None:
        return None
    at = clock.now()
    with transaction.atomic():
        survey = services.ask_opinion(by=program(told.provider), at=at, ticket=ticket)
        if survey is not None and ticket.caller and ticket.caller.email:
            _write_survey(survey, ticket, ticket.caller, text=str(told.data.get("text", "")), at=at)
    return survey.pk if survey else None


def _write_survey(survey: Survey, ticket: Ticket, caller: Contact, *, text: str, at: datetime) -> None:
    settings = surveys.settings_of(ticket.provider)
    conversation = conversations.about(
        intake.filed(ticket, None), provider=ticket.provider, subject=ticket.title, at=at
    )
    mailbox = outbox.mailbox_for(ticket.provider, conversation)
    if mailbox is None or settings is None:
        return
    language = conversations.language_of(caller)
    with translation.override(language):
        links = "\n".join(
            _("%(mark)s : %(url)s")
            % {"mark": Mark(mark).label.capitalize(), "url": surveys.link_of(survey, settings, mark)}
            for mark in sorted(Mark.values, reverse=True)
        )
    outbox.ask_opinion(
        conversation,
        mailbox=mailbox,
        to=caller.email,
        contact=caller,
        language=language,
        text=text,
        links=links,
        at=at,
    )


@app.periodic(cron="23 * * * *")
@app.task(name="desk.measure_closings", queueing_lock="desk.measure_closings")
@isolation.job_of_installation("tickets closed before closing times were kept get theirs, every provider's")
def measure_closings(timestamp: int) -> int:
    """Measure what was closed before it was measured at once; how many. `timestamp` is the tick's."""
    return closings.measure_older()
