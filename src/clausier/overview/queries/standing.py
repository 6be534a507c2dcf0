"""How open tickets stand at an instant, and what was due on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from clausier.desk import leading
from clausier.desk import queries as desk
from clausier.desk.models import Promise, PromiseKind, Ticket
from clausier.desk.queries import PromiseView
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS

RUNNING = frozenset({"late", "at-risk", "on-time"})
ENDED = frozenset({"met", "met-late", "lifted"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket and its clock: the promise of the terms, else the provider's own target, else nothing."""

    ticket: Ticket
    view: PromiseView | None
    is_target: bool

    @property
    def state(self) -> str:
        """The state of the clock; "" without one."""
        return self.view.state if self.view else ""

    @property
    def rank(self) -> tuple[int, float, datetime]:
        """Running clocks by open time left (late: negative), then suspended ones, then the rest by age."""
        if self.view and self.state in RUNNING:
            return 0, self.view.left_seconds, self.ticket.called_at
        return (1 if self.state == "suspended" else 2), 0, self.ticket.called_at


@dataclass(frozen=True, slots=True)
class Day:
    """The open tickets of a moment by open time left, and what was or is due on that day, by hour."""

    now: datetime
    open: tuple[Standing, ...]
    due_today: tuple[Standing, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def burning(self) -> tuple[Standing, ...]:
        """The tickets whose clock runs or is suspended."""
        return tuple(one for one in self.open if one.state in RUNNING or one.state == "suspended")

    @property
    def kept(self) -> int:
        """How many of those due today were kept in time."""
        return sum(one.state == "met" for one in self.due_today)

    @property
    def only_targets(self) -> bool:
        """Whether every clock is a target: the terms promise nothing here."""
        told = [one for one in (*self.open, *self.due_today) if one.view]
        return bool(told) and all(one.is_target for one in told)


def day_of(actor: Actor, now: datetime) -> Day:
    """What `actor` sees of the desk at `now`, in six queries whatever the number of tickets."""
    open_ = list(desk.open_tickets(actor))
    over = list(_closed_due(actor, now))
    standings = _standings([*open_, *over], now)
    of_open = sorted((standings[ticket.pk] for ticket in open_), key=lambda one: one.rank)
    today = now.astimezone(PARIS).date()
    due = [
        one
        for one in standings.values()
        if one.view and one.view.due_at and one.view.due_at.astimezone(PARIS).date() == today
    ]
    return Day(
        now=now,
        open=tuple(of_open),
        due_today=tuple(sorted(due, key=_due)),
        counts=Counter(one.state for one in of_open if one.view and one.state not in ENDED),
    )


def _due(one: Standing) -> datetime:
    if one.view is None or one.view.due_at is None:
        raise ValueError("only what is due is sorted by its due date")
    return one.view.due_at


def _closed_due(actor: Actor, now: datetime) -> Iterable[Ticket]:
    """Closed tickets that were promised, or aimed at, for today."""
    today = now.astimezone(PARIS).date()
    start = datetime.combine(today, time(), PARIS)
    end = datetime.combine(today + timedelta(days=1), time(), PARIS)
    due = Promise.objects.filter(provider=actor.provider, due_at__gte=start, due_at__lt=end)
    return desk.tickets_visible_to(actor).filter(closed_at__isnull=False, pk__in=due.values("ticket"))


def _standings(tickets: Sequence[Ticket], now: datetime) -> dict[int, Standing]:
    views = leading.views(tickets, now)
    return {
        ticket.pk: Standing(ticket, view, view is None or view.kind == PromiseKind.TARGET)
        for ticket in tickets
        for view in (views.get(ticket.pk),)
    }
