"""Values of law that the books lack: one person enters, another confirms, source in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.ownbook.forms import LawForm
from clausier.editions import queries, services
from clausier.editions.models import BY_MONTH, LawSeries, LawValue, period_of
from clausier.foundation import clock
from clausier.pages.forms import bound
from clausier.terms import book as terms_book
from clausier.terms.book import LAW, Book
from clausier.terms.days import add_months, half_year_start
from clausier.terms.errors import NoValueOn

SHOWN = {True: 12, False: 6}
"""Periods on the page: months of an index, half-years of a rate."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a series: what the books say of it, and who vouched where they did not."""

    name: str
    since: date
    value: Decimal | None
    entry: LawValue | None
    shipped: Decimal | None

    @property
    def is_corrected(self) -> bool:
        """True where an entry says something else than the book of the package."""
        return self.entry is not None and self.shipped is not None and self.shipped != self.value


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series with its latest periods, the newest first."""

    label: Any
    is_rate: bool
    periods: list[Period]


@page("books.read")
@require_http_methods(["GET", "POST"])
def values(request: StaffRequest) -> HttpResponse:
    """What is known, what is missing, what waits for a second person; and the form to enter a value."""
    today = clock.today()
    if request.method == "POST":
        request.actor.must("law.write")
    initial = {"since_on": half_year_start(today).isoformat(), "series": LawSeries.LEGAL_RATE}
    form = bound(request, LawForm, today, initial=initial)
    if form.is_bound and form.act(services.enter_law_value, by=request.actor, at=clock.now()):
        messages.success(request, _("Valeur saisie : il faut qu’une autre personne la confirme."))
        return redirect("law-values", request.provider.slug)
    entries = list(queries.law_values(request.actor))
    person = request.actor.person
    context = {
        "section": "books",
        "crumbs": [
            (_("Livres"), reverse("books", args=[request.provider.slug])),
            (_("Valeurs de la loi"), ""),
        ],
        "form": form,
        "waiting": [
            {"value": one, "is_mine": person is not None and one.entered_by_id == person.pk}
            for one in _waiting(entries)
        ],
        "series": [_series(request, series, entries, today) for series in LawSeries],
        "may_write": request.actor.may("law.write"),
    }
    return render(request, "console/ownbook/law.html", context, status=form.status)


@page("law.write")
@require_POST
def confirm(request: StaffRequest, value: int) -> HttpResponse:
    """Vouch for a value that someone else entered."""
    found = get_object_or_404(queries.law_values(request.actor), pk=value)
    services.confirm_law_value(by=request.actor, at=clock.now(), value=found)
    messages.success(request, _("Valeur confirmée : les règles la lisent dès maintenant."))
    return redirect("law-values", request.provider.slug)


def _waiting(entries: list[LawValue]) -> list[LawValue]:
    """The latest entry of each period, where nobody confirmed it yet."""
    latest: dict[tuple[str, date], LawValue] = {}
    for one in entries:
        latest.setdefault((one.series, one.since_on), one)
    return [one for one in latest.values() if not _is_confirmed(one)]


def _is_confirmed(one: LawValue) -> bool:
    return getattr(one, "confirmation", None) is not None


def _series(request: StaffRequest, series: LawSeries, entries: list[LawValue], today: date) -> SeriesRow:
    shipped = terms_book.load(LAW)
    law = queries.law_of(request.provider)
    by_month = series in BY_MONTH
    last = add_months(today.replace(day=1), -1) if by_month else half_year_start(today)
    step = -1 if by_month else -6
    confirmed: dict[date, LawValue] = {}
    for one in entries:
        if one.series == series and _is_confirmed(one):
            confirmed.setdefault(one.since_on, one)
    days = [add_months(last, step * number) for number in range(SHOWN[by_month])]
    coming = [one for one in confirmed if one > last]
    periods = [
        Period(
            period_of(series, day),
            day,
            _read(law, series, day),
            confirmed.get(day),
            _read(shipped, series, day),
        )
        for day in [*sorted(coming, reverse=True), *days]
    ]
    return SeriesRow(series.label, not by_month, periods)


def _read(law: Book, series: LawSeries, day: date) -> Decimal | None:
    """The value of a period; None where the book has none of its own."""
    if series in BY_MONTH:
        found = law.timeline(series)[-1].value.get(period_of(series, day))
        return Decimal(found) if found is not None else None
    try:
        reading = law.read(series, day)
    except NoValueOn:
        return None
    return Decimal(reading.value) if reading.since == day else None
