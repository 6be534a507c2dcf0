"""What the page of a ticket shows of working together: who is on it, who follows, tags, tasks, links."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from clausier.console.doors import StaffRequest
from clausier.console.teamwork import forms
from clausier.desk import presences
from clausier.desk import queries as desk
from clausier.desk.models import Ticket, TicketEvent
from clausier.desk.services import collision, merging
from clausier.desk.states import TicketState
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.compiled import Compiled, among


def panel(request: StaffRequest, ticket: Ticket, hangs: frozenset[str], now: datetime) -> dict[str, Any]:
    """The facts of the panels, and their forms under `team_forms`; of what `hangs` on the ticket."""
    actor = request.actor
    is_open = ticket.state != TicketState.CLOSED
    tasks = list(desk.tasks_of(ticket)) if "tasks" in hangs else []
    merged = "merges" in hangs
    merge = desk.merge_of(ticket) if merged else None
    watchers = list(desk.watchers_of(ticket)) if "watchers" in hangs else []
    person = actor.person.pk if actor.person else None
    return {
        "present": presences.others_on(ticket, actor, at=now) if "present" in hangs else [],
        "beats_every": presences.EVERY,
        "seen": last_entry(ticket) if merged else _last(ticket.pk),
        "watchers": watchers,
        "own_watch": next((one for one in watchers if person and one.person_id == person), None),
        "tags": desk.tags_of([ticket]).get(ticket.pk, []) if "tags" in hangs else [],
        "known_tags": list(desk.tags(actor)),
        "tasks": tasks,
        "open_tasks": sum(task.is_open for task in tasks),
        "today": now.astimezone(PARIS).date(),
        "links": desk.links_of(ticket, actor) if "links" in hangs else [],
        "merge": merge,
        "merge_undoable": merge is not None and not merging.lived_since(merge),
        "merged_here": [(one, not merging.lived_since(one)) for one in desk.merges_into(ticket)]
        if merged
        else [],
        "may_follow": actor.person is not None,
        "may_add_watchers": actor.may("desk.note"),
        "may_tag": actor.may("desk.note"),
        "may_task": is_open and actor.may("desk.work"),
        "may_join": actor.may("desk.qualify"),
        "team_forms": forms.fresh(ticket, actor),
    }


def last_entry(ticket: Ticket) -> int:
    """The last entry that whoever reads the page now has before them."""
    return _last(ticket.pk, *desk.merged_into(ticket))


def _last(*tickets: int) -> int:
    return max((pk for (pk,) in _ENTRIES.rows(tickets=list(tickets))), default=0)


# Asked for the last one alone, the server would walk all entries of all tickets backwards to it.
_ENTRIES: Final = Compiled(lambda: TicketEvent.objects.filter(among("ticket_id", "tickets")).only("pk"))


def newer_than(ticket: Ticket, actor: Actor, seen: int | None) -> list[TicketEvent]:
    """What others wrote since the entry `seen`; nothing where that is not said."""
    if seen is None:
        return []
    found = desk.thread(ticket, actor).filter(kind__in=collision.TOLD, pk__gt=seen)
    return list(found.exclude(person=actor.person))
