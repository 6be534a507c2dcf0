"""Appointments: when a technician comes, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, ClientRef, Given, Id, Instant, Number, Ref, Shape, Text
from clausier.api.tickets import reading
from clausier.desk import queries, services
from clausier.desk.models import Appointment
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput

routes = Router()
WIDEST = timedelta(days=400)


class AppointmentOut(Shape):
    """An appointment."""

    id: int
    ticket: int
    client: ClientRef
    technician: Ref | None
    site: Ref | None
    starts_at: At
    ends_at: At
    state: str
    asked_by_client: bool

    @classmethod
    def of(cls, one: Appointment) -> AppointmentOut:
        client = one.ticket.client
        return cls(
            id=one.pk,
            ticket=one.ticket.number,
            client=ClientRef(number=client.number, name=client.name),
            technician=Ref(id=one.technician.pk, name=one.technician.full_name) if one.technician else None,
            site=Ref(id=one.site.pk, name=one.site.name) if one.site else None,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            state=one.state,
            asked_by_client=one.asked_by_client,
        )


class AppointmentsAsked(Asked):
    """Those that touch [since, before), the coming week when left out."""

    since: Instant | None = None
    before: Instant | None = None


class AppointmentGiven(Given):
    """When, who, where."""

    technician: Id
    starts_at: Instant
    ends_at: Instant
    site: Id | None = None
    asked_by_client: bool = False
    asked_by: Id | None = Field(None, description=gettext_noop("Un contact ; l’appelant si rien n’est dit."))
    reason: str = Field("", max_length=500)


class Cancellation(Given):
    """Why, if it is said."""

    reason: Text = ""


@reads(
    routes,
    "/appointments",
    "desk.read",
    answers=Page[AppointmentOut],
    summary=gettext_noop("Lister les rendez-vous"),
)
def list_appointments(request: ApiRequest, asked: Query[AppointmentsAsked]) -> Page[AppointmentOut]:
    since = asked.since or clock.now()
    before = asked.before or since + timedelta(days=7)
    if not since < before <= since + WIDEST:
        raise InvalidInput(_("La fin vient après le début, dans l’année."), field="before")

    def shown(rows: Sequence[Appointment]) -> list[AppointmentOut]:
        return [AppointmentOut.of(row) for row in rows]

    return page(queries.appointments(request.actor, since, before), asked, shown, newest_first=False)


@writes(
    routes,
    "POST",
    "/tickets/{number}/appointments",
    "desk.schedule",
    answers=AppointmentOut,
    status=201,
    summary=gettext_noop("Fixer un rendez-vous"),
    about=gettext_noop(
        "Celui qui tenait est remplacé ; une date plus tardive demandée par le client suspend la promesse."
    ),
)
def set_appointment(request: ApiRequest, number: Path[Number], body: AppointmentGiven) -> AppointmentOut:
    ticket = reading.ticket_of(request, number)
    technician = reading.person_named(request.actor, body.technician, "technician")
    assert technician is not None
    parties = [party for party in (ticket.client, ticket.beneficiary) if party]
    appointment = services.set_appointment(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        technician=technician,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        site=reading.site_named(parties, body.site),
        asked_by_client=body.asked_by_client,
        asked_by=reading.contact_named(parties, body.asked_by, "asked_by"),
        reason=body.reason,
    )
    return AppointmentOut.of(appointment)


@writes(
    routes,
    "POST",
    "/appointments/{id}/cancellation",
    "desk.schedule",
    answers=AppointmentOut,
    summary=gettext_noop("Annuler un rendez-vous"),
)
def cancel_appointment(request: ApiRequest, id: Path[Id], body: Cancellation) -> AppointmentOut:
    seen = queries.tickets_visible_to(request.actor).order_by().values("pk")
    found = Appointment.objects.select_related("ticket__client", "site", "technician").get(
        pk=id, ticket__in=seen
    )
    cancelled = services.cancel_appointment(
        by=request.actor, at=clock.now(), appointment=found, reason=body.reason
    )
    return AppointmentOut.of(cancelled)
