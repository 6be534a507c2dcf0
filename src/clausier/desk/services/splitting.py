"""What was said on a ticket about something else goes on a ticket of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from clausier.desk.models import (
    Attachment,
    EventKind,
    LinkKind,
    MovedEvent,
    Origin,
    Ticket,
    TicketEvent,
    TicketLink,
)
from clausier.desk.services.held import hold
from clausier.desk.services.tickets import NewTicket, create
from clausier.desk.timeline import event_of, record
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.post import conversations
from clausier.post.handlers import Filed
from clausier.post.models import IncomingMail, ThreadKey

SPLITS = (EventKind.MESSAGE, EventKind.NOTE, EventKind.CALL)
"""What may be split off: what opened a ticket stays its beginning."""
MOST = 100


@act("desk.qualify")
def split_ticket(
    *, by: Actor, at: datetime, ticket: Ticket, events: Sequence[TicketEvent], title: str, cause: str = ""
) -> Ticket:
    """Open a ticket of the same client with the chosen messages; the thread they leave shows them no more.

    It was called when the first of them was said: promises count from then. `cause` empty keeps the ticket's.
    Raises InvalidInput naming `events` or `title`, TermsError for a cause that the book does not know.
    """
    held = hold(ticket, by)
    chosen = _chosen(held, events)
    first = chosen[0]
    new = create(
        NewTicket(
            client=held.client,
            title=title,
            description=first.text,
            origin=_origin(first, held),
            nature=held.nature,
            equipment_class=held.equipment_class,
            equipment_label=held.equipment_label,
            impact=held.impact,
            urgency=held.urgency,
            cause=cause or held.cause,
            caller=next((one.contact for one in chosen if one.contact), held.caller),
            site=held.site,
            beneficiary=held.beneficiary,
            contract=held.contract,
            called_at=min(first.at, at),
            assignee=held.assignee,
        ),
        by=by,
        at=at,
    )
    _carry_over(held, new, chosen, by=by, at=at)
    TicketLink.objects.create(
        provider=by.provider,
        client_id=new.client_id,
        ticket=new,
        other=held,
        kind=LinkKind.SPLIT_FROM,
        is_internal=False,
        at=at,
        by_name=by.name[:120],
    )
    record(held, EventKind.SPLIT, by=by, at=at, data={"to": new.number, "count": len(chosen)}, internal=True)
    journal.write(
        by=by,
        at=at,
        code="desk.ticket_split",
        about=held,
        data={"to": new.number, "events": [one.pk for one in chosen]},
    )
    return new


def _chosen(ticket: Ticket, events: Sequence[TicketEvent]) -> list[TicketEvent]:
    """The messages, in the order in which they were said. Raises InvalidInput naming `events`."""
    asked = {event.pk for event in events}
    found = TicketEvent.objects.filter(pk__in=asked, ticket=ticket, kind__in=SPLITS, moved=None)
    chosen = list(found.select_related("contact", "person").order_by("at", "pk"))
    if not chosen or len(chosen) != len(asked) or len(chosen) > MOST:
        raise InvalidInput(
            _("Choisissez des messages, des notes ou des appels de ce ticket ; ce qui l’a ouvert y reste."),
            field="events",
        )
    return chosen


def _origin(event: TicketEvent, ticket: Ticket) -> str:
    if event.kind == EventKind.CALL:
        return Origin.PHONE
    return Origin.MAIL if "from" in event.data else ticket.origin


def _carry_over(
    source: Ticket, new: Ticket, chosen: Sequence[TicketEvent], *, by: Actor, at: datetime
) -> None:
    """The messages as entries of the new ticket, with their files; the first of them opened it."""
    opening = new.events.filter(kind=EventKind.OPENED).get()
    moved: dict[int, TicketEvent] = {chosen[0].pk: opening}
    for one in chosen[1:]:
        copy = event_of(
            new,
            one.kind,
            by=by,
            at=one.at,
            text=one.text,
            data={**one.data, "moved_from": source.number},
            contact=one.contact,
            internal=one.is_internal,
            author=one.author_name,
        )
        copy.person = one.person
        copy.save(force_insert=True)
        moved[one.pk] = copy
    for one in chosen:
        for kept in one.attachments.all():
            Attachment.objects.create(
                provider_id=new.provider_id,
                client_id=new.client_id,
                event=moved[one.pk],
                file_id=kept.file_id,
            )
        MovedEvent.objects.create(
            provider_id=source.provider_id, client_id=source.client_id, event=one, to=new, at=at
        )
    _bring_mail(new, {pk: event.pk for pk, event in moved.items()}, at=at)


def _bring_mail(new: Ticket, moved: dict[int, int], *, at: datetime) -> None:
    """What came by mail belongs to the new ticket's conversation: answers to it come there."""
    mails = IncomingMail.objects.filter(provider_id=new.provider_id, event_id__in=list(moved))
    for mail in mails.select_related("conversation"):
        former = mail.conversation
        if former is None or mail.event_id is None:
            continue
        filed = Filed(former.about_kind, new.pk, str(new), new.client, moved[mail.event_id])
        conversation = conversations.about(filed, provider=new.provider, subject=new.title, at=at)
        if mail.message_id:
            former.keys.filter(key=mail.message_id).delete()
            ThreadKey.objects.get_or_create(
                provider=new.provider, client=new.client, conversation=conversation, key=mail.message_id
            )
        mail.conversation, mail.event_id = conversation, filed.event_id
        mail.save(update_fields=["conversation", "event_id"])
