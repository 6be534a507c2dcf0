"""Background work of the desk: what is measured later, and what the staff write, which leaves by mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django import app

from clausier.access import queries as access
from clausier.access.models import Agreement
from clausier.access.states import AgreementState
from clausier.desk import intake, step_words
from clausier.desk.models import EventKind, Notice, TicketEvent
from clausier.desk.services import closings, notices
from clausier.directory.models import Channel
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


@app.task(name="desk.tell_step", queue="mail")
@isolation.job_of_provider
def tell_step(*, entry: int, provider_id: int) -> int | None:
    """Tell the client of the step that an act made: by mail at once, or as something to say by phone.

    The notice's id; None where nobody is told. Done again, it makes nothing.
    """
    told = JournalEntry.objects.get(pk=entry)
    event = (
        TicketEvent.objects.select_related("ticket__client", "ticket__caller", "ticket__agency", "provider")
        .filter(pk=told.data.get("event"))
        .first()
    )
    if event is None:
        return None
    with transaction.atomic():
        at = clock.now()
        notice = notices.owed(event, at=at)
        if notice is not None and notice.channel == Channel.MAIL:
            _mail_step(notice, at=at)
        return notice.pk if notice else None


def _mail_step(notice: Notice, *, at: datetime) -> None:
    """Put the letter of a step into the outbox; without a mailbox to write from there is none."""
    event, ticket, contact = notice.event, notice.ticket, notice.contact
    conversation = conversations.about(
        intake.filed(ticket, None), provider=event.provider, subject=ticket.title, at=at
    )
    mailbox = outbox.mailbox_for(event.provider, conversation)
    if mailbox is None:
        return
    language = conversations.language_of(contact)
    with translation.override(language):
        step, link = step_words.sentence(event), _link(event)
    outbox.tell_step(
        conversation,
        mailbox=mailbox,
        to=contact.email,
        contact=contact,
        language=language,
        step=step,
        link=link,
        event_id=event.pk,
        at=at,
    )


def _link(event: TicketEvent) -> str:
    """Where the client answers what it is asked; "" when nothing waits or the portal is nowhere known."""
    agreed = event.data.get("agreed") if event.kind == EventKind.STEP else event.data
    pk = agreed.get("agreement") if isinstance(agreed, dict) else None
    asked = Agreement.objects.filter(pk=pk or 0, state=AgreementState.ASKED).first()
    if asked is None or not asked.site_url:
        return ""
    where = reverse("portal-agreement", args=[event.provider.slug, access.link_token(asked)])
    return asked.site_url.rstrip("/") + where


@app.periodic(cron="23 * * * *")
@app.task(name="desk.measure_closings", queueing_lock="desk.measure_closings")
@isolation.job_of_installation("tickets closed before closing times were kept get theirs, every provider's")
def measure_closings(timestamp: int) -> int:
    """Measure what was closed before it was measured at once; how many. `timestamp` is the tick's."""
    return closings.measure_older()
