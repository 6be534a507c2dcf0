"""Someone leaves the staff: access ends, and what they had in hand goes to somebody."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.desk import queries
from clausier.desk.errors import WorkInHand
from clausier.desk.models import Appointment
from clausier.desk.services.held import check_staff, hold
from clausier.desk.services.tickets import assign
from clausier.desk.services.work import pause_work
from clausier.desk.states import AppointmentState, SessionState
from clausier.foundation import journal
from clausier.foundation import services as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Membership, Person


@act("people.write")
def leave_staff(
    *, by: Actor, at: datetime, membership: Membership, successor: Person | None = None
) -> Membership:
    """End someone's role and sessions, and hand their open tickets and coming visits to `successor`.

    A stopwatch of theirs is paused: what was worked stays in their name and waits for validation. Raises
    WorkInHand when there is something to hand over and nobody is named, InvalidInput naming `successor`,
    LastOwner.
    """
    leaving = membership.person
    tickets = list(queries.open_tickets(by).filter(assignee=leaving))
    visits = list(queries.coming_visits(by, leaving))
    if successor is not None:
        _check_successor(successor, leaving, by)
    elif tickets or visits:
        raise WorkInHand(
            _("Il reste du travail en cours confié à %(name)s.") % {"name": leaving.full_name},
            field="successor",
            way_out=_("Nommez la personne qui le reprend."),
            tickets=len(tickets),
            visits=len(visits),
        )
    ended = foundation.end_membership(by=by, at=at, membership=membership)
    _pause_stopwatches(by, at, leaving)
    for ticket in tickets:
        assign(by=by, at=at, ticket=ticket, person=successor)
    for visit in visits:
        _take_over(visit, successor, by=by)
    journal.write(
        by=by,
        at=at,
        code="desk.work_handed_over",
        about=ended,
        data={
            "person": leaving.pk,
            "successor": successor.pk if successor else None,
            "tickets": [ticket.pk for ticket in tickets],
            "visits": [visit.pk for visit in visits],
        },
    )
    return ended


def _check_successor(successor: Person, leaving: Person, by: Actor) -> None:
    if successor.pk == leaving.pk:
        raise InvalidInput(_("Nommez quelqu’un d’autre que la personne qui part."), field="successor")
    try:
        check_staff(successor, by)
    except InvalidInput as refused:
        raise InvalidInput(refused.says, field="successor") from None


def _pause_stopwatches(by: Actor, at: datetime, leaving: Person) -> None:
    running = queries.unfinished_sessions(by, leaving).filter(state=SessionState.RUNNING)
    for session in running:
        pause_work(by=by, at=at, session=session)


def _take_over(visit: Appointment, successor: Person | None, *, by: Actor) -> None:
    """The date stands: it was agreed with the client; only who comes changes."""
    hold(visit.ticket, by)
    standing = Appointment.objects.filter(pk=visit.pk, state=AppointmentState.CONFIRMED)
    standing.update(technician=successor)
