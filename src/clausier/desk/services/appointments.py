"""Appointments on site: after the pre-diagnosis, and what a later date asked by the client does (VI.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.desk import facts, policies, queries
from clausier.desk.errors import PrediagnosisIncomplete
from clausier.desk.models import Appointment, EventKind, Ticket, TicketEvent
from clausier.desk.services import promises
from clausier.desk.services.held import check_staff, hold, hold_open, move_appointment, move_ticket
from clausier.desk.states import AppointmentState, TicketState
from clausier.desk.timeline import record
from clausier.directory.models import Contact, Site
from clausier.foundation import clock, journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.terms.book import Book

LONGEST_REASON: Final = 500


@act("desk.schedule")
def set_appointment(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    technician: Person,
    starts_at: datetime,
    ends_at: datetime,
    site: Site | None = None,
    asked_by_client: bool = False,
    asked_by: Contact | None = None,
    reason: str = "",
) -> Appointment:
    """Fix when a technician comes, and where; an appointment that stood before is replaced.

    A later date than the promise's, when the client asks for it, is an agreed postponement: the promise is
    suspended until then, and the timeline keeps who asked (`asked_by`, the caller by default), why, and how
    the promise stood before and stands after. Raises PrediagnosisIncomplete where the book asks for a
    pre-diagnosis, InvalidInput naming `starts_at`, `ends_at`, `site`, `assignee`, `asked_by` or `reason`.
    """
    held = hold_open(ticket, by)
    asker = _asker(held, asked_by) if asked_by_client else None
    if len(reason.strip()) > LONGEST_REASON:
        raise InvalidInput(_("Ce texte fait plus de 500 signes."), field="reason")
    place = site or held.site
    _check(held, starts_at, ends_at, place, at)
    check_staff(technician, by)
    _must_be_diagnosed(held)
    former = queries.active_appointment(held)
    if former is not None:
        move_appointment(former, AppointmentState.CANCELLED)
        promises.resume(held, by=by, at=at)
    promises.take_up(held, by=by, at=at)
    before = promises.as_it_stands(held)
    appointment = Appointment.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        ticket=held,
        site=place,
        technician=technician,
        starts_at=starts_at,
        ends_at=ends_at,
        state=AppointmentState.CONFIRMED,
        asked_by_client=asked_by_client,
    )
    if held.state != TicketState.SCHEDULED:
        move_ticket(held, TicketState.SCHEDULED)
    postponed = asked_by_client and promises.postpone(held, starts_at, by=by, at=at)
    data = _said(appointment) | {
        "step": "set",
        "postponed": postponed,
        "former": former.starts_at.isoformat() if former else None,
        "asked_by": asker.full_name if asker else "",
        "reason": reason.strip(),
        "promise_before": before,
        "promise_after": promises.as_it_stands(held),
    }
    ruling = promises.ruling_of(held) if postponed else None
    event = record(held, EventKind.APPOINTMENT, by=by, at=at, text=reason.strip(), data=data, ruling=ruling)
    journal.write(
        by=by, at=at, code="desk.appointment_set", about=appointment, data={**data, "event": event.pk}
    )
    return appointment


def _asker(ticket: Ticket, asked_by: Contact | None) -> Contact | None:
    """Who asked for the date. Raises InvalidInput naming `asked_by`."""
    if asked_by is not None and asked_by.client_id not in (ticket.client_id, ticket.beneficiary_id):
        raise InvalidInput(_("Cette personne n’est pas de ce client."), field="asked_by")
    return asked_by or ticket.caller


def _check(ticket: Ticket, starts_at: datetime, ends_at: datetime, site: Site | None, at: datetime) -> None:
    if not clock.is_after(ends_at, starts_at):
        raise InvalidInput(_("La fin du rendez-vous précède son début."), field="ends_at")
    if clock.is_after(at, starts_at):
        raise InvalidInput(_("Ce rendez-vous serait déjà passé."), field="starts_at")
    if site is not None and site.client_id not in (ticket.client_id, ticket.beneficiary_id):
        raise InvalidInput(_("Ce site n’est pas de ce client."), field="site")


def _must_be_diagnosed(ticket: Ticket) -> None:
    """Raises PrediagnosisIncomplete when the book asks for answers that the ticket lacks."""
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    questions = policies.questions_of(book, policies.day_of(ticket.called_at))
    missing = policies.unanswered(questions, ticket.prediagnosis)
    if missing:
        says = ngettext(
            "Pas de rendez-vous sans pré-diagnostic. Il manque %(missing)d réponse sur %(asked)d.",
            "Pas de rendez-vous sans pré-diagnostic. Il manque %(missing)d réponses sur %(asked)d.",
            len(missing),
        )
        raise PrediagnosisIncomplete(
            says % {"missing": len(missing), "asked": len(questions)},
            clause=_clause(book, "prediagnosis.required"),
            way_out=_("Complétez le pré-diagnostic avec le client."),
            missing=missing,
            asked=len(questions),
        )


def _clause(book: Book, term: str) -> tuple[str, str] | None:
    clause = book.timeline(term)[-1].clause
    return (book.name, clause) if clause else None


@act("desk.schedule")
def cancel_appointment(*, by: Actor, at: datetime, appointment: Appointment, reason: str = "") -> Appointment:
    """Cancel an appointment; a promise that it had suspended runs again. Raises OutOfDate."""
    held = hold(appointment.ticket, by)
    event = drop(appointment, held, reason=reason.strip(), by=by, at=at)
    if held.state == TicketState.SCHEDULED:
        move_ticket(held, TicketState.OPEN)
    journal.write(
        by=by,
        at=at,
        code="desk.appointment_cancelled",
        about=appointment,
        data={**event.data, "reason": reason, "event": event.pk},
    )
    return appointment


def drop(appointment: Appointment, ticket: Ticket, *, reason: str, by: Actor, at: datetime) -> TicketEvent:
    """Cancel the appointment inside another act and say so on the timeline."""
    move_appointment(appointment, AppointmentState.CANCELLED)
    promises.resume(ticket, by=by, at=at)
    data = _said(appointment) | {"step": "cancelled"}
    return record(ticket, EventKind.APPOINTMENT, by=by, at=at, text=reason, data=data)


def keep(ticket: Ticket) -> None:
    """The technician is on site: the appointment that stood is kept."""
    appointment = queries.active_appointment(ticket)
    if appointment is not None:
        move_appointment(appointment, AppointmentState.KEPT)


def _said(appointment: Appointment) -> dict[str, Any]:
    return {
        "appointment": appointment.pk,
        "technician": appointment.technician.full_name if appointment.technician else "",
        "site": str(appointment.site) if appointment.site else "",
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "asked_by_client": appointment.asked_by_client,
    }
