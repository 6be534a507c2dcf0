"""Work that was contested and corrected, and machines in the workshop, at the moment of loading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from clausier.demo.clockwork import Piece, Script
from clausier.demo.present import Case, opened
from clausier.demo.world import World
from clausier.desk import services as desk
from clausier.desk.models import WorkSession
from clausier.desk.timeline import Upload

PICTURE = Path(__file__).parent / "files" / "panneau-imprimante.png"


@dataclass(frozen=True, slots=True)
class Done:
    """A short session, done and validated: how many open minutes ago its call was."""

    case: Case
    ago: int
    key: str
    minutes: int
    text: str


def _done(world: World, what: Done) -> Piece[WorkSession]:
    """The call, the work, its validation and the end of the ticket."""
    ticket = yield from opened(world, what.case, world.phone.ago(what.ago))
    started_at = yield world.phone.after(ticket.called_at, 30)
    ended_at = yield started_at + timedelta(minutes=what.minutes)
    by = world.staff[what.key]
    session = desk.log_work(
        by=by,
        at=ended_at,
        ticket=ticket,
        mode="remote",
        started_at=started_at,
        ended_at=ended_at,
        entries=[{"domain": "workstation", "minutes": what.minutes, "text": what.text}],
    )
    desk.validate_work(by=by, at=ended_at, session=session)
    ticket.refresh_from_db()
    desk.close_ticket(by=by, at=ended_at, ticket=ticket)
    return session


PRINTER = Case(
    "menuiserie",
    "Imprimante du bureau d’études hors ligne",
    "Les plans ne sortent plus depuis ce matin.",
    "peripheral",
    "workstation",
    "one",
    "degraded",
    "rabot",
    0,
    "floris",
    "IMP-BE",
)
MAILBOX = Case(
    "menuiserie",
    "Boîte partagée à ajouter",
    "Mme Varlope voudrait la boîte « commandes » sur son poste.",
    "workstation",
    "help",
    "one",
    "can-work",
    "varlope",
    0,
    "floris",
    "",
    "request",
)
LAPTOP = Case(
    "menuiserie",
    "Portable du métreur qui ne charge plus",
    "Le témoin reste éteint, même avec un autre chargeur.",
    "workstation",
    "workstation",
    "one",
    "blocked",
    "rabot",
    0,
    "odilon",
    "PORT-METREUR",
)
OLD_TILL = Case(
    "librairie",
    "Caisse qui s’éteint seule",
    "Elle s’éteint au milieu d’un encaissement, deux fois par jour.",
    "workstation",
    "workstation",
    "one",
    "degraded",
    "incipit",
    0,
    "floris",
    "PC-CAISSE",
)


def contested(world: World) -> Script:
    """The client contests what was taken for a printer, and waits for the answer."""
    session = yield from _done(
        world, Done(PRINTER, 700, "floris", 48, "File d’impression vidée, pilote remis à jour.")
    )
    at = yield world.phone.after(session.stopped_at or world.now, 60)
    desk.contest_work(
        by=world.customers["menuiserie"].accounts["varlope"],
        at=at,
        ticket=session.ticket,
        entries=session.entries.all(),
        reason="Le technicien a attendu que l’imprimante redémarre\u00a0: ce n’est pas du travail.",
    )


def upheld(world: World) -> Script:
    """The client was right: twelve minutes, and not half an hour."""
    session = yield from _done(world, Done(MAILBOX, 2400, "floris", 30, "Boîte partagée ajoutée."))
    at = yield world.phone.after(session.stopped_at or world.now, 90)
    made = desk.contest_work(
        by=world.the("dispatcher"),
        at=at,
        ticket=session.ticket,
        entries=session.entries.all(),
        reason="Cela a pris dix minutes, nous étions au téléphone tout du long.",
        channel="phone",
        contact=session.ticket.caller,
    )
    at = yield world.phone.after(at, 120)
    desk.uphold_contestation(
        by=world.the("manager"),
        at=at,
        contestation=made,
        answer="Vous avez raison\u00a0: le chronomètre est resté lancé après l’appel. C’est corrigé.",
        corrected={
            session.pk: [
                {"domain": "workstation", "minutes": 12, "text": "Boîte partagée ajoutée au téléphone."}
            ]
        },
    )


def in_the_workshop(world: World) -> Script:
    """A laptop on the shelf with its receipt and a picture, another one lent meanwhile."""
    ticket = yield from opened(world, LAPTOP, world.phone.ago(1500))
    at = yield world.phone.after(ticket.called_at, 180)
    odilon = world.staff["odilon"]
    desk.reply(
        by=odilon,
        at=at,
        ticket=ticket,
        text="Bien reçu à l’atelier\u00a0: un portable de prêt vous attend le temps de la réparation.",
    )
    kept = desk.receive_machine(
        by=odilon,
        at=at,
        client=ticket.client,
        ticket=ticket,
        label="Portable 15 pouces, gris",
        serial="EX-15-04471",
        accessories="Chargeur, sacoche",
        condition="Charnière gauche fendue, rayure sur le couvercle.",
        brought_by="Kévin Rabotin",
        place="B3",
        code="copeau-7741",
        photos=[Upload(PICTURE.name, "image/png", PICTURE.read_bytes())],
    )
    at = yield world.phone.after(at, 10)
    desk.lend_machine(
        by=odilon,
        at=at,
        client=ticket.client,
        custody=kept,
        label="Portable de prêt n°\u00a02",
        serial="PRET-02",
        accessories="Chargeur",
        lent_to="Kévin Rabotin",
    )


def waits_to_be_fetched(world: World) -> Script:
    """Ready for a while, and past the day on which it was to leave."""
    ticket = yield from opened(world, OLD_TILL, world.phone.ago(9000))
    at = yield world.phone.after(ticket.called_at, 200)
    floris = world.staff["floris"]
    desk.reply(
        by=floris, at=at, ticket=ticket, text="Nous la gardons une semaine à l’atelier pour l’essayer."
    )
    kept = desk.receive_machine(
        by=floris,
        at=at,
        client=ticket.client,
        ticket=ticket,
        label="Poste de caisse",
        serial="EX-CAISSE-1",
        accessories="Clé de licence",
        brought_by="Livreur de la librairie",
        place="A1",
        due_on=(at + timedelta(days=7)).date(),
    )
    at = yield world.phone.after(at, 900)
    desk.set_ready(by=floris, at=at, custody=kept)
