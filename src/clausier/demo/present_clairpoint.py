"""What is on Clairpoint's desk at the moment of loading. Its terms promise no delay: what runs are its own
targets for a first answer, 1, 2, 4 or 8 open hours by priority."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from clausier.demo import present_clairpoint_done as done
from clausier.demo import present_work as work
from clausier.demo.clockwork import Script
from clausier.demo.conduct import asked_first
from clausier.demo.present import Case, booked, minutes_later, opened
from clausier.demo.stepping import agreed
from clausier.demo.world import World
from clausier.desk import services as desk


def present(world: World) -> Iterator[Script]:
    """One script for each ticket of the moment."""
    for script in (
        analysers_cut,
        till_stuck,
        reservations_down,
        pump_alarm,
        done.workshop_scanner,
        done.accounts_update,
        joinery_server,
        brewery_labels,
        body_shop_mail,
        bookshop_backup,
        tasting_room_card,
        new_workstations,
        done.clock_workshop_reopened,
        done.garage_lift,
        work.contested,
        work.upheld,
        work.in_the_workshop,
        work.waits_to_be_fetched,
    ):
        yield script(world)


def analysers_cut(world: World) -> Script:
    """At risk: one open hour to answer, twelve minutes left; nobody has taken it."""
    case = Case(
        "laboratoire",
        "Automates coupés du serveur d’analyses",
        "Plus aucun résultat ne remonte, les tubes attendent.",
        "server",
        "server-network",
        "site",
        "blocked",
        "pipette",
        0,
        "",
        "SRV-ANALYSES",
    )
    yield from opened(world, case, world.phone.ago(48))


def till_stuck(world: World) -> Script:
    """Late: nobody has answered yet, twenty-five minutes after the target."""
    case = Case(
        "concession",
        "Logiciel de devis figé à l’ouverture",
        "Les trois vendeurs sont bloqués sur l’écran de démarrage.",
        "workstation",
        "business-software",
        "department",
        "blocked",
        "jante",
        0,
        "odilon",
        "Postes vente",
    )
    ticket = yield from opened(world, case, world.phone.ago(120 + 25))
    at = yield world.phone.ago(100)
    desk.add_note(
        by=world.staff["odilon"],
        at=at,
        ticket=ticket,
        text="Même symptôme chez un autre client le mois dernier : licence en double. Je vérifie d’abord.",
    )


def reservations_down(world: World) -> Script:
    """On time, called in a while ago."""
    case = Case(
        "hotel",
        "Réservations en ligne qui n’arrivent plus",
        "Aucune réservation reçue depuis hier soir.",
        "server",
        "business-software",
        "one",
        "blocked",
        "sanglier",
        0,
        "odilon",
        "PMS",
    )
    ticket = yield from opened(world, case, world.phone.ago(75))
    at = yield minutes_later(world, ticket.called_at, 10)
    asked_first(world, "odilon", ticket, at=at, step="remote", reason="Journaux du connecteur à lire")


def pump_alarm(world: World) -> Script:
    """Answered, and a visit is set for the next opening."""
    case = Case(
        "eaux",
        "Supervision de la station muette",
        "L’écran de supervision affiche des tirets, les pompes tournent.",
        "network",
        "server-network",
        "site",
        "degraded",
        "vanne",
        1,
        "floris",
        "RTR-STATION",
    )
    ticket = yield from opened(world, case, world.phone.ago(205))
    at = yield world.phone.after(ticket.called_at, 30)
    floris = world.staff["floris"]
    desk.log_call(
        by=floris,
        at=at,
        ticket=ticket,
        direction="out",
        contact=world.customers["eaux"].people["vanne"],
        text="Carte radio à changer. M. Vannequin nous accompagne à la station.",
    )
    desk.climb(
        by=floris,
        at=at,
        ticket=ticket,
        step="onsite",
        reason="Carte radio à remplacer sur place",
        agreement=agreed(ticket),
    )
    booked(world, ticket, "floris", world.onsite.visit(45), client="eaux", site=1, at=at, minutes=120)


def joinery_server(world: World) -> Script:
    """A stopwatch runs on it."""
    case = Case(
        "menuiserie",
        "Débit des panneaux : partage du serveur perdu",
        "La scie à commande ne trouve plus les fiches de débit.",
        "server",
        "server-network",
        "department",
        "blocked",
        "varlope",
        0,
        "floris",
        "SRV-DEBIT",
    )
    ticket = yield from opened(world, case, world.phone.ago(24))
    at = yield max(ticket.called_at, world.now - timedelta(minutes=11))
    floris = world.staff["floris"]
    desk.reply(by=floris, at=at, ticket=ticket, text="Je suis dessus, gardez la scie allumée.")
    desk.start_work(by=floris, at=at, ticket=ticket, mode="remote")


def brewery_labels(world: World) -> Script:
    """On time, an ordinary one."""
    case = Case(
        "brasserie",
        "Étiquettes de lot décalées",
        "Le code-barres sort deux millimètres trop bas.",
        "peripheral",
        "workstation",
        "one",
        "degraded",
        "cervoise",
        0,
        "odilon",
        "IMP-LOT",
    )
    yield from opened(world, case, world.phone.ago(31))


def body_shop_mail(world: World) -> Script:
    """A client without contract: by the hour."""
    case = Case(
        "carrosserie",
        "Messagerie qui ne part plus",
        "Les devis restent dans la boîte d’envoi.",
        "workstation",
        "workstation",
        "one",
        "blocked",
        "enclume",
        0,
        "",
        "PC-ACCUEIL",
    )
    yield from opened(world, case, world.phone.ago(52))


def bookshop_backup(world: World) -> Script:
    """A client whose points are nearly used up."""
    case = Case(
        "librairie",
        "Télésauvegarde incomplète",
        "Le rapport du matin signale un fichier ouvert.",
        "workstation",
        "backup",
        "one",
        "can-work",
        "incipit",
        0,
        "floris",
        "PC-CAISSE",
    )
    ticket = yield from opened(world, case, world.phone.ago(190))
    at = yield world.phone.after(ticket.called_at, 45)
    desk.reply(
        by=world.staff["floris"],
        at=at,
        ticket=ticket,
        text="La caisse était restée ouverte pendant la copie. Pouvez-vous la fermer ce soir ?",
    )


def tasting_room_card(world: World) -> Script:
    """Goods to supply: outside the points, on a quote."""
    case = Case(
        "weinprobe",
        "Lecteur de cartes à remplacer",
        "Le lecteur du comptoir refuse une carte sur deux.",
        "peripheral",
        "goods",
        "one",
        "degraded",
        "muster",
        0,
        "",
        "Lecteur comptoir",
        "request",
        "mail",
    )
    yield from opened(world, case, world.phone.ago(110))


def new_workstations(world: World) -> Script:
    """Project work under way, a date agreed some days ahead."""
    case = Case(
        "menuiserie",
        "Trois postes pour le bureau d’études",
        "Postes livrés, à mettre en service avec les licences de dessin.",
        "workstation",
        "installation",
        "department",
        "can-work",
        "rabot",
        0,
        "floris",
        "BE-1 à BE-3",
        "request",
    )
    ticket = yield from opened(world, case, world.phone.ago(1100))
    at = yield world.phone.after(ticket.called_at, 60)
    floris = world.staff["floris"]
    desk.reply(
        by=floris,
        at=at,
        ticket=ticket,
        text="Comptez une journée sur place ; nous apportons les disques de transfert.",
    )
    desk.climb(
        by=floris,
        at=at,
        ticket=ticket,
        step="onsite",
        reason="Mise en service sur place",
        agreement=agreed(ticket),
    )
    day = world.onsite.visit(700)
    booked(world, ticket, "floris", day, client="menuiserie", at=at, minutes=180)
