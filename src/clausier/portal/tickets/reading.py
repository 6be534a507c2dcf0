"""What the pages of requests show, gathered from the floors below, in words for the client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.desk import cases, facts, policies
from clausier.desk import queries as desk
from clausier.desk.models import EventKind, Promise, PromiseKind, Ticket, Verdict
from clausier.desk.queries import PromiseView
from clausier.desk.states import TicketState
from clausier.directory.models import PortalSection, SupplierKind
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.pages.addresses import Addresses
from clausier.pages.clocks import clock_of
from clausier.pages.parts.clock import Clock, bar_of
from clausier.pages.parts.why import Line
from clausier.pages.why.reading import panel_of_ruling
from clausier.portal.addresses import addresses
from clausier.portal.agreements import reading as agreements
from clausier.portal.doors import ClientRequest
from clausier.portal.tickets import thread
from clausier.terms.telling import told

CLOSED_ON_A_PAGE = 30
CALENDAR = "hours.phone"
WORST_FIRST = ("late", "at-risk", "on-time")


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list, and what is promised for it, in words."""

    ticket: Ticket
    state: str
    says: str


def list_facts(request: ClientRequest, now: datetime) -> dict[str, Any]:
    """The requests under way, the most pressing first, and a page of those closed, the last first."""
    visible = desk.tickets_visible_to(request.actor)
    under_way = list(visible.exclude(state=TicketState.CLOSED).order_by("-called_at"))
    views = desk.promise_views(under_way, now)
    rows = sorted((_row(one, views.get(one.pk), now) for one in under_way), key=_rank)
    closed = visible.filter(state=TicketState.CLOSED).order_by("-closed_at", "-pk")
    page = Paginator(closed, CLOSED_ON_A_PAGE).get_page(request.GET.get("page"))
    return {"says": _sentence(rows), "rows": rows, "closed": list(page), "page": page, "now": now}


def _row(ticket: Ticket, view: PromiseView | None, now: datetime) -> Row:
    shown = view is not None and view.state != "lifted"
    return Row(ticket, view.state if shown and view else "", promise_says(view, now) if shown else "")


def _rank(row: Row) -> int:
    return WORST_FIRST.index(row.state) if row.state in WORST_FIRST else len(WORST_FIRST)


def _sentence(rows: list[Row]) -> str:
    """How things stand, in one sentence."""
    if not rows:
        return _("Rien en cours.")
    late = sum(row.state == "late" for row in rows)
    if late:
        return ngettext(
            "%(count)d demande attend plus que promis.", "%(count)d demandes attendent plus que promis.", late
        ) % {"count": late}
    return ngettext("%(count)d demande en cours.", "%(count)d demandes en cours.", len(rows)) % {
        "count": len(rows)
    }


def promise_says(view: PromiseView | None, now: datetime) -> str:
    """The promise as one says it to the client."""
    if view is None:
        return ""
    due = _spoken(view.due_at, now)
    match view.state:
        case "late":
            return _("Nous devions être chez vous avant %(due)s") % {"due": due}
        case "met":
            return _("Promesse tenue")
        case "met-late":
            return _("Promesse tenue en retard")
        case "suspended":
            if view.resumes_at is None:
                return _("En attente : l’intervention n’a pas pu avoir lieu")
            return _("En attente du rendez-vous que vous avez demandé")
        case "lifted":
            return ""
    return _("Nous serons chez vous avant %(due)s") % {"due": due}


def _spoken(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    return wording.spoken_instant(at.astimezone(PARIS), get_language() or "fr", since=now.astimezone(PARIS))


# One request


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a request: done, current or to come."""

    says: str
    note: str
    state: str


def page_facts(request: ClientRequest, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Everything on the page of a request but its forms."""
    actor, here = request.actor, addresses(request.provider.slug)
    events = list(desk.thread(ticket, actor))
    promise = desk.promises_of(ticket).get(PromiseKind.PROMISE)
    view = desk.promise_view(promise, now) if promise else None
    clock: Clock | None = None
    if view and view.state != "lifted":
        clock = clock_of(view, here, now)
    appointment = desk.active_appointment(ticket)
    creator = policies.may_close(actor, ticket)
    is_open = ticket.state != TicketState.CLOSED
    return {
        "ticket": ticket,
        "now": now,
        "clock": clock,
        "used": view.used_seconds if view else 0,
        "reads_terms": actor.may("contracts.read") and request.client.opens(PortalSection.CONTRACTS),
        "bar": bar_of(clock, "large") if clock else None,
        "promise_says": promise_says(view, now) if clock else "",
        "due_says": _spoken(view.due_at, now) if view else "",
        "account": _account(promise, here, now) if promise and clock else None,
        "appointment": appointment,
        "days": thread.by_day(thread.entries(events, actor, here), now.astimezone(PARIS).date()),
        "steps": _steps(ticket, appointment, view),
        "may_close": is_open and creator,
        "may_reopen": not is_open and creator and desk.merge_of(ticket) is None,
        "is_open": is_open,
        "hours": _hours(ticket, now),
        "verdict_url": here.why_url(ticket.verdict_ruling_id) if ticket.verdict_ruling_id else "",
        "waits": waits(ticket) if is_open else [],
        "continued_by": ticket.followed_by.order_by("number").first(),
        **agreements.of_ticket(ticket, actor, here, now),
        "goes_on": _goes_on(ticket, actor),
        "links": desk.links_of(ticket, actor),
        "own_watch": desk.own_watch(ticket, actor),
        "may_follow": actor.contact_id is not None and ticket.caller_id != actor.contact_id,
        "followers": [one.name for one in desk.watchers_of(ticket) if one.contact_id],
    }


def _goes_on(ticket: Ticket, actor: Actor) -> Ticket | None:
    """The request that this one was merged into, as far as the reader sees it."""
    found = desk.survivor(ticket)
    return desk.ticket_by_number(actor, found.number) if found.pk != ticket.pk else None


@dataclass(frozen=True, slots=True)
class Account:
    """The promise in a few lines: the open time of each day, what the contract promises, where to read it."""

    lines: tuple[Line, ...]
    promised: str
    edition: str
    read_url: str


def _account(promise: Promise, here: Addresses, now: datetime) -> Account:
    """What the terms themselves count; law, practices and the rest stand in the whole account."""
    panel = panel_of_ruling(promise.ruling, here, now=now)
    promised = wording.duration(promise.promised_seconds)
    clauses = [line for line in panel.account if line.source == "clause"]
    days = tuple(line for line in clauses if not (line is clauses[-1] and line.amount == promised))
    return Account(
        lines=days,
        promised=promised,
        edition=promise.ruling.book.name,
        read_url=panel.links.read_url,
    )


def _hours(ticket: Ticket, now: datetime) -> str:
    """When the phone is answered, as the terms of this request say."""
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    if not book.has(CALENDAR):
        return ""
    return told(book, book.read(CALENDAR, policies.day_of(now))).to(get_language() or "fr")


VERDICTS = {
    Verdict.COVERED: (lambda: _("Couverte par votre contrat")),
    Verdict.POINTS: (lambda: _("Décomptée de vos points")),
    Verdict.HOURLY: (lambda: _("Facturée à l’heure")),
    Verdict.FOLLOW_UP: (lambda: _("Suivie chez votre fournisseur")),
    Verdict.EXCLUDED: (lambda: _("Hors contrat, sur devis")),
}


def _steps(ticket: Ticket, appointment: Any, view: PromiseView | None) -> list[Step]:
    """Received, covered, appointment, on site when promised, back to normal."""
    language = get_language() or "fr"
    closed = ticket.state == TicketState.CLOSED
    worked = ticket.events.filter(kind__in=(EventKind.WORK,)).exists()
    received = wording.instant(ticket.called_at.astimezone(PARIS), language)
    kind = contracts.kind_name(ticket.contract, language) if ticket.contract else ""
    steps = [
        Step(_("Demande reçue"), received, "done"),
        Step(VERDICTS[Verdict(ticket.verdict)](), kind, "done"),
    ]
    if appointment:
        starts = wording.instant(appointment.starts_at.astimezone(PARIS), language)
        steps.append(Step(_("Rendez-vous fixé"), starts, "done" if worked or closed else "current"))
    who = ticket.assignee.full_name if ticket.assignee else ""
    begun = "done" if closed else "current" if worked or who else "next"
    if appointment and not worked and not closed:
        begun = "next"
    steps.append(Step(_("Intervention"), who, begun))
    end = wording.instant(ticket.closed_at.astimezone(PARIS), language) if ticket.closed_at else ""
    steps.append(Step(_("Retour à la normale"), end, "done" if closed else "next"))
    return steps


WAITING_AT = {
    SupplierKind.MANUFACTURER: lambda: _("Chez le constructeur depuis le %(day)s"),
    SupplierKind.PUBLISHER: lambda: _("Chez l’éditeur depuis le %(day)s"),
    SupplierKind.CARRIER: lambda: _("Chez l’opérateur depuis le %(day)s"),
    SupplierKind.DISTRIBUTOR: lambda: _("Chez le grossiste depuis le %(day)s"),
}


def waits(ticket: Ticket) -> list[str]:
    """Whom the request waits for and since when, where the provider tells it; never what was written."""
    if not ticket.provider.tells_of_suppliers:
        return []
    return [
        WAITING_AT[SupplierKind(one.supplier.kind)]()
        % {"day": wording.long_day(one.since_at.astimezone(PARIS).date(), get_language() or "fr")}
        for one in cases.waits_of(ticket)
    ]
