"""The turns of the on-call: made, changed, ended; who stands in for whom; the calendar's secret address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.directory.models import Agency
from clausier.foundation import clock, journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.roster import queries
from clausier.roster.errors import UnknownFeed, UnknownRota, UnknownSwap
from clausier.roster.models import Feed, RosterSettings, Rota, RotaMember, RotaRhythm, Swap

LONGEST_WAIT = 240  # minutes before the next person is called
MOST_ROUNDS = 5
MOST_PEOPLE = 30
LONGEST_STAND = timedelta(days=62)


@act("roster.write")
def create_rota(
    *,
    by: Actor,
    at: datetime,
    name: str,
    agency: Agency | None,
    rhythm: str,
    handover_at: time,
    from_on: date,
    people: Sequence[Person],
    escalate_minutes: int = 15,
    rounds: int = 2,
    site_url: str = "",
) -> Rota:
    """Turns for an agency, or for all that have none of their own; `people` in the order of their turns.

    `site_url` is where the links of the messages will lead. Raises InvalidInput naming the field.
    """
    rota = Rota(provider=by.provider)
    _fill(rota, by, name, agency, rhythm, handover_at, from_on, escalate_minutes, rounds)
    _check_people(by, people)
    try:
        with transaction.atomic():
            rota.save()
    except IntegrityError:
        raise InvalidInput(_("Cette agence a déjà des tours d’astreinte."), field="agency") from None
    _place(rota, people)
    kept, _made = RosterSettings.objects.get_or_create(provider=by.provider)
    if site_url and kept.site_url != site_url:
        kept.site_url = site_url
        kept.save(update_fields=["site_url"])
    journal.write(by=by, at=at, code="roster.rota_created", about=rota, data=_said(rota, people))
    return rota


@act("roster.write")
def change_rota(
    *,
    by: Actor,
    at: datetime,
    rota: Rota,
    name: str,
    agency: Agency | None,
    rhythm: str,
    handover_at: time,
    from_on: date,
    people: Sequence[Person],
    escalate_minutes: int = 15,
    rounds: int = 2,
) -> Rota:
    """Other people, another order or rhythm, counted from `from_on`. Raises UnknownRota, InvalidInput."""
    held = _hold(rota, by)
    _fill(held, by, name, agency, rhythm, handover_at, from_on, escalate_minutes, rounds)
    _check_people(by, people)
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError:
        raise InvalidInput(_("Cette agence a déjà des tours d’astreinte."), field="agency") from None
    held.members.all().delete()
    _place(held, people)
    journal.write(by=by, at=at, code="roster.rota_changed", about=held, data=_said(held, people))
    return held


@act("roster.write")
def end_rota(*, by: Actor, at: datetime, rota: Rota) -> Rota:
    """Nobody is on call by these turns any more. Raises UnknownRota."""
    held = _hold(rota, by)
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    journal.write(by=by, at=at, code="roster.rota_ended", about=held)
    return held


def _hold(rota: Rota, by: Actor) -> Rota:
    found = Rota.objects.select_for_update().filter(pk=rota.pk, provider=by.provider, ended_at=None).first()
    if found is None:
        raise UnknownRota(_("Ces tours d’astreinte n’existent pas ici, ou ils sont arrêtés."))
    return found


def _fill(
    rota: Rota,
    by: Actor,
    name: str,
    agency: Agency | None,
    rhythm: str,
    handover_at: time,
    from_on: date,
    escalate_minutes: int,
    rounds: int,
) -> None:
    """Raises InvalidInput for the first field at fault."""
    if not name.strip():
        raise InvalidInput(_("Donnez un nom à ces tours."), field="name")
    if agency is not None and agency.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez une agence dans la liste."), field="agency")
    if rhythm not in RotaRhythm.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="rhythm")
    if not 1 <= escalate_minutes <= LONGEST_WAIT:
        raise InvalidInput(_("Le délai va de 1 à 240 minutes."), field="escalate_minutes")
    if not 1 <= rounds <= MOST_ROUNDS:
        raise InvalidInput(_("La liste se parcourt de 1 à 5 fois."), field="rounds")
    rota.name, rota.agency, rota.rhythm = name.strip()[:80], agency, rhythm
    rota.handover_at, rota.from_on = handover_at, from_on
    rota.escalate_minutes, rota.rounds = escalate_minutes, rounds


def _check_people(by: Actor, people: Sequence[Person]) -> None:
    if not people:
        raise InvalidInput(_("Choisissez au moins une personne."), field="people")
    if len(people) > MOST_PEOPLE:
        raise InvalidInput(_("Trente personnes au plus tournent ensemble."), field="people")
    ids = [one.pk for one in people]
    if len(set(ids)) != len(ids):
        raise InvalidInput(_("Une personne ne tourne qu’une fois dans la liste."), field="people")
    if queries.workers(by).filter(pk__in=ids).count() != len(ids):
        raise InvalidInput(
            _("Choisissez des personnes de l’équipe qui traitent des tickets."), field="people"
        )


def _place(rota: Rota, people: Sequence[Person]) -> None:
    RotaMember.objects.bulk_create(
        RotaMember(provider_id=rota.provider_id, rota=rota, person=person, position=position)
        for position, person in enumerate(people)
    )


def _said(rota: Rota, people: Sequence[Person]) -> dict[str, Any]:
    return {
        "agency": rota.agency.name if rota.agency else None,
        "rhythm": rota.rhythm,
        "handover_at": rota.handover_at.isoformat("minutes"),
        "from_on": rota.from_on.isoformat(),
        "people": [one.full_name for one in people],
        "escalate_minutes": rota.escalate_minutes,
        "rounds": rota.rounds,
    }


# Standing in


@act("roster.answer")
def stand_in(
    *,
    by: Actor,
    at: datetime,
    rota: Rota,
    person: Person,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
) -> Swap:
    """Have someone on call instead of whoever's turn it is: oneself, or with `roster.write` anyone.

    Raises UnknownRota, NotAllowed, InvalidInput naming `person`, `starts_at` or `ends_at`.
    """
    held = _hold(rota, by)
    if by.person is None or person.pk != by.person.pk:
        by.must("roster.write")
    if not queries.workers(by).filter(pk=person.pk).exists():
        raise InvalidInput(_("Cette personne ne traite pas de tickets ici."), field="person")
    if not clock.is_after(ends_at, starts_at):
        raise InvalidInput(_("La fin du remplacement précède son début."), field="ends_at")
    if clock.is_after(at, ends_at):
        raise InvalidInput(_("Ce remplacement serait déjà passé."), field="ends_at")
    if ends_at - starts_at > LONGEST_STAND:
        raise InvalidInput(_("Un remplacement dure deux mois au plus."), field="ends_at")
    if absent := queries.absence_during(by.provider, person.pk, starts_at, ends_at):
        raise InvalidInput(
            _("%(name)s est absent à ces dates.") % {"name": absent.person.full_name}, field="person"
        )
    swap = Swap.objects.create(
        provider=by.provider,
        rota=held,
        person=person,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:200],
        made_at=at,
        made_by=by.name,
    )
    journal.write(by=by, at=at, code="roster.stood_in", about=held, data=_stood(swap))
    return swap


@act("roster.answer")
def stand_down(*, by: Actor, at: datetime, swap: Swap) -> Swap:
    """The turn goes back to whose it was. Raises UnknownSwap, NotAllowed."""
    found = Swap.objects.select_for_update(of=("self",)).select_related("rota", "person")
    held = found.filter(pk=swap.pk, provider=by.provider, cancelled_at=None).first()
    if held is None:
        raise UnknownSwap(_("Ce remplacement n’existe pas ici, ou il est déjà annulé."))
    if by.person is None or held.person_id != by.person.pk:
        by.must("roster.write")
    held.cancelled_at = at
    held.save(update_fields=["cancelled_at"])
    journal.write(by=by, at=at, code="roster.stood_down", about=held.rota, data=_stood(held))
    return held


def _stood(swap: Swap) -> dict[str, str]:
    return {
        "person": swap.person.full_name,
        "starts_at": swap.starts_at.isoformat(),
        "ends_at": swap.ends_at.isoformat(),
        "reason": swap.reason,
    }


# The calendar's secret address


class NewFeed(NamedTuple):
    """A feed and the secret end of its address, which exists nowhere else."""

    feed: Feed
    secret: str


@act("roster.read")
def make_feed(*, by: Actor, at: datetime) -> NewFeed:
    """An address at which one's calendar reads the on-call; the one before shows nothing any more."""
    if by.person is None:
        raise InvalidInput(_("Une adresse d’agenda est celle d’une personne."), field="person")
    Feed.objects.filter(provider=by.provider, person=by.person, revoked_at=None).update(revoked_at=at)
    secret = secrets.token_hex(32)
    feed = Feed.objects.create(
        provider=by.provider, person=by.person, digest=queries.digest_of(secret), made_at=at
    )
    journal.write(by=by, at=at, code="roster.feed_made", about=feed)
    return NewFeed(feed, secret)


@act("roster.read")
def revoke_feed(*, by: Actor, at: datetime) -> None:
    """One's address shows nothing from now on. Raises UnknownFeed where there is none."""
    feed = Feed.objects.filter(provider=by.provider, person=by.person, revoked_at=None).first()
    if feed is None:
        raise UnknownFeed(_("Vous n’avez pas d’adresse d’agenda."))
    feed.revoked_at = at
    feed.save(update_fields=["revoked_at"])
    journal.write(by=by, at=at, code="roster.feed_revoked", about=feed)
