"""The thread of a ticket: what people wrote, and between it what happened, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clausier.access.models import AgreementKind, How
from clausier.access.states import AgreementState
from clausier.console.suppliers import telling
from clausier.contracts.models import EquipmentClass
from clausier.desk import step_words
from clausier.desk.models import (
    Attachment,
    EventKind,
    Impact,
    Mark,
    Origin,
    Step,
    TicketEvent,
    Urgency,
    Verdict,
    WorkMode,
)
from clausier.foundation import clock, wording
from clausier.foundation.clock import PARIS
from clausier.pages.happened import contested_in_words, corrected_in_words, custody_in_words
from clausier.roster.models import CallOutReason, Channel

SAID = frozenset({EventKind.OPENED, EventKind.MESSAGE, EventKind.NOTE, EventKind.CALL})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `kind` is "said" for words of a person, "fact" for what happened."""

    id: str
    kind: str
    at: datetime
    author: str
    how: str | SafeString
    text: str = ""
    icon: str = ""
    ours: bool = False
    internal: bool = False
    why_url: str = ""
    why_question: str = ""
    written_at: datetime | None = None  # where it is later than `at`: the entry was back-dated
    files: tuple[Attachment, ...] = ()
    mail_url: str = ""  # the message that it was made of
    letter: Letter | None = None
    case_url: str = ""  # the case at a supplier's that it belongs to


@dataclass(frozen=True, slots=True)
class Letter:
    """How the mail that carries an entry stands: the word, its mark, and where to read more."""

    url: str
    mark: str
    label: str


def entries(
    events: Iterable[TicketEvent],
    slug: str,
    *,
    mails: Mapping[int, str] = MappingProxyType({}),
    letters: Mapping[int, Letter] = MappingProxyType({}),
    own: int | None = None,
) -> list[Entry]:
    """The thread, oldest first; by the entry, the address of the message it was made of and how it left.

    What was said on another ticket than `own` says on which: that ticket was merged.
    """
    return [
        _said(event, mails, letters, own) if event.kind in SAID else _fact(event, slug, mails)
        for event in events
    ]


def _said(
    event: TicketEvent, mails: Mapping[int, str], letters: Mapping[int, Letter], own: int | None
) -> Entry:
    how = _how(event)
    if own is not None and event.ticket_id != own:
        how = ", ".join(filter(None, [how, _("sur le %(number)s") % {"number": event.ticket}]))
    return Entry(
        id=f"e{event.pk}",
        kind="said",
        at=event.at,
        author=event.author_name,
        how=how,
        text=event.text,
        ours=event.contact_id is None and "from" not in event.data,
        internal=event.kind == EventKind.NOTE,
        written_at=written_later(event),
        files=tuple(event.attachments.all()),
        mail_url=mails.get(event.pk, ""),
        letter=letters.get(event.pk),
    )


def written_later(event: TicketEvent) -> datetime | None:
    """When it was written, if that was noticeably after it happened."""
    return event.written_at if (event.written_at - event.at).total_seconds() >= 60 else None


def _how(event: TicketEvent) -> str:
    """By which way the words came."""
    match event.kind:
        case EventKind.OPENED:
            return _("par %(channel)s") % {"channel": Origin(event.data["origin"]).label}
        case EventKind.NOTE:
            return _("note interne")
        case EventKind.CALL if event.data.get("direction") == "out":
            name = event.data.get("contact_name")
            return _("a appelé %(name)s") % {"name": name} if name else _("appel émis")
        case EventKind.CALL:
            return _("a appelé")
        case _:
            return "" if event.contact_id or "from" in event.data else _("au client")


Described = tuple[str, str | SafeString]


def _fact(event: TicketEvent, slug: str, mails: Mapping[int, str]) -> Entry:
    icon, how = FACTS.get(event.kind, _other)(event)
    return Entry(
        id=f"e{event.pk}",
        kind="fact",
        at=event.at,
        author=event.author_name,
        how=how,
        text=event.text if event.kind not in TEXT_IN_SENTENCE else "",
        icon=icon,
        internal=event.is_internal,
        why_url=reverse("why", args=[slug, event.ruling_id]) if event.ruling_id else "",
        why_question=_("Pourquoi ?"),
        written_at=written_later(event),
        mail_url=mails.get(event.pk, ""),
        case_url=_case_url(event, slug),
    )


def _case_url(event: TicketEvent, slug: str) -> str:
    if event.case_id is None:
        return ""
    return reverse("case", args=[slug, event.data["number"], event.data["ordinal"]])


TEXT_IN_SENTENCE = frozenset({EventKind.STEP, EventKind.COVERAGE, EventKind.REOPENED}) | telling.SAID


def _other(event: TicketEvent) -> Described:
    return "circle", str(EventKind(event.kind).label).capitalize()


def _priority(event: TicketEvent) -> Described:
    return "signal", format_html(_("Priorité <b>{}</b>"), event.data["priority"])


def _coverage(event: TicketEvent) -> Described:
    verdict = Verdict(event.data["verdict"]).label
    if event.data["verdict"] == event.data["proposed"]:
        return "check", format_html(_("Couverture : <b>{}</b>"), verdict)
    proposed = Verdict(event.data["proposed"]).label
    says = _("Couverture : <b>{}</b> au lieu de « {} », car {}")
    return "scale", format_html(says, verdict, proposed, event.text)


def _clock(event: TicketEvent) -> Described:
    """Started, changed, suspended, resumed, lifted: the due date after it, and before when it moved."""
    after, before = event.data.get("after") or {}, event.data.get("before") or {}
    due, former = _due(after.get("due_at")), _due(before.get("due_at"))
    target = event.data.get("clock") == "target"
    if taken := event.data.get("taken_from_number"):
        return _taken_over(event, due, _number(taken), target=target)
    match event.data.get("step"):
        case "started" if target:
            return "target", format_html(_("Objectif interne : <b>première réponse avant {}</b>"), due)
        case "started":
            return "clock", format_html(_("Promesse posée : <b>sur site avant {}</b>"), due)
        case "lifted" if event.data.get("reason") == "merge":
            return "merge", format_html(_("Ce délai continue sur l’autre ticket, il était à {}"), former)
        case "lifted":
            says = (
                _("Objectif interne levé, il était à {}") if target else _("Promesse levée, elle était à {}")
            )
            return "circle-slash", format_html(says, former)
        case "suspended" if not event.data.get("until"):
            return "pause", format_html(_("Promesse suspendue : <b>{}</b>"), _ground(event.data))
        case "suspended":
            until = _due(event.data.get("until"))
            return "pause", format_html(
                _("Promesse suspendue jusqu’à <b>{}</b>, report demandé par le client"), until
            )
        case "resumed":
            return "play", format_html(_("La promesse repart : <b>sur site avant {}</b>"), due)
    used = wording.duration(after.get("used_seconds", 0))
    says = _("Promesse recalculée : <b>{}</b> au lieu de {}, {} déjà utilisées")
    if target:
        says = _("Objectif interne recalculé : <b>{}</b> au lieu de {}, {} déjà utilisées")
    return "clock", format_html(says, due, former, used)


def _ground(data: Mapping[str, Any]) -> str:
    """What a promise waits for, in the language in use."""
    english = wording.is_english(_language()) and data.get("reason_en")
    return str(data["reason_en"] if english else data.get("reason", ""))


def _taken_over(event: TicketEvent, due: str, number: str, *, target: bool) -> Described:
    """A step that comes from another ticket by a merge, or from before one that was undone."""
    if event.data.get("step") == "started" and not target:
        says = _("Promesse reprise du <b>{}</b>, comptée de son appel : <b>sur site avant {}</b>")
        return "clock", format_html(says, number, due)
    if target:
        return "target", format_html(_("Objectif interne repris du <b>{}</b>"), number)
    return "clock", format_html(_("Promesse du <b>{}</b>, suite : <b>sur site avant {}</b>"), number, due)


def _met(event: TicketEvent) -> Described:
    hows = {
        "onsite": _("le technicien commence sur site"),
        "solved": _("résolu avant tout déplacement"),
        "answered": _("première réponse donnée"),
    }
    how = hows.get(event.data.get("how", ""), "")
    state = (event.data.get("after") or {}).get("state")
    if event.data.get("clock") == "target":
        says = (
            _("Objectif interne tenu en retard : {}")
            if state == "met-late"
            else _("Objectif interne tenu : {}")
        )
    else:
        says = (
            _("<b>Promesse tenue en retard</b> : {}")
            if state == "met-late"
            else _("<b>Promesse tenue</b> : {}")
        )
    return "circle-check", format_html(says, how)


def _step(event: TicketEvent) -> Described:
    to = Step(event.data["to"]).label
    icon = {"remote": "monitor-dot", "onsite": "car"}.get(event.data["to"], "phone")
    return icon, format_html(_("Étape <b>{}</b>, {} : {}"), to, event.author_name, event.text)


def _prediagnosis(event: TicketEvent) -> Described:
    missing, asked = len(event.data.get("missing", ())), event.data.get("asked", 0)
    if not missing:
        return "check", _("Pré-diagnostic complet")
    says = _("Pré-diagnostic : %(answered)d réponses sur %(asked)d")
    return "list-checks", says % {"answered": asked - missing, "asked": asked}


def _appointment(event: TicketEvent) -> Described:
    on = _due(event.data["starts_at"])
    if event.data.get("step") == "cancelled":
        return "calendar-x", format_html(_("Rendez-vous du {} annulé"), on)
    place = ", ".join(part for part in (event.data.get("site"), event.data.get("technician")) if part)
    if event.data.get("former"):
        who = event.data.get("asked_by") or (_("le client") if event.data.get("asked_by_client") else "")
        former = _due(event.data["former"])
        if not who:
            return "calendar-clock", format_html(
                _("Rendez-vous déplacé du {} au <b>{}</b>, {}"), former, on, place
            )
        return "calendar-clock", format_html(
            _("Rendez-vous déplacé du {} au <b>{}</b>, {}, demandé par {}"), former, on, place, who
        )
    says = _("Rendez-vous <b>{}</b>, {}")
    if event.data.get("asked_by_client"):
        says = _("Rendez-vous <b>{}</b>, {}, date demandée par le client")
    return "calendar-check", format_html(says, on, place)


def _agreement(event: TicketEvent) -> Described:
    data = event.data
    what = AgreementKind(data["kind"]).label
    match data.get("what"):
        case "asked":
            return "message-circle-more", format_html(_("Accord demandé au client : <b>{}</b>"), what)
        case "withdrawn":
            return "undo-2", format_html(_("Accord retiré : <b>{}</b>"), what)
    how = How(data["how"]).label if data.get("how") else ""
    if data["state"] == AgreementState.GIVEN:
        return "handshake", format_html(_("<b>{}</b> : accord donné par {}, {}"), what, data["name"], how)
    return "ban", format_html(_("<b>{}</b> : refusé par {}, {}"), what, data["name"], how)


def _remote(event: TicketEvent) -> Described:
    data = event.data
    if data.get("step") == "ended":
        return "monitor-off", format_html(_("Main rendue sur <b>{}</b>"), data["equipment"])
    return "monitor-dot", format_html(
        _("{} prend la main sur <b>{}</b>, {}"), event.author_name, data["equipment"], data["tool"]
    )


def _stopped(event: TicketEvent) -> Described:
    label = step_words.stop_label(event.data)
    if not label:
        return "octagon-x", _("Intervention arrêtée")
    return "octagon-x", format_html(_("Intervention arrêtée : <b>{}</b>"), label)


def _told(event: TicketEvent) -> Described:
    return "phone", _("Prévenu par téléphone : %(names)s") % {"names": ", ".join(event.data["names"])}


def _assigned(event: TicketEvent) -> Described:
    name = event.data.get("name")
    if not name:
        return "user-x", _("Plus personne d’affecté")
    return "user-check", format_html(_("Confié à <b>{}</b>"), name)


def _work(event: TicketEvent) -> Described:
    data, mode = event.data, str(WorkMode(event.data["mode"]).label)
    worked = f"{data.get('worked_minutes', 0)}{wording.NBSP}min"
    match data.get("step"):
        case "started":
            return "timer", _("Séance %(mode)s commencée par %(name)s") % {
                "mode": mode,
                "name": event.author_name,
            }
        case "stopped":
            return "timer-off", _("Séance %(mode)s arrêtée, %(worked)s") % {"mode": mode, "worked": worked}
        case "logged":
            return "pencil-line", _("Travail saisi à la main, %(mode)s, %(worked)s") % {
                "mode": mode,
                "worked": worked,
            }
        case "discarded":
            return "trash-2", _("Séance %(mode)s abandonnée") % {"mode": mode}
        case "after-end":
            return "calendar-x", format_html(
                _("Contrat {} terminé le {} : ce travail est jugé sans lui, <b>{}</b>"),
                data["ended"],
                wording.day(date.fromisoformat(data["ended_on"]), _language(), year=True, weekday=False),
                Verdict(data["verdict"]).label,
            )
        case "corrected":
            return "undo-2", format_html(_("Séance {} corrigée : <b>{}</b>"), mode, corrected_in_words(data))
    if data.get("amount"):
        price = wording.money(_decimal(data["amount"]), _language())
        return "check", format_html(_("Travail validé, {}, {} : <b>{}</b>"), mode, worked, price)
    if data.get("points"):
        taken = wording.number(-abs(_decimal(data["points"])), _language(), places=2, signed=True)
        return "check", format_html(_("Travail validé, {}, {} : <b>{} points</b>"), mode, worked, taken)
    verdict = Verdict(data["verdict"]).label if data.get("verdict") else ""
    return "check", format_html(_("Travail validé, {}, {} : <b>{}</b>"), mode, worked, verdict)


def _points(event: TicketEvent) -> Described:
    balance = wording.number(_decimal(event.data["balance"]), _language(), places=2)
    if event.data.get("warning") == "billed":
        amount = wording.money(_decimal(event.data["amount"]), _language())
        return "triangle-alert", format_html(
            _("Compte de points épuisé : <b>{} min</b> à facturer à l’heure, <b>{}</b> hors taxes"),
            event.data["minutes"],
            amount,
        )
    if event.data.get("warning") == "overdrawn":
        return "triangle-alert", format_html(_("Compte de points à découvert : <b>{}</b>"), balance)
    return "triangle-alert", format_html(_("Compte de points sous le seuil d’alerte : <b>{}</b>"), balance)


def _closed(event: TicketEvent) -> Described:
    return "circle-check-big", format_html(_("<b>Clos</b> par {}"), event.author_name)


def _reopened(event: TicketEvent) -> Described:
    return "rotate-ccw", format_html(_("<b>Rouvert</b> par {} : {}"), event.author_name, event.text)


CHANGED: dict[str, tuple[Callable[[], str], Any]] = {
    "equipment_class": (lambda: _("classe"), EquipmentClass),
    "contract": (lambda: _("contrat"), None),
    "impact": (lambda: _("impact"), Impact),
    "urgency": (lambda: _("peuvent travailler"), Urgency),
    "site": (lambda: _("site"), None),
    "equipment_label": (lambda: _("équipement"), None),
}


def _qualified(event: TicketEvent) -> Described:
    parts = [
        _("%(what)s : %(before)s → %(after)s")
        % {"what": CHANGED[name][0](), "before": _word(name, before), "after": _word(name, after)}
        for name, (before, after) in event.data.get("changes", {}).items()
        if name in CHANGED
    ]
    return "tags", format_html(_("Requalifié, {}"), ", ".join(parts))


def _word(name: str, value: Any) -> str:
    if value in (None, ""):
        return _("aucun")
    choices = CHANGED[name][1]
    return str(choices(value).label) if choices else str(value)


def _callback(event: TicketEvent) -> Described:
    due = _due(event.data["due_at"])
    return "phone-outgoing", format_html(_("Rappel dû à <b>{}</b> avant {}"), event.data["name"], due)


def _called_back(event: TicketEvent) -> Described:
    return "phone", _("Rappel fait")


def _machine(event: TicketEvent) -> Described:
    hows = {
        "automatic": _("Message automatique, par {}"),
        "bounce": _("Retour de courrier, par {}"),
        "list": _("Liste de diffusion, par {}"),
    }
    says = hows.get(event.data.get("what", ""), hows["automatic"])
    return "bot", format_html(says, event.author_name)


def _moved(event: TicketEvent) -> Described:
    to = f"{event.data['to']:04d}"
    says = _("Message écrit par {}, rangé sur le ticket <b>{}</b>")
    return "folder-output", format_html(says, event.data["author"], to)


def _merged(event: TicketEvent) -> Described:
    return "merge", format_html(
        _("Fusionné dans le <b>{}</b> par {}"), _number(event.data["into"]), event.author_name
    )


def _absorbed(event: TicketEvent) -> Described:
    """Which ticket goes on here, and which promise of the two is kept."""
    data = event.data
    source = _number(data["from"])
    if data.get("kept") is None:
        return "merge", format_html(_("Le <b>{}</b> continue ici : {}"), source, data["title"])
    own, other = _due(data["own_due"]), _due(data["other_due"])
    if data["other_due"] is None:
        return "merge", format_html(
            _("Le <b>{}</b> continue ici : {}. La promesse d’ici est gardée : <b>{}</b>"),
            source,
            data["title"],
            own,
        )
    says = _(
        "Le <b>{}</b> continue ici : {}. La promesse d’ici échoit la première et reste : <b>{}</b>, contre {}"
    )
    if data["kept"] == data["from"]:
        says = _(
            "Le <b>{}</b> continue ici : {}. Sa promesse échoit la première et est reprise : "
            "<b>{}</b> au lieu de {}"
        )
        own, other = other, own
    return "merge", format_html(says, source, data["title"], own, other)


def _unmerged(event: TicketEvent) -> Described:
    says = _("Fusion avec le <b>{}</b> annulée par {}")
    return "undo-2", format_html(says, _number(event.data["other"]), event.author_name)


def _split(event: TicketEvent) -> Described:
    says = ngettext(
        "{} message détaché vers le <b>{}</b>", "{} messages détachés vers le <b>{}</b>", event.data["count"]
    )
    return "split", format_html(says, event.data["count"], _number(event.data["to"]))


def _number(number: int) -> str:
    return f"{number:04d}"


def _called_out(event: TicketEvent) -> Described:
    said = event.data
    match said.get("step"):
        case "begun":
            return "phone-call", format_html(
                _("<b>Astreinte appelée</b> : {}"), CallOutReason(said["reason"]).label
            )
        case "summoned":
            ways = ", ".join(str(Channel(way).label) for way in said.get("channels", ()))
            return "bell", format_html(_("Appel à <b>{}</b> par {}"), said["name"], ways)
        case "reached":
            return "send", _("Message parti pour %(name)s (%(way)s)") % {
                "name": said["name"],
                "way": Channel(said["channel"]).label,
            }
        case "not-reached":
            return "triangle-alert", _("Message abandonné pour %(name)s (%(way)s) : %(error)s") % {
                "name": said["name"],
                "way": Channel(said["channel"]).label,
                "error": said.get("error", ""),
            }
        case "answered":
            return "check", format_html(_("<b>{}</b> prend l’appel d’astreinte"), event.author_name)
    return "triangle-alert", _("Personne n’a répondu à l’appel d’astreinte")


def _rated(event: TicketEvent) -> Described:
    mark = Mark(event.data["mark"])
    says = (
        _("%(name)s a changé d’avis : %(mark)s")
        if event.data.get("former")
        else _("Avis donné par %(name)s : %(mark)s")
    )
    return MARK_ICONS[mark], says % {"name": event.author_name, "mark": mark.label}


MARK_ICONS = {Mark.GOOD: "smile", Mark.FAIR: "meh", Mark.BAD: "frown"}

FACTS: dict[str, Callable[[TicketEvent], Described]] = {
    EventKind.PRIORITY: _priority,
    EventKind.COVERAGE: _coverage,
    EventKind.PROMISE: _clock,
    EventKind.PROMISE_CHANGED: _clock,
    EventKind.SUSPENDED: _clock,
    EventKind.RESUMED: _clock,
    EventKind.MET: _met,
    EventKind.STEP: _step,
    EventKind.PREDIAGNOSIS: _prediagnosis,
    EventKind.APPOINTMENT: _appointment,
    EventKind.ASSIGNED: _assigned,
    EventKind.QUALIFIED: _qualified,
    EventKind.WORK: _work,
    EventKind.POINTS: _points,
    EventKind.CALLBACK: _callback,
    EventKind.CALLED_BACK: _called_back,
    EventKind.MACHINE: _machine,
    EventKind.MOVED: _moved,
    EventKind.CONTESTED: contested_in_words,
    EventKind.CUSTODY: custody_in_words,
    EventKind.AGREEMENT: _agreement,
    EventKind.REMOTE: _remote,
    EventKind.STOPPED: _stopped,
    EventKind.TOLD: _told,
    EventKind.MERGED: _merged,
    EventKind.ABSORBED: _absorbed,
    EventKind.UNMERGED: _unmerged,
    EventKind.SPLIT: _split,
    EventKind.CALLED_OUT: _called_out,
    EventKind.SUPPLIER: telling.told,
    **dict.fromkeys(telling.SAID, telling.told),
    EventKind.CLOSED: _closed,
    EventKind.REOPENED: _reopened,
    EventKind.RATED: _rated,
}


def by_day(found: list[Entry], today: date) -> list[tuple[date | None, list[Entry]]]:
    """The thread cut at midnights; a thread of today alone has no heading (None)."""
    days: dict[date, list[Entry]] = {}
    for entry in found:
        days.setdefault(entry.at.astimezone(PARIS).date(), []).append(entry)
    if set(days) <= {today}:
        return [(None, found)]
    return list(days.items())


def _due(written: str | None) -> str:
    return wording.instant(clock.read(written), _language()) if written else "—"


def _decimal(written: str) -> Any:
    return wording.Decimal(written)


def _language() -> str:
    return get_language() or "fr"
