"""What is on Houlemont's desk at the moment of loading: promises late, at risk, on time, suspended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from clausier.demo import agreements, present_suppliers, present_together
from clausier.demo import present_houlemont_done as done
from clausier.demo.clockwork import Script
from clausier.demo.conduct import closed_door, standing, take_over
from clausier.demo.present import SERVER, WORKSTATION, Case, booked, minutes_later, opened, prepared
from clausier.demo.world import World
from clausier.desk import services as desk


def present(world: World) -> Iterator[Script]:
    """One script for each ticket of the moment."""
    for script in (
        link_down,
        clerk_locked_out,
        ups_alarm,
        label_printer,
        dead_server,
        till_postponed,
        done.cold_store_wifi,
        done.town_hall_screen,
        done.garage_late,
        hangar_cabling,
        done.school_reopened,
        done.architect_to_validate,
        migration_asked,
        restart_asked,
        access_for_trainee,
        closed_door,
        present_together.settled,
        present_together.together,
    ):
        yield script(world)
    yield standing(world, "conserverie", "quillebois", "Accord écrit pour toutes les lignes de production.")
    yield from present_suppliers.waiting(world)
    yield from agreements.agreed(world)


def link_down(world: World) -> Script:
    """Late: promised an hour and a half of open time ago; the technician is on the road."""
    case = Case(
        "transports",
        "Liaison entre la plateforme et le dépôt coupée",
        "Plus aucun écran du dépôt ne voit les tournées, les départs se font au papier.",
        "network",
        "local-network",
        "site",
        "blocked",
        "cabriolle",
        1,
        "hector",
        "RTR-DEPOT-SUD",
    )
    ticket = yield from opened(world, case, world.onsite.ago(SERVER + 92))
    at = yield from prepared(
        world,
        ticket,
        "hector",
        (
            "Depuis la coupure de courant de ce matin.",
            "Neuf personnes.",
            "Le routeur clignote rouge.",
            "Coupure de courant du quartier.",
            "Portail du dépôt, sonner « exploitation ».",
        ),
        ("Le routeur ne répond pas au redémarrage", "Routeur à remplacer sur place"),
    )
    arrives_at = world.onsite.visit(20)
    booked(world, ticket, "hector", arrives_at, client="transports", site=1, at=at)
    at = yield world.onsite.ago(70)
    desk.add_note(
        by=world.staff["hector"],
        at=at,
        ticket=ticket,
        text="Routeur de rechange récupéré à l’agence. Déviation sur la rocade, j’appelle en partant.",
    )
    at = yield world.onsite.ago(38)
    desk.log_call(
        by=world.staff["hector"],
        at=at,
        ticket=ticket,
        direction="out",
        contact=world.customers["transports"].people["cabriolle"],
        text="M. Cabriolle prévenu du retard. Il garde quelqu’un au dépôt jusqu’à notre arrivée.",
    )


def clerk_locked_out(world: World) -> Script:
    """At risk: eighteen open minutes left, the visit is set just before."""
    case = Case(
        "notaires",
        "Poste du clerc : plus d’accès aux actes",
        "Le lecteur des actes est vide depuis ce matin, signature prévue en fin de journée.",
        "workstation",
        "connectivity",
        "one",
        "blocked",
        "cachetier",
        0,
        "nolwenn",
        "PC-CLERC-2",
    )
    ticket = yield from opened(world, case, world.onsite.ago(WORKSTATION - 18))
    at = yield from prepared(
        world,
        ticket,
        "nolwenn",
        (
            "Depuis hier soir.",
            "Une personne.",
            "Lecteur vide, sans message.",
            "Changement de bureau hier.",
            "Interphone, deuxième étage.",
        ),
        ("Droits corrects côté serveur", "Prise réseau du nouveau bureau à vérifier"),
    )
    booked(world, ticket, "nolwenn", world.onsite.visit(8), client="notaires", at=at, minutes=45)
    at = yield world.onsite.ago(60)
    desk.reply(
        by=world.staff["nolwenn"],
        at=at,
        ticket=ticket,
        text="Je passe avant la signature : la prise de votre nouveau bureau n’est sans doute pas brassée.",
    )


def ups_alarm(world: World) -> Script:
    """At risk, and nobody has taken it."""
    case = Case(
        "montgolfard",
        "Onduleur de la baie en alarme continue",
        "Bip continu depuis la pause, un voyant batterie rouge. Les serveurs tournent encore.",
        "server",
        "hardware-fault",
        "site",
        "degraded",
        "aerostier",
        0,
        "",
        "OND-BAIE-1",
    )
    ticket = yield from opened(world, case, world.onsite.ago(SERVER - 23))
    at = yield minutes_later(world, ticket.called_at, 12)
    desk.add_note(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        text="Karim est pris sur le serveur de la conserverie. Voir si Hector peut y passer en revenant.",
    )


def label_printer(world: World) -> Script:
    """On time, being worked on remotely."""
    case = Case(
        "veterinaire",
        "Imprimante d’étiquettes muette à l’accueil",
        "Les étiquettes des prélèvements ne sortent plus, tout est écrit à la main.",
        "peripheral",
        "printing",
        "one",
        "degraded",
        "plumetis",
        0,
        "nolwenn",
        "ZT-ACCUEIL",
    )
    ticket = yield from opened(world, case, world.onsite.ago(WORKSTATION - 183))
    at = yield world.phone.after(ticket.called_at, 14)
    desk.climb(by=world.staff["nolwenn"], at=at, ticket=ticket, step="remote", reason="Pilote à reprendre")
    at = yield world.phone.after(at, 22)
    desk.reply(
        by=world.staff["nolwenn"],
        at=at,
        ticket=ticket,
        text="Pilote remplacé à distance. Pouvez-vous éteindre l’imprimante dix secondes, puis imprimer ?",
    )
    at = yield world.phone.after(at, 35)
    desk.receive_reply(
        by=world.the("dispatcher"),
        at=at,
        ticket=ticket,
        contact=world.customers["veterinaire"].people["plumetis"],
        text="C’est mieux, mais une étiquette sur deux sort blanche.",
    )


def dead_server(world: World) -> Script:
    """Just called in: the server is down, a stopwatch runs."""
    case = Case(
        "conserverie",
        "SRV-FIC01 ne répond plus, production arrêtée",
        "Écran noir et ventilateurs à fond. Les lignes ne peuvent plus imprimer les lots.",
        "server",
        "server-system",
        "site",
        "blocked",
        "quillebois",
        0,
        "karim",
        "SRV-FIC01",
    )
    ticket = yield from opened(world, case, world.onsite.ago(12))
    at = yield world.now - timedelta(minutes=11)
    karim = world.staff["karim"]
    desk.start_work(by=karim, at=max(at, ticket.called_at), ticket=ticket, mode="remote")
    at = yield world.now - timedelta(minutes=6)
    desk.climb(
        by=karim,
        at=at,
        ticket=ticket,
        step="remote",
        reason="Mme Quillebois a redémarré deux fois, sans effet",
    )
    take_over(
        world, "karim", ticket, at=at, equipment="SRV-FIC01", reason="Carte de gestion, état des disques"
    )
    desk.reply(
        by=karim,
        at=at,
        ticket=ticket,
        text="Je suis sur la carte de gestion du serveur. Ne le redémarrez plus, je vous rappelle.",
    )


def till_postponed(world: World) -> Script:
    """Suspended: the client asked for a later date."""
    case = Case(
        "biscuiterie",
        "Caisse de la boutique : écran fendu",
        "L’écran de la caisse 2 est fendu, elle reste utilisable. Plutôt un jour de fermeture, si possible.",
        "workstation",
        "hardware-fault",
        "one",
        "degraded",
        "petrin",
        1,
        "hector",
        "CAISSE-2",
    )
    ticket = yield from opened(world, case, world.onsite.ago(WORKSTATION + 45))
    at = yield from prepared(
        world,
        ticket,
        "hector",
        (
            "Depuis ce matin.",
            "Une caisse sur deux.",
            "Écran fendu, image lisible.",
            "Un choc avec un plateau.",
            "Boutique fermée au public : frapper à l’arrière.",
        ),
        ("Rien à voir à distance", "Écran à remplacer"),
    )
    later = world.onsite.visit(2 * WORKSTATION + 60)
    booked(
        world,
        ticket,
        "hector",
        later,
        client="biscuiterie",
        site=1,
        asked_by_client=True,
        at=at,
    )


def hangar_cabling(world: World) -> Script:
    """Its coverage waits for someone's decision: cabling is followed up, not repaired."""
    case = Case(
        "transports",
        "Prises du hangar arrachées par un chariot",
        "Deux prises murales pendent, les bornes de pesée sont coupées.",
        "network",
        "cabling",
        "department",
        "degraded",
        "marchelune",
        0,
        "",
        "Baie hangar",
    )
    yield from opened(world, case, world.phone.ago(40))


def migration_asked(world: World) -> Script:
    """Outside the contract: a quote is due."""
    case = Case(
        "montgolfard",
        "Passage de la comptabilité sur le nouveau serveur",
        "L’éditeur arrête l’ancienne version au trimestre prochain.",
        "server",
        "migration",
        "department",
        "can-work",
        "aerostier",
        0,
        "",
        "SRV-COMPTA",
        "request",
        "mail",
    )
    yield from opened(world, case, world.phone.ago(150))


def restart_asked(world: World) -> Script:
    """A client without contract."""
    case = Case(
        "pepinieres",
        "Ordinateur des serres qui s’éteint seul",
        "Il s’éteint au bout d’une heure, surtout l’après-midi.",
        "workstation",
        "hardware-fault",
        "one",
        "degraded",
        "terreau",
        0,
        "",
        "PC-SERRES",
    )
    yield from opened(world, case, world.phone.ago(64))


def access_for_trainee(world: World) -> Script:
    """An ordinary request, taken."""
    case = Case(
        "notaires",
        "Accès pour une stagiaire",
        "Arrivée lundi, droits de consultation seulement.",
        "workstation",
        "users-access",
        "one",
        "can-work",
        "parapheur",
        0,
        "nolwenn",
        "",
        "request",
        "mail",
    )
    ticket = yield from opened(world, case, world.phone.ago(140))
    at = yield world.phone.after(ticket.called_at, 30)
    desk.reply(
        by=world.staff["nolwenn"],
        at=at,
        ticket=ticket,
        text="C’est noté. Pouvez-vous nous donner son nom et la date de fin du stage ?",
    )
