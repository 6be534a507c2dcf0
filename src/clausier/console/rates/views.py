"""The rates of a contract on a day: mode by domain, each with its clause or its derogation."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console.books.addresses import addresses
from clausier.console.doors import StaffRequest, page
from clausier.contracts import queries
from clausier.contracts.models import Contract
from clausier.foundation import clock
from clausier.pages.rates import rates_on, with_whys


@page("contracts.read")
@require_GET
def rates(request: StaffRequest, number: str) -> HttpResponse:
    """The matrix in force on the day asked for, today's otherwise."""
    slug = request.provider.slug
    contract = get_object_or_404(queries.contracts_visible_to(request.actor), number=number)
    on = _day(request.GET.get("au", "")) or clock.today()
    found = rates_on(contract, on, addresses(slug))
    if found is not None:
        found = with_whys(found, lambda mode, domain: _why(slug, contract, mode, domain, on))
    context = {
        "section": "contracts",
        "crumbs": [
            (_("Contrats"), reverse("contracts", args=[slug])),
            (contract.number, reverse("contract", args=[slug, contract.number])),
            (_("Taux"), ""),
        ],
        "contract": contract,
        "on": on,
        "rates": found,
        "paper_route": "paper",
    }
    return render(request, "console/rates/rates.html", context)


def _why(slug: str, contract: Contract, mode: str, domain: str, on: date) -> str:
    """Where an hour at that rate is explained."""
    asked = {
        "rule": "points",
        "contract": contract.number,
        "mode": mode,
        "minutes": "60",
        "on": on.isoformat(),
    } | ({"domain": domain} if domain else {})
    return f"{reverse('why-ask', args=[slug])}?{urlencode(asked)}"


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.year in range(2000, 2200) else None
