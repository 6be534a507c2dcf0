"""Writing down work: by the stopwatch or by hand, with what it takes shown before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.tickets.asking import ask_url
from clausier.console.tickets.reading import clause_of_term, ticket_or_404
from clausier.console.tickets.sheets import Sheet
from clausier.console.typed import whole
from clausier.console.work.draft import MORE, Draft, loose, must_be_complete, read
from clausier.desk import facts, policies, services
from clausier.desk import queries as desk
from clausier.desk.after_end import judged
from clausier.desk.facts import WorkPreview
from clausier.desk.models import Ticket, Verdict, WorkMode, WorkSession
from clausier.desk.states import SessionState, TicketState
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.parts.rates import DOMAINS, matrix_of
from clausier.pages.points import strip_of
from clausier.pages.refusals import in_terms
from clausier.prepaid import queries as prepaid
from clausier.terms.book import Book
from clausier.terms.errors import TermsError

RATES = "points.rates"
INCLUDED = "nonpayment.includes"
LAST_MOVEMENTS = 5
IN_THE_FORM = {"started_at": "starts_at", "ended_at": "ends_at"}
"""The service's words for the hours, in the form's."""
UNFINISHED = (SessionState.RUNNING, SessionState.PAUSED)


@page("desk.work")
@require_http_methods(["GET", "POST"])
def work(request: StaffRequest, number: int) -> HttpResponse:
    """The form; saved, the session is validated, or kept to be validated later."""
    ticket = ticket_or_404(request, number)
    session = _session(request, ticket)
    now = clock.now()
    clients = directory.clients_visible_to(request.actor)
    act = request.POST.get("act", "")
    if act not in {"save", "close", "keep"}:
        data = request.POST if request.method == "POST" else request.GET
        return _show(request, ticket, loose(_more(data), ticket, session, clients, now), now)
    try:
        _save(request, ticket, read(request.POST, ticket, session, clients, now), now, act)
    except (Refusal, TermsError) as error:
        refusal = in_terms(error) if isinstance(error, TermsError) else error
        refusal.field = IN_THE_FORM.get(refusal.field or "", refusal.field)
        draft = loose(request.POST, ticket, session, clients, now)
        return _show(request, ticket, draft, now, refusal)
    messages.success(request, _done()[act])
    return redirect("ticket", request.provider.slug, ticket.number)


@page("desk.work")
@require_POST
def preview(request: StaffRequest, number: int) -> HttpResponse:
    """What the session typed so far would take. Writes nothing."""
    ticket = ticket_or_404(request, number)
    now = clock.now()
    clients = directory.clients_visible_to(request.actor)
    refusal: Refusal | None = None
    try:
        draft = read(request.POST, ticket, _session(request, ticket), clients, now)
    except Refusal as found:
        refusal, draft = found, loose(request.POST, ticket, _session(request, ticket), clients, now)
    return render(request, "console/work_entry/preview.html", _facts(request, ticket, draft, now, refusal))


@transaction.atomic
def _save(request: StaffRequest, ticket: Ticket, draft: Draft, now: datetime, act: str) -> None:
    """Write the session, then validate it, then close: all of it, or none."""
    started_at, ended_at = must_be_complete(draft)
    by = request.actor
    if draft.session is not None:
        session = services.stop_work(by=by, at=now, session=draft.session, entries=draft.entries)
    else:
        session = services.log_work(
            by=by,
            at=now,
            ticket=ticket,
            mode=draft.mode,
            started_at=started_at,
            ended_at=ended_at,
            entries=draft.entries,
            beneficiary=draft.beneficiary,
        )
    if act == "keep":
        return
    services.validate_work(by=by, at=now, session=session)
    if act == "close":
        services.close_ticket(by=by, at=now, ticket=ticket_or_404(request, ticket.number))


def _done() -> dict[str, str]:
    return {
        "save": _("Travail enregistré."),
        "close": _("Travail enregistré, ticket clos."),
        "keep": _("Séance gardée, à valider."),
    }


def _session(request: StaffRequest, ticket: Ticket) -> WorkSession | None:
    """The reader's own stopwatch on this ticket: the one named, else the one that is not stopped."""
    named = request.POST.get("session") or request.GET.get("seance")
    if request.GET.get("a-la-main") or request.POST.get("by-hand"):
        return None
    if (key := whole(named)) is not None:
        found = desk.session_by_id(request.actor, key)
        if found is None or found.ticket_id != ticket.pk or found.state not in UNFINISHED:
            raise Http404
        return found
    running = desk.running_session(request.actor.person) if request.actor.person else None
    return running if running is not None and running.ticket_id == ticket.pk else None


def _more(data: Any) -> Any:
    """One line more, when that is what the button asked."""
    changed = data.copy()
    if data.get("act") == "more":
        changed["more"] = str(min(MORE, (whole(data.get("more")) or 0) + 1))
    return changed


def _show(
    request: StaffRequest, ticket: Ticket, draft: Draft, now: datetime, refusal: Refusal | None = None
) -> HttpResponse:
    slug = request.provider.slug
    where = reverse("ticket", args=[slug, ticket.number])
    context = _facts(request, ticket, draft, now, refusal) | {
        "section": "tickets",
        "crumbs": [
            (_("Tickets"), reverse("tickets", args=[slug])),
            (str(ticket), where),
            (_("Travail"), ""),
        ],
        "clients": directory.clients_visible_to(request.actor),
    }
    return render(request, "console/work_entry/form.html", context, status=refusal.status if refusal else 200)


def _facts(
    request: StaffRequest, ticket: Ticket, draft: Draft, now: datetime, refusal: Refusal | None
) -> dict[str, Any]:
    """Everything the form and its preview show."""
    slug = request.provider.slug
    as_worked = judged(ticket, draft.started_at or now)
    own, ticket = ticket, as_worked.ticket
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    on = policies.day_of(draft.started_at or now)
    foreseen = _preview(ticket, draft)
    in_points = ticket.verdict == Verdict.POINTS and book.has(RATES)
    account = facts.account_of(ticket)
    matrix = None
    if in_points:
        rates: Any = _rates(book, on)
        # A stopwatch was started in one mode: only the domain is left to choose.
        offered = {draft.mode: rates[draft.mode]} if draft.session else rates
        matrix = matrix_of(offered, list(DOMAINS), mode=draft.mode, domain=draft.domain)
    why_url = ask_url(slug, ticket.contract, foreseen.outcome) if foreseen and foreseen.outcome else ""
    strip = None
    if account and in_points:
        entry = foreseen.points if foreseen and foreseen.points else Decimal(0)
        strip = strip_of(account, now, entry=entry, why_url=why_url)
    return {
        "ticket": ticket,
        "as_worked": as_worked,
        "as_worked_why": ask_url(slug, as_worked.contract, as_worked.coverage) if as_worked.coverage else "",
        "draft": draft,
        "now": now,
        "sheet": Sheet(draft.values, refusal, _fields(draft)),
        "matrix": matrix,
        "modes": [(mode.value, mode.label) for mode in WorkMode if not draft.session or mode == draft.mode],
        "digits": sum(len(row.cells) for row in matrix.rows) if matrix else 0,
        "domains": [(name, labels[0]) for name, labels in DOMAINS.items()],
        "further": [_line(draft.values, index) for index in range(1, draft.more + 1)],
        "may_add": draft.more < MORE and in_points,
        "foreseen": foreseen,
        "why_url": why_url,
        "account": account,
        "strip": strip,
        "included": clause_of_term(book, INCLUDED, slug) if ticket.verdict == Verdict.COVERED else None,
        "is_open": ticket.state != TicketState.CLOSED,
        "appointment": desk.active_appointment(own),
        "elapsed": desk.session_seconds(draft.session, now) if draft.session else 0,
        "movements": _movements(account, now) if account else (),
    }


def _preview(ticket: Ticket, draft: Draft) -> WorkPreview | None:
    """What the rules say of what is typed; None while it does not make a session yet."""
    if not draft.counted:
        return None
    try:
        return facts.preview_work(ticket, draft.mode, draft.counted)
    except TermsError:
        return None


def _line(values: Mapping[str, Any], index: int) -> dict[str, Any]:
    names = ("domain", "minutes", "text")
    return {"index": index} | {name: values.get(f"{name}-{index}", "") for name in names}


def _rates(book: Book, on: date) -> Any:
    """The rates of that day; before the first ones, these: the form must be shown to be corrected."""
    try:
        return book.read(RATES, on).value
    except TermsError:
        return book.timeline(RATES)[0].value


def _movements(account: Any, now: datetime) -> list[Any]:
    today = policies.day_of(now)
    found = prepaid.statement(account, today - timedelta(weeks=26), today)
    return list(reversed(found.lines))[:LAST_MOVEMENTS]


def _fields(draft: Draft) -> frozenset[str]:
    further = {
        f"{name}-{index}" for index in range(1, draft.more + 1) for name in ("domain", "minutes", "text")
    }
    return frozenset({"cell", "on", "starts_at", "ends_at", "minutes", "text", *further})
