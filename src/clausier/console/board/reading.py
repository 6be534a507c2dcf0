"""The board: open tickets in columns, and for each card the columns it may be brought to.

A card goes only where an ordinary act brings it: handing over, starting work, closing, cancelling the
appointment at once; an appointment by its own form. A priority is ruled from impact and urgency, so no card
is pushed from one to another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.console.tickets import forms, listing
from clausier.console.tickets.listing import Filters, Row
from clausier.desk import queries as desk
from clausier.desk.models import Ticket
from clausier.desk.states import TicketState
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person

By = Literal["etat", "personne", "priorite"]
WAYS: Final = {
    "etat": gettext_lazy("par état"),
    "personne": gettext_lazy("par personne"),
    "priorite": gettext_lazy("par priorité"),
}
CARDS: Final = 40
"""Cards of one column; the others are one click away, in the list."""
PRIORITIES: Final = range(1, 5)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a card may go: `to` is the column; without `url` it is posted, else `url` has the form."""

    to: str
    label: str
    icon: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    row: Row
    moves: Sequence[Move]


@dataclass(frozen=True, slots=True)
class Column:
    """`total` counts all that would stand in it; `url` lists them."""

    key: str
    label: str
    total: int
    cards: list[Card]
    url: str = ""
    person: str = ""
    takes: bool = field(default=True)

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


def columns(actor: Actor, by: By, filters: Filters, now: datetime) -> list[Column]:
    """The columns of the board, each with its most pressing cards first."""
    team = list(forms.team(actor))
    rows = listing.open_rows(actor, filters, now)
    match by:
        case "personne":
            return _by_person(actor, team, rows, filters)
        case "priorite":
            return _by_priority(actor, rows, filters)
        case _:
            return [*_by_state(actor, rows, filters), _closed_today(actor, filters, now)]


def _column(
    key: str, label: str, rows: list[Row], moves: Callable[[Ticket], Sequence[Move]], url: str, **more: Any
) -> Column:
    shown = listing.with_tags(rows[:CARDS])
    cards = [Card(row, [move for move in moves(row.ticket) if move.to != key]) for row in shown]
    return Column(key, label, len(rows), cards, url, **more)


def _listed(actor: Actor, filters: Filters, **further: str) -> str:
    """The list with the same filters and one more."""
    query = filters.narrowed(**further)
    return f"{reverse('tickets', args=[actor.provider.slug])}?{query}"


# By person


def _by_person(actor: Actor, team: list[Person], rows: list[Row], filters: Filters) -> list[Column]:
    def moves(ticket: Ticket) -> list[Move]:
        if not actor.may("desk.assign"):
            return []
        nobody = [Move("personne:0", _("personne"), "user-round-x")]
        return [*nobody, *(Move(f"personne:{one.pk}", one.full_name, "user-round") for one in team)]

    def of(person: int | None) -> list[Row]:
        return [row for row in rows if row.ticket.assignee_id == person]

    unassigned = _column(
        "personne:0", _("À prendre"), of(None), moves, _listed(actor, filters, assignee="nobody")
    )
    busy = {row.ticket.assignee_id for row in rows}
    mine = sorted(team, key=lambda one: (one != actor.person, one.pk not in busy))
    return [
        unassigned,
        *(
            _column(
                f"personne:{one.pk}",
                one.full_name,
                of(one.pk),
                moves,
                _listed(actor, filters, assignee=str(one.pk)),
                person=one.full_name,
            )
            for one in mine
        ),
    ]


# By priority


def _by_priority(actor: Actor, rows: list[Row], filters: Filters) -> list[Column]:
    def moves(ticket: Ticket) -> list[Move]:
        return []

    found = sorted({*PRIORITIES, *(row.ticket.priority for row in rows)})
    return [
        _column(
            f"priorite:{level}",
            _("Priorité %(level)s") % {"level": level},
            [row for row in rows if row.ticket.priority == level],
            moves,
            "",
            takes=False,
        )
        for level in found
    ]


# By state

STANDS: Final = (TicketState.OPEN, TicketState.IN_PROGRESS, TicketState.SCHEDULED)


def _by_state(actor: Actor, rows: list[Row], filters: Filters) -> list[Column]:
    def moves(ticket: Ticket) -> list[Move]:
        return state_moves(actor, ticket)

    shown = []
    for state in STANDS:
        own = [row for row in rows if row.ticket.state == state]
        url = _listed(actor, filters, state=str(state))
        label = _("À prendre") if state == TicketState.OPEN else str(state.label).capitalize()
        shown.append(_column(f"etat:{state}", label, own, moves, url))
    return shown


def state_moves(actor: Actor, ticket: Ticket) -> list[Move]:
    """What brings a ticket from its state to another, among what `actor` may do."""
    page = reverse("ticket", args=[actor.provider.slug, ticket.number])
    moves = []
    if actor.may("desk.schedule") and ticket.state == TicketState.SCHEDULED:
        moves.append(Move("etat:open", _("Annuler le rendez-vous"), "calendar-x"))
    if actor.may("desk.work"):
        moves.append(Move("etat:in-progress", _("Commencer à distance"), "monitor-dot"))
    if actor.may("desk.schedule"):
        moves.append(Move("etat:scheduled", _("Fixer un rendez-vous"), "calendar", f"{page}#rendez-vous"))
    if actor.may("desk.close"):
        moves.append(Move("etat:closed", _("Clore"), "circle-check"))
    return moves


def _closed_today(actor: Actor, filters: Filters, now: datetime) -> Column:
    midnight = datetime.combine(now.astimezone(PARIS).date(), time(), PARIS)
    found = listing.matching(desk.tickets_visible_to(actor), filters, actor).filter(closed_at__gte=midnight)
    latest = found.select_related("client", "site", "assignee", "agency").order_by("-closed_at", "-pk")
    rows = listing.rows_of(list(latest[:CARDS]), now, keep_order=True)
    return Column("etat:closed", _("Clos aujourd’hui"), found.count(), [Card(row, ()) for row in rows])
