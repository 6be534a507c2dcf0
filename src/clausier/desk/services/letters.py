"""Mail on a ticket: what opens one, what a machine wrote, and what was put on the wrong one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import facts, policies, queries
from clausier.desk.errors import NothingChanged, UnknownTicket
from clausier.desk.models import EventKind, Impact, MovedEvent, Nature, Origin, Ticket, TicketEvent, Urgency
from clausier.desk.services import callbacks
from clausier.desk.services.conversation import receive_reply
from clausier.desk.services.held import hold
from clausier.desk.services.tickets import NewTicket, close_ticket, create
from clausier.desk.states import SessionState, TicketState
from clausier.desk.timeline import Upload, record
from clausier.directory.models import Client, Contact
from clausier.foundation import files as file_store
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act

NATURES = (Nature.INCIDENT, Nature.REQUEST)


@act("desk.open")
def open_from_mail(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    title: str,
    text: str,
    arrived_at: datetime,
    contact: Contact | None = None,
    author: str = "",
    files: Sequence[Upload] = (),
    in_force: Callable[[], list[Contract]] | None = None,
    **said: Any,
) -> Ticket | None:
    """A ticket of a message (ims 6.3), and the callback that the terms make due.

    `in_force` tells the client's contracts of that day, where they were asked for already.

    `said` is what a person qualified it as, by `open_ticket`'s names; what is left unsaid is taken as the
    portal takes it. None when the terms know no cause for it: a person must say. Raises as `open_ticket`.
    """
    equipment_class = said.pop("equipment_class", EquipmentClass.WORKSTATION)
    natures = (said.pop("nature"),) if "nature" in said else NATURES
    on = policies.day_of(arrived_at)
    contracts_in_force = in_force() if in_force else contracts.contracts_with_terms(client, on)
    covering = facts.covering_among(contracts_in_force, equipment_class, on)
    book = facts.terms_for(by.provider, covering, client.agency).book
    chosen = next(
        (
            (nature, cause)
            for nature in natures
            for cause in (said.get("cause") or facts.cause_under(book, equipment_class, nature, on),)
            if cause
        ),
        None,
    )
    said.pop("cause", None)
    if chosen is None:
        return None
    new = NewTicket(
        client=client,
        title=" ".join(title.split())[:200] or _("Message sans objet"),
        description=text,
        origin=Origin.MAIL,
        nature=chosen[0],
        cause=chosen[1],
        equipment_class=equipment_class,
        impact=said.pop("impact", Impact.ONE),
        urgency=said.pop("urgency", Urgency.DEGRADED),
        caller=contact,
        site=said.pop("site", contact.site if contact else None),
        called_at=arrived_at,
        **said,
    )
    ticket = create(new, by=by, at=at, files=files, covering=covering, is_noted=True)
    owed = callbacks.owe(ticket, channel=callbacks.MAIL, name=author, by=by, at=arrived_at)
    if owed:
        journal.write(
            by=by,
            at=at,
            code="desk.callback_owed",
            about=ticket,
            data={"due_at": owed.due_at.isoformat(), "name": owed.name},
        )
    return ticket


@act("desk.note")
def record_machine_mail(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    what: str,
    text: str,
    author: str,
    files: Sequence[Upload] = (),
) -> TicketEvent:
    """Write down what a machine wrote: `automatic`, `bounce` or `list`. Nothing follows from it."""
    held = hold(queries.survivor(ticket), by)
    event = record(
        held,
        EventKind.MACHINE,
        by=by,
        at=at,
        text=text,
        author=author,
        data={"what": what, "from": author},
        internal=True,
        files=files,
    )
    journal.write(by=by, at=at, code="desk.mail_recorded", about=held, data={"event": event.pk, "what": what})
    return event


@act("desk.note")
def record_mail(
    *, by: Actor, at: datetime, ticket: Ticket, text: str, author: str, files: Sequence[Upload] = ()
) -> TicketEvent:
    """Write down what somebody sent who cannot be taken at their word: inside, as a note of theirs."""
    held = hold(queries.survivor(ticket), by)
    said = text.strip() or _("Message sans texte")
    event = record(held, EventKind.NOTE, by=by, at=at, text=said, author=author, internal=True, files=files)
    journal.write(by=by, at=at, code="desk.note_added", about=held, data={"event": event.pk})
    return event


@act("desk.qualify")
def move_message(*, by: Actor, at: datetime, event: TicketEvent, to: Ticket) -> TicketEvent:
    """Put what was received on the ticket it belongs to; the former one says so, and shows it no more.

    A ticket that the message opened is closed. Raises UnknownTicket, NothingChanged, StopwatchRunning.
    """
    source, target = hold(event.ticket, by), hold(to, by)
    if source.pk == target.pk:
        raise NothingChanged(_("Ce message est déjà sur ce ticket."), field="ticket")
    if MovedEvent.objects.filter(event=event).exists():
        raise UnknownTicket(_("Ce message n’est plus sur ce ticket."))
    contact = event.contact if event.contact and event.contact.client_id == target.client_id else None
    taken = receive_reply(
        by=by,
        at=at,
        ticket=target,
        text=event.text or source.title,
        contact=contact,
        author=event.author_name,
        data={**event.data, "moved_from": source.number},
        files=[
            Upload(one.file.name, one.file.content_type, file_store.read(one.file))
            for one in event.attachments.select_related("file")
        ],
    )
    said = _("Message écrit par %(name)s, mis sur le ticket %(to)s") % {
        "name": event.author_name,
        "to": taken.ticket,
    }
    if event.kind == EventKind.OPENED:
        if source.state != TicketState.CLOSED and not _at_work(source):
            close_ticket(by=by, at=at, ticket=source, text=said, leave_tasks=True)
    else:
        MovedEvent.objects.create(
            provider_id=source.provider_id, client_id=source.client_id, event=event, to=taken.ticket, at=at
        )
    record(
        source,
        EventKind.MOVED,
        by=by,
        at=at,
        data={"event": event.pk, "to": taken.ticket.number, "author": event.author_name},
        internal=True,
    )
    journal.write(
        by=by,
        at=at,
        code="desk.message_moved",
        about=source,
        data={"event": event.pk, "to": taken.ticket.number, "new_event": taken.pk},
    )
    return taken


def _at_work(ticket: Ticket) -> bool:
    return ticket.sessions.filter(state__in=(SessionState.RUNNING, SessionState.PAUSED)).exists()
