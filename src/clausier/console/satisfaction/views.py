"""What clients think: by client, technician and month, with the tickets behind each figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.satisfaction.forms import SettingsForm
from clausier.desk import queries as desk
from clausier.desk import services, surveys
from clausier.desk.models import Mark, Survey
from clausier.desk.surveys import Tally
from clausier.directory import queries as directory
from clausier.foundation import clock, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import Refusal
from clausier.pages.forms import bound

MONTHS = 12
ROWS = 30
ICONS = {Mark.GOOD: "smile", Mark.FAIR: "meh", Mark.BAD: "frown"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which marks are shown; "" for all."""

    client: str = ""
    technician: str = ""
    month: str = ""
    mark: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> Wanted:
        technician, mark = data.get("technicien", ""), data.get("note", "")
        return cls(
            client=data.get("client", "").replace("\x00", "")[:20],
            technician=technician if technician.isascii() and technician.isdecimal() else "",
            month=data.get("mois", "") if _month(data.get("mois", "")) else "",
            mark=mark if mark in {str(one) for one in Mark.values} else "",
        )

    def query(self, **changes: Any) -> str:
        """As the address says it, with `changes`."""
        said = {"client": self.client, "technicien": self.technician, "mois": self.month, "note": self.mark}
        return urlencode({key: value for key, value in (said | changes).items() if value})

    def narrowed(self, found: QuerySet[Survey]) -> QuerySet[Survey]:
        """Those asked for, whatever their mark."""
        if self.client:
            found = found.filter(client__number=self.client)
        if self.technician:
            found = found.filter(technician=int(self.technician[:18]))
        first = _month(self.month)
        if first:
            after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            found = found.filter(asked_at__gte=_begins(first), asked_at__lt=_begins(after))
        return found


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def _begins(on: date) -> datetime:
    return datetime.combine(on, time(), PARIS)


@page("reports.read")
@require_GET
def satisfaction(request: StaffRequest) -> HttpResponse:
    """The last twelve months, or what is asked for; below, the answers themselves."""
    wanted, today = Wanted.of(request.GET), clock.today()
    found = surveys.surveys_visible_to(request.actor)
    since = date(today.year - 1, today.month % 12 + 1, 1) if today.month < 12 else date(today.year, 1, 1)
    found = found.filter(asked_at__gte=_begins(since)) if not wanted.month else found
    narrowed = wanted.narrowed(found)
    answers = narrowed.exclude(mark=None).order_by("-answered_at", "-pk")
    if wanted.mark:
        answers = answers.filter(mark=int(wanted.mark))
    settings = surveys.settings_of(request.provider)
    context = {
        "section": "reports",
        "crumbs": [
            (_("Rapports"), reverse("reports", args=[request.provider.slug])),
            (_("Satisfaction"), ""),
        ],
        "whole": surveys.tally(narrowed),
        "wanted": wanted,
        "said": _said(request, wanted),
        "tables": _tables(narrowed, wanted),
        "page": Paginator(answers, ROWS).get_page(request.GET.get("page")),
        "base": wanted.query(),
        "marks": [("", _("toutes")), *((str(mark.value), str(mark.label)) for mark in reversed(Mark))],
        "mark_links": [
            (str(mark.value), mark.label, ICONS[mark], wanted.query(note=str(mark.value)))
            for mark in reversed(Mark)
        ],
        "icons": {mark.value: icon for mark, icon in ICONS.items()},
        "settings": settings,
        "is_on": settings is not None and settings.is_on,
        "may_settle": request.actor.may("satisfaction.settle"),
    }
    return render(request, "console/satisfaction/report.html", context)


def _said(request: StaffRequest, wanted: Wanted) -> list[tuple[str, str]]:
    """What narrows the page, and the address without it."""
    found = []
    if wanted.client:
        client = directory.client_numbered(request.actor, wanted.client)
        found.append((client.name if client else wanted.client, wanted.query(client="")))
    if wanted.technician:
        member = directory.team(request.actor).filter(person=int(wanted.technician[:18])).first()
        found.append((member.person.full_name if member else _("technicien"), wanted.query(technicien="")))
    first = _month(wanted.month)
    if first:
        found.append((_spoken_month(first), wanted.query(mois="")))
    if wanted.mark:
        found.append((str(Mark(int(wanted.mark)).label), wanted.query(note="")))
    return found


def _spoken_month(on: date) -> str:
    return wording.month(on, get_language() or "fr", year=True)


def _tables(found: QuerySet[Survey], wanted: Wanted) -> list[dict[str, Any]]:
    """By month, technician and client: what was asked and answered, each figure leading to its tickets."""
    by_month = [
        (_spoken_month(key), tally, {"mois": f"{key:%Y-%m}"}) for key, tally in surveys.by_month(found)
    ]
    by_technician = [
        (name or _("à personne"), tally, {"technicien": str(pk or "")})
        for (pk, name), tally in surveys.by_technician(found)
    ]
    by_client = [(name, tally, {"client": number}) for (number, name), tally in surveys.by_client(found)]
    return [
        {"title": title, "head": head, "rows": [_row(*row, wanted) for row in rows]}
        for title, head, rows in (
            (_("Par mois"), _("Mois"), by_month),
            (_("Par technicien"), _("Technicien"), by_technician),
            (_("Par client"), _("Client"), by_client),
        )
    ]


def _row(name: str, tally: Tally, narrows: dict[str, str], wanted: Wanted) -> dict[str, Any]:
    return {
        "name": name,
        "tally": tally,
        "url": wanted.query(**narrows),
        "good_url": wanted.query(**narrows, note=str(Mark.GOOD.value)),
        "fair_url": wanted.query(**narrows, note=str(Mark.FAIR.value)),
        "bad_url": wanted.query(**narrows, note=str(Mark.BAD.value)),
    }


@page("satisfaction.settle")
@require_http_methods(["GET", "POST"])
def settle(request: StaffRequest) -> HttpResponse:
    """Whether and how clients are asked."""
    held = surveys.settings_of(request.provider)
    initial = {
        "is_on": held.is_on if held else False,
        "percent": held.percent if held else 100,
        "quiet_days": held.quiet_days if held else 7,
        "changeable_days": held.changeable_days if held else 14,
    }
    form = bound(request, SettingsForm, initial=initial)
    back = reverse("satisfaction", args=[request.provider.slug])
    given = {"by": request.actor, "at": clock.now(), "site_url": request.build_absolute_uri("/")}
    if form.is_bound and form.act(services.settle_surveys, **given):
        messages.success(request, _("Enquête réglée."))
        return redirect(back)
    return form_page(
        request,
        form,
        section="reports",
        crumbs=[(_("Rapports"), reverse("reports", args=[request.provider.slug])), (_("Satisfaction"), back)],
        title=_("Enquête de satisfaction"),
        act=_("Enregistrer"),
        back_url=back,
    )


@page("satisfaction.settle")
@require_POST
def ask_client(request: StaffRequest, number: str) -> HttpResponse:
    """Ask that client's people, or leave them in peace."""
    found = directory.client_numbered(request.actor, number)
    if found is None:
        raise Http404
    asked = request.POST.get("demander") == "1"
    _tried(
        request,
        lambda: services.ask_client(by=request.actor, at=clock.now(), client=found, asked=asked),
        _("Ce client sera sollicité.") if asked else _("Ce client ne sera plus sollicité."),
    )
    return redirect("client", request.provider.slug, number)


@page("desk.note")
@require_POST
def take_up(request: StaffRequest, number: int) -> HttpResponse:
    """A bad mark was taken up with the client."""
    ticket = desk.ticket_by_number(request.actor, number)
    survey = surveys.survey_of(ticket) if ticket else None
    if survey is None:
        raise Http404
    _tried(
        request,
        lambda: services.take_up_mark(by=request.actor, at=clock.now(), survey=survey),
        _("Avis repris avec le client."),
    )
    return redirect("ticket", request.provider.slug, number)


def _tried(request: StaffRequest, act: Any, done: str) -> None:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.says)
    else:
        messages.success(request, done)
