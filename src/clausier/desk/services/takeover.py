"""Tickets that were open in the tool left behind: taken over with their call, given back after an error."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.desk.errors import TakenUpSince
from clausier.desk.models import EventKind, PromiseKind, Ticket
from clausier.desk.services import promises
from clausier.desk.services.held import hold, move_ticket, not_later
from clausier.desk.services.tickets import NewTicket, create
from clausier.desk.states import TICKET_MOVES, TicketState
from clausier.desk.timeline import record
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

TAKEN_OVER = "taken_over"  # marks the note that ends the taking over


@act("desk.qualify")
def take_over_ticket(
    *,
    by: Actor,
    at: datetime,
    new: NewTicket,
    former_number: str = "",
    history: str = "",
    state: str = TicketState.OPEN,
    answered_at: datetime | None = None,
    onsite_at: datetime | None = None,
) -> Ticket:
    """A ticket that another tool held open: its clocks count from the call, as if it had come in here.

    `history` is what was said there, kept as an internal note. `answered_at` and `onsite_at` are when the
    first answer was given and when someone came: they meet the clocks then. Raises what `open_ticket` raises,
    InvalidInput naming `state`, InTheFuture.
    """
    if state not in {TicketState.OPEN, *TICKET_MOVES[TicketState.OPEN]} - {TicketState.CLOSED}:
        raise InvalidInput(_("On reprend des tickets ouverts : laissez les clos où ils sont."), field="state")
    for field, moment in (("answered_at", answered_at), ("onsite_at", onsite_at)):
        if moment is not None:
            not_later(moment, at, field)
            if moment < new.called_at:
                raise InvalidInput(_("C’est avant l’appel lui-même."), field=field)
    ticket = create(new, by=by, at=at)
    if answered_at is not None:
        promises.meet(ticket, PromiseKind.TARGET, how="answered", by=by, at=answered_at)
    if onsite_at is not None:
        promises.meet(ticket, PromiseKind.PROMISE, how="onsite", by=by, at=onsite_at)
    # Last, so that whatever comes after it happened here.
    record(
        ticket,
        EventKind.NOTE,
        by=by,
        at=at,
        internal=True,
        data={TAKEN_OVER: former_number},
        text="\n\n".join(part for part in (_came_from(former_number), history.strip()) if part),
    )
    if state != TicketState.OPEN:
        move_ticket(ticket, state, former=TicketState.OPEN)
    journal.write(
        by=by,
        at=at,
        code="desk.ticket_taken_over",
        about=ticket,
        data={
            "title": ticket.title,
            "called_at": ticket.called_at.isoformat(),
            "former_number": former_number,
            "state": state,
            "verdict": ticket.verdict,
            "priority": ticket.priority,
        },
    )
    return ticket


def _came_from(former_number: str) -> str:
    if not former_number:
        return _("Repris de l’outil précédent.")
    return _("Repris de l’outil précédent, où il portait le numéro %(number)s.") % {"number": former_number}


@act("desk.qualify")
def give_back_ticket(*, by: Actor, at: datetime, ticket: Ticket) -> Ticket:
    """Close a ticket that was taken over by mistake: what was promised on it is lifted, not met.

    A ticket is never erased. Raises TakenUpSince when anything happened on it since.
    """
    held = hold(ticket, by)
    if worked_on(held):
        raise TakenUpSince(
            _("Le ticket %(number)s a vécu depuis sa reprise.") % {"number": held}, ticket=held.number
        )
    for kind in PromiseKind.values:
        promises.lift(held, kind, reason=_("reprise annulée"), by=by, at=at)
    move_ticket(held, TicketState.CLOSED, closed_at=at)
    record(held, EventKind.CLOSED, by=by, at=at, text=_("Reprise annulée : l’import a été défait."))
    journal.write(by=by, at=at, code="desk.ticket_given_back", about=held)
    return held


def worked_on(ticket: Ticket) -> bool:
    """Whether anything happened on a ticket after it was taken over."""
    note = ticket.events.filter(data__has_key=TAKEN_OVER).order_by("pk").first()
    return note is None or ticket.events.filter(pk__gt=note.pk).exists() or ticket.sessions.exists()
