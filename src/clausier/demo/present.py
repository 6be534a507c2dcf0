"""What the tickets of the moment have in common: how they are opened, and what is done on most of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clausier.demo.clockwork import Piece
from clausier.demo.stepping import agreed
from clausier.demo.world import World
from clausier.desk import services as desk
from clausier.desk.models import Ticket

SERVER = 4 * 60  # open minutes that imri/2013 promises a server or network outage
WORKSTATION = 8 * 60

QUESTIONS = ("since", "people", "shows", "changed", "access")


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket of the moment, as the operator typed it. `caller` and `assignee` are keys of the plans."""

    client: str
    title: str
    says: str
    equipment_class: str
    cause: str
    impact: str
    urgency: str
    caller: str = ""
    site: int = 0
    assignee: str = ""
    label: str = ""
    nature: str = "incident"
    origin: str = "phone"


def opened(world: World, case: Case, called_at: datetime) -> Piece[Ticket]:
    """The call, taken by the dispatcher as it comes in."""
    at = yield called_at
    customer = world.customers[case.client]
    ticket: Ticket = desk.open_ticket(
        by=world.the("dispatcher"),
        at=at,
        client=customer.client,
        title=case.title,
        description=case.says,
        origin=case.origin,
        nature=case.nature,
        equipment_class=case.equipment_class,
        equipment_label=case.label,
        impact=case.impact,
        urgency=case.urgency,
        cause=case.cause,
        caller=customer.people[case.caller] if case.caller else customer.caller,
        site=customer.sites[case.site],
        called_at=at,
        assignee=world.person(case.assignee) if case.assignee else None,
    )
    return ticket


def minutes_later(world: World, at: datetime, minutes: int) -> datetime:
    """Some minutes after `at`, but never past the moment of loading."""
    return min(at + timedelta(minutes=minutes), world.now)


def prepared(
    world: World, ticket: Ticket, key: str, answers: Sequence[str], reasons: tuple[str, str]
) -> Piece[datetime]:
    """Phone and remote were not enough: both steps climbed with their reasons, the questions answered.

    `answers` follow the order of the book's questions; give fewer to leave some open. Hands back the instant.
    """
    at = yield minutes_later(world, ticket.called_at, 6)
    desk.climb(
        by=world.staff[key], at=at, ticket=ticket, step="remote", reason=reasons[0], agreement=agreed(ticket)
    )
    at = yield minutes_later(world, at, 9)
    if answers:
        desk.answer_prediagnosis(
            by=world.staff[key], at=at, ticket=ticket, answers=dict(zip(QUESTIONS, answers, strict=False))
        )
    if len(answers) == len(QUESTIONS):
        desk.climb(
            by=world.staff[key],
            at=at,
            ticket=ticket,
            step="onsite",
            reason=reasons[1],
            agreement=agreed(ticket),
        )
    return at


def booked(
    world: World,
    ticket: Ticket,
    key: str,
    starts_at: datetime,
    *,
    minutes: int = 90,
    site: int = 0,
    client: str,
    asked_by_client: bool = False,
    at: datetime,
) -> None:
    """An appointment of the technician `key`."""
    desk.set_appointment(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        technician=world.person(key),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        site=world.customers[client].sites[site],
        asked_by_client=asked_by_client,
    )
