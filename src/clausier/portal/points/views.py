"""Points: what is left, each movement and why, the statement on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausier.desk import queries as desk
from clausier.directory.models import PortalSection
from clausier.foundation import clock, files
from clausier.pages.forms import ActForm
from clausier.pages.points import Shown, packs_of, strip_of, year_of
from clausier.portal.doors import ClientRequest, page
from clausier.prepaid import alerts, papers, queries
from clausier.prepaid.models import PointAccount, TopUpState

SECTION = PortalSection.POINTS
SHOWN = timedelta(weeks=26)
LAST_STATEMENTS = 12


class AskForm(ActForm):
    """How many points, and a word: both may be left out."""

    points = forms.DecimalField(
        label=gettext_lazy("Combien de points"),
        required=False,
        max_digits=8,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Indiquez un nombre de points, par exemple 400 ou 26,67.")},
    )
    note = forms.CharField(label=gettext_lazy("Précision"), required=False, max_length=300)


@page("prepaid.read", SECTION)
@require_GET
def points(request: ClientRequest) -> HttpResponse:
    """The client's accounts, each with its movements of the last half-year."""
    return _page(request)


@page("prepaid.ask", SECTION)
@require_POST
def ask(request: ClientRequest, number: str) -> HttpResponse:
    """Ask for more points, in one click or saying how many."""
    account = get_object_or_404(queries.accounts_visible_to(request.actor), contract__number=number)
    form = AskForm(request.POST)
    if form.act(alerts.ask_top_up, by=request.actor, at=clock.now(), account=account) is None:
        return _page(request, account, form)
    messages.success(request, _("Votre prestataire est prévenu."))
    return redirect("portal-points", request.provider.slug)


@page("prepaid.read", SECTION)
@require_GET
def monthly_pdf(request: ClientRequest, number: str, statement: int) -> HttpResponse:
    """The statement of a month as it was filed."""
    found = queries.statements_visible_to(request.actor).filter(account__contract__number=number)
    stored = get_object_or_404(found, pk=statement).document.file
    if stored is None:
        raise Http404
    response = HttpResponse(files.read(stored), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, stored.name) or "inline"
    return response


def _page(
    request: ClientRequest, asked: PointAccount | None = None, form: AskForm | None = None
) -> HttpResponse:
    accounts = [
        _account(request, one, form if asked == one else None)
        for one in queries.accounts_visible_to(request.actor).order_by("-pk")
    ]
    context = {
        "section": SECTION,
        "accounts": accounts,
        "has_hours": desk.hourly_items(request.actor).exists(),
    }
    return render(request, "portal/points.html", context, status=form.status if form else 200)


@page("prepaid.read", SECTION)
@require_GET
def statement_pdf(request: ClientRequest, number: str) -> HttpResponse:
    """The statement of the last half-year as a paper."""
    account = get_object_or_404(queries.accounts_visible_to(request.actor), contract__number=number)
    content = papers.statement(_statement(account), language=get_language() or "fr", at=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_("releve")}-{number}.pdf"'
    return response


def _account(request: ClientRequest, account: PointAccount, form: AskForm | None) -> dict[str, Any]:
    shown = Shown.of(account, _statement(account), queries.balance(account), clock.today())
    last = account.top_ups.order_by("-pk").first()
    waiting = last if last and last.state == TopUpState.WAITING else None
    return {
        "shown": shown,
        "strip": strip_of(account, clock.now()),
        "packs": packs_of(account, clock.today()),
        "year": year_of(account, clock.now()),
        "monthly": queries.statements_visible_to(request.actor).filter(account=account)[:LAST_STATEMENTS],
        "waiting": waiting,
        "answered": last if last and waiting is None else None,
        "answer_said": last.answer or last.get_state_display() if last else "",
        "may_ask": request.actor.may("prepaid.ask") and account.closed_on is None and shown.state != "over",
        "form": form or AskForm(auto_id=f"ask_{account.pk}_%s"),
    }


def _statement(account: PointAccount) -> queries.Statement:
    today = clock.today()
    return queries.statement(account, max(account.opened_on, today - SHOWN), today)
