"""Tickets that are open in the tool left behind: call, priority, where they stand, what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import facts, policies
from clausier.desk.models import Impact, Nature, Origin, Ticket, Urgency
from clausier.desk.services import takeover
from clausier.desk.services.tickets import NewTicket
from clausier.desk.states import TicketState
from clausier.directory.models import Client
from clausier.directory.names import fold
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.transfer.cells import Fault, in_a_row, instant, line_of_text, one_of, text
from clausier.transfer.kinds.shape import Bringing, Field, LineKind, Made, Values
from clausier.transfer.kinds.sites import CLIENT_FIELD
from clausier.transfer.known import asked
from clausier.transfer.models import ImportedLine, Kind

CAUSES = "coverage.causes."
PRIORITIES = {"1": "1", "2": "2", "3": "3", "4": "4"}
PRIORITY_WORDS = {
    **{f"p{n}": n for n in PRIORITIES},
    **{f"{n} {word}": n for n, words in {"1": ["haute"], "4": ["basse"]}.items() for word in words},
    "critique": "1",
    "urgente": "1",
    "urgent": "1",
    "tres haute": "1",
    "haute": "2",
    "elevee": "2",
    "high": "2",
    "normale": "3",
    "moyenne": "3",
    "medium": "3",
    "normal": "3",
    "basse": "4",
    "faible": "4",
    "low": "4",
}
STATE_WORDS = {
    "nouveau": "open",
    "new": "open",
    "a faire": "open",
    "affecte": "open",
    "attribue": "open",
    "assigne": "open",
    "en cours attribue": "in-progress",
    "en cours planifie": "scheduled",
    "planifie": "scheduled",
    # No clause speaks of waiting: the promise goes on.
    "pending": "in-progress",
    "en attente": "in-progress",
    "en attente client": "in-progress",
    "ferme": "closed",
    "resolu": "closed",
    "closed": "closed",
    "solved": "closed",
}
ORIGIN_WORDS = {"email": "mail", "e mail": "mail", "mail": "mail", "telephone": "phone", "web": "portal"}
CLASS_WORDS = {
    "pc": "workstation",
    "ordinateur": "workstation",
    "imprimante": "peripheral",
    "switch": "network",
}


def bring(given: Values, work: Bringing) -> Made:
    """A ticket taken over, or met again by the number that it had."""
    values = dict(given)
    former = asked(values, "former_number")
    again = _taken_before(former, work) if former else None
    if again is not None:
        return work.met_again(again, "former_number")
    client = work.known.client(values["client"])
    contract = work.known.contract(values["contract"]) if "contract" in values else None
    equipment_class = values.get("equipment_class", EquipmentClass.WORKSTATION)
    book, called_at = _book(client, contract, equipment_class, values["called_at"], work), values["called_at"]
    cause, nature = _cause(book, equipment_class, called_at, values)
    impact, urgency = _levels(book, called_at, values)
    ticket = takeover.take_over_ticket(
        by=work.by,
        at=work.at,
        new=NewTicket(
            client=client,
            title=values["title"],
            description=asked(values, "description"),
            origin=values.get("origin", Origin.PHONE),
            nature=nature,
            equipment_class=equipment_class,
            equipment_label=asked(values, "equipment_label"),
            impact=impact,
            urgency=urgency,
            cause=cause,
            called_at=called_at,
            caller=work.known.contact(client, values["caller"]) if "caller" in values else None,
            site=work.known.site(client, values["site"]) if "site" in values else None,
            contract=contract,
            assignee=work.known.colleague(values["assignee"]) if "assignee" in values else None,
        ),
        former_number=former,
        history=asked(values, "history"),
        state=values.get("state", TicketState.OPEN),
        answered_at=values.get("answered_at"),
        onsite_at=values.get("onsite_at"),
    )
    return Made("created", ticket, former_key=former)


def _taken_before(former: str, work: Bringing) -> Ticket | None:
    line = ImportedLine.objects.filter(
        provider=work.by.provider, object_kind="ticket", former_key=former, undone=False
    ).first()
    return Ticket.objects.filter(pk=line.object_id).first() if line else None


def _book(
    client: Client, contract: Contract | None, equipment_class: str, called_at: datetime, work: Bringing
) -> Book:
    """The terms that the ticket will come under."""
    chosen = contract or facts.covering_contract(client, equipment_class, policies.day_of(called_at))
    return facts.terms_for(work.by.provider, chosen, client.agency).book


def _cause(book: Book, equipment_class: str, called_at: datetime, values: Values) -> tuple[str, str]:
    """The cause and its nature: the one named, else the first of the book for the class and the nature."""
    on, wanted = policies.day_of(called_at), values.get("nature")
    known: dict[str, tuple[str, str]] = {}
    for name in book.names(CAUSES):
        read: Any = book.read(name, on)
        applies = read.value.get("applies_to")
        if applies is None or equipment_class in applies:
            known[name.removeprefix(CAUSES)] = (read.label.fr, read.value["nature"])
    named = fold(asked(values, "cause"))
    for key, (label, nature) in known.items():
        if named in (fold(key), fold(label)) or (not named and wanted in (None, nature)):
            return key, str(wanted or nature)
    raise Fault(
        gettext("Écrivez l’une des causes du livre pour cette classe : %(list)s.")
        % {"list": in_a_row(label for label, nature in known.values())},
        "cause",
    )


def _levels(book: Book, called_at: datetime, values: Values) -> tuple[str, str]:
    """Impact and urgency: as written, else so that the grid gives the priority that is."""
    impact, urgency = values.get("impact"), values.get("urgency")
    priority = values.get("priority")
    impacts = [impact] if impact else list(Impact.values)
    urgencies = [urgency] if urgency else list(Urgency.values)
    if priority is None:
        return impacts[0], urgencies[0]
    reached = set()
    for one in impacts:
        for other in urgencies:
            facts_asked = {"impact": one, "urgency": other, "on": policies.day_of(called_at)}
            given = int(rules.ask("priority", book, facts_asked).value)
            if given == int(priority):
                return one, other
            reached.add(given)
    raise Fault(
        gettext("Votre grille ne donne pas cette priorité ici, mais %(list)s.")
        % {"list": in_a_row(sorted(reached))},
        "priority",
    )


def take_back(line: ImportedLine, work: Bringing) -> None:
    """A ticket is never erased: it is closed, its clocks lifted."""
    ticket = Ticket.objects.get(pk=line.object_id)
    takeover.give_back_ticket(by=work.by, at=work.at, ticket=ticket)


TICKETS = LineKind(
    key=Kind.TICKETS,
    fields=(
        Field(
            "former_number",
            _("Ancien numéro"),
            line_of_text(80),
            "20417",
            _("Son numéro dans l’outil que vous quittez : un second import le reconnaît."),
            also=("numéro", "n°", "id", "ticket", "référence", "ref", "number", "numéro du ticket"),
        ),
        CLIENT_FIELD,
        Field(
            "title",
            _("Titre"),
            line_of_text(200),
            "L’imprimante du bureau ne répond plus",
            required=True,
            also=("sujet", "objet", "résumé", "title", "subject", "intitulé"),
        ),
        Field(
            "called_at",
            _("Ouvert le"),
            instant,
            "16/11/2026 09:40",
            _("L’appel, date et heure : les promesses courent depuis cet instant."),
            required=True,
            also=(
                "date d’ouverture",
                "ouverture",
                "créé le",
                "date de création",
                "appel",
                "opened",
                "created",
                "opening date",
                "date",
            ),
        ),
        Field(
            "description",
            _("Description"),
            text(20_000),
            "",
            also=("détail", "contenu", "message", "content"),
        ),
        Field(
            "caller",
            _("Appelant"),
            line_of_text(254),
            "camille.exemple@menuiserie.example.org",
            _("Une personne du client, par son courriel ou son nom."),
            also=("demandeur", "contact", "requester", "caller", "utilisateur"),
        ),
        Field("site", _("Site"), line_of_text(120), "", also=("lieu", "location", "établissement")),
        Field(
            "contract",
            _("Contrat"),
            line_of_text(20),
            "",
            _("Son numéro. Vide : celui du client qui couvre la classe."),
            also=("numéro de contrat", "contract"),
        ),
        Field(
            "nature",
            _("Nature"),
            one_of(dict(Nature.choices), {"panne": "incident", "request": "request"}),
            _("incident"),
            _("« incident » ou « demande »."),
            also=("type", "type de ticket"),
        ),
        Field(
            "equipment_class",
            _("Classe"),
            one_of(dict(EquipmentClass.choices), CLASS_WORDS),
            _("périphérique"),
            _("serveur, réseau, poste, périphérique ou mobile. Vide : poste."),
            also=("équipement", "classe d’équipement", "catégorie", "category"),
        ),
        Field(
            "equipment_label",
            _("Appareil"),
            line_of_text(120),
            "",
            also=("machine", "nom de l’équipement", "matériel", "asset"),
        ),
        Field(
            "priority",
            _("Priorité"),
            one_of(PRIORITIES, PRIORITY_WORDS),
            "3",
            _("1 est la plus haute, 4 la plus basse. Sert quand la gêne et le blocage ne sont pas dits."),
            also=("priority", "prio"),
        ),
        Field(
            "impact",
            _("Gêne"),
            one_of(dict(Impact.choices)),
            "",
            _("une personne, un service ou tout le site."),
            also=("impact",),
        ),
        Field(
            "urgency",
            _("Peut travailler"),
            one_of(dict(Urgency.choices)),
            "",
            _("oui, mal ou non."),
            also=("urgence", "urgency"),
        ),
        Field(
            "cause",
            _("Cause"),
            line_of_text(80),
            "",
            _("L’une des causes de votre livre. Vide : la première de la nature."),
        ),
        Field(
            "state",
            _("État"),
            one_of(dict(TicketState.choices), STATE_WORDS),
            _("en cours"),
            _("ouvert, en cours ou rendez-vous fixé. Les clos ne se reprennent pas."),
            also=("statut", "status", "state"),
        ),
        Field(
            "assignee",
            _("Affecté à"),
            line_of_text(254),
            "",
            _("Quelqu’un de votre équipe, par son courriel ou son nom."),
            also=("technicien", "attribué à", "assigné à", "assignee", "owner"),
        ),
        Field(
            "origin",
            _("Canal"),
            one_of(dict(Origin.choices), ORIGIN_WORDS),
            "",
            _("téléphone, portail, courriel, alerte ou sur place. Vide : téléphone."),
            also=("origine", "source", "channel"),
        ),
        Field(
            "answered_at",
            _("Première réponse"),
            instant,
            "16/11/2026 10:05",
            _("Quand vous avez répondu, si c’est fait : l’objectif est tenu à cet instant."),
            also=("première réponse le", "pris en compte le", "first response"),
        ),
        Field(
            "onsite_at",
            _("Sur site le"),
            instant,
            "",
            _("Quand quelqu’un est venu, si c’est fait : la promesse est tenue à cet instant."),
            also=("intervention le", "onsite"),
        ),
        Field(
            "history",
            _("Historique"),
            text(20_000),
            "16/11 : redémarrée, le voyant reste rouge.",
            _("Ce qui s’est dit jusqu’ici, gardé en note interne."),
            also=("suivi", "suivis", "notes", "commentaires", "history"),
        ),
    ),
    bring=bring,
    take_back=take_back,
    on_the_day=True,
)
