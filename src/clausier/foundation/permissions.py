"""One vocabulary of permissions, and the matrix role × permission, as data.

A permission is `area.act`. Client roles never carry a staff permission; what they see is cut again by
`visible_to`. Keep both lists alphabetical within their area.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Who someone is for one provider; the last three are on a client's side."""

    OWNER = "owner"
    MANAGER = "manager"
    DISPATCHER = "dispatcher"
    TECHNICIAN = "technician"
    ACCOUNTANT = "accountant"
    READER = "reader"
    IT_CORRESPONDENT = "it-correspondent"
    USER = "user"
    CLIENT_ACCOUNTANT = "client-accountant"


STAFF: Final = (
    Role.OWNER,
    Role.MANAGER,
    Role.DISPATCHER,
    Role.TECHNICIAN,
    Role.ACCOUNTANT,
    Role.READER,
)
CLIENT_SIDE: Final = (Role.IT_CORRESPONDENT, Role.USER, Role.CLIENT_ACCOUNTANT)

ROLE_NAMES: Final = {
    Role.OWNER: _("propriétaire"),
    Role.MANAGER: _("responsable"),
    Role.DISPATCHER: _("répartition"),
    Role.TECHNICIAN: _("technicien"),
    Role.ACCOUNTANT: _("comptabilité"),
    Role.READER: _("lecture seule"),
    Role.IT_CORRESPONDENT: _("correspondant informatique"),
    Role.USER: _("utilisateur"),
    Role.CLIENT_ACCOUNTANT: _("comptabilité du client"),
}

_o, _m, _d, _t, _a, _r = STAFF
_all = frozenset(STAFF)
_lead = frozenset({_o, _m})
_hotline = frozenset({_o, _m, _d, _t})
_desk_client = frozenset({Role.IT_CORRESPONDENT, Role.USER})

MATRIX: Final[dict[str, frozenset[Role]]] = {
    "access.read": _all | _desk_client,
    "access.record": _hotline,
    "access.settle": _lead,
    "access.withdraw": _hotline | _desk_client,
    "books.publish": frozenset({_o}),
    "books.read": _all,
    "books.write": _lead,
    "contracts.accept": _lead | {_d},
    "contracts.adopt": _lead,
    "contracts.amend": _lead,
    "contracts.derogate": _lead,
    "contracts.mandate": _lead | {_a},
    "contracts.read": _all | {Role.IT_CORRESPONDENT},
    "contracts.write": _lead,
    "desk.assign": _hotline,
    "desk.close": _hotline | _desk_client,
    "desk.contest": _hotline | {Role.IT_CORRESPONDENT},
    "desk.correct": _lead | {_a},
    "desk.cover": _hotline,
    "desk.note": _hotline,
    "desk.open": _hotline | _desk_client,
    "desk.qualify": _hotline,
    "desk.read": _all | _desk_client,
    "desk.reply": _hotline | _desk_client,
    "desk.schedule": _hotline,
    "desk.settle": _lead | {_d},
    "desk.suppliers": _hotline,
    "desk.work": _hotline,
    "directory.contact": _hotline,
    "directory.read": _all | {Role.IT_CORRESPONDENT},
    "directory.write": frozenset({_o, _m, _d}),
    "hourly.read": _all | {Role.IT_CORRESPONDENT, Role.CLIENT_ACCOUNTANT},
    "installation.write": frozenset({_o}),
    "integrations.write": _lead,
    "journal.read": _lead,
    "knowledge.publish": frozenset({_o, _m, _d}),
    "knowledge.read": _all | frozenset(CLIENT_SIDE),
    "knowledge.write": _hotline,
    "law.write": _lead | {_a},
    "people.read": _all,
    "people.second-factor": frozenset({_o}),
    "people.write": _lead,
    "phone.announce": _hotline,
    "phone.read": _hotline | {_r},
    "portal.agree": frozenset({Role.IT_CORRESPONDENT}),
    "portal.answer": _desk_client,
    "portal.consent": frozenset({Role.IT_CORRESPONDENT}),
    "portal.people": frozenset({Role.IT_CORRESPONDENT}),
    "portal.rate": _desk_client,
    "portal.settle": _lead,
    "portal.use": frozenset(CLIENT_SIDE),
    "post.read": _hotline | {_r},
    "post.write": _lead,
    "prepaid.ask": _lead | {_a, Role.IT_CORRESPONDENT, Role.CLIENT_ACCOUNTANT},
    "prepaid.correct": _lead | {_a},
    "prepaid.credit": _lead | {_a},
    "prepaid.override": _lead,
    "prepaid.read": _all | {Role.IT_CORRESPONDENT, Role.CLIENT_ACCOUNTANT},
    "prepaid.settle": _lead | {_a},
    "recurring.read": _all | {Role.IT_CORRESPONDENT},
    "recurring.write": _lead | {_d},
    "reports.read": _lead | {_d, Role.IT_CORRESPONDENT},
    "roster.absent": _all,
    "roster.answer": _hotline,
    "roster.call_out": _hotline,
    "roster.read": _all,
    "roster.settle": _lead,
    "roster.write": _lead | {_d},
    "rulings.read": _all | frozenset(CLIENT_SIDE),
    "satisfaction.settle": _lead,
    "search.use": _all | frozenset(CLIENT_SIDE),
    "screens.write": _lead | {_d},
    "transfer.export": frozenset({_o}),
    "transfer.export_client": _lead,
    "transfer.import": _lead,
    "workshop.acknowledge": _hotline | {Role.IT_CORRESPONDENT},
    "workshop.read": _all | {Role.IT_CORRESPONDENT},
    "workshop.receive": _hotline,
}

PERMISSION_NAMES: Final = {
    "access.read": _("lire les accords et les prises en main"),
    "access.record": _("noter l’accord ou le refus d’un client"),
    "access.settle": _("régler les outils de prise en main"),
    "access.withdraw": _("retirer un accord"),
    "books.publish": _("publier une édition de vos conditions"),
    "books.read": _("lire les livres de clauses"),
    "books.write": _("préparer une édition de vos conditions"),
    "contracts.accept": _("enregistrer l’acceptation des conditions"),
    "contracts.adopt": _("faire passer un contrat à une autre édition"),
    "contracts.amend": _("écrire, envoyer et signer des avenants"),
    "contracts.derogate": _("poser une dérogation"),
    "contracts.mandate": _("enregistrer des mandats de prélèvement"),
    "contracts.read": _("lire les contrats"),
    "contracts.write": _("créer et modifier les contrats"),
    "desk.assign": _("affecter un ticket"),
    "desk.close": _("clore un ticket"),
    "desk.contest": _("contester du travail saisi"),
    "desk.correct": _("corriger du travail validé et répondre aux contestations"),
    "desk.cover": _("décider de la couverture"),
    "desk.note": _("écrire une note interne"),
    "desk.open": _("ouvrir un ticket"),
    "desk.qualify": _("qualifier : classe, priorité, contrat"),
    "desk.read": _("lire les tickets"),
    "desk.reply": _("répondre dans un ticket"),
    "desk.schedule": _("fixer un rendez-vous"),
    "desk.settle": _("régler les étiquettes et les listes de tâches"),
    "desk.suppliers": _("ouvrir et suivre un dossier chez un fournisseur"),
    "desk.work": _("saisir du travail"),
    "directory.contact": _("ajouter une personne chez un client"),
    "directory.read": _("lire les fiches clients"),
    "directory.write": _("modifier les fiches clients"),
    "hourly.read": _("lire les heures à facturer"),
    "installation.write": _("régler l’installation"),
    "integrations.write": _("gérer les jetons d’API et les webhooks"),
    "journal.read": _("lire le journal"),
    "knowledge.publish": _("publier des articles et partager des réponses types"),
    "knowledge.read": _("lire les articles de la base de connaissances"),
    "knowledge.write": _("écrire des articles et des réponses types"),
    "law.write": _("saisir et confirmer des valeurs de la loi"),
    "people.read": _("voir l’équipe et les rôles"),
    "people.second-factor": _("effacer le second facteur de quelqu’un"),
    "people.write": _("gérer l’équipe et les rôles"),
    "phone.announce": _("annoncer les appels d’un standard téléphonique"),
    "phone.read": _("lire les appels téléphoniques"),
    "portal.agree": _("accepter des conditions et des avenants"),
    "portal.answer": _("répondre à une demande d’accord"),
    "portal.consent": _("donner un accord permanent de prise en main"),
    "portal.people": _("gérer les accès de votre société"),
    "portal.rate": _("donner son avis sur un ticket clos"),
    "portal.settle": _("ouvrir ou fermer des rubriques du portail"),
    "portal.use": _("entrer dans le portail"),
    "post.read": _("lire le courrier"),
    "post.write": _("régler les boîtes et les modèles de message"),
    "prepaid.ask": _("demander des points"),
    "prepaid.correct": _("passer une contre-écriture de points"),
    "prepaid.credit": _("créditer des points"),
    "prepaid.override": _("autoriser un dépassement de points"),
    "prepaid.read": _("lire les comptes de points"),
    "prepaid.settle": _("régler les alertes et les relevés de points"),
    "recurring.read": _("voir les travaux récurrents"),
    "recurring.write": _("planifier des travaux récurrents"),
    "reports.read": _("lire les rapports du service"),
    "roster.absent": _("noter ses absences"),
    "roster.answer": _("prendre un appel d’astreinte"),
    "roster.call_out": _("appeler l’astreinte"),
    "roster.read": _("voir les absences et l’astreinte"),
    "roster.settle": _("régler l’affectation et les envois de l’astreinte"),
    "roster.write": _("tenir les absences et les tours d’astreinte"),
    "rulings.read": _("lire le pourquoi d’un chiffre"),
    "satisfaction.settle": _("régler l’enquête de satisfaction"),
    "search.use": _("chercher parmi ce que l’on peut lire"),
    "screens.write": _("brancher et retirer des écrans muraux"),
    "transfer.export": _("emporter toutes les données"),
    "transfer.export_client": _("emporter le dossier d’un client"),
    "transfer.import": _("importer des fichiers"),
    "workshop.acknowledge": _("confirmer un bon de dépôt"),
    "workshop.read": _("voir les machines à l’atelier"),
    "workshop.receive": _("recevoir, prêter et rendre des machines"),
}


def may(role: str, permission: str) -> bool:
    """Whether `role` carries `permission`. An unknown permission is a programming error: KeyError."""
    return role in MATRIX[permission]
