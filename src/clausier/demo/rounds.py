"""Who is away, who is on call, a night on which someone was called out, and the work that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from clausier.demo.clockwork import Script
from clausier.demo.world import Customer, World
from clausier.desk import facts as desk_facts
from clausier.desk import services as desk
from clausier.desk.models import Ticket
from clausier.directory.models import Skill
from clausier.foundation.actors import Actor, program
from clausier.foundation.clock import PARIS
from clausier.foundation.models import JournalEntry, Person
from clausier.recurring import services as recurring
from clausier.recurring.services import PlanFacts
from clausier.roster import services as roster

WEEKS_BACK = 6
NUMBERS = "06 39 98 {:02d} {:02d}"  # of the range that the regulator keeps for fiction

CHECK = PlanFacts(
    title="Contrôle des sauvegardes",
    description="Lire le journal de la semaine, relancer ce qui a échoué.",
    checklist="Journal lu\nErreurs relancées\nSupport relu sur un autre poste\nCompte rendu au correspondant",
    equipment_class="server",
    rhythm="weeks",
    weekday=0,
    starts_on=datetime(2020, 1, 6, tzinfo=PARIS).date(),
)


def rounds(world: World) -> Iterator[Script]:
    """One script for each thing that goes on beside the tickets."""
    yield _roster(world)
    yield from (_checked(world, number) for number in range(2))
    yield _audit(world)


def _clients(world: World) -> list[Customer]:
    """Those who have someone in the portal, and are clients still."""
    return [one for one in world.customers.values() if one.accounts and one.client.ended_on is None]


def _technicians(world: World) -> list[Actor]:
    gone = {one.key for one in world.plan.staff if one.left_days_ago is not None}
    return [actor for key, actor in world.staff.items() if actor.role == "technician" and key not in gone]


def _roster(world: World) -> Script:
    """Turns from this week on, someone on leave next week, and a call-out in the night before last."""
    at = yield world.day(3, 9)
    people, lead = _technicians(world), world.the("manager")
    monday = (world.now - timedelta(days=world.now.weekday())).date()
    rota = roster.create_rota(
        by=lead,
        at=at,
        name="Nuits et fins de semaine",
        agency=None,
        rhythm="weekly",
        handover_at=time(18),
        from_on=monday - timedelta(weeks=1),
        people=[_person(one) for one in people],
        site_url="",
    )
    for number, one in enumerate(people):
        roster.set_means(by=one, at=at, person=_person(one), by_mail=True, mobile=NUMBERS.format(number, 7))
    roster.settle(by=lead, at=at, assignment="propose", urgent_priority=1)
    _needs(world, lead, at)
    roster.enter_absence(
        by=people[-1],
        at=at,
        person=_person(people[-1]),
        kind="leave",
        from_on=monday + timedelta(weeks=1, days=2),
        until_on=monday + timedelta(weeks=2, days=1),
        note="",
    )
    roster.stand_in(
        by=people[0],
        at=at,
        rota=rota,
        person=_person(people[0]),
        starts_at=datetime.combine(monday + timedelta(days=12), time(8), PARIS),
        ends_at=datetime.combine(monday + timedelta(days=13), time(8), PARIS),
        reason="Échange convenu",
    )
    yield from _night(world)


def _needs(world: World, lead: Actor, at: datetime) -> None:
    """Servers and the network ask for the first skills that the team has."""
    names = list(Skill.objects.filter(provider=world.provider).order_by("pk").values_list("name", flat=True))
    needs = [
        {"skill": name, "equipment_class": kind}
        for name, kind in zip(names, ("server", "network"), strict=False)
    ]
    roster.write_needs(by=lead, at=at, needs=needs)


def _night(world: World) -> Script:
    """A dead server at twenty to eleven: the on-call is called out, and answers in six minutes."""
    at = yield world.day(2, 22, 40)
    customer = _clients(world)[0]
    by = next(iter(customer.accounts.values()))
    cause = desk_facts.usual_cause(customer.client, "server", "incident", at)
    assert cause
    ticket: Ticket = desk.open_ticket(
        by=by,
        at=at,
        client=customer.client,
        title="Plus aucun accès aux dossiers depuis l’entrepôt",
        description="L’équipe de nuit ne peut plus préparer les expéditions de demain.",
        origin="portal",
        nature="incident",
        equipment_class="server",
        impact="site",
        urgency="blocked",
        cause=cause,
        site=customer.sites[0],
    )
    entry = JournalEntry.objects.filter(code="desk.ticket_opened", object_id=ticket.pk).latest("pk")
    called = roster.follow(by=program(world.provider), at=at, entry=entry)
    if called is None:
        return
    summons = called.summonses.select_related("person").get()
    technician = next(one for one in world.staff.values() if one.person == summons.person)
    at = yield at + timedelta(minutes=6)
    roster.answer(by=technician, at=at, call_out=called)
    at = yield at + timedelta(minutes=35)
    desk.reply(
        by=technician,
        at=at,
        ticket=ticket,
        text="Un disque du serveur avait lâché\u202f: il est reparti sur l’autre, tout est revenu.",
    )
    desk.close_ticket(by=technician, at=at, ticket=Ticket.objects.get(pk=ticket.pk))


# Work that comes back


def _checked(world: World, number: int) -> Script:
    """A check each Monday for some weeks, done by someone in turn; the last one is still open."""
    at = yield world.day(7 * WEEKS_BACK, 9)
    customer = _clients(world)[number]
    monday = at.date() - timedelta(days=at.weekday())
    facts = {name: getattr(CHECK, name) for name in PlanFacts.__dataclass_fields__}
    facts |= {"starts_on": monday, "site": customer.sites[0]}
    plan = recurring.create_plan(
        by=world.the("manager"), at=at, client=customer.client, facts=PlanFacts(**facts)
    )
    people = _technicians(world)
    for week in range(WEEKS_BACK + 1):
        at = yield world.phone.opening(datetime.combine(monday + timedelta(weeks=week), time(8), PARIS))
        for ticket in recurring.make_due(by=program(world.provider), at=at, plan=plan):
            if week == WEEKS_BACK:
                return
            technician = people[week % len(people)]
            at = yield world.phone.after(at, 75)
            fresh = Ticket.objects.get(pk=ticket.pk)
            desk.close_ticket(
                by=technician, at=at, ticket=fresh, text="Sauvegardes de la semaine complètes, support relu."
            )


def _audit(world: World) -> Script:
    """A yearly audit to come, and a round of updates every second Tuesday."""
    at = yield world.day(20, 11)
    lead, first = world.the("manager"), _clients(world)[0]
    soon = (world.now + timedelta(days=40)).date()
    recurring.create_plan(
        by=lead,
        at=at,
        client=first.client,
        facts=PlanFacts(
            title="Audit annuel et conseil",
            checklist="Inventaire à jour\nDroits et comptes revus\nCapacités et performances\nRapport remis",
            equipment_class="network",
            rhythm="month-day",
            every=12,
            month_day=soon.day,
            starts_on=soon,
            lead_days=14,
        ),
    )
    recurring.create_plan(
        by=lead,
        at=at,
        client=first.client,
        facts=PlanFacts(
            title="Tournée de mises à jour",
            equipment_class="server",
            rhythm="month-weekday",
            weekday=1,
            week_of_month=2,
            starts_on=at.date(),
            lead_days=1,
            closed_day="skip",
        ),
    )


def _person(actor: Actor) -> Person:
    assert actor.person
    return actor.person
