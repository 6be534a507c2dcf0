"""Point accounts: the list, the statement of one, credits and counter-entries, the statement on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console import sheets
from clausier.console.doors import StaffRequest, page
from clausier.console.points import around
from clausier.console.points.forms import CorrectForm, CreditForm, OpenForm
from clausier.contracts import queries as contracts
from clausier.foundation import clock
from clausier.pages.forms import ActForm
from clausier.pages.points import Row, Shown, drawn_words, strip_of
from clausier.prepaid import papers, queries, services
from clausier.prepaid.models import PointAccount, PointEntry

SHOWN = timedelta(weeks=12)

YEARS = range(2000, 2200)
"""A statement of other years is empty, and the calendar’s own ends are near."""


@page("prepaid.read")
@require_GET
def accounts(request: StaffRequest) -> HttpResponse:
    """Every account, those that run low first."""
    found = list(
        queries.accounts_visible_to(request.actor)
        .annotate(moved_at=Max("entries__at"))
        .order_by("client__sort_key", "pk")
    )
    balances = queries.balances(found)
    today = clock.today()
    rows = sorted((Row.of(one, balances[one.pk], today) for one in found), key=lambda row: row.rank)
    context = {
        "section": "points",
        "crumbs": [(_("Points"), "")],
        "rows": rows,
        "low": sum(row.wants_points for row in rows),
    }
    return render(request, "console/points/list.html", context)


@page("prepaid.read")
@require_GET
def account(request: StaffRequest, number: str) -> HttpResponse:
    """The statement of one account, with its pace and what may be done on it."""
    if form := sheets.form_asked(request):
        return _statement_file(request, form, _account(request, number))
    return show(request, number)


STATEMENT_HEADINGS = (
    gettext_lazy("Date"),
    gettext_lazy("Mouvement"),
    gettext_lazy("Libellé"),
    gettext_lazy("Sur"),
    gettext_lazy("Minutes travaillées"),
    gettext_lazy("Minutes décomptées"),
    gettext_lazy("Points"),
    gettext_lazy("Solde"),
    gettext_lazy("Lots"),
)


def _statement_file(request: StaffRequest, form: str, account: PointAccount) -> HttpResponse:
    """The movements of the days asked for, each with the balance after it."""
    found = queries.statement(account, *_days(request, account))
    draws = queries.draws_of([line.entry for line in found.lines])
    lines = [
        [
            line.entry.at,
            line.entry.get_kind_display(),
            line.entry.label,
            line.entry.subject_label,
            line.entry.worked_minutes,
            line.entry.accounted_minutes,
            line.entry.points,
            line.balance,
            drawn_words(line.entry.points, draws.get(line.entry.pk, [])),
        ]
        for line in found.lines
    ]
    title = f"{_('releve')}-{account.contract.number}"
    return sheets.listed(form, title, found.to_on, STATEMENT_HEADINGS, lines)


@page("prepaid.credit")
@require_POST
def open_account(request: StaffRequest, number: str) -> HttpResponse:
    """Give a contract its account."""
    contract = get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)
    form = OpenForm(request.POST)
    if form.act(services.open_account, by=request.actor, at=clock.now(), contract=contract) is None:
        return show(request, number, opening=form)
    messages.success(request, _("Compte ouvert."))
    return redirect("points-account", request.provider.slug, number)


@page("prepaid.credit")
@require_POST
def credit(request: StaffRequest, number: str) -> HttpResponse:
    """Add bought points, or the balance an account starts with."""
    form = CreditForm(request.POST)
    account = _account(request, number)
    if form.act(services.credit, by=request.actor, at=clock.now(), account=account) is None:
        return show(request, number, crediting=form)
    messages.success(request, _("Points crédités."))
    return redirect("points-account", request.provider.slug, number)


@page("prepaid.correct")
@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, number: str, entry: int) -> HttpResponse:
    """A counter-entry: the form for one movement, then the act."""
    found = get_object_or_404(PointEntry, pk=entry, account=_account(request, number))
    if request.method == "GET":
        form = CorrectForm(initial={"points": -found.points})
        return show(request, number, correcting=form, corrected=found)
    form = CorrectForm(request.POST)
    if form.act(services.correct, by=request.actor, at=clock.now(), entry=found) is None:
        return show(request, number, correcting=form, corrected=found)
    messages.success(request, _("Contre-écriture passée."))
    return redirect("points-account", request.provider.slug, number)


@page("prepaid.read")
@require_GET
def statement_pdf(request: StaffRequest, number: str) -> HttpResponse:
    """The statement of the days asked for, as a paper for the client."""
    account = _account(request, number)
    from_on, to_on = _days(request, account)
    found = queries.statement(account, from_on, to_on)
    content = papers.statement(found, language=get_language() or "fr", at=clock.now())
    name = f"{_('releve')}-{account.contract.number}-{to_on.isoformat()}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _account(request: StaffRequest, number: str) -> PointAccount:
    return get_object_or_404(queries.accounts_visible_to(request.actor), contract__number=number)


def show(
    request: StaffRequest, number: str, *, corrected: PointEntry | None = None, **refused: ActForm | None
) -> HttpResponse:
    """The account's page with its forms as they stand; a contract without an account offers to open one.

    `refused` is a form as it was typed, under the name that the page gives it.
    """
    given = next((form for form in refused.values() if form), None)
    context: dict[str, Any] = {
        "section": "points",
        "crumbs": [(_("Points"), reverse("points", args=[request.provider.slug])), (number, "")],
        "opening": OpenForm(),
        "crediting": CreditForm(),
        "corrected": corrected,
        "may_settle": request.actor.may("prepaid.settle"),
        "may_credit": request.actor.may("prepaid.credit"),
        "may_correct": request.actor.may("prepaid.correct"),
    }
    found = queries.accounts_visible_to(request.actor).filter(contract__number=number).first()
    if found is None:
        context |= {name: form for name, form in refused.items() if form}
        return _no_account(request, number, context, given.status if given else 200)
    from_on, to_on = _days(request, found)
    context |= {
        "shown": Shown.of(
            found, queries.statement(found, from_on, to_on), queries.balance(found), clock.today()
        ),
        "strip": strip_of(found, clock.now()),
    }
    context |= around.facts(request, found) | {name: form for name, form in refused.items() if form}
    return render(request, "console/points/account.html", context, status=given.status if given else 200)


def _no_account(request: StaffRequest, number: str, context: dict[str, Any], status: int) -> HttpResponse:
    if not request.actor.may("contracts.read"):
        raise Http404
    context["contract"] = get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)
    return render(request, "console/points/no_account.html", context, status=status)


def _days(request: StaffRequest, account: PointAccount) -> tuple[date, date]:
    """The days asked for; the last twelve weeks otherwise. A day that cannot be read is passed over."""
    to_on = _day(request.GET.get("au")) or clock.today()
    from_on = _day(request.GET.get("du")) or max(account.opened_on, to_on - SHOWN)
    return min(from_on, to_on), to_on


def _day(typed: str | None) -> date | None:
    try:
        found = date.fromisoformat(typed or "")
    except ValueError:
        return None
    return found if found.year in YEARS else None
