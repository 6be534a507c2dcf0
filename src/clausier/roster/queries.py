"""Reading the roster: who is away, who is on call now and next, what was called out and who answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from clausier.desk.models import Appointment, Ticket
from clausier.desk.states import AppointmentState, TicketState
from clausier.directory.models import Agency
from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Membership, Person, Provider
from clausier.foundation.permissions import STAFF, may
from clausier.roster import policies
from clausier.roster.models import (
    Absence,
    CallOut,
    Feed,
    Means,
    RosterSettings,
    Rota,
    RotaRhythm,
    Sender,
    SkillNeed,
    Swap,
)
from clausier.roster.policies import Order, Stand, Turn

WORKERS: Final = tuple(role.value for role in STAFF if may(role, "desk.work"))
LOOK_BACK: Final = timedelta(days=90)

SETTLED: Final = Compiled(lambda: RosterSettings.objects.filter(provider_id=Given("provider")))
"""Answered where the provider shares new tickets out, or has a rota."""


def settings_of(provider: Provider) -> RosterSettings:
    """How the provider settled its roster; what it starts with while it has not."""
    return SETTLED.first(provider=provider.pk) or RosterSettings(provider=provider)


# Absences


def absences(actor: Actor) -> QuerySet[Absence]:
    """The absences that stand, the next first."""
    return (
        Absence.objects.filter(provider=actor.provider, cancelled_at=None)
        .select_related("person")
        .order_by("starts_at", "pk")
    )


def absences_from(actor: Actor, at: datetime) -> QuerySet[Absence]:
    """Those that are not over at `at`."""
    return absences(actor).filter(ends_at__gt=at)


def may_read_why(actor: Actor, absence: Absence) -> bool:
    """Whether `actor` reads the kind and the note: one's own, or as who keeps the roster."""
    return actor.may("roster.write") or (actor.person is not None and absence.person_id == actor.person.pk)


def away_at(provider: Provider, at: datetime) -> dict[int, datetime]:
    """Who is absent at that instant, and until when, by the person's id."""
    found = Absence.objects.filter(provider=provider, cancelled_at=None, starts_at__lte=at, ends_at__gt=at)
    return dict(found.values_list("person_id", "ends_at"))


def absence_during(provider: Provider, person_id: int, since: datetime, until: datetime) -> Absence | None:
    """An absence of the person that touches [since, until); None when there is none."""
    return (
        Absence.objects.filter(
            provider=provider, person_id=person_id, cancelled_at=None, starts_at__lt=until, ends_at__gt=since
        )
        .order_by("starts_at")
        .first()
    )


def visits_during(absence: Absence) -> QuerySet[Appointment]:
    """The appointments of the person that fall into the absence."""
    return (
        Appointment.objects.filter(
            provider_id=absence.provider_id,
            technician_id=absence.person_id,
            state=AppointmentState.CONFIRMED,
            starts_at__lt=absence.ends_at,
            ends_at__gt=absence.starts_at,
        )
        .select_related("ticket__client", "site")
        .order_by("starts_at")
    )


def tickets_in_hand(absence: Absence) -> QuerySet[Ticket]:
    """The open tickets of the person, the most urgent first."""
    return (
        Ticket.objects.filter(provider_id=absence.provider_id, assignee_id=absence.person_id)
        .exclude(state=TicketState.CLOSED)
        .select_related("client")
        .order_by("priority", "called_at")
    )


# Skills


def needs(actor: Actor) -> QuerySet[SkillNeed]:
    """Which tickets ask for which skills."""
    return (
        SkillNeed.objects.filter(provider=actor.provider)
        .select_related("skill")
        .order_by("equipment_class", "cause", "skill__name")
    )


def needs_of(ticket: Ticket) -> list[str]:
    """The skills that the ticket asks for, by name."""
    found = SkillNeed.objects.filter(
        provider_id=ticket.provider_id,
        equipment_class__in=("", ticket.equipment_class),
        cause__in=("", ticket.cause),
    )
    return list(found.order_by("skill__name").values_list("skill__name", flat=True).distinct())


# The on-call


def rotas(actor: Actor) -> QuerySet[Rota]:
    """The rotas that turn now, by agency."""
    return (
        Rota.objects.filter(provider=actor.provider, ended_at=None)
        .select_related("agency")
        .prefetch_related("members__person")
        .order_by("agency__name", "pk")
    )


def rota_for(provider: Provider, agency: Agency) -> Rota | None:
    """The rota of the agency, else the one of every agency; None when there is neither."""
    found = Rota.objects.filter(Q(agency=agency) | Q(agency=None), provider=provider, ended_at=None)
    return found.order_by("agency_id").first()  # null comes last


def order_of(rota: Rota) -> Order:
    """The rota as its turns are counted."""
    people = sorted(rota.members.all(), key=lambda one: one.position)
    return Order(
        is_weekly=rota.rhythm == RotaRhythm.WEEKLY,
        handover_at=rota.handover_at,
        from_on=rota.from_on,
        people=tuple(one.person_id for one in people),
    )


def swaps(rota: Rota, since: datetime) -> QuerySet[Swap]:
    """The replacements that stand and are not over at `since`, in the order in which they were made."""
    return rota.swaps.filter(cancelled_at=None, ends_at__gt=since).select_related("person").order_by("pk")


def turns(rota: Rota, since: datetime, until: datetime) -> list[Turn]:
    """Who is on call in [since, until), replacements laid over the order."""
    found = swaps(rota, since).filter(starts_at__lt=until)
    stands = [Stand(one.pk, one.person_id, one.starts_at, one.ends_at) for one in found]
    return policies.turns(order_of(rota), stands, since, until)


def in_charge(rota: Rota, at: datetime) -> Turn | None:
    """Whose turn it is; None before the rota begins."""
    return next(iter(turns(rota, at, at + timedelta(days=8))), None)


def line(rota: Rota, at: datetime) -> list[int]:
    """Whom to call at `at` one after the other: those who left the staff and those who are away left out."""
    turn = in_charge(rota, at)
    if turn is None or turn.starts_at > at:
        return []
    order = order_of(rota)
    staff = set(
        Membership.objects.working()
        .filter(provider_id=rota.provider_id, role__in=WORKERS, person__is_active=True)
        .values_list("person_id", flat=True)
    )
    asked = policies.callable_order(order, turn.person_id, away_at(rota.provider, at), rota.rounds)
    return [one for one in asked if one in staff]


@dataclass(frozen=True, slots=True)
class Standing:
    """A rota as it stands: who is on call, since and until when, and who follows."""

    rota: Rota
    now: Turn | None
    next: Turn | None
    person: Person | None
    follower: Person | None
    away_until: datetime | None


def standings(actor: Actor, at: datetime) -> list[Standing]:
    """Each rota with who is on call and who comes next."""
    away = away_at(actor.provider, at)
    found = []
    for rota in rotas(actor):
        coming = turns(rota, at, at + timedelta(days=40))
        now = coming[0] if coming and coming[0].starts_at <= at else None
        following = next((one for one in coming if one is not now), None)
        people = people_of(one.person_id for one in (now, following) if one)
        person = people.get(now.person_id) if now else None
        found.append(
            Standing(
                rota=rota,
                now=now,
                next=following,
                person=person,
                follower=people.get(following.person_id) if following else None,
                away_until=away.get(now.person_id) if now else None,
            )
        )
    return found


def people_of(ids: Iterable[int]) -> dict[int, Person]:
    """People by their ids."""
    return Person.objects.in_bulk(list(ids))


def workers(actor: Actor) -> QuerySet[Person]:
    """Who works on tickets here, by name: those who may be on call or take over."""
    members = Membership.objects.working().filter(provider=actor.provider, role__in=WORKERS)
    return Person.objects.filter(pk__in=members.values("person"), is_active=True).order_by("full_name")


def staff(actor: Actor) -> QuerySet[Person]:
    """Everyone on the staff, by name."""
    members = Membership.objects.working().filter(provider=actor.provider)
    return Person.objects.filter(pk__in=members.values("person")).order_by("full_name")


# Reaching


def means_of(provider: Provider, person: Person) -> Means:
    """Where the person is reached; by mail alone while nothing was said."""
    return Means.objects.filter(provider=provider, person=person).first() or Means(
        provider=provider, person=person
    )


def means(actor: Actor) -> dict[int, Means]:
    """What was said of each person, by the person's id."""
    return {one.person_id: one for one in Means.objects.filter(provider=actor.provider)}


def senders(actor: Actor) -> dict[str, Sender]:
    """What carries each channel."""
    return {one.channel: one for one in Sender.objects.filter(provider=actor.provider)}


def call_outs(actor: Actor) -> QuerySet[CallOut]:
    """Every call-out, the latest first, with whom it called and how."""
    found = CallOut.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.none()
    return (
        found.select_related("ticket__client", "call", "client", "rota", "answered_by", "ruling")
        .prefetch_related("summonses__person", "summonses__reaches")
        .order_by("-pk")
    )


def call_outs_of(actor: Actor, ticket: Ticket) -> Sequence[CallOut]:
    """The call-outs of a ticket, the latest first."""
    return list(call_outs(actor).filter(ticket=ticket))


# The calendar's secret address


def digest_of(secret: str) -> str:
    """What is kept of a secret address: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_of(secret: str) -> Feed | None:
    """The feed of that secret, unless it was revoked; asked with everything in sight."""
    found = Feed.objects.filter(digest=digest_of(secret), revoked_at=None)
    return found.select_related("provider__book", "person").first()


def own_feed(actor: Actor) -> Feed | None:
    """The reader's own address, if it has one."""
    return Feed.objects.filter(provider=actor.provider, person=actor.person, revoked_at=None).first()
