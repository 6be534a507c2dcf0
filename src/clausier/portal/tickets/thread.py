"""The thread as the client reads it: what people wrote, and what happened that concerns them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.access.models import AgreementKind
from clausier.access.states import AgreementState
from clausier.desk import effects, step_words
from clausier.desk.models import Attachment, EventKind, Mark, Origin, Step, TicketEvent, WorkMode
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.pages.addresses import Addresses
from clausier.pages.happened import contested_in_words, corrected_in_words, custody_in_words

SAID = frozenset({EventKind.OPENED, EventKind.MESSAGE})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: "said" for words, "fact" for what happened. `mine`: the reader's own words."""

    id: str
    kind: str
    at: datetime
    author: str
    how: str
    text: str = ""
    icon: str = ""
    mine: bool = False
    ours: bool = False
    why_url: str = ""
    files: tuple[Attachment, ...] = ()


def entries(events: Iterable[TicketEvent], actor: Actor, addresses: Addresses) -> list[Entry]:
    """The thread, oldest first. What is internal never gets here: the query leaves it out."""
    found = (_said(event, actor) if event.kind in SAID else _fact(event, addresses) for event in events)
    return [entry for entry in found if entry is not None]


def by_day(found: Iterable[Entry], today: date) -> list[tuple[str, list[Entry]]]:
    """The entries under the day they fall on; today has no heading when it is the only one."""
    language = get_language() or "fr"
    groups = [(on, list(of)) for on, of in groupby(found, key=lambda entry: _day(entry.at))]
    return [(_("aujourd’hui") if on == today else wording.day(on, language), of) for on, of in groups]


def _day(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def _said(event: TicketEvent, actor: Actor) -> Entry:
    how = ""
    if event.kind == EventKind.OPENED and event.data.get("origin") != Origin.PORTAL:
        how = _("par %(channel)s") % {"channel": Origin(event.data["origin"]).label}
    return Entry(
        id=f"e{event.pk}",
        kind="said",
        at=event.at,
        author=event.author_name,
        how=how,
        text=event.text,
        mine=event.contact_id is not None and event.contact_id == actor.contact_id,
        ours=event.contact_id is None and "from" not in event.data,
        files=tuple(event.attachments.all()),
    )


def _fact(event: TicketEvent, addresses: Addresses) -> Entry | None:
    told = _told(event)
    if told is None:
        return None
    icon, says = told
    shows_text = (
        event.kind
        in {
            EventKind.CLOSED,
            EventKind.REOPENED,
            EventKind.STEP,
            EventKind.STOPPED,
            EventKind.AGREEMENT,
            EventKind.CONTESTED,
            EventKind.RATED,
        }
        or (event.kind == EventKind.APPOINTMENT and event.data.get("asked_by_client", False))
        or event.data.get("step") == "corrected"
    )
    return Entry(
        id=f"e{event.pk}",
        kind="fact",
        at=event.at,
        author=event.author_name,
        how=says,
        text=event.text if shows_text else "",
        icon=icon,
        why_url=addresses.why_url(event.ruling_id) if event.ruling_id else "",
    )


def _told(event: TicketEvent) -> tuple[str, str] | None:
    """An icon and a sentence; None for what does not concern the client."""
    after, before = event.data.get("after") or {}, event.data.get("before") or {}
    due, former = _instant(after.get("due_at")), _instant(before.get("due_at"))
    match event.kind:
        case EventKind.MERGED:
            return "merge", _("Continue dans la demande %(number)04d") % {"number": event.data["into"]}
        case EventKind.ABSORBED:
            return "merge", _("La demande %(number)04d continue ici") % {"number": event.data["from"]}
        case EventKind.UNMERGED:
            return "undo-2", _("De nouveau séparée de la demande %(number)04d") % {
                "number": event.data["other"]
            }
        case EventKind.PROMISE_CHANGED if event.data.get("reason") == "merge":
            return None
        case EventKind.PROMISE:
            return "clock", _("Promis : sur site avant %(due)s") % {"due": due}
        case EventKind.PROMISE_CHANGED if event.data.get("step") == "lifted":
            return "circle-slash", _("La promesse ne s’applique plus, elle était à %(due)s") % {"due": former}
        case EventKind.PROMISE_CHANGED:
            return "clock", _("Promesse recalculée : %(due)s au lieu de %(former)s") % {
                "due": due,
                "former": former,
            }
        case EventKind.SUSPENDED if not event.data.get("until"):
            return "pause", _("Le délai promis attend que l’intervention puisse reprendre")
        case EventKind.SUSPENDED:
            until = _instant(event.data.get("until"))
            return "pause", _("En attente jusqu’à %(until)s, à votre demande") % {"until": until}
        case EventKind.STEP:
            return "arrow-up-right", _step(event)
        case EventKind.AGREEMENT:
            return _agreement(event)
        case EventKind.REMOTE:
            return "monitor-dot", _remote(event)
        case EventKind.STOPPED:
            return "octagon-x", _stopped(event)
        case EventKind.RESUMED:
            return "play", _("La promesse repart : sur site avant %(due)s") % {"due": due}
        case EventKind.MET if after.get("state") == "met-late":
            return "circle-check", _("Promesse tenue en retard")
        case EventKind.MET:
            return "circle-check", _("Promesse tenue")
        case EventKind.CALL if event.contact_id or event.data.get("direction") == "in":
            return "phone-incoming", _("%(name)s a appelé") % {"name": event.author_name}
        case EventKind.CALL:
            return "phone-outgoing", _("%(name)s vous a appelé") % {"name": event.author_name}
        case EventKind.APPOINTMENT:
            return _appointment(event)
        case EventKind.ASSIGNED if event.data.get("name"):
            return "user-check", _("%(name)s s’en occupe") % {"name": event.data["name"]}
        case EventKind.WORK if event.data.get("step") == "validated":
            mode = WorkMode(event.data["mode"]).label
            return "wrench", _("Travail fait, %(mode)s") % {"mode": mode}
        case EventKind.WORK if event.data.get("step") == "corrected":
            return "undo-2", _("Séance corrigée : %(how)s") % {"how": corrected_in_words(event.data)}
        case EventKind.CONTESTED:
            return contested_in_words(event)
        case EventKind.CUSTODY:
            return custody_in_words(event)
        case EventKind.CLOSED:
            return "circle-check-big", _("Close par %(name)s") % {"name": event.author_name}
        case EventKind.RATED:
            return "star", _("Avis donné : %(mark)s") % {"mark": Mark(event.data["mark"]).label}
        case EventKind.REOPENED:
            return "rotate-ccw", _("Rouverte par %(name)s") % {"name": event.author_name}
    return None


def _appointment(event: TicketEvent) -> tuple[str, str]:
    on = _instant(event.data["starts_at"])
    if event.data.get("step") == "cancelled":
        return "calendar-x", _("Rendez-vous du %(on)s annulé") % {"on": on}
    who = event.data.get("technician", "")
    if event.data.get("former"):
        former = _instant(event.data["former"])
        return "calendar-clock", _("Rendez-vous reporté du %(former)s au %(on)s") % {
            "former": former,
            "on": on,
        }
    if not who:
        return "calendar-check", _("Rendez-vous %(on)s") % {"on": on}
    return "calendar-check", _("Rendez-vous %(on)s avec %(who)s") % {"on": on, "who": who}


def _step(event: TicketEvent) -> str:
    says = {
        Step.REMOTE: lambda: _("Prise en main à distance"),
        Step.ONSITE: lambda: _("Intervention sur site"),
    }[Step(event.data["to"])]()
    if effect := event.data.get("effect"):
        return f"{says}, {effects.says(effect)}"
    return says


def _agreement(event: TicketEvent) -> tuple[str, str]:
    data = event.data
    match data.get("what"):
        case "asked":
            return "message-circle-more", step_words.asked(data["kind"], data.get("about", ""))
        case "withdrawn":
            return "undo-2", _("Accord retiré : %(what)s") % {"what": AgreementKind(data["kind"]).label}
    facts = {"what": AgreementKind(data["kind"]).label, "name": data["name"]}
    if data["state"] == AgreementState.GIVEN:
        return "handshake", _("Accord donné par %(name)s : %(what)s") % facts
    return "ban", _("Refus donné par %(name)s : %(what)s") % facts


def _remote(event: TicketEvent) -> str:
    facts = {"name": event.author_name, "machine": event.data["equipment"], "tool": event.data["tool"]}
    if event.data.get("step") == "ended":
        return _("Main rendue sur %(machine)s") % facts
    return _("%(name)s prend la main sur %(machine)s, %(tool)s") % facts


def _stopped(event: TicketEvent) -> str:
    label = step_words.stop_label(event.data)
    return _("Intervention arrêtée : %(why)s") % {"why": label} if label else _("Intervention arrêtée")


def _instant(iso: str | None) -> str:
    if not iso:
        return ""
    return wording.instant(datetime.fromisoformat(iso).astimezone(PARIS), get_language() or "fr")
