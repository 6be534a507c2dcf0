"""A step of a ticket in one sentence for the client: the mail's, and what is said over the phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.access.models import AgreementKind
from clausier.desk import effects
from clausier.desk.models import EventKind, Step, TicketEvent
from clausier.foundation import clock, wording
from clausier.foundation.clock import PARIS

TOLD = frozenset(
    {EventKind.STEP, EventKind.APPOINTMENT, EventKind.STOPPED, EventKind.CLOSED, EventKind.AGREEMENT}
)


def sentence(event: TicketEvent) -> str:
    """What happened, in the language in use; "" for what the client is not told of."""
    match event.kind:
        case EventKind.STEP:
            return _step(event)
        case EventKind.APPOINTMENT:
            return _appointment(event)
        case EventKind.STOPPED:
            return _stopped(event)
        case EventKind.CLOSED:
            done = _("Votre demande est close.")
            return f"{done} {event.text}".strip()
        case EventKind.AGREEMENT if event.data.get("what") == "asked":
            return asked(event.data["kind"], event.data.get("about", ""))
    return ""


STEP_WORDS = {
    Step.REMOTE: lambda: _("Votre demande passe à la prise en main à distance."),
    Step.ONSITE: lambda: _("Votre demande passe à l’intervention sur site."),
}


def _step(event: TicketEvent) -> str:
    lines = [STEP_WORDS[Step(event.data["to"])]()]
    if event.text:
        lines.append(_("Pourquoi : %(reason)s.") % {"reason": event.text.rstrip(".")})
    if effect := event.data.get("effect"):
        lines.append(_("Prix : %(price)s.") % {"price": effects.says(effect)})
    if event.data.get("agreement") == "asked":
        lines.append(_("Nous attendons votre accord."))
    return " ".join(lines)


def _appointment(event: TicketEvent) -> str:
    data = event.data
    on = instant(data["starts_at"])
    if data.get("step") == "cancelled":
        says = _("Le rendez-vous du %(on)s est annulé.") % {"on": on}
        return f"{says} {event.text}".strip()
    who, where = data.get("technician", ""), data.get("site", "")
    if data.get("former"):
        says = _("Le rendez-vous du %(former)s est reporté au %(on)s.") % {
            "former": instant(data["former"]),
            "on": on,
        }
    else:
        says = _("Rendez-vous %(on)s.") % {"on": on}
    place = ", ".join(part for part in (who, where) if part)
    return f"{says} {place}." if place else says


def _stopped(event: TicketEvent) -> str:
    lines = [_("L’intervention a dû être arrêtée.")]
    label = stop_label(event.data)
    if label:
        lines.append(_("Motif : %(reason)s.") % {"reason": label})
    lines.append(event.text)
    if event.data.get("promise_waits"):
        lines.append(_("Le délai promis attend que l’intervention puisse reprendre."))
    return " ".join(line for line in lines if line)


def stop_label(data: dict[str, Any]) -> str:
    """The ground of a stop, in the language in use."""
    return _of_both(data.get("label") or {})


def duty_words(data: dict[str, Any]) -> str:
    """The client's duty that was not met, in the language in use; "" when none was."""
    return _of_both(data.get("duty") or {})


def _of_both(words: dict[str, Any]) -> str:
    language = "en" if wording.is_english(get_language() or "fr") else "fr"
    return str(words.get(language) or "")


def asked(kind: str, about: str) -> str:
    """The question put to the client."""
    match kind:
        case AgreementKind.REMOTE:
            says = _("Nous autorisez-vous à prendre la main sur votre machine ?")
        case AgreementKind.BACKUP:
            says = _("Vos données sont-elles sauvegardées ? Nous ne commençons qu’après votre réponse.")
        case AgreementKind.SITE:
            says = _("L’intervention a lieu chez un tiers : a-t-il donné son accord ?")
        case _:
            says = _("Êtes-vous d’accord pour passer à l’étape suivante ?")
    return f"{says} {about}".strip()


def instant(written: str) -> str:
    """An instant of an event's data, as one reads it."""
    at: datetime = clock.read(written).astimezone(PARIS)
    return wording.instant(at, get_language() or "fr")
