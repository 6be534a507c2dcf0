"""The list of tickets: what it is filtered by, and the rows it shows.

Open tickets are sorted by open time left, which only a replay knows: they are few enough to be read whole.
Closed ones may be thousands: they are paged by the database, latest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clausier.console.books.addresses import addresses
from clausier.console.typed import whole
from clausier.contracts.models import EquipmentClass
from clausier.desk import queries as desk
from clausier.desk.models import Promise, PromiseKind, Ticket
from clausier.desk.queries import PromiseView
from clausier.desk.states import TicketState
from clausier.foundation.actors import Actor
from clausier.pages.clocks import clock_of
from clausier.pages.parts.clock import Clock

ROWS = 50
RUNNING = frozenset({"on-time", "at-risk", "late"})

STATES = [
    ("", _("Ouverts")),
    *((state.value, state.label) for state in TicketState if state != TicketState.OPEN),
    (TicketState.OPEN.value, _("à prendre")),
    ("all", _("tous")),
]
PROMISES = [
    ("late", _("en retard")),
    ("at-risk", _("à risque")),
    ("on-time", _("à l’heure")),
    ("suspended", _("suspendue")),
    ("none", _("sans promesse")),
]
KEPT = [("met", _("tenue")), ("met-late", _("tenue en retard"))]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; every value is the text of the address, "" for no filter."""

    text: str = ""
    state: str = ""
    promise: str = ""
    assignee: str = ""
    agency: str = ""
    client: str = ""
    equipment_class: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> Filters:
        return cls(**{name: str(data.get(key, "")).strip() for name, key in KEYS.items()})

    @property
    def are_open(self) -> bool:
        """Whether only open tickets are asked for."""
        return self.state not in {"all", TicketState.CLOSED} and self.promise not in dict(KEPT)

    @property
    def narrow(self) -> bool:
        return any(getattr(self, name) for name in KEYS)

    def without(self, name: str) -> str:
        """The query that drops one filter."""
        kept = QueryDict(mutable=True)
        for own, key in KEYS.items():
            if own != name and getattr(self, own):
                kept[key] = getattr(self, own)
        return kept.urlencode()

    @property
    def without_client(self) -> str:
        return self.without("client")

    @property
    def query(self) -> str:
        return self.without("")


KEYS = {
    "text": "q",
    "state": "etat",
    "promise": "promesse",
    "assignee": "a",
    "agency": "agence",
    "client": "client",
    "equipment_class": "classe",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list, with its promise (or the provider's own target where nothing is promised)."""

    ticket: Ticket
    clock: Clock | None
    is_target: bool = False
    rank: tuple[Any, ...] = field(default=())


def page_of(actor: Actor, filters: Filters, number: str, now: datetime) -> Page[Any]:
    """The rows of one page; `object_list` holds `Row`s."""
    if filters.are_open:
        return Paginator(_open_rows(actor, filters, now), ROWS).get_page(number)
    page = Paginator(_closed_too(actor, filters), ROWS).get_page(number)
    page.object_list = rows_of(list(page.object_list), actor, now, keep_order=True)  # type: ignore[assignment]
    return page


def _found(actor: Actor, filters: Filters) -> QuerySet[Ticket]:
    found = _matching(desk.tickets_visible_to(actor), filters, actor)
    return found.select_related("client", "site", "assignee", "agency")


def _open_rows(actor: Actor, filters: Filters, now: datetime) -> list[Row]:
    rows = rows_of(list(_found(actor, filters).exclude(state=TicketState.CLOSED)), actor, now)
    return [row for row in rows if _promised(row, filters.promise)]


def _closed_too(actor: Actor, filters: Filters) -> QuerySet[Ticket]:
    found = _found(actor, filters)
    if filters.promise in dict(KEPT):
        found = found.filter(promises__kind=PromiseKind.PROMISE, promises__state=filters.promise)
    return found.order_by("-called_at", "-pk")


HEADINGS = (
    _("Numéro"),
    _("Titre"),
    _("Client"),
    _("Numéro du client"),
    _("Site"),
    _("État"),
    _("Priorité"),
    _("Classe"),
    _("Appel"),
    _("Clos le"),
    _("Confié à"),
    _("Promis pour le"),
    _("Promesse"),
)


def lines_of(actor: Actor, filters: Filters, now: datetime) -> Iterator[list[Any]]:
    """The whole list under `filters`, for a file; the columns are `HEADINGS`."""
    if filters.are_open:
        tickets: Iterable[Ticket] = [row.ticket for row in _open_rows(actor, filters, now)]
    else:
        tickets = _closed_too(actor, filters).iterator(chunk_size=2000)
    for batch in _batches(tickets, 2000):
        promised = {
            promise.ticket_id: promise
            for promise in Promise.objects.filter(ticket__in=batch, kind=PromiseKind.PROMISE)
        }
        for ticket in batch:
            promise = promised.get(ticket.pk)
            yield [
                ticket.number,
                ticket.title,
                ticket.client.name,
                ticket.client.number,
                ticket.site.name if ticket.site else "",
                ticket.get_state_display(),
                ticket.priority,
                ticket.get_equipment_class_display(),
                ticket.called_at,
                ticket.closed_at,
                ticket.assignee.full_name if ticket.assignee else "",
                promise.due_at if promise else None,
                promise.get_state_display() if promise else "",
            ]


def _batches(tickets: Iterable[Ticket], size: int) -> Iterator[list[Ticket]]:
    rest = iter(tickets)
    while batch := list(islice(rest, size)):
        yield batch


def rows_of(tickets: Sequence[Ticket], actor: Actor, now: datetime, *, keep_order: bool = False) -> list[Row]:
    """Rows by open time left, the shortest first; those without a running promise after them, by priority."""
    promises = desk.promise_views(tickets, now)
    others = [ticket for ticket in tickets if ticket.pk not in promises]
    targets = desk.promise_views(others, now, PromiseKind.TARGET)
    rows = [_row(ticket, promises.get(ticket.pk), targets.get(ticket.pk), actor, now) for ticket in tickets]
    return rows if keep_order else sorted(rows, key=lambda row: row.rank)


def _row(
    ticket: Ticket, promise: PromiseView | None, target: PromiseView | None, actor: Actor, now: datetime
) -> Row:
    shown = promise or target
    if shown is None:
        return Row(ticket, None, rank=(2, ticket.priority, ticket.called_at))
    runs = shown.state in RUNNING
    rank = (0, shown.left_seconds, ticket.priority) if runs else (1, ticket.priority, ticket.called_at)
    return Row(ticket, clock_of(shown, addresses(actor.provider.slug), now), promise is None, rank)


def _promised(row: Row, wanted: str) -> bool:
    if not wanted:
        return True
    promise = row.clock if row.clock and not row.is_target else None
    return promise is None if wanted == "none" else promise is not None and promise.state == wanted


def _matching(found: QuerySet[Ticket], filters: Filters, actor: Actor) -> QuerySet[Ticket]:
    if filters.text:
        found = found.filter(_says(filters.text))
    if filters.state and filters.state != "all":
        found = found.filter(state=filters.state)
    if filters.assignee == "me":
        found = found.filter(assignee=actor.person)
    elif filters.assignee == "nobody":
        found = found.filter(assignee=None)
    elif (assignee := whole(filters.assignee)) is not None:
        found = found.filter(assignee_id=assignee)
    if (agency := whole(filters.agency)) is not None:
        found = found.filter(agency_id=agency)
    if filters.client:
        found = found.filter(client__number=filters.client)
    if filters.equipment_class in EquipmentClass.values:
        found = found.filter(equipment_class=filters.equipment_class)
    return found


def _says(text: str) -> Q:
    """A number, or words of the title, the equipment, the client."""
    words = Q(title__icontains=text) | Q(equipment_label__icontains=text) | Q(client__name__icontains=text)
    number = whole(text.lstrip("#0 "))
    return words if number is None else words | Q(number=number)
