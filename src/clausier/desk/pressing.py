"""Long lists of tickets a page at a time, each page found where the one before it ended.

However many tickets there are, a page reads about as many rows as it shows: the clocks that run stand in an
index in the order in which they fall due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from clausier.desk.models import Promise, PromiseKind, Ticket
from clausier.desk.states import PromiseState, TicketState
from clausier.foundation.compiled import Compiled, Given

MOST_COUNTED = 1000
"""Beyond so many tickets a list says "or more": to count them all would take longer than to show them."""

SHOWN: Final = (
    *("number", "title", "state", "step", "priority", "called_at", "closed_at"),
    *("client__name", "assignee__full_name"),
)
"""What a row of a list shows of a ticket."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Slice:
    """Some tickets in order, and the place after the last one; "" at the end of the list."""

    tickets: list[Ticket]
    next: str


def first_due(tickets: QuerySet[Ticket], after: str, most: int) -> Slice:
    """Open tickets whose clock runs, the first due first; then the others, by priority and age.

    The clock is the promise of the terms, else the provider's own target. A place that is none begins anew.
    """
    match _read(after):
        case "due", (at, pk):
            parts = [_running(tickets, at, pk), _others(tickets)]
        case "other", (priority, at, pk):
            parts = [_others(tickets, priority, at, pk)]
        case _:
            parts = [_running(tickets), _others(tickets)]
    found: list[Ticket] = []
    for part in parts:
        found += part[: most + 1 - len(found)]
    return _cut(found, most, _place_among_open)


def first_of_all_asked(provider: int, most: int) -> Callable[[], Slice]:
    """Ask for the first of all open tickets of a provider, as `first_due` finds them, with what a row shows.

    What everybody opens many times a day, so its SQL is made once. Read when the answer is called for.
    """
    running, others = _firsts(most)
    asked = running.asked(provider=provider)

    def read() -> Slice:
        found = asked()
        if len(found) <= most:
            found += others.all(provider=provider)[: most + 1 - len(found)]
        return _cut(found, most, _place_among_open)

    return read


@cache
def _firsts(most: int) -> tuple[Compiled[Ticket], Compiled[Ticket]]:
    """The first rows of both parts, one more than are shown."""

    def all_() -> QuerySet[Ticket]:
        return as_rows(Ticket.objects.filter(provider_id=Given("provider")))

    return (
        Compiled(lambda: _running(all_())[: most + 1]),
        Compiled(lambda: _others(all_())[: most + 1]),
    )


def as_rows(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The same tickets, each read no further than a row of a list shows it."""
    return tickets.select_related(None).select_related("client", "assignee").only(*SHOWN)


def latest(tickets: QuerySet[Ticket], after: str, most: int) -> Slice:
    """The latest calls first. A place that is none begins anew."""
    found = tickets.order_by("-called_at", "-pk")
    match _read(after):
        case "called", (at, pk):
            called = _instant(at)
            before = Q(called_at__lt=called) | Q(called_at=called, pk__lt=pk)
            found = found.filter(before, called_at__lte=called)
    return _cut(list(found[: most + 1]), most, lambda one: _written("called", one.called_at, one.pk))


def counted(tickets: QuerySet[Ticket]) -> int:
    """How many there are; `MOST_COUNTED` for as many or more, since no further is counted."""
    return tickets.order_by().select_related(None)[:MOST_COUNTED].count()


def _running(tickets: QuerySet[Ticket], at: int | None = None, pk: int = 0) -> QuerySet[Ticket]:
    # Nearly every clock that runs belongs to an open ticket. Asked for these by the plain column, the server
    # would take the two for independent, expect next to nothing, and sort all instead of walking the index.
    tickets = tickets.filter(~Q(Exact(Lower("state"), TicketState.CLOSED.value)))
    promised = Promise.objects.filter(ticket=OuterRef("pk"), kind=PromiseKind.PROMISE)
    running = Q(promises__state=PromiseState.RUNNING, promises__due_at__isnull=False)
    found = tickets.annotate(running=FilteredRelation("promises", condition=running)).filter(
        Q(running__kind=PromiseKind.PROMISE) | Q(running__kind=PromiseKind.TARGET) & ~Exists(promised),
        # Said of the clock too, so that the index is walked from the provider's first clock on.
        running__provider_id=F("provider_id"),
    )
    found = found.annotate(due_at=F("running__due_at"))
    if at is not None:
        due = _instant(at)
        found = found.filter(Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk), due_at__gte=due)
    return found.order_by("due_at", "pk")


def _others(
    tickets: QuerySet[Ticket], priority: int | None = None, at: int = 0, pk: int = 0
) -> QuerySet[Ticket]:
    clocks = Promise.objects.filter(ticket=OuterRef("pk"))
    runs = clocks.filter(state=PromiseState.RUNNING, due_at__isnull=False)
    promised = clocks.filter(kind=PromiseKind.PROMISE)
    found = tickets.exclude(state=TicketState.CLOSED).filter(
        ~Exists(runs.filter(kind=PromiseKind.PROMISE)),
        Exists(promised) | ~Exists(runs.filter(kind=PromiseKind.TARGET)),
    )
    if priority is not None:
        called = _instant(at)
        found = found.filter(
            Q(priority__gt=priority)
            | Q(priority=priority, called_at__gt=called)
            | Q(priority=priority, called_at=called, pk__gt=pk),
            priority__gte=priority,
        )
    return found.order_by("priority", "called_at", "pk")


def _place_among_open(ticket: Ticket) -> str:
    due_at = getattr(ticket, "due_at", None)
    if due_at is not None:
        return _written("due", due_at, ticket.pk)
    return _written("other", ticket.priority, ticket.called_at, ticket.pk)


def _cut(found: list[Ticket], most: int, place: Callable[[Ticket], str]) -> Slice:
    shown = found[:most]
    return Slice(shown, place(shown[-1]) if len(found) > most else "")


def _written(kind: str, *parts: datetime | int) -> str:
    numbers = [(part - _EPOCH) // _TICK if isinstance(part, datetime) else part for part in parts]
    return ".".join([kind, *map(str, numbers)])


def _read(place: str) -> tuple[str, list[int]]:
    kind, *numbers = place.split(".")
    # As many digits as a row's number and an instant of this era take.
    if all(number.isdecimal() and len(number) <= 16 for number in numbers):
        return kind, [int(number) for number in numbers]
    return "", []


def _instant(ticks: int) -> datetime:
    return _EPOCH + ticks * _TICK
