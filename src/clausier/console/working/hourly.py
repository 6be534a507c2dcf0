"""Hours to be invoiced, without a contract: by client, with the month's totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from clausier.console import sheets
from clausier.console.doors import StaffRequest, page
from clausier.console.working.tabs import tabs
from clausier.desk import queries
from clausier.desk.models import HourlyItem
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock

MOST = 2000  # items shown at once: a month of the busiest provider

HEADINGS = (
    gettext_lazy("Client"),
    gettext_lazy("Numéro du client"),
    gettext_lazy("Ticket"),
    gettext_lazy("Jour"),
    gettext_lazy("Technicien"),
    gettext_lazy("Taux"),
    gettext_lazy("Minutes"),
    gettext_lazy("Zone"),
    gettext_lazy("Kilomètres"),
    gettext_lazy("Montant hors taxes"),
    gettext_lazy("Reprend l’élément"),
    gettext_lazy("Élément"),
)


@dataclass(frozen=True, slots=True)
class OfClient:
    """The items of one client in the month, and what they come to."""

    client: Client
    items: tuple[HourlyItem, ...]
    minutes: int
    amount: Decimal


@page("hourly.read")
@require_GET
def items(request: StaffRequest) -> HttpResponse:
    """The items of a month, client by client; as a file with `?fichier=csv` or `xlsx`."""
    today = clock.today()
    month = _month(request.GET.get("mois", ""), today)
    number = request.GET.get("client", "")
    found = _of_month(request, month)
    if number:
        found = found.filter(client__number=number)
    if form := sheets.form_asked(request):
        return sheets.listed(form, _("heures-a-facturer"), month, HEADINGS, _lines(found))
    groups = _by_client(list(found[:MOST]))
    context: dict[str, Any] = {
        "crumbs": [(_("Travail"), ""), (_("Heures à facturer"), "")],
        "month": month,
        "before": _moved(month, -1),
        "after": _moved(month, 1),
        "number": number,
        "query": urlencode({"mois": f"{month:%Y-%m}"} | ({"client": number} if number else {})),
        "clients": directory.clients_visible_to(request.actor).filter(hourly_items__isnull=False).distinct(),
        "groups": groups,
        "amount": sum((one.amount for one in groups), Decimal(0)),
        "minutes": sum(one.minutes for one in groups),
        **tabs(request, "hourly"),
    }
    return render(request, "console/working/hourly.html", context)


def _of_month(request: StaffRequest, month: date) -> QuerySet[HourlyItem]:
    return (
        queries.hourly_items(request.actor)
        .filter(worked_on__gte=month, worked_on__lt=_moved(month, 1))
        .order_by("client__sort_key", "worked_on", "pk")
    )


def _lines(found: QuerySet[HourlyItem]) -> Iterator[Sequence[Any]]:
    for one in found:
        yield [
            one.client.name,
            one.client.number,
            one.ticket.number,
            one.worked_on,
            one.session.technician.full_name,
            one.get_grade_display(),
            -one.minutes if one.corrects_id else one.minutes,
            one.zone,
            one.km,
            one.amount,
            one.corrects_id,
            one.pk,
        ]


def _by_client(found: Sequence[HourlyItem]) -> list[OfClient]:
    groups: dict[int, list[HourlyItem]] = {}
    for one in found:
        groups.setdefault(one.client_id, []).append(one)
    return [
        OfClient(
            client=of_one[0].client,
            items=tuple(of_one),
            minutes=sum(-one.minutes if one.corrects_id else one.minutes for one in of_one),
            amount=sum((one.amount for one in of_one), Decimal(0)),
        )
        for of_one in groups.values()
    ]


def _month(typed: str, today: date) -> date:
    """The first day of « 2026-11 »; this month's where nothing readable was typed."""
    try:
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return found if found.year in range(2000, 2200) else today.replace(day=1)


def _moved(month: date, by: int) -> date:
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)
