"""What Clairpoint did lately: work to validate, points deducted, a ticket that came back."""

from __future__ import annotations

from datetime import timedelta

from clausier.demo.clockwork import Script
from clausier.demo.present import Case, minutes_later, opened
from clausier.demo.world import World
from clausier.desk import services as desk


def workshop_scanner(world: World) -> Script:
    """Worked by hand, waits for its validation: points are held."""
    case = Case(
        "concession",
        "Lecteur de codes de l’atelier rapide",
        "Il lit, mais rien n’arrive dans l’ordre de réparation.",
        "peripheral",
        "workstation",
        "one",
        "degraded",
        "cric",
        1,
        "odilon",
        "LECT-2",
    )
    ticket = yield from opened(world, case, world.phone.ago(160))
    started_at = yield world.phone.ago(118)
    odilon = world.staff["odilon"]
    desk.reply(by=odilon, at=started_at, ticket=ticket, text="Je regarde avec M. Cric en prise en main.")
    ended_at = yield started_at + timedelta(minutes=22)
    desk.log_work(
        by=odilon,
        at=ended_at,
        ticket=ticket,
        mode="remote",
        started_at=started_at,
        ended_at=ended_at,
        entries=[
            {
                "domain": "workstation",
                "minutes": 22,
                "text": "Préfixe du lecteur reprogrammé, essai sur trois ordres.",
            }
        ],
    )


def accounts_update(world: World) -> Script:
    """Two entries in one session, validated: the minimum applies once, on their sum."""
    case = Case(
        "comptables",
        "Liasse refusée après la mise à jour",
        "Le dépôt est refusé depuis la nouvelle version, deux dossiers partent ce soir.",
        "workstation",
        "business-software",
        "department",
        "degraded",
        "solde",
        0,
        "odilon",
        "Poste 4",
    )
    ticket = yield from opened(world, case, world.phone.ago(260))
    started_at = yield world.phone.ago(220)
    odilon = world.staff["odilon"]
    desk.reply(
        by=odilon, at=started_at, ticket=ticket, text="Je prends la main sur le poste 4 dans un instant."
    )
    ended_at = yield started_at + timedelta(minutes=34)
    session = desk.log_work(
        by=odilon,
        at=ended_at,
        ticket=ticket,
        mode="remote",
        started_at=started_at,
        ended_at=ended_at,
        entries=[
            {
                "domain": "business-software",
                "minutes": 26,
                "text": "Certificat de dépôt renouvelé, liasse d’essai acceptée.",
            },
            {"domain": "workstation", "minutes": 8, "text": "Navigateur du poste 4 remis à jour."},
        ],
    )
    at = yield minutes_later(world, ended_at, 3)
    desk.validate_work(by=odilon, at=at, session=session)


def clock_workshop_reopened(world: World) -> Script:
    """Closed, then reopened by a reply."""
    case = Case(
        "ateliers",
        "Calendrier partagé en double",
        "Chaque rendez-vous apparaît deux fois chez tout le monde.",
        "workstation",
        "workstation",
        "department",
        "degraded",
        "horloge",
        0,
        "floris",
        "",
    )
    ticket = yield from opened(world, case, world.phone.ago(900))
    floris = world.staff["floris"]
    started_at = yield world.phone.after(ticket.called_at, 35)
    ended_at = yield started_at + timedelta(minutes=18)
    session = desk.log_work(
        by=floris,
        at=ended_at,
        ticket=ticket,
        mode="remote",
        started_at=started_at,
        ended_at=ended_at,
        entries=[
            {
                "domain": "workstation",
                "minutes": 18,
                "text": "Double abonnement retiré chez quatre personnes.",
            }
        ],
    )
    desk.validate_work(by=floris, at=ended_at, session=session)
    desk.reply(by=floris, at=ended_at, ticket=ticket, text="Un abonnement était en double, il est retiré.")
    at = yield minutes_later(world, ended_at, 30)
    ticket.refresh_from_db()
    desk.close_ticket(by=floris, at=at, ticket=ticket)
    at = yield world.phone.ago(41)
    desk.receive_reply(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        contact=world.customers["ateliers"].people["horloge"],
        text="Les doublons sont revenus ce matin sur deux téléphones.",
    )


def garage_lift(world: World) -> Script:
    """Answered and solved within the hour."""
    case = Case(
        "garage-bielle",
        "Borne du pont roulant hors réseau",
        "L’écran du pont affiche « hors ligne ».",
        "network",
        "server-network",
        "one",
        "blocked",
        "carter",
        0,
        "odilon",
        "BORNE-PONT",
    )
    ticket = yield from opened(world, case, world.phone.ago(135))
    odilon = world.staff["odilon"]
    started_at = yield world.phone.after(ticket.called_at, 12)
    ended_at = yield started_at + timedelta(minutes=20)
    session = desk.log_work(
        by=odilon,
        at=ended_at,
        ticket=ticket,
        mode="remote",
        started_at=started_at,
        ended_at=ended_at,
        entries=[
            {
                "domain": "server-network",
                "minutes": 20,
                "text": "Adresse en conflit libérée, borne redémarrée.",
            }
        ],
    )
    at = yield minutes_later(world, ended_at, 2)
    desk.validate_work(by=odilon, at=at, session=session)
    ticket.refresh_from_db()
    desk.close_ticket(by=odilon, at=at, ticket=ticket, text="Le pont est en ligne.")
