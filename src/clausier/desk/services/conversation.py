"""What is said on a ticket: replies, notes, calls, and what the client answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.desk import policies, queries
from clausier.desk.models import EventKind, Origin, PhoneCall, PromiseKind, Ticket, TicketEvent
from clausier.desk.services import callbacks, collision, notices, phone
from clausier.desk.services.held import hold
from clausier.desk.services.promises import meet
from clausier.desk.services.tickets import NewTicket, create, reopen
from clausier.desk.timeline import Upload, record
from clausier.directory.models import Contact
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

Files = Sequence[Upload | tuple[str, str, bytes]]
DIRECTIONS = ("in", "out")


def written(text: str) -> str:
    """The text without its outer blanks. Raises InvalidInput naming `text` when nothing is left."""
    if not text.strip():
        raise InvalidInput(_("Écrivez quelque chose d’abord."), field="text")
    return text.strip()


@act("desk.reply")
def reply(
    *, by: Actor, at: datetime, ticket: Ticket, text: str, files: Files = (), seen: int | None = None
) -> TicketEvent:
    """Write to the client; the first answer meets the provider's own target.

    `seen` is the last entry that the writer had read: where others wrote since, NewerMessage is raised and
    nothing leaves. On the client's side it is the client's reply: see `receive_reply`.
    """
    held = hold(queries.survivor(ticket), by)
    if by.is_client_side:
        author = _contact_of(by)
        return _received(held, by=by, at=at, text=text, contact=author, origin=Origin.PORTAL, files=files)
    collision.must_have_read(held, by, seen)
    event = record(held, EventKind.MESSAGE, by=by, at=at, text=written(text), files=files)
    meet(held, PromiseKind.TARGET, how="answered", by=by, at=at)
    journal.write(by=by, at=at, code="desk.reply_sent", about=held, data={"event": event.pk})
    return event


@act("desk.note")
def add_note(*, by: Actor, at: datetime, ticket: Ticket, text: str, files: Files = ()) -> TicketEvent:
    """Write what the client does not see."""
    held = hold(queries.survivor(ticket), by)
    event = record(held, EventKind.NOTE, by=by, at=at, text=written(text), files=files, internal=True)
    journal.write(by=by, at=at, code="desk.note_added", about=held, data={"event": event.pk})
    return event


@act("desk.note")
def log_call(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    text: str,
    direction: str,
    contact: Contact | None = None,
    call: PhoneCall | None = None,
) -> TicketEvent:
    """Log a phone call about the ticket, `in` or `out`; calling the client is an answer too (ims 6.3).

    `call` is the one that the telephone system told of. Raises InvalidInput naming `direction`,
    `text` or `contact`.
    """
    held = hold(queries.survivor(ticket), by)
    if direction not in DIRECTIONS:
        raise InvalidInput(_("Dites si l’appel est reçu ou émis."), field="direction")
    _check_contact(held, contact)
    event = record(
        held,
        EventKind.CALL,
        by=by,
        at=at,
        text=written(text),
        contact=contact if direction == "in" else None,
        data={
            "direction": direction,
            "contact": contact.pk if contact else None,
            "contact_name": contact.full_name if contact else "",
        },
    )
    phone.keep_call(held, by=by, at=at, is_outgoing=direction == "out", contact=contact, call=call)
    if direction == "out":
        callbacks.settle(held, by=by, at=at)
        notices.settle(held, by=by, at=at)
        meet(held, PromiseKind.TARGET, how="answered", by=by, at=at)
    journal.write(
        by=by, at=at, code="desk.call_logged", about=held, data={"event": event.pk, "direction": direction}
    )
    return event


@act("desk.reply")
def receive_reply(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    text: str,
    contact: Contact | None = None,
    origin: str = Origin.MAIL,
    author: str = "",
    data: dict[str, Any] | None = None,
    files: Files = (),
) -> TicketEvent:
    """Take in a reply of the client, by the channel `origin`. `event.ticket` is where it stands.

    `author` names a sender who is no contact; `data` is kept with the event. On a closed ticket it reopens it
    for the provider's number of days; later it opens one that continues it.
    """
    held = hold(queries.survivor(ticket), by)
    person = _contact_of(by) if by.is_client_side else contact
    return _received(
        held,
        by=by,
        at=at,
        text=text,
        contact=person,
        origin=origin,
        author=author,
        data=data,
        files=files,
    )


def _received(
    held: Ticket,
    *,
    by: Actor,
    at: datetime,
    text: str,
    contact: Contact | None,
    origin: str,
    files: Files,
    author: str = "",
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    _check_contact(held, contact)
    said = written(text)
    closed_at = held.closed_at
    if closed_at and not policies.reopens(closed_at, at, by.provider.reopening_days):
        return _continued(held, by=by, at=at, text=said, contact=contact, origin=origin, files=files)
    event = record(
        held,
        EventKind.MESSAGE,
        by=by,
        at=at,
        text=said,
        contact=contact,
        author=author,
        data=data,
        files=files,
    )
    if closed_at:
        # A reply that came before the closing but was read after it reopens all the same.
        reopen(held, by=by, at=max(at, closed_at), reason=_("Réponse du client"))
    journal.write(
        by=by,
        at=at,
        code="desk.reply_received",
        about=held,
        data={"event": event.pk, "origin": origin, "reopened": closed_at is not None},
    )
    return event


def _continued(
    held: Ticket,
    *,
    by: Actor,
    at: datetime,
    text: str,
    contact: Contact | None,
    origin: str,
    files: Files,
) -> TicketEvent:
    """The ticket that a reply opens when the closed one is too old to reopen."""
    new = create(
        NewTicket(
            client=held.client,
            title=held.title,
            description=text,
            origin=origin,
            nature=held.nature,
            equipment_class=held.equipment_class,
            equipment_label=held.equipment_label,
            impact=held.impact,
            urgency=held.urgency,
            cause=held.cause,
            caller=contact or held.caller,
            site=held.site,
            beneficiary=held.beneficiary,
            called_at=at,
            continues=held,
        ),
        by=by,
        at=at,
        files=files,
    )
    journal.write(
        by=by,
        at=at,
        code="desk.reply_received",
        about=new,
        data={"continues": held.number, "opened": new.number},
    )
    return new.events.get(kind=EventKind.OPENED)


def _contact_of(by: Actor) -> Contact | None:
    return Contact.objects.filter(pk=by.contact_id).first() if by.contact_id else None


def _check_contact(ticket: Ticket, contact: Contact | None) -> None:
    """Someone of the client who pays, or of the one the work is for."""
    if contact is not None and contact.client_id not in (ticket.client_id, ticket.beneficiary_id):
        raise InvalidInput(_("Cette personne n’est pas de ce client."), field="contact")
