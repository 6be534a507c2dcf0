"""What a webhook may ask to be told: the codes of the journal, with their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

PING: Final = "integrations.ping"
EVERYTHING: Final = "*"

EVENTS: Final = {
    "contracts.contract_created": _("contrat créé"),
    "contracts.coverage_changed": _("équipement couvert modifié"),
    "contracts.derogated": _("dérogation posée"),
    "contracts.terms_accepted": _("conditions acceptées"),
    "desk.appointment_cancelled": _("rendez-vous annulé"),
    "desk.appointment_set": _("rendez-vous fixé"),
    "desk.call_logged": _("appel consigné"),
    "desk.coverage_decided": _("couverture décidée"),
    "desk.note_added": _("note interne ajoutée"),
    "desk.prediagnosis_answered": _("pré-diagnostic répondu"),
    "desk.reply_received": _("réponse du client reçue"),
    "desk.reply_sent": _("réponse envoyée au client"),
    "desk.step_climbed": _("ticket monté d’une étape"),
    "desk.ticket_assigned": _("ticket affecté"),
    "desk.ticket_closed": _("ticket clos"),
    "desk.ticket_opened": _("ticket ouvert"),
    "desk.ticket_qualified": _("ticket qualifié"),
    "desk.ticket_reopened": _("ticket rouvert"),
    "desk.work_discarded": _("séance abandonnée"),
    "desk.work_logged": _("séance saisie à la main"),
    "desk.work_paused": _("séance mise en pause"),
    "desk.work_resumed": _("séance reprise"),
    "desk.work_started": _("séance commencée"),
    "desk.work_stopped": _("séance arrêtée"),
    "desk.work_validated": _("séance validée"),
    "directory.access_granted": _("accès donné à une personne du client"),
    "directory.agency_changed": _("agence modifiée"),
    "directory.agency_created": _("agence créée"),
    "directory.client_changed": _("fiche client modifiée"),
    "directory.client_created": _("client créé"),
    "directory.contact_added": _("contact ajouté"),
    "directory.contact_changed": _("contact modifié"),
    "directory.contact_left": _("départ d’un contact"),
    "directory.correspondent_named": _("correspondant informatique nommé"),
    "directory.site_added": _("site ajouté"),
    "directory.site_changed": _("site modifié"),
    "directory.skills_set": _("compétences d’une personne modifiées"),
    "directory.staff_placed": _("personne rattachée à une agence"),
    "foundation.priority_grid_set": _("grille de priorité modifiée"),
    "foundation.role_ended": _("départ de l’équipe"),
    "foundation.role_given": _("rôle donné"),
    "integrations.delivery_resent": _("remise renvoyée à un webhook"),
    "integrations.secret_renewed": _("secret d’un webhook renouvelé"),
    "integrations.token_created": _("jeton d’API créé"),
    "integrations.token_revoked": _("jeton d’API révoqué"),
    "integrations.webhook_changed": _("webhook modifié"),
    "integrations.webhook_created": _("webhook créé"),
    "integrations.webhook_removed": _("webhook retiré"),
    "integrations.webhook_tried": _("webhook essayé"),
    "prepaid.account_opened": _("compte de points ouvert"),
    "prepaid.corrected": _("contre-écriture passée"),
    "prepaid.credited": _("points crédités"),
}
AREAS: Final = tuple(sorted({code.partition(".")[0] for code in EVENTS}))


def known(pattern: str) -> bool:
    """Whether `pattern` is an event, a whole area ("desk.*") or everything ("*")."""
    return pattern in EVENTS or pattern == EVERYTHING or pattern in {f"{area}.*" for area in AREAS}


def listens(patterns: Iterable[str], code: str) -> bool:
    """Whether one of `patterns` asks for `code`."""
    return not {EVERYTHING, code, f"{code.partition('.')[0]}.*"}.isdisjoint(patterns)
