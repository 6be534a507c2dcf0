"""What the page of a ticket shows of working together: who is on it, who follows, tags, tasks, links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clausier.console.doors import StaffRequest
from clausier.console.teamwork import forms
from clausier.desk import presences
from clausier.desk import queries as desk
from clausier.desk.models import Ticket, TicketEvent
from clausier.desk.services import collision, merging
from clausier.desk.states import TicketState
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS


def panel(request: StaffRequest, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """The facts of the panels, and their forms under `team_forms`."""
    actor = request.actor
    is_open = ticket.state != TicketState.CLOSED
    tasks = list(desk.tasks_of(ticket))
    merge = desk.merge_of(ticket)
    return {
        "present": presences.others_on(ticket, actor, at=now),
        "beats_every": presences.EVERY,
        "seen": last_entry(ticket),
        "watchers": list(desk.watchers_of(ticket)),
        "own_watch": desk.own_watch(ticket, actor),
        "tags": desk.tags_of([ticket]).get(ticket.pk, []),
        "known_tags": list(desk.tags(actor)),
        "tasks": tasks,
        "open_tasks": sum(task.is_open for task in tasks),
        "today": now.astimezone(PARIS).date(),
        "links": desk.links_of(ticket, actor),
        "merge": merge,
        "merge_undoable": merge is not None and not merging.lived_since(merge),
        "merged_here": [(one, not merging.lived_since(one)) for one in desk.merges_into(ticket)],
        "may_follow": actor.person is not None,
        "may_add_watchers": actor.may("desk.note"),
        "may_tag": actor.may("desk.note"),
        "may_task": is_open and actor.may("desk.work"),
        "may_join": actor.may("desk.qualify"),
        "team_forms": forms.fresh(ticket, actor),
    }


def last_entry(ticket: Ticket) -> int:
    """The last entry that whoever reads the page now has before them."""
    about = [ticket.pk, *desk.merged_into(ticket)]
    return (
        TicketEvent.objects.filter(ticket__in=about).order_by("-pk").values_list("pk", flat=True).first() or 0
    )


def newer_than(ticket: Ticket, actor: Actor, seen: int | None) -> list[TicketEvent]:
    """What others wrote since the entry `seen`; nothing where that is not said."""
    if seen is None:
        return []
    found = desk.thread(ticket, actor).filter(kind__in=collision.TOLD, pk__gt=seen)
    return list(found.exclude(person=actor.person))
