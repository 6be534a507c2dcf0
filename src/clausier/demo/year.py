"""The last twelve months: ordinary tickets opened, worked, answered and closed, one script each.

How a ticket goes is drawn beforehand (`Course`); what is drawn is then lived through the acts of the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from clausier.demo import cast
from clausier.demo.cast import ClientPlan, Matter
from clausier.demo.clockwork import Piece, Script
from clausier.demo.present import SERVER, WORKSTATION
from clausier.demo.stepping import agreed
from clausier.demo.world import Customer, World
from clausier.desk import services as desk
from clausier.desk.models import Ticket, Verdict, WorkSession
from clausier.desk.services.conversation import Files
from clausier.desk.states import TicketState
from clausier.directory.models import Site
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person

LONGEST_AGO = 364
LATEST_AGO = 4
EVENTFUL_AGO = 14  # days: what takes turns is over by the day of loading
HANDS_OVER = 10  # days before leaving, during which nobody takes on anything new

# How much of an ordinary day's calls a month, a day of the week, an hour brings.
MONTHS = {5: 0.8, 7: 0.8, 8: 0.45, 9: 1.15, 12: 0.8}
WEEKDAYS = (1.0, 0.85, 0.75, 0.8, 0.7, 0.03, 0.03)
BUSIEST = 1.15
GROWTH = 1.5  # more than 1: there were fewer calls at the beginning of the year than there are now
PHONE_HOURS = {9: 8, 10: 7, 11: 5, 12: 1, 13: 2, 14: 7, 15: 5, 16: 5, 17: 3}
WRITTEN_HOURS = {7: 3, 8: 5, 9: 6, 11: 4, 12: 3, 14: 5, 16: 5, 18: 4, 20: 3, 22: 1}

TURNS = {
    "late": 0.08,
    "noted": 0.25,
    "called": 0.12,
    "answered": 0.25,
    "pictured": 0.12,
    "reopened": 0.06,
    "corrected": 0.08,
    "decided": 0.03,
    "closed by the client": 0.4,
    "postponed": 0.2,
}
"""What may happen on a ticket besides the ordinary, and how often."""

ANSWERS = {
    "since": "Depuis ce matin, à l’ouverture.",
    "people": "L’équipe qui partage cet équipement.",
    "shows": "Voyant orange fixe, aucun message.",
    "changed": "Rien à notre connaissance.",
    "access": "Se présenter à l’accueil, quelqu’un accompagne.",
}
THANKS = (
    "Merci, tout est revenu.",
    "C’est bon de notre côté. Merci pour la rapidité.",
    "Parfait, j’ai prévenu mes collègues.",
    "Essayé à deux postes\u202f: cela fonctionne.",
)
COME_BACK = (
    "Cela a recommencé ce matin, au même endroit.",
    "Pas tout à fait\u202f: le même message est revenu deux fois.",
)
NOTES = (
    "Déjà vu sur ce site\u202f: commencer par le commutateur de l’étage.",
    "Le matériel a plus de quatre ans, à proposer au renouvellement.",
    "Ne pas intervenir avant midi, ils bouclent la paie.",
    "Mot de passe local dans le coffre, pas dans le ticket.",
    "Garantie constructeur vérifiée\u202f: encore onze mois.",
)
DETAILS = (
    "Voici ce que l’on voit à l’écran.",
    "Je vous joins une photo.",
)
PICTURES = ("panneau-imprimante.png", "baie-reseau.png", "message-erreur.png")
FILES = Path(__file__).parent / "files"


@dataclass(frozen=True, slots=True)
class Course:
    """How one ticket goes: who calls when and by which channel, who takes it, how fast, what else happens.

    `wait` are open minutes before anyone works on it.
    """

    client: str
    matter: Matter
    title: str
    called_at: datetime
    origin: str
    caller: str
    technician: str
    minutes: int
    wait: int
    turns: frozenset[str]
    said: int  # which of the sentences


def year(world: World, chance: Random, *, share: float, large: bool) -> Iterator[Script]:
    """As many tickets for each client as its plan says, drawn by `chance`; `share` of them, one at least."""
    days = Random(chance.random())  # noqa: S311 (days fall otherwise each time; what happens on them does not)
    for plan in world.plan.clients:
        volume = plan.large_volume if large and plan.large_volume else max(1, round(plan.volume * share))
        matters = list(_matters_for(world, plan))
        for _ in range(volume):
            yield told(world, _course(world, plan, matters, chance, days))


def _matters_for(world: World, plan: ClientPlan) -> Iterator[Matter]:
    """What can happen to this client: under a fee, only what its contracts cover."""
    family = world.plan.book.partition("/")[0]
    covered = {word for contract in plan.contracts for word in contract.covered}
    yield from (one for one in cast.matters(family) if not covered or one.equipment_class in covered)


def _course(world: World, plan: ClientPlan, matters: list[Matter], chance: Random, days: Random) -> Course:
    earliest = min(LONGEST_AGO, plan.days_ago - 5, *(one.days_ago - 1 for one in plan.contracts))
    latest = max(LATEST_AGO, plan.ended_days_ago + EVENTFUL_AGO)
    matter = chance.choice(matters)
    with_access = [one.key for one in plan.contacts if one.account in ("it-correspondent", "user")]
    origins = {"phone": 60, "mail": 22, "portal": 30 if with_access else 0, "visit": 3}
    origin = chance.choices(list(origins), list(origins.values()))[0]
    days_ago, called_at = _call(world, origin, earliest, latest, days)
    people = (
        with_access if origin == "portal" else [one.key for one in plan.contacts if _was_there(one, days_ago)]
    )
    turns = frozenset(turn for turn, often in TURNS.items() if chance.random() < often)
    return Course(
        client=plan.key,
        matter=matter,
        title=matter.title.replace("{place}", chance.choice(cast.places())),
        called_at=called_at,
        origin=origin,
        caller=chance.choice(people),
        technician=_technician(world, plan, matter, days_ago, chance),
        minutes=max(5, round(matter.minutes * chance.choice((0.6, 0.8, 1, 1, 1, 1.2, 1.5)))),
        wait=chance.choice((4, 7, 12, 18, 25, 40, 65, 100)),
        turns=turns if days_ago > EVENTFUL_AGO else frozenset(),
        said=chance.randrange(1000),
    )


def _was_there(one: cast.ContactPlan, days_ago: int) -> bool:
    return one.left_days_ago is None or one.left_days_ago < days_ago


def _technician(world: World, plan: ClientPlan, matter: Matter, days_ago: int, chance: Random) -> str:
    """Mostly someone of the client's agency; whoever left takes on nothing in their last days."""
    there = [
        one
        for one in world.plan.staff
        if one.role == "technician" and (one.left_days_ago or -HANDS_OVER) + HANDS_OVER < days_ago
    ]
    weights = [4 if one.agency == plan.agency else 1 for one in there]
    return chance.choices(there, weights)[0].key


def _call(world: World, origin: str, earliest: int, latest: int, chance: Random) -> tuple[int, datetime]:
    """How many days ago the call came, and when: by phone while it is answered, in writing at any time."""
    hours = PHONE_HOURS if origin in ("phone", "visit") else WRITTEN_HOURS
    while True:
        days_ago = latest + int((max(latest, earliest) - latest) * chance.random() ** GROWTH)
        on = (world.now - timedelta(days=days_ago)).date()
        if chance.random() * BUSIEST < MONTHS.get(on.month, 1.0) * WEEKDAYS[on.weekday()]:
            break
    hour = chance.choices(list(hours), list(hours.values()))[0]
    at = datetime(on.year, on.month, on.day, hour, chance.randrange(60), tzinfo=PARIS)
    if hours is PHONE_HOURS:
        at = world.phone.after(world.phone.opening(at), chance.randrange(25))
    return days_ago, at


# One ticket


def told(world: World, course: Course) -> Script:
    """A ticket from the call to its closing, and what came after."""
    ticket = yield from _opened(world, course)
    technician = world.staff[course.technician]
    if ticket.verdict == Verdict.EXCLUDED:
        yield from _quoted(world, course, ticket, technician)
        return
    at = yield from _begun(world, course, ticket, technician)
    session = yield from _worked(world, course, ticket, technician, at)
    at = yield _end_of(session) + timedelta(minutes=2)
    desk.validate_work(by=technician, at=at, session=session)
    desk.reply(by=technician, at=at, ticket=ticket, text=course.matter.answer)
    if "answered" in course.turns:
        at = yield world.phone.after(at, 9)
        _client_says(world, course, ticket, THANKS[course.said % len(THANKS)], at)
    at = yield world.phone.after(at, 20)
    _close(world, course, ticket, at)
    if "reopened" in course.turns:
        yield from _come_back(world, course, ticket, technician)
    if "corrected" in course.turns:
        yield from _corrected(world, session)


def _opened(world: World, course: Course) -> Piece[Ticket]:
    """By phone as it rings, by mail when it is read, by the portal when it is sent."""
    at = yield course.called_at
    if course.origin == "mail":
        at = yield world.phone.after(world.phone.opening(at), 6)
    by_client = course.origin == "portal"
    customer, technician, matter = (
        world.customers[course.client],
        world.staff[course.technician],
        course.matter,
    )
    ticket = desk.open_ticket(
        by=customer.accounts[course.caller] if by_client else world.the("dispatcher"),
        at=at,
        client=customer.client,
        title=course.title,
        description=matter.says,
        origin=course.origin,
        nature=matter.nature,
        equipment_class=matter.equipment_class,
        equipment_label=matter.label,
        impact=matter.impact,
        urgency=matter.urgency,
        cause=matter.cause,
        caller=customer.people[course.caller],
        site=_site(customer, course),
        called_at=course.called_at,
        assignee=None if by_client else person(technician),
        files=_pictures(course) if by_client else (),
    )
    if by_client:
        at = yield world.phone.after(world.phone.opening(at), 8)
        desk.assign(by=world.the("dispatcher"), at=at, ticket=ticket, person=person(technician))
    return ticket


def _site(customer: Customer, course: Course) -> Site:
    of_caller = next(one.site for one in customer.plan.contacts if one.key == course.caller)
    return customer.sites[of_caller]


def _pictures(course: Course) -> Files:
    if "pictured" not in course.turns:
        return ()
    name = PICTURES[course.said % len(PICTURES)]
    return [(name, "image/png", (FILES / name).read_bytes())]


def _quoted(world: World, course: Course, ticket: Ticket, technician: Actor) -> Script:
    """What the contract excludes is answered with a quote, and closed."""
    at = yield world.phone.after(max(course.called_at, ticket.opened_at), 90)
    desk.reply(
        by=technician,
        at=at,
        ticket=ticket,
        text="Cette prestation n’est pas comprise\u202f: un devis part aujourd’hui, sans engagement.",
    )
    at = yield world.phone.after(at, 60)
    ticket.refresh_from_db()
    desk.close_ticket(by=technician, at=at, ticket=ticket, text="Devis envoyé.")


def _begun(world: World, course: Course, ticket: Ticket, technician: Actor) -> Piece[datetime]:
    """What is said and settled before work begins; goes on when it does."""
    at = yield world.phone.after(ticket.opened_at, 4)
    if "noted" in course.turns:
        desk.add_note(by=technician, at=at, ticket=ticket, text=NOTES[course.said % len(NOTES)])
    if "called" in course.turns:
        desk.log_call(
            by=technician,
            at=at,
            ticket=ticket,
            text="Rappel pour fixer un moment.",
            direction="out",
            contact=ticket.caller,
        )
    if "pictured" in course.turns and course.origin != "portal":
        at = yield world.phone.after(at, 5)
        _client_says(world, course, ticket, DETAILS[course.said % 2], at, _pictures(course))
    if "decided" in course.turns and ticket.verdict == Verdict.COVERED:
        desk.decide_coverage(
            by=world.the("manager"),
            at=at,
            ticket=ticket,
            cause="mishandling",
            verdict=Verdict.EXCLUDED,
            reason="Dommage constaté sur place, hors du forfait",
        )
    if course.matter.mode == "onsite":
        starts_at = yield from _appointed(world, course, ticket, technician)
        return starts_at
    wait = _too_long(course) if "late" in course.turns else course.wait
    starts_at = yield world.free(course.technician, world.phone.after(at, wait), course.minutes)
    return starts_at


def _too_long(course: Course) -> int:
    """Open minutes after which a promise of four or eight hours is broken, by up to two hours."""
    within = SERVER if course.matter.equipment_class in ("server", "network") else WORKSTATION
    return within + 10 + course.said % 110


def _appointed(world: World, course: Course, ticket: Ticket, technician: Actor) -> Piece[datetime]:
    """Remote was not enough: questions answered, a time agreed; goes on when the technician is there."""
    at = yield world.phone.after(ticket.opened_at, 15)
    yes = agreed(ticket)
    why = "Non résolu au téléphone"
    desk.climb(by=technician, at=at, ticket=ticket, step="remote", reason=why, agreement=yes)
    at = yield at + timedelta(minutes=10)
    if world.plan.book.startswith("imri"):
        desk.answer_prediagnosis(by=technician, at=at, ticket=ticket, answers=ANSWERS)
    why = "Il faut voir l’équipement"
    desk.climb(by=technician, at=at, ticket=ticket, step="onsite", reason=why, agreement=yes)
    postponed = "postponed" in course.turns
    minutes = _too_long(course) + 240 if postponed else 60 + course.wait
    if "late" in course.turns:
        minutes = _too_long(course)
    wanted = world.onsite.visit_from(ticket.called_at, minutes)
    starts_at = world.free(course.technician, max(wanted, at + timedelta(minutes=20)), course.minutes + 25)
    desk.set_appointment(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        technician=person(technician),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=max(30, course.matter.minutes)),
        asked_by_client=postponed,
    )
    arrived_at = yield starts_at
    return arrived_at


def _worked(
    world: World, course: Course, ticket: Ticket, technician: Actor, started_at: datetime
) -> Piece[WorkSession]:
    """The session, written down when it is over."""
    ended_at = yield started_at + timedelta(minutes=course.minutes)
    session = desk.log_work(
        by=technician,
        at=ended_at,
        ticket=ticket,
        mode=course.matter.mode,
        started_at=started_at,
        ended_at=ended_at,
        entries=[{"domain": course.matter.domain, "minutes": course.minutes, "text": course.matter.work}],
    )
    return session


def _client_says(
    world: World, course: Course, ticket: Ticket, text: str, at: datetime, files: Files = ()
) -> None:
    """Through the portal by whoever has an account, else by mail."""
    customer = world.customers[course.client]
    account = customer.accounts.get(course.caller)
    if account is not None and account.may("desk.reply"):
        desk.reply(by=account, at=at, ticket=ticket, text=text, files=files)
        return
    desk.receive_reply(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        contact=customer.people[course.caller],
        text=text,
        files=files,
    )


def _close(world: World, course: Course, ticket: Ticket, at: datetime) -> None:
    """By the technician, or through the portal by the client who opened it."""
    ticket.refresh_from_db()
    account = world.customers[course.client].accounts.get(course.caller)
    by_client = account is not None and course.origin == "portal" and "closed by the client" in course.turns
    desk.close_ticket(
        by=account if account and by_client else world.staff[course.technician], at=at, ticket=ticket
    )


def _come_back(world: World, course: Course, ticket: Ticket, technician: Actor) -> Script:
    """The client answers a closed ticket: it comes back, and is closed again the same day."""
    at = yield world.phone.after(course.called_at, 900)
    _client_says(world, course, ticket, COME_BACK[course.said % 2], at)
    at = yield world.phone.after(at, 35)
    ticket.refresh_from_db()
    if ticket.state == TicketState.CLOSED:
        return
    desk.reply(by=technician, at=at, ticket=ticket, text="Réglage repris à distance et contrôlé avec vous.")
    at = yield world.phone.after(at, 30)
    ticket.refresh_from_db()
    desk.close_ticket(by=technician, at=at, ticket=ticket)


def _corrected(world: World, session: WorkSession) -> Script:
    """A quarter of the time was not work: the next day the session is corrected."""
    at = yield world.phone.after(_end_of(session), 420)
    if session.points is None:
        return
    entries = [
        {"domain": entry.domain, "minutes": max(1, entry.minutes * 3 // 4), "text": entry.text}
        for entry in session.entries.order_by("position")
    ]
    desk.correct_work(
        by=world.the("manager"),
        at=at,
        session=session,
        reason="Attente de l’éditeur comptée par erreur",
        entries=entries,
    )


def _end_of(session: WorkSession) -> datetime:
    if session.stopped_at is None:
        raise ValueError("a session logged by hand has an end")
    return session.stopped_at


def person(technician: Actor) -> Person:
    """The person behind a technician's role."""
    if technician.person is None:
        raise ValueError("a technician is a person")
    return technician.person
