"""What Houlemont's people do together on the tickets of the moment: tags, tasks, a merge, a link."""

from __future__ import annotations

from datetime import timedelta

from clausier.demo.clockwork import Script
from clausier.demo.present import Case, opened
from clausier.demo.world import World
from clausier.desk import services as desk
from clausier.desk.models import Checklist, Ticket

TAGS = (("à surveiller", "amber"), ("garantie constructeur", "blue"), ("arrivée ou départ", "violet"))


def settled(world: World) -> Script:
    """The tags and lists that the provider has used since the beginning of the week."""
    lead = world.the("dispatcher")
    at = yield world.onsite.ago(20 * 60)
    for name, colour in TAGS:
        desk.make_tag(by=lead, at=at, name=name, colour=colour)
    desk.write_checklist(
        by=lead,
        at=at,
        name="Arrivée d’une personne",
        lines=[
            "Demander le nom et les dates",
            "Créer le compte et la boîte",
            "Donner les accès convenus",
            "Préparer le poste",
            "Prévenir le correspondant informatique",
        ],
        equipment_class="workstation",
        nature="request",
    )
    desk.write_checklist(
        by=lead,
        at=at,
        name="Remise en service d’un serveur",
        lines=["Vérifier la dernière sauvegarde", "Relancer les services", "Contrôler les partages"],
        equipment_class="server",
        nature="incident",
    )


def together(world: World) -> Script:
    """A second call about the dead server is merged; others are tagged, followed, linked, given tasks."""
    lead, karim = world.the("dispatcher"), world.staff["karim"]
    case = Case(
        "conserverie",
        "Lignes 1 et 2 : plus d’impression des lots",
        "Les deux lignes attendent, l’imprimante dit « serveur introuvable ».",
        "server",
        "server-system",
        "site",
        "blocked",
        "tournesac",
    )
    at = yield world.now - timedelta(minutes=5)
    again = yield from opened(world, case, at)
    at = yield world.now - timedelta(minutes=4)
    dead = _titled(world, "SRV-FIC01 ne répond plus, production arrêtée")
    desk.merge_tickets(by=lead, at=at, ticket=again, into=dead, reason="Même panne, second appel")
    server_list = _checklist(world, "Remise en service d’un serveur")
    tasks = desk.apply_checklist(
        by=karim, at=at, ticket=dead, checklist=server_list, assignee=world.person("karim")
    )
    desk.tick_task(by=karim, at=at, task=tasks[0])
    desk.follow(by=world.the("manager"), at=at, ticket=dead)
    alarm = _titled(world, "Onduleur de la baie en alarme continue")
    desk.tag_ticket(by=lead, at=at, ticket=alarm, add=[TAGS[0][0], TAGS[1][0]])
    desk.tag_ticket(by=lead, at=at, ticket=dead, add=[TAGS[0][0]])
    move = _titled(world, "Passage de la comptabilité sur le nouveau serveur")
    desk.link_tickets(by=lead, at=at, ticket=alarm, other=move, kind="blocks", internal=False)
    access = _titled(world, "Accès pour une stagiaire")
    arrivals = _checklist(world, "Arrivée d’une personne")
    nolwenn = world.staff["nolwenn"]
    tasks = desk.apply_checklist(
        by=nolwenn, at=at, ticket=access, checklist=arrivals, assignee=world.person("nolwenn")
    )
    desk.tick_task(by=nolwenn, at=at, task=tasks[0])
    desk.tag_ticket(by=nolwenn, at=at, ticket=access, add=[TAGS[2][0]])


def _titled(world: World, title: str) -> Ticket:
    """The ticket of the moment that bears this title."""
    return Ticket.objects.filter(provider=world.provider, title=title).latest("pk")


def _checklist(world: World, name: str) -> Checklist:
    return Checklist.objects.get(provider=world.provider, name=name)
