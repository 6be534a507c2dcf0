"""Points: what is left, each movement and why, the statement on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.desk import queries as desk
from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.pages.points import Shown, strip_of
from clausier.portal.doors import ClientRequest, page
from clausier.prepaid import papers, queries
from clausier.prepaid.models import PointAccount

SECTION = PortalSection.POINTS
SHOWN = timedelta(weeks=26)


@page("prepaid.read", SECTION)
@require_GET
def points(request: ClientRequest) -> HttpResponse:
    """The client's accounts, each with its movements of the last half-year."""
    accounts = [_account(one) for one in queries.accounts_visible_to(request.actor).order_by("-pk")]
    context = {
        "section": SECTION,
        "accounts": accounts,
        "has_hours": desk.hourly_items(request.actor).exists(),
    }
    return render(request, "portal/points.html", context)


@page("prepaid.read", SECTION)
@require_GET
def statement_pdf(request: ClientRequest, number: str) -> HttpResponse:
    """The statement of the last half-year as a paper."""
    account = get_object_or_404(queries.accounts_visible_to(request.actor), contract__number=number)
    content = papers.statement(_statement(account), language=get_language() or "fr", at=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_("releve")}-{number}.pdf"'
    return response


def _account(account: PointAccount) -> dict[str, Any]:
    shown = Shown.of(account, _statement(account), queries.balance(account), clock.today())
    return {"shown": shown, "strip": strip_of(account, clock.now())}


def _statement(account: PointAccount) -> queries.Statement:
    today = clock.today()
    return queries.statement(account, max(account.opened_on, today - SHOWN), today)
