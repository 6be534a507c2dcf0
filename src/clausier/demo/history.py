"""The last twelve weeks: ordinary tickets opened, worked, answered and closed, one script each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from clausier.demo.cast import ClientPlan
from clausier.demo.clockwork import Piece, Script
from clausier.demo.everyday import UNDER_A_FEE, UNDER_POINTS, Matter
from clausier.demo.world import Customer, World
from clausier.desk import services as desk
from clausier.desk.models import Ticket, Verdict, WorkSession
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person

LONGEST_AGO = 83
LATEST_AGO = 3

ANSWERS = {
    "since": "Depuis ce matin, à l’ouverture.",
    "people": "L’équipe qui partage cet équipement.",
    "shows": "Voyant orange fixe, aucun message.",
    "changed": "Rien à notre connaissance.",
    "access": "Se présenter à l’accueil, quelqu’un accompagne.",
}


def history(world: World, chance: Random) -> Iterator[Script]:
    """As many past tickets for each client as its plan says, drawn by `chance`."""
    for plan in world.plan.clients:
        matters = list(_matters_for(world, plan))
        latest = min(LONGEST_AGO, plan.days_ago - 5)
        for _ in range(plan.volume):
            yield _past_ticket(
                world,
                plan.key,
                chance.choice(matters),
                called_at=_call(world, chance.randint(LATEST_AGO, latest), chance),
                technician=chance.choice(_technicians(world)),
                wait=chance.choice((5, 10, 15, 25, 40, 75, 120)),
                drift=chance.choice((-3, 0, 0, 0, 4, 9, 15)),
            )


def _matters_for(world: World, plan: ClientPlan) -> Iterator[Matter]:
    """What can happen to this client: under a fee, only what its contracts cover."""
    if world.plan.book.startswith("ims"):
        yield from UNDER_POINTS
        return
    covered = {word for contract in plan.contracts for word in contract.covered}
    yield from (one for one in UNDER_A_FEE if not covered or one.equipment_class in covered)


def _technicians(world: World) -> list[Actor]:
    return [actor for actor in world.staff.values() if actor.role == "technician"]


def _call(world: World, days_ago: int, chance: Random) -> datetime:
    """When the phone rang: some open minute of that day."""
    opening = world.phone.morning(days_ago, 8, 0)
    return world.phone.after(opening, chance.randint(4, 380))


def _past_ticket(
    world: World,
    key: str,
    matter: Matter,
    *,
    called_at: datetime,
    technician: Actor,
    wait: int,
    drift: int,
) -> Script:
    at = yield called_at
    customer = world.customers[key]
    ticket = desk.open_ticket(
        by=world.the("dispatcher"),
        at=at,
        client=customer.client,
        title=matter.title,
        description=matter.says,
        origin="phone",
        nature=matter.nature,
        equipment_class=matter.equipment_class,
        equipment_label=matter.label,
        impact=matter.impact,
        urgency=matter.urgency,
        cause=matter.cause,
        caller=customer.caller,
        site=customer.sites[0],
        called_at=at,
        assignee=technician.person,
    )
    at = yield world.phone.after(at, wait)
    if ticket.verdict == Verdict.EXCLUDED:
        yield from quoted(ticket, technician, world)
    else:
        yield from settled(world, customer, ticket, matter, technician, max(5, matter.minutes + drift))


def quoted(ticket: Ticket, technician: Actor, world: World) -> Script:
    """What the contract excludes is answered with a quote, and closed."""
    at = yield world.phone.after(ticket.called_at, 90)
    desk.reply(
        by=technician,
        at=at,
        ticket=ticket,
        text="Cette prestation n’est pas comprise : un devis part aujourd’hui, sans engagement.",
    )
    at = yield world.phone.after(at, 60)
    ticket.refresh_from_db()
    desk.close_ticket(by=technician, at=at, ticket=ticket, text="Devis envoyé.")


def settled(
    world: World, customer: Customer, ticket: Ticket, matter: Matter, technician: Actor, minutes: int
) -> Script:
    """The work, what the client reads of it, and the closing."""
    at = yield world.phone.after(ticket.called_at, 5)
    if matter.mode == "onsite":
        at = yield from appointed(world, customer, ticket, technician, start=world.onsite.after(at, 90))
    session = yield from worked(ticket, technician, matter, minutes, at)
    stopped_at = session.stopped_at
    if stopped_at is None:
        raise ValueError("a session logged by hand has an end")
    at = yield stopped_at + timedelta(minutes=2)
    desk.validate_work(by=technician, at=at, session=session)
    desk.reply(by=technician, at=at, ticket=ticket, text=matter.answer)
    at = yield world.phone.after(at, 20)
    ticket.refresh_from_db()
    desk.close_ticket(by=technician, at=at, ticket=ticket)


def appointed(
    world: World, customer: Customer, ticket: Ticket, technician: Actor, *, start: datetime
) -> Piece[datetime]:
    """Remote was not enough: questions answered, a time agreed; goes on when the technician is there."""
    at = yield world.phone.after(ticket.called_at, 15)
    desk.climb(by=technician, at=at, ticket=ticket, step="remote", reason="Non résolu au téléphone")
    at = yield at + timedelta(minutes=10)
    if asks_prediagnosis(world):
        desk.answer_prediagnosis(by=technician, at=at, ticket=ticket, answers=ANSWERS)
    desk.climb(by=technician, at=at, ticket=ticket, step="onsite", reason="Il faut voir l’équipement")
    starts_at = max(start, at + timedelta(minutes=15))
    desk.set_appointment(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        technician=at_work(technician),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        site=customer.sites[0],
    )
    arrived_at = yield starts_at
    return arrived_at


def worked(
    ticket: Ticket, technician: Actor, matter: Matter, minutes: int, started_at: datetime
) -> Piece[WorkSession]:
    """The session, written down when it is over."""
    ended_at = yield started_at + timedelta(minutes=minutes)
    session = desk.log_work(
        by=technician,
        at=ended_at,
        ticket=ticket,
        mode=matter.mode,
        started_at=started_at,
        ended_at=ended_at,
        entries=[{"domain": matter.domain, "minutes": minutes, "text": matter.work}],
    )
    return session


def asks_prediagnosis(world: World) -> bool:
    """Whether the provider's terms want the five answers before an appointment."""
    return world.plan.book.startswith("imri")


def at_work(technician: Actor) -> Person:
    """The person behind a technician's role."""
    if technician.person is None:
        raise ValueError("a technician is a person")
    return technician.person
