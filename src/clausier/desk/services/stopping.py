"""Stopping an intervention on one of the book's grounds, and what becomes of its promise (imri VIII, IX)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.desk import policies, queries
from clausier.desk.errors import NothingChanged, ReasonNeeded
from clausier.desk.models import EventKind, StoppedIntervention, Ticket, WorkSession
from clausier.desk.services import allowed, appointments, promises, work
from clausier.desk.services.held import hold_open, move_ticket
from clausier.desk.states import SessionState, TicketState
from clausier.desk.timeline import record
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.terms.book import Book
from clausier.terms.entries import Duty

REASONS: Final = "limits.abort-reasons"
WAITS: Final = {"accident": "promise.suspension.force-majeure"}
"""Which ground of the book lets the promise wait; where nothing else is said, that of no access."""
NO_ACCESS: Final = "promise.suspension.no-access"
LONGEST: Final = 2000


def reasons_of(ticket: Ticket) -> list[Mapping[str, Any]]:
    """The grounds that the ticket's terms list, as {key, label}; none where they list none."""
    book = allowed.book_of(ticket)
    if not book.has(REASONS):
        return []
    found: list[Mapping[str, Any]] = list(book.read(REASONS, policies.day_of(ticket.called_at)).value)
    return found


def duties_of(ticket: Ticket) -> list[Duty]:
    """What the client had to do before or during the work, by the ticket's terms (imri IX; ims 6.5, 8)."""
    book = allowed.book_of(ticket)
    return [
        one
        for one in book.duties
        if one.by == "client" and one.extra.get("kind") == "duty" and one.when in ("before-work", "always")
    ]


@act("desk.work")
def stop_intervention(
    *, by: Actor, at: datetime, ticket: Ticket, reason: str = "", note: str, duty: str = ""
) -> StoppedIntervention:
    """Stop an intervention, saying on which ground, and which duty of the client was not met if one was.

    The visit that stood is over, one's own stopwatch stops and waits for validation. The promise waits where
    a clause lets it; it runs again with the next appointment or the next work. Raises ReasonNeeded naming
    `note`, InvalidInput naming `reason` or `duty`, NothingChanged where no intervention is under way.
    """
    held = hold_open(ticket, by)
    ground, unmet = _checked(held, reason, note, duty)
    own = _own_session(held, by)
    visit = queries.active_appointment(held)
    if own is None and visit is None and held.state != TicketState.IN_PROGRESS:
        raise NothingChanged(_("Aucune intervention n’est en cours ni prévue sur ce ticket."))
    label = dict(ground["label"]) if ground else {"fr": "", "en": ""}
    if own is not None:
        work.finish(own, held, [{"text": note.strip()}], by=by, at=at)
    if visit is not None:
        appointments.drop(visit, held, reason=label["fr"] or note.strip()[:200], by=by, at=at)
    if held.state != TicketState.OPEN:
        move_ticket(held, TicketState.OPEN)
    waits = promises.hold_up(held, _ground(allowed.book_of(held), reason), by=by, at=at)
    data = {
        "reason": reason,
        "label": label,
        "duty": {"fr": unmet.says.fr, "en": unmet.says.en, "clause": unmet.clause} if unmet else None,
        "promise_waits": waits,
        "visit": visit.starts_at.isoformat() if visit else None,
        "session": own.pk if own else None,
    }
    event = record(held, EventKind.STOPPED, by=by, at=at, text=note.strip(), data=data)
    stopped = StoppedIntervention.objects.create(
        provider=by.provider,
        client=held.client,
        ticket=held,
        event=event,
        reason=reason,
        label_fr=label["fr"][:200],
        label_en=label["en"][:200],
        note=note.strip(),
        duty=duty,
        duty_fr=unmet.says.fr[:300] if unmet else "",
        duty_en=unmet.says.en[:300] if unmet else "",
        duty_clause=unmet.clause if unmet else "",
        promise_waits=waits,
        at=at,
        person=by.person,
    )
    journal.write(
        by=by, at=at, code="desk.intervention_stopped", about=held, data={**data, "event": event.pk}
    )
    return stopped


def _checked(
    ticket: Ticket, reason: str, note: str, duty: str
) -> tuple[Mapping[str, Any] | None, Duty | None]:
    listed = reasons_of(ticket)
    ground = next((one for one in listed if one["key"] == reason), None)
    if ground is None and (listed or reason):
        raise InvalidInput(_("Choisissez le motif parmi ceux de vos conditions."), field="reason")
    if not note.strip():
        raise ReasonNeeded(_("Dites ce qui s’est passé : le client le lit."), field="note")
    if len(note.strip()) > LONGEST:
        raise InvalidInput(_("Ce texte fait plus de 2 000 signes."), field="note")
    unmet = next((one for one in duties_of(ticket) if one.extra.get("key") == duty), None)
    if duty and unmet is None:
        raise InvalidInput(_("Choisissez un devoir parmi ceux de ses conditions."), field="duty")
    return ground, unmet


def _own_session(ticket: Ticket, by: Actor) -> WorkSession | None:
    if by.person is None:
        return None
    states = (SessionState.RUNNING, SessionState.PAUSED)
    return ticket.sessions.filter(technician=by.person, state__in=states).first()


def _ground(book: Book, reason: str) -> str:
    """The term that lets the promise wait; "" where the book has none for that reason."""
    term = WAITS.get(reason, NO_ACCESS)
    return term if reason and book.has(term) else ""
