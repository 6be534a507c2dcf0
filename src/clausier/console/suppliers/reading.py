"""What the pages of suppliers and of their cases show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.console.doors import StaffRequest
from clausier.desk import cases
from clausier.desk.models import CaseOutcome, SupplierCase, Ticket
from clausier.desk.states import CaseState, TicketState
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS

HOUR, DAY = 3600, 86_400


def tabs(request: StaffRequest, current: str) -> dict[str, Any]:
    """The parts of suppliers."""
    slug = request.provider.slug
    return {
        "section": "suppliers",
        "tabs": [
            {"label": label, "url": reverse(name, args=[slug]), "on": name == current}
            for name, label in (("suppliers", _("Dossiers")), ("supplier-files", _("Fournisseurs")))
        ],
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list. `mark` and `label` say who has to move; `chase` is when, in words."""

    case: SupplierCase
    url: str
    mark: str
    label: str
    age: str
    with_supplier: str
    due: bool
    closed: bool


def row_of(case: SupplierCase, slug: str, now: datetime) -> Row:
    """A case as the lists show it."""
    today = now.astimezone(PARIS).date()
    mark, label = standing(case, today)
    return Row(
        case=case,
        url=reverse("case", args=[slug, case.ticket.number, case.ordinal]),
        mark=mark,
        label=label,
        age=lasting(int((now - case.opened_at).total_seconds())),
        with_supplier=lasting(cases.seconds_with_supplier(case, now)),
        due=cases.is_due(case, today),
        closed=case.ticket.state == TicketState.CLOSED,
    )


def standing(case: SupplierCase, today: date) -> tuple[str, str]:
    """The mark and the words of where a case stands."""
    if cases.is_due(case, today):
        return "late", _("à relancer")
    match case.state:
        case CaseState.PROPOSED:
            return "at-risk", _("à envoyer")
        case CaseState.ANSWERED:
            return "at-risk", _("a répondu")
        case CaseState.ENDED:
            refused = case.outcome in (CaseOutcome.REFUSED, CaseOutcome.DROPPED)
            return "lifted" if refused else "met", str(CaseOutcome(case.outcome).label)
    return "suspended", _("chez le fournisseur")


def lasting(seconds: int) -> str:
    """How long, in the unit that tells something: « 3 h », « 5 jours »."""
    if seconds < HOUR:
        return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}
    if seconds < 2 * DAY:
        return ngettext("%(n)d heure", "%(n)d heures", seconds // HOUR) % {"n": seconds // HOUR}
    return ngettext("%(n)d jour", "%(n)d jours", seconds // DAY) % {"n": seconds // DAY}


@dataclass(frozen=True, slots=True)
class Group:
    """The cases at one supplier's; without one, those still to be addressed."""

    name: str
    url: str
    rows: list[Row]


def grouped(found: Iterable[SupplierCase], slug: str, now: datetime) -> list[Group]:
    """Cases by supplier: what is to be addressed first, then where something is due, then by name."""
    groups: dict[int | None, Group] = {}
    for case in found:
        url = reverse("supplier", args=[slug, case.supplier_id]) if case.supplier_id else ""
        name = case.supplier.name if case.supplier else _("Fournisseur à choisir")
        groups.setdefault(case.supplier_id, Group(name, url, [])).rows.append(row_of(case, slug, now))
    return sorted(
        groups.values(), key=lambda one: (bool(one.url), not any(r.due for r in one.rows), one.name)
    )


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is proposed on a ticket once a case ended: words, and where it is done."""

    says: str
    url: str


def next_step(case: SupplierCase) -> NextStep | None:
    """What the ticket may need after the case; nothing where the case goes on or the ticket is closed."""
    if case.state != CaseState.ENDED or case.ticket.state == TicketState.CLOSED:
        return None
    return {
        "close": NextStep(_("prévenir le client et clore"), "#ecrire"),
        "visit": NextStep(_("fixer le rendez-vous de remplacement"), "#rendez-vous"),
        "tell": NextStep(_("dire au client où l’on en est"), "#ecrire"),
        "cover": NextStep(_("revoir la couverture, ou proposer un devis"), "#couverture"),
    }[cases.NEXT_STEPS[case.outcome]]


def on_ticket(actor: Actor, ticket: Ticket, slug: str, now: datetime, *, some: bool) -> dict[str, Any]:
    """The cases that a ticket's page shows; `some`: whether there may be any."""
    found = list(cases.cases_of(ticket, actor)) if some else []
    opens = actor.may("desk.suppliers") and ticket.state != TicketState.CLOSED
    shown = [
        {
            "row": row_of(one, slug, now),
            "next": next_step(one) if one.outcome != CaseOutcome.DROPPED else None,
        }
        for one in found
    ]
    return {"supplier_cases": shown, "may_open_case": opens}
