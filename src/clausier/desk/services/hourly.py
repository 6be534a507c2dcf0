"""Work by the hour (ims 7.1.1): what a validated session costs without a contract, and taking it back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from clausier.desk import facts, policies
from clausier.desk.models import HourlyItem, Ticket, WorkSession
from clausier.directory.models import Grade
from clausier.foundation import rulings
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput

TENTH = Decimal("0.1")
FARTHEST = Decimal(5000)  # kilometres there and back: beyond, it is a slip of the keyboard


def charge(
    session: WorkSession,
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    grade: str = "",
    zone: int | None = None,
    km: Decimal | None = None,
) -> HourlyItem | None:
    """Keep what the session costs by the hour, ready for an invoice; the act around it writes the journal.

    None where the terms have no rate by the hour. What is not said is the technician's grade and the site's
    zone. Raises InvalidInput naming `grade`,
    `zone` or `km`.
    """
    on = policies.day_of(session.started_at)
    terms = facts.terms_for(ticket.provider, ticket.contract, ticket.agency, on)
    if not terms.book.has(facts.HOURLY_RATES):
        return None
    asked = facts.hourly_facts(session.technician, ticket, session.mode, grade=grade, zone=zone, km=km)
    check(asked)
    minutes = sum(session.entries.values_list("minutes", flat=True))
    outcome = facts.fee_of(ticket, asked, minutes, session.started_at)
    ruling = rulings.keep(
        outcome,
        provider=ticket.provider,
        book=terms.installed,
        about=session,
        at=at,
        client_id=ticket.client_id,
    )
    return HourlyItem.objects.create(
        provider_id=ticket.provider_id,
        client_id=ticket.client_id,
        ticket=ticket,
        session=session,
        worked_on=policies.day_of(session.started_at),
        at=at,
        grade=asked.grade,
        minutes=minutes,
        zone=asked.zone,
        km=asked.km,
        amount=Decimal(str(outcome.value)),
        ruling=ruling,
        by_name=by.name,
    )


def take_back(session: WorkSession, *, by: Actor, at: datetime) -> HourlyItem | None:
    """The counter-item of what the session cost; None where it cost nothing by the hour."""
    item = HourlyItem.objects.filter(session=session, corrects=None).first()
    if item is None:
        return None
    return HourlyItem.objects.create(
        provider_id=item.provider_id,
        client_id=item.client_id,
        ticket_id=item.ticket_id,
        session=session,
        corrects=item,
        worked_on=item.worked_on,
        at=at,
        grade=item.grade,
        minutes=item.minutes,
        zone=item.zone,
        km=item.km,
        amount=-item.amount,
        ruling=item.ruling,
        by_name=by.name,
    )


def check(asked: facts.Hourly) -> None:
    """Raises InvalidInput naming `grade`, `zone` or `km`."""
    if asked.grade not in Grade.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="grade")
    if asked.zone < 1:
        raise InvalidInput(_("Les zones de déplacement commencent à 1."), field="zone")
    if not 0 <= asked.km <= FARTHEST or asked.km != asked.km.quantize(TENTH):
        raise InvalidInput(
            _("Indiquez les kilomètres, aller et retour, au dixième : de 0 à 5 000."), field="km"
        )
    if asked.is_charged and not asked.km:
        raise InvalidInput(
            _("La zone %(zone)d n’est pas comprise : indiquez les kilomètres, aller et retour.")
            % {"zone": asked.zone},
            field="km",
        )
