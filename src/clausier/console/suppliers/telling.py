"""What happened on a case at a supplier's, in one line: for the case and for its ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.desk.models import CaseOutcome, EventKind, TicketEvent
from clausier.foundation import clock, wording

SAID = frozenset(
    {
        EventKind.SUPPLIER_LETTER,
        EventKind.SUPPLIER_ANSWER,
        EventKind.SUPPLIER_CALL,
        EventKind.SUPPLIER_NOTE,
    }
)
"""What people wrote or said; the ticket shows that it happened, the case what it says."""

Described = tuple[str, str | SafeString]


def told(event: TicketEvent) -> Described:
    """An event of a case in one line, for the case and for its ticket."""
    data = event.data
    supplier, case = data.get("supplier") or _("fournisseur à choisir"), data["case"]
    match event.kind:
        case EventKind.SUPPLIER_LETTER if data.get("chase"):
            return "bell-ring", format_html(_("Relance : <b>{}</b>, dossier {}"), supplier, case)
        case EventKind.SUPPLIER_LETTER:
            return "send", format_html(_("Lettre à <b>{}</b>, dossier {}"), supplier, case)
        case EventKind.SUPPLIER_ANSWER if data.get("automatic"):
            return "bot", format_html(_("Message automatique, par <b>{}</b>, dossier {}"), supplier, case)
        case EventKind.SUPPLIER_ANSWER:
            return "reply", format_html(_("<b>{}</b> a répondu, dossier {}"), supplier, case)
        case EventKind.SUPPLIER_CALL:
            return "phone", format_html(_("Appel avec <b>{}</b>, dossier {}"), supplier, case)
        case EventKind.SUPPLIER_NOTE:
            return "lock", format_html(_("Note sur le dossier {} chez <b>{}</b>"), case, supplier)
    return _step(data, supplier, case)


def _step(data: Mapping[str, Any], supplier: str, case: str) -> Described:
    match data.get("step"):
        case "proposed":
            return "factory", format_html(_("Dossier {} proposé : <b>{}</b>"), case, supplier)
        case "opened":
            return "factory", format_html(_("Dossier {} ouvert chez <b>{}</b>"), case, supplier)
        case "joined":
            number = f"{data['ticket']:04d}"
            return "link", format_html(
                _("Le ticket {} attend aussi le dossier {} chez <b>{}</b>"), number, case, supplier
            )
        case "waiting":
            until = wording.day(clock.read(f"{data['until']}T12:00").date(), get_language() or "fr")
            return "hourglass", format_html(
                _("On attend <b>{}</b> jusqu’au {}, dossier {}"), supplier, until, case
            )
        case "due":
            return "bell", format_html(_("<b>{}</b> n’a pas répondu : dossier {} à relancer"), supplier, case)
        case "changed":
            return "pencil", format_html(_("Dossier {} complété : {}"), case, _changed(data["changes"]))
        case "reopened":
            return "rotate-ccw", format_html(_("Dossier {} rouvert chez <b>{}</b>"), case, supplier)
        case "dropped":
            return "circle-slash", format_html(_("Dossier {} abandonné avant d’être envoyé"), case)
    outcome = CaseOutcome(data["outcome"]).label if data.get("outcome") else ""
    return "circle-check", format_html(_("Dossier {} terminé chez <b>{}</b> : {}"), case, supplier, outcome)


CHANGED: dict[str, Callable[[], str]] = {
    "their_references": lambda: _("leur numéro %(value)s"),
    "rma_number": lambda: _("retour %(value)s"),
    "returned_serial": lambda: _("série renvoyée %(value)s"),
    "returned_on": lambda: _("renvoyé le %(value)s"),
    "replacement_serial": lambda: _("série reçue %(value)s"),
    "replaced_on": lambda: _("reçu le %(value)s"),
}


def _changed(changes: Mapping[str, Any]) -> str:
    said = []
    for name, value in changes.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        if name.endswith("_on") and value:
            shown = wording.day(clock.read(f"{value}T12:00").date(), get_language() or "fr", weekday=False)
        said.append(CHANGED[name]() % {"value": shown or "—"})
    return ", ".join(said)
