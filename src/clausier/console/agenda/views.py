"""What is due: every dated promise of both parties, a month of it, and the duties of a client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.agenda import duties as reading
from clausier.agenda import queries, services
from clausier.agenda.duties import DutyRow
from clausier.agenda.models import DutyState
from clausier.agenda.obligations import KINDS, SIDES, STATES, Obligation
from clausier.console import sheets
from clausier.console.agenda.forms import DutyForm
from clausier.console.agenda.places import rows_of
from clausier.console.books.addresses import clause_url
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock
from clausier.pages import agenda
from clausier.pages.forms import bound

ROWS: Final = 200
"""On a page; a file holds them all."""
HEADINGS: Final = (
    gettext_lazy("Jour"),
    gettext_lazy("Heure"),
    gettext_lazy("Nature"),
    gettext_lazy("Ce qui est dû"),
    gettext_lazy("Par"),
    gettext_lazy("Client"),
    gettext_lazy("Numéro du client"),
    gettext_lazy("Contrat"),
    gettext_lazy("Livre"),
    gettext_lazy("Clause"),
    gettext_lazy("État"),
)


@page("agenda.read")
@require_GET
def obligations(request: StaffRequest) -> HttpResponse:
    """Every dated promise of the ninety days to come, and what was missed in the thirty behind."""
    now, actor = clock.now(), request.actor
    since, until = _days(request)
    asked = agenda.filter_of(request)
    found = queries.obligations(actor, since, until, now, asked)
    if form := sheets.form_asked(request):
        return sheets.listed(form, _("échéances"), now.date(), HEADINGS, _lines(found))
    if not request.GET.get("du"):
        found = agenda.in_sight(found, asked, now.date())
    by = request.GET.get("par", "")
    shown = rows_of(found[:ROWS], actor)
    context = {
        "tabs": tabs_of(request, "agenda"),
        "section": "agenda",
        "crumbs": [(_("Échéances"), "")],
        "today": now.date(),
        "since": since,
        "until": until,
        "asked": asked,
        "by": by if by in ("client", "clause") else "",
        "groups": agenda.grouped(shown, by),
        "total": len(found),
        "more": len(found) - len(shown),
        "missed": sum(one.state == "missed" for one in found),
        "kinds": KINDS.items(),
        "sides": SIDES.items(),
        "states": STATES.items(),
        "clients": directory.clients_visible_to(actor).filter(ended_on=None).order_by("sort_key"),
        "clauses": _clauses(found, asked.clause),
        "query": _query(request),
        "page_query": _query(request),
        "show_client": by != "client",
    }
    return render(request, "console/agenda/list.html", context)


def _days(request: StaffRequest) -> tuple[date, date]:
    """The days asked for, or the usual ones; not more than `queries.FARTHEST` at once."""
    since, until = queries.usual_days(clock.now())
    since = _day(request.GET.get("du", "")) or since
    until = _day(request.GET.get("au", "")) or max(until, since + queries.AHEAD)
    return since, max(since, min(until, since + queries.FARTHEST))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2199 else None


def _query(request: StaffRequest) -> str:
    words = {
        name: value
        for name, value in request.GET.items()
        if name in ("client", "kind", "side", "state", "clause", "mine", "par", "du", "au") and value
    }
    return urlencode(words)


def _clauses(found: list[Obligation], chosen: str) -> list[str]:
    return sorted({one.cited for one in found if one.cited} | ({chosen} if chosen else set()))


def _lines(found: list[Obligation]) -> Iterator[list[Any]]:
    for one in found:
        yield [
            one.due_on,
            f"{one.due_at.astimezone(clock.PARIS):%H:%M}" if one.due_at else "",
            str(KINDS[one.kind]),
            one.says,
            str(SIDES[one.owed_by]),
            one.client.name,
            one.client.number,
            one.contract.number if one.contract else "",
            one.book,
            one.clause,
            str(STATES[one.state]),
        ]


@page("agenda.read")
@require_GET
def month(request: StaffRequest) -> HttpResponse:
    """A month of dates, of every client or of those that the filters leave."""
    now, actor = clock.now(), request.actor
    first = agenda.month_named(request.GET.get("mois", ""), now.date())
    weeks = agenda.weeks_of(first)
    asked = agenda.filter_of(request)
    found = queries.obligations(actor, weeks[0][0], weeks[-1][-1], now, asked)
    before, after = agenda.beside(first)
    rows = rows_of(found, actor)
    in_month = [row for row in rows if row.what.due_on.month == first.month]
    context = {
        "tabs": tabs_of(request, "agenda-month"),
        "section": "agenda",
        "crumbs": [(_("Échéances"), reverse("agenda", args=[request.provider.slug])), (_("Calendrier"), "")],
        "month": first,
        "before": before,
        "after": after,
        "weeks": agenda.month_of(first, now.date(), rows),
        "weekdays": [weeks[0][number] for number in range(7)],
        "groups": agenda.grouped(in_month, ""),
        "today": now.date(),
        "asked": asked,
        "kinds": KINDS.items(),
        "clients": directory.clients_visible_to(actor).filter(ended_on=None).order_by("sort_key"),
        "query": _query(request),
        "show_client": True,
    }
    return render(request, "console/agenda/month.html", context)


def tabs_of(request: StaffRequest, on: str) -> list[dict[str, Any]]:
    """The pages of this section."""
    slug = request.provider.slug
    pages = [
        ("agenda", _("Liste")),
        ("agenda-month", _("Calendrier")),
        ("agenda-reminders", _("Rappels envoyés")),
        ("agenda-feeds", _("Mon agenda")),
    ]
    return [{"url": reverse(name, args=[slug]), "label": label, "on": name == on} for name, label in pages]


# The duties of a client


@page("agenda.read")
@require_GET
def duties(request: StaffRequest, number: str) -> HttpResponse:
    """What a client must do by its terms, and how each duty stands."""
    client = _client(request, number)
    rows = reading.checklist(client, clock.today())
    context = {
        "section": "clients",
        "crumbs": [*_crumbs(request, client), (_("Ses devoirs"), "")],
        "client": client,
        "rows": [_told(row, request) for row in rows],
        "today": clock.today(),
        "checked": sum(row.check is not None or row.met_by_file is not None for row in rows),
        "unmet": sum(_is_unmet(row) for row in rows),
        "may_check": request.actor.may("agenda.check"),
        "may_settle": request.actor.may("agenda.settle"),
        "reminders": queries.client_settings(client),
    }
    return render(request, "console/agenda/duties.html", context)


def _is_unmet(row: DutyRow) -> bool:
    return row.met_by_file is False or (row.check is not None and row.check.state == DutyState.UNMET)


def _told(row: DutyRow, request: StaffRequest) -> dict[str, Any]:
    says = row.duty.says.to(get_language() or "fr")
    return {
        "row": row,
        "says": says[:1].upper() + says[1:],
        "clause_url": clause_url(request.provider.slug, row.book.digest, row.duty.clause),
    }


@page("agenda.check")
@require_http_methods(["GET", "POST"])
def check(request: StaffRequest, number: str, duty: str) -> HttpResponse:
    """Write down how a duty stands, under what was written before."""
    client = _client(request, number)
    row = next((one for one in reading.checklist(client, clock.today()) if one.key == duty), None)
    if row is None:
        raise Http404
    form = bound(request, DutyForm, initial={"checked_on": clock.today(), "state": DutyState.MET})
    back = reverse("client-duties", args=[request.provider.slug, client.number])
    if form.is_bound and form.act(
        services.check_duty, by=request.actor, at=clock.now(), client=client, duty=duty
    ):
        messages.success(request, _("Contrôle noté."))
        return redirect(back)
    told = _told(row, request)
    return form_page(
        request,
        form,
        section="clients",
        crumbs=[*_crumbs(request, client), (_("Ses devoirs"), back)],
        title=_("Contrôler un devoir"),
        act=_("Noter le contrôle"),
        back_url=back,
        meta=f"{client.name}, {row.book.name} {row.duty.clause}",
        template="console/agenda/check.html",
        says=told["says"],
        history=reading.history(client, duty)[:20],
        stops=row.stops,
    )


def _client(request: StaffRequest, number: str) -> Client:
    return get_object_or_404(directory.clients_visible_to(request.actor), number=number)


def _crumbs(request: StaffRequest, client: Client) -> list[tuple[str, str]]:
    slug = request.provider.slug
    return [
        (_("Clients"), reverse("clients", args=[slug])),
        (client.name, reverse("client", args=[slug, client.number])),
    ]
