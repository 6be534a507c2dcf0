"""How the demo's interventions are conducted: what clients agree to, a machine taken over, a closed door."""

from __future__ import annotations

from datetime import datetime, timedelta

from clausier.access import services as access
from clausier.access.models import RemoteTool
from clausier.access.services import Answer
from clausier.demo.clockwork import Script
from clausier.demo.present import WORKSTATION, Case, booked, opened, prepared
from clausier.demo.world import World
from clausier.desk import services as desk
from clausier.desk.models import Ticket

PORTAL_URL = "https://desk.example.org/"


def standing(world: World, client: str, person: str, note: str) -> Script:
    """An agreement once for all, given some months ago."""
    at = yield world.day(120, 11)
    customer = world.customers[client]
    access.record_standing(
        by=world.the("dispatcher"),
        at=at,
        client=customer.client,
        kind="remote",
        answer=Answer(True, "mail", contact=customer.people[person], note=note),
    )


def take_over(world: World, key: str, ticket: Ticket, *, at: datetime, equipment: str, reason: str) -> None:
    """The technician `key` takes a machine over, with the provider's first tool."""
    tool = RemoteTool.objects.filter(provider=world.provider).order_by("pk")[0]
    desk.start_remote(
        by=world.staff[key], at=at, ticket=ticket, tool=tool, equipment=equipment, reason=reason
    )


def closed_door(world: World) -> Script:
    """Stopped: nobody had the key, the promise waits for a new date."""
    case = Case(
        "notaires",
        "Poste de la salle des actes figé",
        "L’écran reste sur le logo, la salle sert jeudi.",
        "workstation",
        "workstation-system",
        "one",
        "degraded",
        "parapheur",
        0,
        "nolwenn",
        "PC-SALLE-ACTES",
    )
    ticket = yield from opened(world, case, world.onsite.ago(WORKSTATION - 60))
    at = yield from prepared(
        world,
        ticket,
        "nolwenn",
        (
            "Depuis ce matin.",
            "Une personne.",
            "Logo figé.",
            "Coupure de courant hier.",
            "Salle des actes, clé chez le notaire.",
        ),
        ("Le poste ne démarre pas", "À voir sur place"),
    )
    came_at = max(world.onsite.ago(95), at + timedelta(minutes=5))
    booked(world, ticket, "nolwenn", came_at, client="notaires", at=at, minutes=60)
    at = yield came_at + timedelta(minutes=10)
    desk.stop_intervention(
        by=world.staff["nolwenn"],
        at=at,
        ticket=ticket,
        reason="no-access",
        duty="site-access",
        note="Salle fermée à clé, personne à l’étude n’avait le double. Rappeler pour une nouvelle date.",
    )


def asked_first(world: World, key: str, ticket: Ticket, *, at: datetime, step: str, reason: str) -> None:
    """A step whose agreement the client is asked for on the portal; its backup too."""
    desk.climb(
        by=world.staff[key],
        at=at,
        ticket=ticket,
        step=step,
        reason=reason,
        agreement=desk.StepAgreement("asked", site_url=PORTAL_URL),
    )
    desk.ask_agreement(by=world.staff[key], at=at, ticket=ticket, kind="backup", site_url=PORTAL_URL)
