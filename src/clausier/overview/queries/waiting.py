"""What awaits this person: what only they, or their role, will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum

from clausier.desk import cases
from clausier.desk import queries as desk
from clausier.desk.models import (
    Callback,
    EventKind,
    Notice,
    SupplierCase,
    Ticket,
    TicketEvent,
    TicketTask,
    Verdict,
    WorkSession,
)
from clausier.desk.states import SessionState, TicketState
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.permissions import Role
from clausier.overview.queries.standing import Standing

What = Literal["stopwatch", "call-back", "tell", "assign", "answer", "supplier", "cover", "validate", "task"]
LEADS = frozenset({Role.OWNER, Role.MANAGER, Role.DISPATCHER})
MOST = 20  # callbacks, and tasks, shown at once
UNSETTLED = (Verdict.FOLLOW_UP, Verdict.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do on a ticket; `session` is that of a stopwatch or of work to validate."""

    what: What
    ticket: Ticket
    standing: Standing | None = None
    session: WorkSession | None = None
    callback: Callback | None = None
    notice: Notice | None = None
    task: TicketTask | None = None
    case: SupplierCase | None = None


def waiting_for(actor: Actor, standings: Iterable[Standing]) -> list[Waiting]:
    """What awaits `actor`, the stopwatch that runs first; nothing for those who only read."""
    if actor.person is None or not actor.may("desk.work"):
        return []
    by_ticket = {one.ticket.pk: one for one in standings}
    return [
        *_stopwatch(actor),
        *_to_call_back(actor),
        *_to_tell(actor),
        *_to_do(actor),
        *_to_hand_out(actor, by_ticket.values()),
        *_to_answer(actor, by_ticket),
        *_to_tend(actor, clock.today()),
        *_to_validate(actor),
    ]


def leads(actor: Actor) -> bool:
    """Whether the desk as a whole is theirs, and not only their own tickets."""
    return actor.role in LEADS


def _stopwatch(actor: Actor) -> Iterator[Waiting]:
    session = desk.running_session(actor.person) if actor.person else None
    if session and session.provider_id == actor.provider.pk:
        yield Waiting("stopwatch", session.ticket, session=session)


def _to_call_back(actor: Actor) -> Iterator[Waiting]:
    """Whom the terms have us call back, the most pressing first: on one's own tickets, or on nobody's."""
    own = Q(ticket__assignee=actor.person) | Q(ticket__assignee=None)
    due = (
        Callback.objects.filter(own, provider=actor.provider, done_at=None, ticket__isnull=False)
        .exclude(ticket__state=TicketState.CLOSED)
        .select_related("ticket__client")
        .order_by("due_at", "pk")
    )
    yield from (Waiting("call-back", one.ticket, callback=one) for one in due[:MOST] if one.ticket)


def _to_tell(actor: Actor) -> Iterator[Waiting]:
    """Whom to call about a step (ims 6.3b): on one's own tickets or on nobody's, the oldest first."""
    own = Q(ticket__assignee=actor.person) | Q(ticket__assignee=None)
    due = desk.notices(actor, waiting=True).filter(own).order_by("made_at", "pk")
    yield from (Waiting("tell", one.ticket, notice=one) for one in due[:MOST])


def _to_do(actor: Actor) -> Iterator[Waiting]:
    """One's tasks on open tickets, the first due first."""
    yield from (Waiting("task", one.ticket, task=one) for one in desk.tasks_for(actor)[:MOST])


def _to_hand_out(actor: Actor, standings: Iterable[Standing]) -> Iterator[Waiting]:
    """Tickets in nobody's hands, for those who hand them out.

    Where the terms leave the work out, whether to do it comes before who does it.
    """
    if leads(actor):
        for one in standings:
            if one.ticket.assignee_id is None:
                yield Waiting("cover" if one.ticket.verdict in UNSETTLED else "assign", one.ticket, one)


def _to_answer(actor: Actor, by_ticket: dict[int, Standing]) -> Iterator[Waiting]:
    """Tickets on which the client spoke last, in one's own hands or, for a lead, in nobody's."""
    last = (
        TicketEvent.objects.filter(
            ticket=OuterRef("pk"), kind__in=(EventKind.MESSAGE, EventKind.CALL), moved=None
        )
        .order_by("-at", "-pk")
        .values("pk")[:1]
    )
    # What a stranger wrote by mail has no contact, and nobody of the staff wrote it.
    theirs = Q(contact__isnull=False) | Q(person=None)
    own = Q(assignee=actor.person) | (Q(assignee=None) if leads(actor) else Q(pk__in=[]))
    found = (
        Ticket.objects.filter(own, pk__in=list(by_ticket))
        .annotate(spoke_last=Subquery(last))
        .filter(Exists(TicketEvent.objects.filter(theirs, pk=OuterRef("spoke_last"))))
        .values_list("pk", flat=True)
    )
    chosen = set(found)
    yield from (Waiting("answer", one.ticket, one) for pk, one in by_ticket.items() if pk in chosen)


def _to_tend(actor: Actor, today: date) -> Iterator[Waiting]:
    """Cases at suppliers to send, to read the answer of, to chase: on one's own tickets, or on nobody's."""
    own = Q(ticket__assignee=actor.person) | (Q(ticket__assignee=None) if leads(actor) else Q(pk__in=[]))
    found = cases.to_tend(actor, today).filter(own)
    yield from (Waiting("supplier", one.ticket, case=one) for one in found[:MOST])


def _to_validate(actor: Actor) -> Iterator[Waiting]:
    """Stopped sessions: one's own, and everybody's for a lead."""
    sessions = (
        WorkSession.objects.filter(provider=actor.provider, state=SessionState.STOPPED)
        .select_related("ticket__client", "technician")
        .annotate(minutes=Sum("entries__minutes"))
        .order_by(F("stopped_at").asc(nulls_last=True))
    )
    if not leads(actor):
        sessions = sessions.filter(technician=actor.person)
    yield from (Waiting("validate", session.ticket, session=session) for session in sessions)
