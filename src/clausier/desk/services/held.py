"""The first and the last lines of every act on a ticket: who may touch it, and moving its state."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clausier.desk import queries
from clausier.desk.errors import InTheFuture, TicketClosed, UnknownTicket
from clausier.desk.models import Appointment, Contestation, Custody, Ticket, WorkSession
from clausier.desk.states import (
    APPOINTMENT_MOVES,
    CONTESTATION_MOVES,
    CUSTODY_MOVES,
    SESSION_MOVES,
    TICKET_MOVES,
    TicketState,
)
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.errors import InvalidInput, OutOfDate
from clausier.foundation.models import Membership, Person
from clausier.foundation.permissions import may


def _to_hold(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    # An act touches few of the rows around a ticket: joining all that pages show would take most of its time.
    narrow = tickets.select_related(None).select_related("contract__book", "client")
    return narrow.defer(None).defer("contract__book__content").select_for_update(of=("self",))


# The staff sees all of its provider's.
_HELD: Final = Compiled(
    lambda: _to_hold(Ticket.objects.filter(provider_id=Given("provider"), pk=Given("ticket")))
)


def hold(ticket: Ticket, by: Actor) -> Ticket:
    """The ticket as it stands now, its row kept for this act: acts on one ticket come one after the other.

    Raises UnknownTicket when `by` does not see it.
    """
    found = None
    if by.may("desk.read") and not by.is_client_side:
        found = _HELD.first(provider=by.provider.pk, ticket=ticket.pk)
    elif by.is_client_side:
        found = _to_hold(queries.tickets_visible_to(by).filter(pk=ticket.pk)).first()
    if found is None:
        raise UnknownTicket(_("Ce ticket n’existe pas, ou vous n’y avez pas accès."))
    found.provider = by.provider
    return found


def hold_open(ticket: Ticket, by: Actor) -> Ticket:
    """As `hold`; raises TicketClosed when the ticket is closed."""
    held = hold(ticket, by)
    if held.state == TicketState.CLOSED:
        raise TicketClosed(
            _("Le ticket %(number)s est clos.") % {"number": held},
            way_out=_("Rouvrez-le d’abord, en disant pourquoi."),
            ticket=held.number,
        )
    return held


def check_staff(person: Person, by: Actor) -> None:
    """Raises InvalidInput naming `assignee` unless the person works tickets for this provider now."""
    member = Membership.objects.working().filter(provider=by.provider, person=person).first()
    if member is None or not may(member.role, "desk.work"):
        raise InvalidInput(_("Cette personne ne traite pas de tickets ici."), field="assignee")


def worker(by: Actor) -> Person:
    """The person at work; the program itself cannot open a session."""
    if by.person is None:
        raise InvalidInput(_("Une séance de travail est celle d’une personne."), field="technician")
    return by.person


def not_later(at: datetime, now: datetime, field: str) -> None:
    """Raises InTheFuture naming `field` when `at` is after `now`."""
    if clock.is_after(at, now):
        raise InTheFuture(
            _("Cet instant n’est pas encore passé : corrigez l’heure."),
            field=field,
            given=at.isoformat(),
        )


def may_still_move(session: WorkSession, to: str) -> None:
    """Raises OutOfDate unless the session stands where its reader saw it and may go to `to` from there.

    For an act that settles everything before it moves the session; the ticket's row must be held.
    """
    standing = WorkSession.objects.filter(pk=session.pk, state=session.state)
    if to not in SESSION_MOVES[session.state] or not standing.exists():
        raise _out_of_date(session.state, to)


def _out_of_date(former: str, to: str) -> OutOfDate:
    return OutOfDate(_("L’état a changé entre-temps : rechargez la page."), former=former, asked=to)


def _move(thing: Any, moves: dict[str, frozenset[str]], former: str, to: str, **changes: Any) -> None:
    """Bring `thing` from `former`, as its reader saw it, to `to`. Raises OutOfDate when it is elsewhere."""
    moved = to in moves[former] and type(thing)._default_manager.filter(pk=thing.pk, state=former).update(
        state=to, **changes
    )
    if not moved:
        raise _out_of_date(former, to)
    thing.state = to
    for name, value in changes.items():
        setattr(thing, name, value)


def move_ticket(ticket: Ticket, to: str, *, former: str | None = None, **changes: Any) -> None:
    """Move a ticket by its table. `former` is the state its reader saw, the present one by default."""
    _move(ticket, TICKET_MOVES, former or ticket.state, to, **changes)


def move_session(session: WorkSession, to: str, **changes: Any) -> None:
    """Move a work session by its table, from the state in which it was read."""
    _move(session, SESSION_MOVES, session.state, to, **changes)


def move_appointment(appointment: Appointment, to: str) -> None:
    """Move an appointment by its table, from the state in which it was read."""
    _move(appointment, APPOINTMENT_MOVES, appointment.state, to)


def move_contestation(contestation: Contestation, to: str, **changes: Any) -> None:
    """Move a contestation by its table, from the state in which it was read."""
    _move(contestation, CONTESTATION_MOVES, contestation.state, to, **changes)


def move_custody(custody: Custody, to: str, **changes: Any) -> None:
    """Move a machine in the workshop by its table, from the state in which it was read."""
    _move(custody, CUSTODY_MOVES, custody.state, to, **changes)
