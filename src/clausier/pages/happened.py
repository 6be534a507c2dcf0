"""What happened to work and machines, in the words that both faces use in a ticket's thread."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.desk.models import TicketEvent
from clausier.desk.states import ContestationState
from clausier.foundation import wording


def corrected_in_words(data: Mapping[str, Any]) -> str:
    """« 26,67 points rendus, 12,00 points décomptés à la place »."""
    language = get_language() or "fr"
    parts = []
    if data.get("given_back"):
        points = wording.points(Decimal(data["given_back"]), language)
        parts.append(_("%(points)s rendus") % {"points": points})
    if data.get("taken_back"):
        amount = wording.money(Decimal(data["taken_back"]), language)
        parts.append(_("%(amount)s repris") % {"amount": amount})
    if data.get("now_points"):
        points = wording.points(Decimal(data["now_points"]), language)
        parts.append(_("%(points)s décomptés à la place") % {"points": points})
    elif data.get("now_amount"):
        amount = wording.money(Decimal(data["now_amount"]), language)
        parts.append(_("%(amount)s à la place") % {"amount": amount})
    elif data.get("now_minutes"):
        minutes = f"{data['now_minutes']}{wording.NBSP}min"
        parts.append(_("%(minutes)s à la place") % {"minutes": minutes})
    else:
        parts.append(_("rien à la place"))
    return ", ".join(parts)


def contested_in_words(event: TicketEvent) -> tuple[str, str | SafeString]:
    """The icon and the words of a contestation, or of what became of it."""
    match event.data.get("step"):
        case ContestationState.UPHELD:
            return "check", _("Contestation admise")
        case ContestationState.REJECTED:
            return "x", _("Contestation refusée")
        case ContestationState.WITHDRAWN:
            return "undo-2", _("Contestation retirée")
    return "flag", format_html(_("Travail <b>contesté</b> par {}"), event.author_name)


def custody_in_words(event: TicketEvent) -> tuple[str, str | SafeString]:
    """The icon and the words of a machine's stay in the workshop."""
    says = {
        "received": _("Machine <b>reçue à l’atelier</b> : {}, {}"),
        "ready": _("Machine <b>prête à reprendre</b> : {}, {}"),
        "held": _("Machine de nouveau en travail : {}, {}"),
        "waits": _("Machine prête qui attend toujours : {}, {}"),
        "returned": _("Machine <b>rendue</b> : {}, {}"),
    }.get(event.data.get("step", ""), "{}, {}")
    return "wrench", format_html(says, event.data.get("label", ""), event.data.get("number", ""))
