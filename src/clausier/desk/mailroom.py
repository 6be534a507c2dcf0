"""A person says whose a message is: a new ticket of a client's, or the ticket it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.desk import cases, intake, services
from clausier.desk.models import SupplierCase, Ticket, TicketEvent
from clausier.directory.models import Client, Contact
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.post import conversations, writers
from clausier.post import intake as post_intake
from clausier.post import services as post
from clausier.post.errors import AlreadyQualified, UnknownMail
from clausier.post.handlers import Arrived, Filed
from clausier.post.models import Conversation, IncomingMail
from clausier.post.reading.kinds import Kind
from clausier.post.states import MailOutcome, Standing

TICKETS = intake.Tickets()


@act("desk.qualify")
def qualify_mail(
    *,
    by: Actor,
    at: datetime,
    mail: IncomingMail,
    client: Client,
    contact: Contact | None = None,
    title: str = "",
    **said: Any,
) -> Ticket:
    """Make a ticket of a message, and have its sender called back where the terms say so (ims 6.3).

    `said` are `open_ticket`'s names: equipment_class, nature, cause, impact, urgency, site. What else waits
    in the same conversation follows. Raises AlreadyQualified, UnknownMail, InvalidInput naming the field.
    """
    held = post.hold(mail, by)
    if held.event_id is not None and held.standing == Standing.SETTLED:
        raise AlreadyQualified(
            _("Ce message est déjà sur le ticket %(label)s.") % {"label": held.conversation}
        )
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    if contact is not None and contact.client_id != client.pk:
        raise InvalidInput(_("Cette personne n’est pas de ce client."), field="contact")
    arrived = replace(post_intake.reopened(held), contact=contact)
    ticket = services.open_from_mail(
        by=by,
        at=at,
        client=client,
        title=title or arrived.letter.subject,
        text=intake.first_words(arrived),
        arrived_at=min(held.arrived_at, at),
        contact=contact,
        author=arrived.author,
        files=intake.uploads(arrived),
        **said,
    )
    if ticket is None:
        raise InvalidInput(
            _("Les conditions de ce client ne disent pas de quoi il s’agit : choisissez la cause."),
            field="cause",
        )
    filed = intake.filed(ticket, ticket.opening)
    waiting = held.conversation if held.conversation and not held.conversation.about_kind else None
    conversation = waiting or conversations.begin(by.provider, subject=held.subject, at=at)
    conversations.settle(conversation, filed)
    _settle(held, arrived, conversation, filed, by=by, at=at)
    for later in conversation.incoming.filter(standing=Standing.QUEUED).exclude(pk=held.pk).order_by("pk"):
        _add(later, conversation, ticket, by=by, at=at)
    if arrived.sort.kind == Kind.PERSON:
        post_intake.acknowledge(arrived, conversation, filed, TICKETS, at=at)
    journal.write(
        by=by,
        at=at,
        code="post.mail_qualified",
        about=held,
        client_id=client.pk,
        data={"ticket": ticket.number, "client": client.number},
    )
    return ticket


@act("desk.qualify")
def move_mail(*, by: Actor, at: datetime, mail: IncomingMail, to: Ticket) -> TicketEvent:
    """Put a message on the ticket it belongs to, wherever it was; answers to it will come there too.

    Raises UnknownMail, NothingChanged, UnknownTicket.
    """
    held = post.hold(mail, by)
    conversation = conversations.about(intake.filed(to, None), provider=by.provider, subject=to.title, at=at)
    arrived = post_intake.reopened(held)
    if held.event_id is None:
        event = _received(held, arrived, to, by=by, at=at)
        code = {"ticket": to.number}
    else:
        former = TicketEvent.objects.filter(provider=by.provider, pk=held.event_id).first()
        if former is None:
            raise UnknownMail(_("Ce message n’est plus sur ce ticket."))
        event = services.move_message(by=by, at=at, event=former, to=to)
        code = {"ticket": to.number, "from": former.ticket.number}
    if held.conversation_id and held.conversation_id != conversation.pk and held.message_id:
        held.conversation.keys.filter(key=held.message_id).delete()  # type: ignore[union-attr]
    filed = intake.filed(event.ticket, event)
    if event.ticket.pk != to.pk:
        conversation = conversations.about(filed, provider=by.provider, subject=event.ticket.title, at=at)
    _settle(held, arrived, conversation, filed, by=by, at=at)
    journal.write(
        by=by, at=at, code="post.mail_qualified", about=held, client_id=event.ticket.client_id, data=code
    )
    return event


@act("desk.qualify")
def move_mail_to_case(*, by: Actor, at: datetime, mail: IncomingMail, to: SupplierCase) -> TicketEvent:
    """Put a message on the case at a supplier's that it is about; what answers it will come there too.

    Raises UnknownMail, UnknownCase, AlreadyQualified for one that stands on a ticket: nothing that a client
    was shown goes to a supplier's case unseen.
    """
    held = post.hold(mail, by)
    if held.event_id is not None:
        raise AlreadyQualified(
            _("Ce message est déjà sur le ticket %(label)s.") % {"label": held.conversation}
        )
    arrived = post_intake.reopened(held)
    event = services.receive_from_supplier(
        by=by,
        at=at,
        case=to,
        text=intake.words(arrived),
        author=arrived.author,
        sender=held.sender_address,
        mail=held,
        automatic=arrived.sort.kind != Kind.PERSON,
        reference=arrived.sort.reference,
        files=intake.uploads(arrived),
    )
    filed = cases.filed(event.case or to, event)
    conversation = conversations.about(filed, provider=by.provider, subject=to.subject, at=at)
    if held.conversation_id and held.message_id:
        held.conversation.keys.filter(key=held.message_id).delete()  # type: ignore[union-attr]
    _settle(held, arrived, conversation, filed, by=by, at=at)
    journal.write(
        by=by, at=at, code="post.mail_qualified", about=held, client_id=to.client_id, data={"case": str(to)}
    )
    return event


def _settle(
    mail: IncomingMail,
    arrived: Arrived,
    conversation: Conversation,
    filed: Filed,
    *,
    by: Actor,
    at: datetime,
) -> None:
    mail.conversation, mail.client, mail.event_id = conversation, filed.client, filed.event_id
    mail.standing, mail.settled_at, mail.matched_by = Standing.SETTLED, at, "person"
    mail.why = [f"décidé par {by.name}", f"decided by {by.name}"]
    if mail.outcome not in {MailOutcome.TICKET, MailOutcome.UNREADABLE}:
        mail.outcome = MailOutcome.REPLY
    mail.save()
    conversations.join(conversation, arrived)


def _add(mail: IncomingMail, conversation: Conversation, ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """What else waited in the conversation goes on the ticket as answers."""
    held = post.hold(mail, by)
    arrived = post_intake.reopened(held)
    event = _received(held, arrived, ticket, by=by, at=at)
    held.outcome = MailOutcome.REPLY
    _settle(held, arrived, conversation, intake.filed(event.ticket, event), by=by, at=at)


def _received(
    mail: IncomingMail, arrived: Arrived, ticket: Ticket, *, by: Actor, at: datetime
) -> TicketEvent:
    contact = writers.contact_of(by.provider, mail.sender_address, client=ticket.client)
    return services.receive_reply(
        by=by,
        at=at,
        ticket=ticket,
        text=intake.words(arrived),
        contact=contact,
        author=arrived.author,
        data={"mail": mail.pk, "from": mail.sender_address},
        files=intake.uploads(arrived),
    )
