"""Acts around an account: alerts, monthly statements, transfers, its end, requests, work beyond it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.points import around
from clausier.console.points.forms import (
    AlertsForm,
    AllowForm,
    DeclineForm,
    MonthForm,
    PlanForm,
    TransferForm,
)
from clausier.console.points.views import show
from clausier.console.tickets import views as tickets
from clausier.console.tickets.asking import ask_url
from clausier.console.tickets.reading import ticket_or_404
from clausier.desk import facts
from clausier.desk import queries as desk
from clausier.desk.models import Ticket, Verdict
from clausier.desk.services import points as desk_points
from clausier.foundation import clock, files
from clausier.foundation.errors import Refusal
from clausier.pages.points import balance_line
from clausier.prepaid import alerts, monthly, moves, overdrafts, queries
from clausier.prepaid.models import MonthlyStatement, PointAccount, TopUp
from clausier.terms.errors import TermsError


def _account(request: StaffRequest, number: str) -> PointAccount:
    return get_object_or_404(queries.accounts_visible_to(request.actor), contract__number=number)


def _back(request: StaffRequest, number: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("points-account", request.provider.slug, number)


@page("prepaid.settle")
@require_POST
def alerts_(request: StaffRequest, number: str) -> HttpResponse:
    """Thresholds, and whom to tell."""
    form = AlertsForm(request.POST, auto_id="alerts_%s")
    account = _account(request, number)
    if form.act(alerts.settle_alerts, by=request.actor, at=clock.now(), account=account) is None:
        return show(request, number, alerting=form)
    return _back(request, number, _("Alertes réglées."))


@page("prepaid.settle")
@require_POST
def plan(request: StaffRequest, number: str) -> HttpResponse:
    """When the statement of each month leaves, for whom."""
    form = PlanForm(request.POST, auto_id="plan_%s")
    account = _account(request, number)
    if form.act(monthly.plan_statements, by=request.actor, at=clock.now(), account=account) is None:
        return show(request, number, planning=form)
    return _back(request, number, _("Relevés réglés."))


@page("prepaid.settle")
@require_POST
def make(request: StaffRequest, number: str) -> HttpResponse:
    """Make the statement of a month that was not planned."""
    account = _account(request, number)
    form = MonthForm(request.POST, months=around.months_to_make(account))
    if form.act(monthly.make_statement, by=request.actor, at=clock.now(), account=account) is None:
        return show(request, number, making=form)
    return _back(request, number, _("Relevé établi et classé."))


@page("prepaid.read")
@require_GET
def monthly_pdf(request: StaffRequest, number: str, statement: int) -> HttpResponse:
    """A filed statement."""
    return pdf_of(_statement(request, number, statement))


def pdf_of(statement: MonthlyStatement) -> HttpResponse:
    """The paper as it was filed."""
    stored = statement.document.file
    if stored is None:
        raise Http404
    response = HttpResponse(files.read(stored), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, stored.name) or "inline"
    return response


@page("prepaid.settle")
@require_POST
def resend(request: StaffRequest, number: str, statement: int) -> HttpResponse:
    """Send a filed statement again."""
    found = _statement(request, number, statement)
    sending = monthly.send_statement(by=request.actor, at=clock.now(), statement=found)
    return _back(request, number, _("Relevé renvoyé à %(to)s.") % {"to": ", ".join(sending.mail.to)})


def _statement(request: StaffRequest, number: str, statement: int) -> MonthlyStatement:
    found = queries.statements_visible_to(request.actor).filter(account__contract__number=number)
    return get_object_or_404(found, pk=statement)


@page("prepaid.credit")
@require_POST
def transfer(request: StaffRequest, number: str) -> HttpResponse:
    """Move points to another account of the same client."""
    account = _account(request, number)
    form = TransferForm(request.POST, others=around.others(request, account))
    if form.act(moves.transfer, by=request.actor, at=clock.now(), account=account) is None:
        return show(request, number, transferring=form)
    return _back(request, number, _("Points transférés."))


@page("prepaid.credit")
@require_POST
def close(request: StaffRequest, number: str) -> HttpResponse:
    """Close the account of a contract that is over."""
    moves.close_account(by=request.actor, at=clock.now(), account=_account(request, number))
    return _back(request, number, _("Compte clos."))


@page("prepaid.credit")
@require_POST
def decline(request: StaffRequest, number: str, top_up: int) -> HttpResponse:
    """Answer a request for points without crediting."""
    found = get_object_or_404(TopUp, pk=top_up, account=_account(request, number))
    form = DeclineForm(request.POST)
    if form.act(alerts.decline_top_up, by=request.actor, at=clock.now(), top_up=found) is None:
        return show(request, number, declining=form)
    return _back(request, number, _("Réponse donnée au client."))


# Beside a ticket


@page("prepaid.read")
@require_GET
def beside(request: StaffRequest, number: int) -> HttpResponse:
    """The balance beside what is written on a ticket, and what the running session would take by now."""
    ticket = ticket_or_404(request, number)
    return render(request, "console/points/beside.html", beside_facts(request, ticket))


def beside_facts(request: StaffRequest, ticket: Ticket) -> dict[str, Any]:
    """What the balance line of a ticket shows; `line` is None where nothing is paid in points."""
    account = facts.account_of(ticket)
    if ticket.verdict != Verdict.POINTS or account is None or not request.actor.may("prepaid.read"):
        return {"ticket": ticket, "line": None}
    now, slug = clock.now(), request.provider.slug
    preview = _running(request, ticket)
    line = balance_line(
        account,
        now,
        cost=preview.points if preview else None,
        outcome=preview.outcome if preview else None,
    )
    beyond = facts.beyond(ticket, account, points=line.cost or desk_points.LEAST, at=now)
    verdict = beyond.value["verdict"]
    return {
        "ticket": ticket,
        "line": line,
        "cost_why": ask_url(slug, ticket.contract, line.cost_outcome) if line.cost_outcome else "",
        "beyond": beyond if verdict != "covered" else None,
        "beyond_why": ask_url(slug, ticket.contract, beyond) if verdict != "covered" else "",
        "may_allow": verdict == "refused" and request.actor.may("prepaid.override"),
        "allowing": AllowForm(auto_id="allow_%s"),
        "leave": account.leaves.filter(subject_kind="ticket", subject_id=ticket.pk).first(),
    }


def _running(request: StaffRequest, ticket: Ticket) -> facts.WorkPreview | None:
    """What the reader's own stopwatch on this ticket would take now."""
    session = desk.running_session(request.actor.person) if request.actor.person else None
    if session is None or session.ticket_id != ticket.pk:
        return None
    try:
        return desk_points.running_cost(session, ticket, clock.now())
    except TermsError:
        return None


@page("prepaid.override")
@require_POST
def allow(request: StaffRequest, number: int) -> HttpResponse:
    """Answer for work beyond the balance on a ticket."""
    ticket = ticket_or_404(request, number)
    account = facts.account_of(ticket)
    if account is None:
        raise Http404
    try:
        overdrafts.allow_beyond(
            by=request.actor,
            at=clock.now(),
            account=account,
            subject=ticket,
            reason=request.POST.get("reason", ""),
        )
    except Refusal as refused:
        return tickets.show(request, ticket, refusal=refused, status=refused.status)
    messages.success(request, _("Dépassement autorisé sur ce ticket."))
    return redirect("ticket", request.provider.slug, ticket.number)
