"""What a list shows of each ticket besides itself: the clock that leads, and its tags."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection

from clausier.desk import clocks, queries
from clausier.desk.clocks import PromiseView
from clausier.desk.models import Promise, Tag, Ticket, TicketEvent

_PROMISES, _EVENTS = Promise._meta.db_table, TicketEvent._meta.db_table

# The promise of a ticket stands before its target. Of the events, those of that clock; their data as text.
LEADING: Final = f"""
    select leads.ticket_id, leads.kind, leads.ruling_id, step.at, step.data
    from (
        select distinct on (ticket_id) ticket_id, kind, ruling_id from {_PROMISES}
        where ticket_id = any($1) order by ticket_id, kind
    ) leads
    join {_EVENTS} step on step.ticket_id = leads.ticket_id and step.data ->> 'clock' = leads.kind
    where step.ticket_id = any($1) and step.kind in ({", ".join(f"'{kind.value}'" for kind in clocks.KINDS)})
    order by step.id
"""  # noqa: S608


def views(tickets: Iterable[Ticket], now: datetime) -> dict[int, PromiseView]:
    """The clock of each ticket that a list shows: the promise's, else that of the provider's own target."""
    asked = [ticket.pk for ticket in tickets]
    return _replayed(_asked(asked), now) if asked else {}


def views_and_tags(
    tickets: Iterable[Ticket], now: datetime
) -> tuple[dict[int, PromiseView], dict[int, list[Tag]]]:
    """The same, and the tags of those that bear any."""
    asked = [ticket.pk for ticket in tickets]
    if not asked:
        return {}, {}
    with connection.ahead():  # type: ignore[attr-defined]
        leading, tags = _asked(asked), queries.tags_asked(asked)
        return _replayed(leading, now), tags()


def _asked(tickets: list[int]) -> Any:
    """A cursor with the rows of `LEADING`, or on its way to them."""
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(LEADING, [tickets])
    return cursor


def _replayed(rows: Any, now: datetime) -> dict[int, PromiseView]:
    told: dict[int, tuple[str, int, list[tuple[datetime, str]]]] = {}
    for ticket, kind, ruling, at, data in rows.fetchall():
        told.setdefault(ticket, (kind, ruling, []))[2].append((at, data))
    return {
        ticket: clocks.view_told(kind, tuple(steps), now, ruling)
        for ticket, (kind, ruling, steps) in told.items()
    }
