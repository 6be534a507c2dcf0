"""How Today says what the queries found: rows ready for the page, in the words of the language spoken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.console.today import papers
from clausier.desk import queries as desk
from clausier.desk.models import Appointment, Step, SupplierCase, Ticket, Verdict
from clausier.desk.states import CaseState, TicketState
from clausier.foundation import wording
from clausier.foundation.clock import PARIS
from clausier.overview.queries import (
    AccountAlert,
    Alert,
    BadMark,
    CountersignAlert,
    Day,
    DeskDay,
    NoCorrespondent,
    NoticeAlert,
    PackAlert,
    QuoteAlert,
    SignatureAlert,
    Standing,
    TopUpAlert,
    Waiting,
)
from clausier.pages.clocks import brief_clock_of
from clausier.pages.parts import day_ruler
from clausier.pages.parts.clock import Clock
from clausier.pages.sales import last_days
from clausier.pages.templatetags.words import language

COUNTED = ("late", "at-risk", "on-time", "suspended")
GENERIC = frozenset({"société", "établissements", "entreprise", "groupe", "cabinet", "maison", "les"})

LABEL_SIGNS = 15


@dataclass(frozen=True, slots=True)
class Count:
    state: str
    label: str


def counts(day: Day) -> list[Count]:
    """« 1 en retard », « 2 à risque »: the states there are, worst first."""
    words = {
        "late": lambda n: ngettext("%(n)d en retard", "%(n)d en retard", n),
        "at-risk": lambda n: ngettext("%(n)d à risque", "%(n)d à risque", n),
        "on-time": lambda n: ngettext("%(n)d à l’heure", "%(n)d à l’heure", n),
        "suspended": lambda n: ngettext("%(n)d suspendue", "%(n)d suspendues", n),
    }
    found = [(state, day.counts.get(state, 0)) for state in COUNTED]
    return [Count(state, words[state](n) % {"n": n}) for state, n in found if n]


# The day ruler


def ruler_days(days: Sequence[DeskDay]) -> list[day_ruler.DeskDay]:
    return [day_ruler.DeskDay(one.on, one.phone, one.onsite) for one in days]


def ruler_promises(day: Day, days: Sequence[DeskDay], slug: str) -> list[day_ruler.DeskPromise]:
    """What is due on the days shown, kept or not, each under a short name of the client."""
    shown = {one.on for one in days}
    due = {one.ticket.pk: one for one in (*day.due_today, *day.burning)}
    found = []
    for one in due.values():
        if one.view is None or one.view.due_at is None or one.state == "suspended":
            continue
        if one.is_target and not day.only_targets:
            continue  # a target is nobody’s promise
        at = one.view.due_at.astimezone(PARIS)
        if at.date() in shown:
            name = short_name(one.ticket.client.name)
            found.append(day_ruler.DeskPromise(at, one.state, name, ticket_url(one.ticket, slug)))
    return found


def short_name(name: str) -> str:
    """The word that tells a client from others, short enough for a drawing: « Cap-Chimère »."""
    words = [word.strip(",.;«»\u00a0") for word in name.replace("’", "’ ").split()]
    proper = [word for word in words[1:] if word[:1].isupper() and len(word) > 2]
    telling = [word for word in proper if word.lower() not in GENERIC]
    chosen = (telling or proper or words[:1] or [name])[0]
    return chosen if len(chosen) <= LABEL_SIGNS else chosen[: LABEL_SIGNS - 1].rstrip("-") + "…"


# What is burning


@dataclass(frozen=True, slots=True)
class BurningRow:
    """A ticket whose clock runs or is suspended; `to_assign`: nobody has it."""

    ticket: Ticket
    url: str
    clock: Clock | None
    is_target: bool
    step: str
    step_icon: str
    to_assign: bool


STEP_ICONS = {Step.PHONE: "phone", Step.REMOTE: "monitor-smartphone", Step.ONSITE: "map-pin"}


def burning_row(one: Standing, slug: str, now: datetime) -> BurningRow:
    ticket = one.ticket
    step, icon, to_assign = str(Step(ticket.step).label), STEP_ICONS[Step(ticket.step)], False
    if ticket.assignee_id is None:
        step, icon, to_assign = _("À affecter"), "user-round", True
    elif ticket.state == TicketState.SCHEDULED:
        step, icon = _("Rendez-vous"), "calendar"
    clock = brief_clock_of(one.view, now) if one.view else None
    return BurningRow(ticket, ticket_url(ticket, slug), clock, one.is_target, step, icon, to_assign)


def ticket_url(ticket: Ticket, slug: str, anchor: str = "") -> str:
    return reverse("ticket", args=[slug, ticket.number]) + anchor


# What awaits this person


@dataclass(frozen=True, slots=True)
class WaitingRow:
    icon: str
    act: str
    text: str
    number: int
    tail: str
    button: str
    url: str


def waiting_row(one: Waiting, slug: str, now: datetime, reader_id: int | None) -> WaitingRow:
    """One line of what awaits `reader_id`; the button leads to where the act is done."""
    ticket, url = one.ticket, ticket_url(one.ticket, slug)
    if one.what == "stopwatch":
        return _stopwatch_row(one, url, now)
    if one.callback:
        text = f"{one.callback.name}, {ticket.title}"
        due = _("avant %(due)s") % {"due": wording.instant(one.callback.due_at.astimezone(PARIS), language())}
        return WaitingRow("phone-outgoing", _("Rappeler"), text, ticket.number, due, _("Ouvrir"), url)
    if one.notice:
        due_at = one.notice.due_at
        tail = (
            _("avant %(due)s") % {"due": wording.instant(due_at.astimezone(PARIS), language())}
            if due_at
            else ""
        )
        text = f"{one.notice.contact.full_name}, {ticket.title}"
        return WaitingRow("phone-outgoing", _("Prévenir"), text, ticket.number, tail, _("Ouvrir"), url)
    if one.task:
        on = one.task.due_on
        tail = _("pour %(on)s") % {"on": wording.day(on, language(), weekday=False)} if on else ""
        text = f"{one.task.title}, {ticket.client.name}"
        return WaitingRow("list-checks", _("Tâche"), text, ticket.number, tail, _("Ouvrir"), f"{url}#taches")
    if one.what == "assign":
        tail = left_words(one.standing)
        return WaitingRow("user-round", _("Affecter"), ticket.title, ticket.number, tail, _("Affecter"), url)
    if one.what == "answer":
        text = f"{ticket.client.name}, {ticket.title}"
        return WaitingRow(
            "reply", _("Répondre"), text, ticket.number, left_words(one.standing), _("Répondre"), url
        )
    if one.case:
        return _case_row(one.case, slug)
    if one.what == "cover":
        tail = str(Verdict(ticket.verdict).label)
        return WaitingRow(
            "scale", _("Trancher la couverture"), ticket.title, ticket.number, tail, _("Voir"), url
        )
    return _validate_row(one, url, reader_id)


def _case_row(case: SupplierCase, slug: str) -> WaitingRow:
    supplier = case.supplier.name if case.supplier else _("fournisseur à choisir")
    words = {
        CaseState.PROPOSED: ("send", _("Écrire au fournisseur"), _("Écrire")),
        CaseState.ANSWERED: ("reply", _("Suite du fournisseur"), _("Lire")),
        CaseState.WITH_SUPPLIER: ("bell-ring", _("Relancer"), _("Relancer")),
    }
    icon, act, button = words[CaseState(case.state)]
    since = wording.day(case.chase_on, language(), weekday=False) if case.chase_on else ""
    return WaitingRow(
        icon,
        act,
        f"{supplier}, {case.ticket.title}",
        case.ticket.number,
        _("dû le %(day)s") % {"day": since} if since else "",
        button,
        reverse("case", args=[slug, case.ticket.number, case.ordinal]),
    )


def _stopwatch_row(one: Waiting, url: str, now: datetime) -> WaitingRow:
    ticket = one.ticket
    seconds = desk.session_seconds(one.session, now) if one.session else 0
    tail = wording.stopwatch(seconds)
    act = (
        _("Chronomètre en cours")
        if one.session and one.session.state == "running"
        else _("Chronomètre en pause")
    )
    return WaitingRow("timer", act, ticket.title, ticket.number, tail, _("Ouvrir"), url)


def _validate_row(one: Waiting, url: str, reader_id: int | None) -> WaitingRow:
    session, ticket = one.session, one.ticket
    minutes = getattr(session, "minutes", None) or 0
    text = f"{minutes}{wording.NBSP}min, {ticket.title}"
    others = session is not None and session.technician_id != reader_id
    tail = session.technician.full_name if session and others else ""
    return WaitingRow("clipboard-check", _("Valider"), text, ticket.number, tail, _("Valider"), url)


def left_words(one: Standing | None) -> str:
    """« reste 0 h 23 », « 1 h 32 de retard »: how the ticket's clock stands, in a few words."""
    view = one.view if one else None
    if view is None:
        return ""
    if view.state == "late":
        return wording.lateness(view.late_seconds, language())
    if view.state in {"on-time", "at-risk"}:
        return _("reste %(left)s") % {"left": wording.duration(view.left_seconds)}
    return ""


# What was promised for today


@dataclass(frozen=True, slots=True)
class DueRow:
    at: datetime
    state: str
    client: str
    title: str
    url: str
    tail: str


def due_row(one: Standing, appointments: Iterable[Appointment], slug: str, now: datetime) -> DueRow:
    """A promise of the day, and how it was kept or who is on it."""
    if one.view is None or one.view.due_at is None:
        raise ValueError("only what is due today has a row there")
    ticket = one.ticket
    return DueRow(
        at=one.view.due_at.astimezone(PARIS),
        state=one.state,
        client=ticket.client.name,
        title=ticket.title,
        url=ticket_url(ticket, slug),
        tail=_how_kept(one) or _who_comes(ticket, appointments, now),
    )


def _how_kept(one: Standing) -> str:
    """« sur site à 10:12, 28 min d’avance », or nothing while it is not met."""
    view = one.view
    if view is None or view.ended_at is None or view.state not in {"met", "met-late"}:
        return ""
    words = {
        "onsite": _("sur site à %(hour)s"),
        "solved": _("résolu à %(hour)s"),
        "answered": _("répondu à %(hour)s"),
    }
    how = words.get(view.how, _("tenue à %(hour)s")) % {"hour": wording.hour(view.ended_at.astimezone(PARIS))}
    return f"{how}, {wording.lateness(-view.left_seconds, language())}"


def _who_comes(ticket: Ticket, appointments: Iterable[Appointment], now: datetime) -> str:
    if ticket.assignee is None:
        return _("à affecter")
    today = now.astimezone(PARIS).date()
    visit = next((one for one in appointments if one.ticket_id == ticket.pk), None)
    if visit is None or visit.starts_at.astimezone(PARIS).date() != today:
        return ticket.assignee.full_name
    hour = wording.hour(visit.starts_at.astimezone(PARIS))
    return _("%(name)s, arrivée prévue %(hour)s") % {"name": ticket.assignee.full_name, "hour": hour}


# At the side


@dataclass(frozen=True, slots=True)
class AppointmentDay:
    """The appointments of one day; today has no heading."""

    on: date
    is_today: bool
    rows: list[Appointment]


def by_day(appointments: Iterable[Appointment], now: datetime) -> list[AppointmentDay]:
    today = now.astimezone(PARIS).date()

    def day(one: Appointment) -> date:
        return one.starts_at.astimezone(PARIS).date()

    return [AppointmentDay(on, on == today, list(rows)) for on, rows in groupby(appointments, key=day)]


@dataclass(frozen=True, slots=True)
class AlertRow:
    icon: str
    warns: bool
    title: str
    second: str
    url: str
    why_url: str = ""
    question: str = ""


def alert_row(one: Alert, slug: str, now: datetime) -> AlertRow:
    if isinstance(one, NoticeAlert):
        return _notice_row(one, slug, now)
    if isinstance(one, QuoteAlert):
        return _quote_row(one, slug, now)
    if isinstance(one, CountersignAlert):
        title, second, url = papers.countersign_words(one, slug)
        return AlertRow(icon="stamp", warns=True, title=title, second=second, url=url)
    if isinstance(one, SignatureAlert):
        title, second, url = papers.signature_words(one, slug, language())
        return AlertRow(icon="clock-alert", warns=True, title=title, second=second, url=url)
    if isinstance(one, AccountAlert):
        return _account_row(one, slug)
    if isinstance(one, TopUpAlert):
        return _top_up_row(one, slug)
    if isinstance(one, PackAlert):
        return _pack_row(one, slug)
    if isinstance(one, NoCorrespondent):
        return AlertRow(
            icon="user-round-x",
            warns=False,
            title=_("Aucun correspondant informatique"),
            second=_since(one),
            url=reverse("client", args=[slug, one.client.number]),
        )
    if isinstance(one, BadMark):
        return _mark_row(one, slug)
    contract = one.contract
    return AlertRow(
        icon="file-x",
        warns=False,
        title=_("Conditions jamais acceptées"),
        second=_("%(client)s, contrat %(number)s")
        % {"client": contract.client.name, "number": contract.number},
        url=reverse("contract", args=[slug, contract.number]),
    )


def _mark_row(one: BadMark, slug: str) -> AlertRow:
    survey = one.survey
    who = survey.contact.full_name if survey.contact else survey.client.name
    return AlertRow(
        icon="frown",
        warns=True,
        title=_("%(who)s n’est pas satisfait") % {"who": who},
        second=_("%(client)s, ticket %(number)s, à reprendre")
        % {"client": survey.client.name, "number": survey.ticket},
        url=reverse("ticket", args=[slug, survey.ticket.number]) + "#avis",
    )


def _quote_row(one: QuoteAlert, slug: str, now: datetime) -> AlertRow:
    quote, standing = one.quote, one.quote.standing
    today = now.astimezone(PARIS).date()
    return AlertRow(
        icon="file-clock",
        warns=True,
        title=_("Devis %(quote)s : %(left)s")
        % {"quote": quote.reference, "left": last_days(standing.expires_on or today, today)},
        second=f"{quote.client.name}, {quote.title}",
        url=reverse("quote", args=[slug, quote.number]),
        why_url=reverse("why", args=[slug, standing.ruling_id]) if standing.ruling_id else "",
        question=_("Pourquoi cette date ?"),
    )


def _notice_row(one: NoticeAlert, slug: str, now: datetime) -> AlertRow:
    contract = one.contract
    asked = {
        "rule": "notice-deadline",
        "contract": contract.number,
        "service": contract.kind,
        "starts_on": contract.starts_on.isoformat(),
        "on": now.astimezone(PARIS).date().isoformat(),
    }
    title = _("Préavis à recevoir au plus tard le %(day)s") % {
        "day": wording.day(one.notice_by, language(), weekday=False)
    }
    ends = wording.day(one.term_ends_on, language(), year=True, weekday=False)
    return AlertRow(
        icon="triangle-alert",
        warns=True,
        title=title,
        second=_("%(client)s, terme %(day)s") % {"client": contract.client.name, "day": ends},
        url=reverse("contract", args=[slug, contract.number]),
        why_url=f"{reverse('why-ask', args=[slug])}?{urlencode(asked)}",
        question=_("Pourquoi ce préavis ?"),
    )


def _account_row(one: AccountAlert, slug: str) -> AlertRow:
    account = one.account
    left = wording.points(one.balance, language())
    title = _("Compte de points épuisé") if one.is_empty else _("Plus que %(left)s") % {"left": left}
    low = wording.number(account.low_at, language(), places=0)
    second = (
        _("%(client)s, solde %(left)s") % {"client": account.client.name, "left": left}
        if one.is_empty
        else _("%(client)s, seuil %(low)s") % {"client": account.client.name, "low": low}
    )
    return AlertRow(
        "coins", one.is_empty, title, second, reverse("points-account", args=[slug, account.contract.number])
    )


def _top_up_row(one: TopUpAlert, slug: str) -> AlertRow:
    account, asked = one.top_up.account, one.top_up
    points = wording.points(asked.points, language()) if asked.points else _("sans dire combien")
    return AlertRow(
        "hand-coins",
        True,
        _("%(client)s demande des points") % {"client": account.client.name},
        f"{asked.asked_by}, {points}",
        reverse("points-account", args=[slug, account.contract.number]),
    )


def _pack_row(one: PackAlert, slug: str) -> AlertRow:
    assert one.pack.expires_on
    return AlertRow(
        "coins",
        False,
        _("%(points)s périment le %(day)s")
        % {
            "points": wording.points(one.left, language()),
            "day": wording.day(one.pack.expires_on, language(), weekday=False),
        },
        one.account.client.name,
        reverse("points-account", args=[slug, one.account.contract.number]),
    )


def _since(one: NoCorrespondent) -> str:
    if one.since_on is None:
        return _("%(client)s, jamais nommé") % {"client": one.client.name}
    on = wording.day(one.since_on, language(), weekday=False)
    return _("%(client)s, depuis le %(day)s") % {"client": one.client.name, "day": on}
