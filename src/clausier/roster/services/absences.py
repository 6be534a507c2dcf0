"""Absences: entered by oneself or by who keeps the roster, taken back, and the work that is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.desk import services as desk
from clausier.desk.models import Ticket
from clausier.foundation import journal, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.roster import policies, queries
from clausier.roster.errors import AlreadyAbsent, UnknownAbsence
from clausier.roster.models import Absence, AbsenceKind

LONGEST = 400  # days


@act("roster.absent")
def enter_absence(
    *,
    by: Actor,
    at: datetime,
    person: Person,
    kind: str,
    from_on: date,
    until_on: date,
    from_noon: bool = False,
    until_noon: bool = False,
    note: str = "",
) -> Absence:
    """Note that someone is away from `from_on` to `until_on`, both included, by half days.

    One's own absence, or with `roster.write` anyone's. Raises InvalidInput naming the field, NotAllowed,
    AlreadyAbsent where another absence of the person overlaps.
    """
    _check_person(person, by)
    if kind not in AbsenceKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    starts_at, ends_at = policies.span_of(from_on, from_noon, until_on, until_noon)
    if ends_at <= starts_at:
        raise InvalidInput(_("La fin de l’absence précède son début."), field="until_on")
    if (until_on - from_on).days > LONGEST:
        raise InvalidInput(_("Une absence dure 400 jours au plus."), field="until_on")
    absence = Absence(
        provider=by.provider,
        person=person,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        note=note.strip()[:200],
        entered_at=at,
        entered_by=by.name,
    )
    try:
        with transaction.atomic():
            absence.save()
    except IntegrityError:
        _refuse_second(by, person, starts_at, ends_at)
    journal.write(by=by, at=at, code="roster.absence_entered", about=absence, data=_said(absence))
    return absence


def _check_person(person: Person, by: Actor) -> None:
    if not queries.staff(by).filter(pk=person.pk).exists():
        raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field="person")
    if by.person is None or person.pk != by.person.pk:
        by.must("roster.write")


def _refuse_second(by: Actor, person: Person, starts_at: datetime, ends_at: datetime) -> None:
    other = queries.absence_during(by.provider, person.pk, starts_at, ends_at)
    until = wording.instant(other.ends_at.astimezone(PARIS), "fr") if other else ""
    raise AlreadyAbsent(
        _("%(name)s a déjà une absence jusqu’au %(until)s.") % {"name": person.full_name, "until": until}
        if other
        else _("%(name)s a déjà une absence à ces dates.") % {"name": person.full_name},
        field="from_on",
        way_out=_("Annulez l’autre d’abord, ou choisissez d’autres dates."),
    )


def _said(absence: Absence) -> dict[str, str]:
    """What the journal keeps: not the kind, which may be a matter of health."""
    return {
        "person": absence.person.full_name,
        "starts_at": absence.starts_at.isoformat(),
        "ends_at": absence.ends_at.isoformat(),
    }


@act("roster.absent")
def cancel_absence(*, by: Actor, at: datetime, absence: Absence) -> Absence:
    """The person is there after all. Raises UnknownAbsence, also for one taken back before; NotAllowed."""
    held = Absence.objects.filter(pk=absence.pk, provider=by.provider, cancelled_at=None)
    found = held.select_for_update(of=("self",)).select_related("person").first()
    if found is None:
        raise UnknownAbsence(_("Cette absence n’existe pas ici, ou elle est déjà annulée."))
    if by.person is None or found.person_id != by.person.pk:
        by.must("roster.write")
    found.cancelled_at = at
    found.save(update_fields=["cancelled_at"])
    journal.write(by=by, at=at, code="roster.absence_cancelled", about=found, data=_said(found))
    return found


@act("desk.assign")
def hand_over(*, by: Actor, at: datetime, absence: Absence, person: Person, tickets: Sequence[Ticket]) -> int:
    """Give open tickets of who is away to someone else; how many. Raises InvalidInput naming `person`."""
    if person.pk == absence.person_id:
        raise InvalidInput(_("Choisissez quelqu’un d’autre que la personne absente."), field="person")
    if queries.away_at(by.provider, at).get(person.pk):
        raise InvalidInput(
            _("%(name)s est absent en ce moment.") % {"name": person.full_name}, field="person"
        )
    numbers = []
    for ticket in queries.tickets_in_hand(absence).filter(pk__in=[one.pk for one in tickets]):
        desk.assign(by=by, at=at, ticket=ticket, person=person)
        numbers.append(ticket.number)
    if not numbers:
        raise InvalidInput(_("Choisissez au moins un ticket."), field="tickets")
    data = {"from": absence.person.full_name, "to": person.full_name, "tickets": numbers}
    journal.write(by=by, at=at, code="roster.handed_over", about=absence, data=data)
    return len(numbers)
