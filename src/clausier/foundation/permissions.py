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
    "contracts.derogate": _lead,
    "contracts.read": _all | {Role.IT_CORRESPONDENT},
    "contracts.write": _lead,
    "desk.assign": _hotline,
    "desk.close": _hotline | _desk_client,
    "desk.cover": _hotline,
    "desk.note": _hotline,
    "desk.open": _hotline | _desk_client,
    "desk.qualify": _hotline,
    "desk.read": _all | _desk_client,
    "desk.reply": _hotline | _desk_client,
    "desk.schedule": _hotline,
    "desk.work": _hotline,
    "directory.contact": _hotline,
    "directory.read": _all | {Role.IT_CORRESPONDENT},
    "directory.write": frozenset({_o, _m, _d}),
    "installation.write": frozenset({_o}),
    "integrations.write": _lead,
    "journal.read": _lead,
    "law.write": _lead | {_a},
    "people.read": _all,
    "people.second-factor": frozenset({_o}),
    "people.write": _lead,
    "phone.announce": _hotline,
    "phone.read": _hotline | {_r},
    "portal.answer": _desk_client,
    "portal.consent": frozenset({Role.IT_CORRESPONDENT}),
    "portal.people": frozenset({Role.IT_CORRESPONDENT}),
    "portal.settle": _lead,
    "portal.use": frozenset(CLIENT_SIDE),
    "post.read": _hotline | {_r},
    "post.write": _lead,
    "prepaid.correct": _lead | {_a},
    "prepaid.credit": _lead | {_a},
    "prepaid.read": _all | {Role.IT_CORRESPONDENT, Role.CLIENT_ACCOUNTANT},
    "reports.read": _lead | {_d, Role.IT_CORRESPONDENT},
    "rulings.read": _all | frozenset(CLIENT_SIDE),
    "search.use": _all | frozenset(CLIENT_SIDE),
    "screens.write": _lead | {_d},
    "transfer.export": frozenset({_o}),
    "transfer.export_client": _lead,
    "transfer.import": _lead,
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
    "contracts.derogate": _("poser une dérogation"),
    "contracts.read": _("lire les contrats"),
    "contracts.write": _("créer et modifier les contrats"),
    "desk.assign": _("affecter un ticket"),
    "desk.close": _("clore un ticket"),
    "desk.cover": _("décider de la couverture"),
    "desk.note": _("écrire une note interne"),
    "desk.open": _("ouvrir un ticket"),
    "desk.qualify": _("qualifier : classe, priorité, contrat"),
    "desk.read": _("lire les tickets"),
    "desk.reply": _("répondre dans un ticket"),
    "desk.schedule": _("fixer un rendez-vous"),
    "desk.work": _("saisir du travail"),
    "directory.contact": _("ajouter une personne chez un client"),
    "directory.read": _("lire les fiches clients"),
    "directory.write": _("modifier les fiches clients"),
    "installation.write": _("régler l’installation"),
    "integrations.write": _("gérer les jetons d’API et les webhooks"),
    "journal.read": _("lire le journal"),
    "law.write": _("saisir et confirmer des valeurs de la loi"),
    "people.read": _("voir l’équipe et les rôles"),
    "people.second-factor": _("effacer le second facteur de quelqu’un"),
    "people.write": _("gérer l’équipe et les rôles"),
    "phone.announce": _("annoncer les appels d’un standard téléphonique"),
    "phone.read": _("lire les appels téléphoniques"),
    "portal.answer": _("répondre à une demande d’accord"),
    "portal.consent": _("donner un accord permanent de prise en main"),
    "portal.people": _("gérer les accès de votre société"),
    "portal.settle": _("ouvrir ou fermer des rubriques du portail"),
    "portal.use": _("entrer dans le portail"),
    "post.read": _("lire le courrier"),
    "post.write": _("régler les boîtes et les modèles de message"),
    "prepaid.correct": _("passer une contre-écriture de points"),
    "prepaid.credit": _("créditer des points"),
    "prepaid.read": _("lire les comptes de points"),
    "reports.read": _("lire les rapports du service"),
    "rulings.read": _("lire le pourquoi d’un chiffre"),
    "search.use": _("chercher parmi ce que l’on peut lire"),
    "screens.write": _("brancher et retirer des écrans muraux"),
    "transfer.export": _("emporter toutes les données"),
    "transfer.export_client": _("emporter le dossier d’un client"),
    "transfer.import": _("importer des fichiers"),
}


def may(role: str, permission: str) -> bool:
    """Whether `role` carries `permission`. An unknown permission is a programming error: KeyError."""
    return role in MATRIX[permission]
