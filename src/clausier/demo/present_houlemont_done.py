"""What Houlemont did lately: promises kept, early or late, a ticket that came back, work to validate."""

from __future__ import annotations

from datetime import timedelta

from clausier.demo.clockwork import Script
from clausier.demo.present import SERVER, WORKSTATION, Case, booked, minutes_later, opened, prepared
from clausier.demo.world import World
from clausier.desk import services as desk


def cold_store_wifi(world: World) -> Script:
    """Kept, half an hour before the promise ran out."""
    case = Case(
        "conserverie",
        "Borne wifi de l’entrepôt froid éteinte",
        "Les douchettes du froid ne scannent plus.",
        "network",
        "local-network",
        "department",
        "blocked",
        "brumeval",
        1,
        "karim",
        "AP-FROID-3",
    )
    ticket = yield from opened(world, case, world.onsite.ago(SERVER + 150))
    at = yield from prepared(
        world,
        ticket,
        "karim",
        ("Depuis l’ouverture.", "L’équipe du froid.", "Aucun voyant.", "Rien.", "Quai B, veste fournie."),
        ("La borne ne répond pas", "Alimentation à remplacer"),
    )
    arrived_at = world.onsite.ago(150 + 28)
    booked(world, ticket, "karim", max(arrived_at, at), client="conserverie", site=1, at=at, minutes=60)
    started_at = yield arrived_at
    ended_at = yield started_at + timedelta(minutes=38)
    session = desk.log_work(
        by=world.staff["karim"],
        at=ended_at,
        ticket=ticket,
        mode="onsite",
        started_at=started_at,
        ended_at=ended_at,
        entries=[
            {"domain": "", "minutes": 38, "text": "Injecteur remplacé, borne remise en service et testée."}
        ],
    )
    at = yield minutes_later(world, ended_at, 4)
    desk.validate_work(by=world.staff["karim"], at=at, session=session)
    desk.reply(
        by=world.staff["karim"],
        at=at,
        ticket=ticket,
        text="La borne est revenue, cinq douchettes essayées avec Mme Brumeval.",
    )
    at = yield minutes_later(world, at, 10)
    ticket.refresh_from_db()
    desk.close_ticket(by=world.staff["karim"], at=at, ticket=ticket)


def town_hall_screen(world: World) -> Script:
    """Kept eighteen minutes early; the session is still being written up."""
    case = Case(
        "mairie",
        "Poste de l’état civil : session refusée",
        "« Relation d’approbation » à chaque ouverture, une file d’usagers attend.",
        "workstation",
        "workstation-system",
        "one",
        "blocked",
        "ecritoire",
        0,
        "nolwenn",
        "PC-ETATCIVIL",
    )
    ticket = yield from opened(world, case, world.onsite.ago(WORKSTATION + 40))
    at = yield from prepared(
        world,
        ticket,
        "nolwenn",
        (
            "Depuis ce matin.",
            "Une personne, au guichet.",
            "Relation d’approbation.",
            "Orage cette nuit.",
            "Accueil de la mairie.",
        ),
        ("Poste hors réseau", "À remettre dans le domaine sur place"),
    )
    arrived_at = world.onsite.ago(40 + 18)
    booked(world, ticket, "nolwenn", max(arrived_at, at), client="mairie", at=at, minutes=45)
    started_at = yield arrived_at
    ended_at = yield started_at + timedelta(minutes=25)
    desk.log_work(
        by=world.staff["nolwenn"],
        at=ended_at,
        ticket=ticket,
        mode="onsite",
        started_at=started_at,
        ended_at=ended_at,
        entries=[
            {"domain": "", "minutes": 25, "text": "Poste remis dans le domaine, session vérifiée au guichet."}
        ],
    )


def garage_late(world: World) -> Script:
    """Kept, but late; closed."""
    case = Case(
        "garage",
        "Valise de diagnostic sans connexion",
        "Le portable de diagnostic ne se connecte plus, deux voitures sur le pont.",
        "workstation",
        "connectivity",
        "one",
        "blocked",
        "culasse",
        0,
        "hector",
        "PORT-DIAG",
    )
    ticket = yield from opened(world, case, world.onsite.ago(WORKSTATION + 200))
    at = yield from prepared(
        world,
        ticket,
        "hector",
        (
            "Depuis hier.",
            "Une personne.",
            "Réseau introuvable.",
            "Mise à jour de la valise.",
            "Entrée atelier.",
        ),
        ("Pas de prise en main possible", "Carte réseau à changer"),
    )
    arrived_at = world.onsite.ago(150)
    booked(world, ticket, "hector", max(arrived_at, at), client="garage", at=at, minutes=60)
    started_at = yield arrived_at
    ended_at = yield started_at + timedelta(minutes=45)
    session = desk.log_work(
        by=world.staff["hector"],
        at=ended_at,
        ticket=ticket,
        mode="onsite",
        started_at=started_at,
        ended_at=ended_at,
        entries=[{"domain": "", "minutes": 45, "text": "Adaptateur USB posé, pilote de la valise repris."}],
    )
    at = yield minutes_later(world, ended_at, 3)
    desk.validate_work(by=world.staff["hector"], at=at, session=session)
    ticket.refresh_from_db()
    desk.close_ticket(
        by=world.staff["hector"],
        at=at,
        ticket=ticket,
        text="En service. Nous étions en retard : c’est noté, la raison aussi.",
    )


def school_reopened(world: World) -> Script:
    """Closed the other day, reopened by the client's reply."""
    case = Case(
        "mairie",
        "Tableau numérique de la grande section",
        "Le stylet ne marque plus que le haut du tableau.",
        "peripheral",
        "hardware-fault",
        "one",
        "degraded",
        "tableaunoir",
        1,
        "nolwenn",
        "TNI-GS",
    )
    ticket = yield from opened(world, case, world.phone.ago(3 * WORKSTATION))
    at = yield world.phone.after(ticket.called_at, 40)
    nolwenn = world.staff["nolwenn"]
    desk.reply(
        by=nolwenn, at=at, ticket=ticket, text="Étalonnage refait à distance : le tableau répond partout."
    )
    at = yield world.phone.after(at, 25)
    ticket.refresh_from_db()
    desk.close_ticket(by=nolwenn, at=at, ticket=ticket)
    at = yield world.phone.ago(52)
    desk.receive_reply(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        contact=world.customers["mairie"].people["tableaunoir"],
        text="Cela recommence depuis la récréation, et cette fois dans le bas.",
    )


def architect_to_validate(world: World) -> Script:
    """Worked, not validated yet."""
    case = Case(
        "architectes",
        "Plans hébergés : ouverture très lente",
        "Trois minutes pour ouvrir un plan depuis l’atelier.",
        "server",
        "performance",
        "department",
        "degraded",
        "calque",
        0,
        "karim",
        "VM-PLANS",
    )
    ticket = yield from opened(world, case, world.phone.ago(210))
    started_at = yield world.phone.ago(130)
    ended_at = yield started_at + timedelta(minutes=35)
    desk.log_work(
        by=world.staff["karim"],
        at=ended_at,
        ticket=ticket,
        mode="remote",
        started_at=started_at,
        ended_at=ended_at,
        entries=[
            {
                "domain": "",
                "minutes": 35,
                "text": "Instantané oublié supprimé, disque réorganisé, mesure refaite.",
            }
        ],
    )
    at = yield minutes_later(world, ended_at, 5)
    desk.reply(
        by=world.staff["karim"],
        at=at,
        ticket=ticket,
        text="Quatre secondes chez nous. Et chez vous, sur un gros plan ?",
    )
