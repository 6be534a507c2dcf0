"""Two tickets for one matter: one goes on for both, and what was promised is not made longer by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.desk import clocks, queries
from clausier.desk.clocks import PromiseView
from clausier.desk.errors import LivedSince, Merged, NothingChanged, OtherWay, StopwatchRunning
from clausier.desk.models import EventKind, Merge, PromiseKind, Ticket, TicketEvent, WorkSession
from clausier.desk.services import callbacks, following, promises
from clausier.desk.services.held import hold, hold_open, move_ticket
from clausier.desk.states import PromiseState, SessionState, TicketState
from clausier.desk.timeline import record
from clausier.foundation import clock, journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

REASON = "merge"
LONGEST_REASON = 200


def must_go_on(ticket: Ticket) -> None:
    """Raises Merged where the ticket goes on in another one."""
    merge = Merge.objects.filter(ticket=ticket, undone_at=None).select_related("into").first()
    if merge is not None:
        raise Merged(
            _("Le ticket %(number)s continue dans le %(into)s.") % {"number": ticket, "into": merge.into},
            way_out=_("Agissez sur le %(into)s, ou annulez la fusion.") % {"into": merge.into},
            into=merge.into.number,
        )


@act("desk.qualify")
def merge_tickets(*, by: Actor, at: datetime, ticket: Ticket, into: Ticket, reason: str = "") -> Merge:
    """Merge `ticket` into `into`, which goes on for both: callers, messages, files and the first call.

    The clock that is due first is kept, so no promise grows longer; the merged ticket's own is lifted, its
    history stays. Whoever called or followed there follows here. Raises InvalidInput naming `into`,
    TicketClosed, StopwatchRunning, OtherWay where only the other direction keeps the promise.
    """
    source, target = _held(ticket, into, by)
    _check(source, target)
    kept = {kind: _kept_clock(source, target, kind, at) for kind in PromiseKind.values}
    former = _former(source, target, kept)
    if source.called_at < target.called_at:
        target.called_at = source.called_at
        target.save(update_fields=["called_at"])
    for kind, (takes, _own, _other) in kept.items():
        if takes:
            promises.take_over(target, kind, promises.steps_of(source, kind), by=by, at=at)
    former["callback"] = callbacks.hand_on(source, target)
    _end(source, by=by, at=at)
    following.follow_along(source, target, by=by, at=at)
    merge = Merge(
        provider=by.provider,
        client_id=target.client_id,
        ticket=source,
        into=target,
        reason=reason.strip()[:LONGEST_REASON],
        at=at,
        person=by.person,
        by_name=by.name[:120],
        former=former,
    )
    _tell(merge, kept[PromiseKind.PROMISE], by=by, at=at)
    merge.save(force_insert=True)
    journal.write(
        by=by,
        at=at,
        code="desk.tickets_merged",
        about=source,
        data={"into": target.number, "reason": merge.reason, "promise": former["taken"]},
    )
    return merge


def _held(ticket: Ticket, into: Ticket, by: Actor) -> tuple[Ticket, Ticket]:
    """Both as they stand, always in the same order, so that two merges never wait for each other."""
    if ticket.pk == into.pk:
        raise InvalidInput(_("Un ticket ne se fusionne pas avec lui-même."), field="into")
    held = {one.pk: hold_open(one, by) for one in sorted((ticket, into), key=lambda one: one.pk)}
    return held[ticket.pk], held[into.pk]


def _check(source: Ticket, target: Ticket) -> None:
    if source.client_id != target.client_id:
        raise InvalidInput(_("Ces tickets ne sont pas du même client : liez-les plutôt."), field="into")
    running = source.sessions.filter(state__in=(SessionState.RUNNING, SessionState.PAUSED))
    names = [one.technician.full_name for one in running.select_related("technician")]
    if names:
        raise StopwatchRunning(
            _("Chronomètre encore en marche : %(names)s.") % {"names": ", ".join(names)},
            way_out=_("Arrêtez la séance, ou abandonnez-la."),
            names=names,
        )
    if queries.active_appointment(source) is not None:
        raise InvalidInput(
            _("Un rendez-vous est fixé sur le %(number)s : fusionnez dans l’autre sens, ou annulez-le.")
            % {"number": source},
            field="into",
        )


Kept = tuple[bool, PromiseView | None, PromiseView | None]


def _kept_clock(source: Ticket, target: Ticket, kind: str, at: datetime) -> Kept:
    """Whether the target goes on by the source's clock, and how both stand.

    Raises OtherWay where that clock is due first and its terms are not the target's: requalifying would then
    count by the target's, which are longer.
    """
    theirs, own = _running(source, kind, at), _running(target, kind, at)
    if theirs is None or (kind == PromiseKind.TARGET and own is None):
        return False, own, theirs
    if own is not None and _first(own) <= _first(theirs):
        return False, own, theirs
    if own is not None and _owed(source, kind) == _owed(target, kind):
        return True, own, theirs
    if kind == PromiseKind.TARGET:
        return False, own, theirs
    raise OtherWay(
        _("La promesse du %(number)s échoit la première, à d’autres conditions que celles du %(into)s.")
        % {"number": source, "into": target},
        field="into",
        way_out=_("Fusionnez le %(into)s dans le %(number)s : rien n’est allongé.")
        % {"number": source, "into": target},
    )


def _running(ticket: Ticket, kind: str, at: datetime) -> PromiseView | None:
    promise = ticket.promises.filter(kind=kind, ended_at=None).exclude(state=PromiseState.LIFTED).first()
    return queries.promise_view(promise, at) if promise else None


def _first(view: PromiseView) -> float:
    """When it is due; one that waits without a known end is due last."""
    return view.due_at.timestamp() if view.due_at else float("inf")


def _owed(ticket: Ticket, kind: str) -> dict[str, Any] | None:
    steps = clocks.in_order(clocks.written(promises.steps_of(ticket, kind), kind))
    owed = clocks.last_owed(steps)
    return owed.as_json() if owed else None


def _former(source: Ticket, target: Ticket, kept: dict[str, Kept]) -> dict[str, Any]:
    """What the undoing needs: the state, the call, and from which entry on each clock counted."""
    return {
        "state": source.state,
        "called_at": target.called_at.isoformat(),
        "taken": [kind for kind, (takes, _own, _other) in kept.items() if takes],
        "clocks": {
            "source": {kind: _pks(source, kind) for kind, (_t, _own, other) in kept.items() if other},
            "target": {kind: _pks(target, kind) for kind, (takes, _own, _o) in kept.items() if takes},
        },
    }


def _pks(ticket: Ticket, kind: str) -> list[int]:
    return [event.pk for event in promises.steps_of(ticket, kind)]


def _end(source: Ticket, *, by: Actor, at: datetime) -> None:
    """Close the merged ticket: nothing on it is due any more, and nothing of it counts as solved."""
    for kind in PromiseKind.values:
        if source.promises.filter(kind=kind, ended_at=None).exists():
            promises.lift(source, kind, reason=REASON, by=by, at=at)
    move_ticket(source, TicketState.CLOSED, closed_at=at)


def _tell(merge: Merge, promise: Kept, *, by: Actor, at: datetime) -> None:
    """Say it on both timelines; on the one that goes on, with the promise that is kept and why."""
    source, target = merge.ticket, merge.into
    takes, own, other = promise
    kept = target.promises.filter(kind=PromiseKind.PROMISE).select_related("ruling").first()
    gone = record(source, EventKind.MERGED, by=by, at=at, text=merge.reason, data={"into": target.number})
    here = record(
        target,
        EventKind.ABSORBED,
        by=by,
        at=at,
        text=merge.reason,
        data={
            "from": source.number,
            "title": source.title,
            "kept": None if own is None else source.number if takes else target.number,
            "own_due": _said(own),
            "other_due": _said(other),
        },
        ruling=kept.ruling if kept and own else None,
    )
    merge.last_event = max(gone.pk, here.pk)


def _said(view: PromiseView | None) -> str | None:
    return view.due_at.isoformat() if view and view.due_at else None


@act("desk.qualify")
def undo_merge(*, by: Actor, at: datetime, merge: Merge) -> Merge:
    """Take a merge back: both tickets and their clocks stand as before. Raises LivedSince, NothingChanged."""
    source, target = _both(merge, by)
    found = Merge.objects.filter(pk=merge.pk, undone_at=None).first()
    if found is None:
        raise NothingChanged(_("Cette fusion est déjà annulée."))
    if lived_since(found):
        raise LivedSince(
            _("Le ticket %(number)s a vécu depuis la fusion.") % {"number": target},
            way_out=_("Détachez plutôt les messages qui n’y ont pas leur place."),
        )
    former = found.former
    move_ticket(source, former["state"], closed_at=None, closed_in_seconds=None)
    target.called_at = clock.read(former["called_at"])
    target.save(update_fields=["called_at"])
    for ticket, side in ((source, "source"), (target, "target")):
        for kind, pks in former["clocks"][side].items():
            steps = TicketEvent.objects.filter(pk__in=pks).select_related("ruling__book", "ticket")
            promises.take_over(ticket, kind, list(steps.order_by("pk")), by=by, at=at)
    callbacks.hand_back(source, former["callback"])
    following.part_again(target, at=found.at)
    Merge.objects.filter(pk=found.pk).update(undone_at=at)
    found.undone_at = at
    for ticket, other in ((source, target), (target, source)):
        record(ticket, EventKind.UNMERGED, by=by, at=at, data={"other": other.number})
    journal.write(by=by, at=at, code="desk.merge_undone", about=source, data={"into": target.number})
    return found


def _both(merge: Merge, by: Actor) -> tuple[Ticket, Ticket]:
    held = {one.pk: hold(one, by) for one in sorted((merge.ticket, merge.into), key=lambda one: one.pk)}
    return held[merge.ticket_id], held[merge.into_id]


def lived_since(merge: Merge) -> bool:
    """Whether anything happened on either ticket after the merge."""
    pair = (merge.ticket_id, merge.into_id)
    later = TicketEvent.objects.filter(ticket__in=pair, pk__gt=merge.last_event)
    worked = WorkSession.objects.filter(ticket__in=pair, started_at__gt=merge.at)
    closed = Ticket.objects.filter(pk=merge.into_id, state=TicketState.CLOSED)
    return later.exists() or worked.exists() or closed.exists()
