"""Background work of the desk: what is measured later, and what the staff write, which leaves by mail."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.desk import intake, policies, services
from clausier.desk.models import SupplierCase, TicketEvent
from clausier.desk.services import closings
from clausier.desk.states import CaseState, TicketState
from clausier.foundation import clock, isolation, mail
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


@app.periodic(cron="23 * * * *")
@app.task(name="desk.measure_closings", queueing_lock="desk.measure_closings")
@isolation.job_of_installation("tickets closed before closing times were kept get theirs, every provider's")
def measure_closings(timestamp: int) -> int:
    """Measure what was closed before it was measured at once; how many. `timestamp` is the tick's."""
    return closings.measure_older()


@app.periodic(cron="*/15 * * * *")
@app.task(name="desk.chase_suppliers", queueing_lock="desk.chase_suppliers")
@isolation.job_of_installation("suppliers that have been silent too long are told of, every provider's")
def chase_suppliers(timestamp: int) -> int:
    """Say which suppliers are to be chased, once each, and write to whoever has the ticket; how many.

    `timestamp` is the tick's.
    """
    at = clock.now()
    waiting = SupplierCase.objects.filter(
        state=CaseState.WITH_SUPPLIER, chase_on__lte=policies.day_of(at)
    ).exclude(due_told_on=F("chase_on"))
    told = 0
    for case in waiting.exclude(ticket__state=TicketState.CLOSED).select_related(
        "provider__book", "supplier", "ticket__assignee"
    ):
        with transaction.atomic():
            if services.remind_of_chase(by=program(case.provider), at=at, case=case):
                _write_to_assignee(case)
                told += 1
    return told


def _write_to_assignee(case: SupplierCase) -> None:
    person = case.ticket.assignee
    if person is None or not person.is_active:
        return
    with translation.override(person.language):
        facts = {"case": case, "supplier": case.supplier, "title": case.ticket.title}
        mail.defer(
            to=person.email,
            subject=_("À relancer : %(supplier)s, dossier %(case)s") % facts,
            body=_(
                "%(supplier)s n’a pas répondu sur le dossier %(case)s (%(title)s).\n\n"
                "Relancez-le, notez un appel, ou dites jusqu’à quand attendre."
            )
            % facts,
        )
