"""The board of open tickets, and the moving of a card: each move is the act that the ticket's page offers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausier.console.board import reading
from clausier.console.board.reading import WAYS, By
from clausier.console.doors import StaffRequest, page
from clausier.console.teamwork import offers as teamwork
from clausier.console.tickets import forms, listing
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.typed import whole
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import Ticket, WorkMode
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.errors import Refusal


@page("desk.read")
@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """Open tickets in columns: by state, by who has them, or by priority."""
    now = clock.now()
    by, filters = _way(request.GET.get("par", "")), listing.Filters.of(request.GET)
    columns = reading.columns(request.actor, by, filters, now)
    context = {
        "section": "tickets",
        "crumbs": [(_("Tickets"), reverse("tickets", args=[request.provider.slug])), (_("Tableau"), "")],
        "by": by,
        "ways": [(key, words, f"?{filters.narrowed()}&par={key}") for key, words in WAYS.items()],
        "filters": filters,
        "columns": columns,
        "total": sum(column.total for column in columns if column.key != "etat:closed"),
        "assignees": [
            ("", _("tous")),
            ("me", _("moi")),
            ("nobody", _("personne")),
            *((str(person.pk), person.full_name) for person in forms.team(request.actor)),
        ],
        "agencies": [
            ("", _("toutes")),
            *((str(agency.pk), agency.name) for agency in directory.agencies(request.actor)),
        ],
        "tag_choices": teamwork.tag_choices(list(desk.tags(request.actor))),
        "now": now,
    }
    return render(request, "console/board/board.html", context)


def _way(asked: str) -> By:
    return cast(By, asked) if asked in WAYS else "etat"


@page("desk.assign")
@require_POST
def move(request: StaffRequest, number: int) -> HttpResponse:
    """Bring a card to the column `vers`; a refusal is said on the board, where the card stays."""
    ticket = ticket_or_404(request, number)
    to = request.POST.get("vers") or request.GET.get("vers", "")
    try:
        done, undo = _moved(request, ticket, to, clock.now())
    except Refusal as refusal:
        messages.error(request, " ".join(part for part in (refusal.says, refusal.way_out) if part))
    else:
        messages.success(request, done, extra_tags=undo)
    return redirect(_back(request) + f"#ticket-{number}")


def _back(request: StaffRequest) -> str:
    """The board as it was: its own filters, and nothing else of what was sent."""
    data = request.POST if "vers" in request.POST else request.GET
    kept = [*listing.Filters.of(data).kept, ("par", _way(data.get("par", "")))]
    return f"{reverse('board', args=[request.provider.slug])}?{urlencode(kept)}"


def _moved(request: StaffRequest, ticket: Ticket, to: str, now: datetime) -> tuple[str, str]:
    """Do what brings the ticket there; what was done, and the address that takes it back if there is one."""
    where, _sep, what = to.partition(":")
    common: dict[str, Any] = {"by": request.actor, "at": now, "ticket": ticket}
    slug = request.provider.slug
    if where == "personne":
        return _handed_over(request, ticket, what, common)
    match to:
        case "etat:in-progress":
            services.start_work(**common, mode=WorkMode.REMOTE)
            return _("Séance commencée sur le ticket %(number)s.") % {"number": ticket}, ""
        case "etat:open":
            standing = desk.active_appointment(ticket)
            if standing is None:
                raise Http404
            services.cancel_appointment(by=request.actor, at=now, appointment=standing)
            return _("Rendez-vous du ticket %(number)s annulé.") % {"number": ticket}, ""
        case "etat:closed":
            services.close_ticket(**common)
            undo = f"{reverse('ticket-reopen', args=[slug, ticket.number])}?annuler=1"
            return _("Ticket %(number)s clos.") % {"number": ticket}, undo
    raise Http404


def _handed_over(request: StaffRequest, ticket: Ticket, to: str, common: dict[str, Any]) -> tuple[str, str]:
    person = forms.team(request.actor).filter(pk=whole(to) or 0).first()
    if person is None and to != "0":
        raise Http404
    former = ticket.assignee_id or 0
    services.assign(**common, person=person)
    undo = reverse("board-move", args=[request.provider.slug, ticket.number])
    kept = {"vers": f"personne:{former}", "par": "personne"}
    said = {"number": ticket, "name": person.full_name if person else ""}
    done = _("Ticket %(number)s confié à %(name)s.") if person else _("Ticket %(number)s rendu, à prendre.")
    return done % said, f"{undo}?{urlencode(kept)}"
