"""The clocks of a ticket, inside other acts: started, changed, suspended, resumed, met, lifted.

The facts are events; a `Promise` row is the last replay of them, kept for lists. Each move keeps the outcome
of its replay as a ruling, so that every due date that was ever shown can still say why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clausier.desk import clocks, facts, policies
from clausier.desk.clocks import Move, PromiseView
from clausier.desk.models import EventKind, Promise, PromiseKind, Ticket, TicketEvent, WorkMode
from clausier.desk.states import PromiseState, SessionState
from clausier.desk.timeline import event_of, record_all
from clausier.foundation import clock, rows, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import InstalledBook, Ruling
from clausier.terms.promise import Owed

POSTPONEMENT = "promise.suspension.agreed-postponement"
LIFTED = "qualification"
WRITTEN_ANEW = frozenset({"clock", "before", "after", "taken_from", "taken_from_number"})
ENDED = (PromiseState.MET, PromiseState.MET_LATE, PromiseState.LIFTED)

EVENT_OF_STEP = {
    "started": EventKind.PROMISE,
    "changed": EventKind.PROMISE_CHANGED,
    "suspended": EventKind.SUSPENDED,
    "resumed": EventKind.RESUMED,
    "met": EventKind.MET,
    "lifted": EventKind.PROMISE_CHANGED,
    "voided": EventKind.PROMISE_CHANGED,
}


def start(ticket: Ticket, assessment: facts.Assessment, *, by: Actor, at: datetime, since: datetime) -> None:
    """Start the clocks that the ticket is owed; `since` is the call they count from."""
    for kind, owed in facts.owed(assessment, ticket.verdict).items():
        data = {"owed": owed.as_json()}
        _move(ticket, kind, "started", assessment.terms.installed, data, by=by, at=at, since=since)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a clock, replayed and not stored yet: its ruling, the row as it stands, the event."""

    ruling: Ruling
    promise: Promise
    event: TicketEvent

    def rest_on_ruling(self) -> None:
        """Let row and event name the ruling, once that has its id."""
        self.promise.ruling = self.event.ruling = self.ruling


def first_steps(ticket: Ticket, assessment: facts.Assessment, *, by: Actor, at: datetime) -> list[Step]:
    """The start of each clock that a new ticket is owed, counted from the call."""
    return [
        _step(
            ticket,
            kind,
            "started",
            assessment.terms.installed,
            {"owed": owed.as_json()},
            None,
            [],
            by=by,
            at=at,
            happened=ticket.called_at,
        )
        for kind, owed in facts.owed(assessment, ticket.verdict).items()
    ]


def change(ticket: Ticket, assessment: facts.Assessment, *, by: Actor, at: datetime) -> None:
    """Recompute the clocks after a change of class, contract, site, priority or verdict.

    Time used is kept, what is left is computed anew; a promise no longer owed is lifted, one newly owed
    counts from the last call, less what the client had put off. Clocks that have ended stay as they are.
    """
    now_owed = facts.owed(assessment, ticket.verdict)
    installed = assessment.terms.installed
    for kind in PromiseKind.values:
        promise = ticket.promises.filter(kind=kind).first()
        owed = now_owed.get(kind)
        data = {"owed": owed.as_json()} if owed else {}
        if promise is None or promise.state == PromiseState.LIFTED:
            if owed:
                _move(ticket, kind, "started", installed, data, by=by, at=at, since=last_call(ticket))
                if kind == PromiseKind.PROMISE:
                    _put_off_as_before(ticket, by=by, at=at)
        elif promise.state in ENDED:
            continue
        elif owed is None:
            _move(ticket, kind, "lifted", installed, {"reason": LIFTED}, by=by, at=at)
        elif data["owed"] != _last_told(ticket, kind):
            _move(ticket, kind, "changed", installed, data, by=by, at=at)


def _put_off_as_before(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """Give a promise that is owed again the waits of the appointments fixed since the call it counts from.

    What the client put off stays put off, were it agreed before the promise was lifted or meanwhile.
    """
    told = ticket.events.filter(kind=EventKind.APPOINTMENT, at__gte=last_call(ticket))
    for event in told.order_by("pk"):
        resume(ticket, by=by, at=at, since=event.at)
        if event.data["step"] == "set" and event.data["asked_by_client"]:
            postpone(ticket, clock.read(event.data["starts_at"]), by=by, at=at, since=event.at)


def postpone(
    ticket: Ticket, until: datetime, *, by: Actor, at: datetime, since: datetime | None = None
) -> bool:
    """Suspend the promise until a date past it that the client asked for; say whether it was.

    It is not where no clause of the terms lets such a wait stop a promise. `since` is when the client asked,
    `at` by default.
    """
    asked_at = since or at
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).exclude(state__in=ENDED).first()
    if promise is None:
        return False
    steps = _steps(ticket, PromiseKind.PROMISE)
    owed = clocks.last_owed(steps)
    due_at = clocks.standing(PromiseKind.PROMISE, steps, asked_at).due_at
    if owed is None or not owed.terms.has(POSTPONEMENT) or (due_at is not None and until <= due_at):
        return False
    ground = owed.terms.read(POSTPONEMENT, policies.day_of(asked_at))
    data = {"until": until.isoformat(), "clause": ground.clause, "reason": ground.label.fr}
    _move(ticket, PromiseKind.PROMISE, "suspended", promise.ruling.book, data, by=by, at=at, since=asked_at)
    return True


def hold_up(ticket: Ticket, term: str, *, by: Actor, at: datetime, since: datetime | None = None) -> bool:
    """Let the promise wait, without a known end, on the ground that `term` gives; say whether it does.

    It does not where `term` is empty, or where the promise waits or has ended already. `since` is when the
    wait began, `at` by default; never before what happened to the promise last.
    """
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).exclude(state__in=ENDED).first()
    if promise is None or not term:
        return False
    steps = _steps(ticket, PromiseKind.PROMISE)
    owed = clocks.last_owed(steps)
    began = max(since, steps[-1].at) if since else at
    if owed is None or not owed.terms.has(term) or clocks.wait_at(steps, began):
        return False
    ground = owed.terms.read(term, policies.day_of(began))
    data = {"clause": ground.clause, "reason": ground.label.fr, "reason_en": ground.label.en}
    _move(ticket, PromiseKind.PROMISE, "suspended", promise.ruling.book, data, by=by, at=at, since=began)
    return True


def resume(ticket: Ticket, *, by: Actor, at: datetime, since: datetime | None = None) -> None:
    """Let a suspended promise run again from `since` (`at` by default); one that runs is left as it is."""
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).exclude(state__in=ENDED).first()
    if promise is not None and clocks.wait_at(_steps(ticket, PromiseKind.PROMISE), since or at):
        _move(ticket, PromiseKind.PROMISE, "resumed", promise.ruling.book, {}, by=by, at=at, since=since)


def resume_from(ticket: Ticket, term: str, *, by: Actor, at: datetime, since: datetime) -> bool:
    """Let the promise run again from `since` if it waits on the ground of `term`; say whether it did."""
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).exclude(state__in=ENDED).first()
    if promise is None:
        return False
    steps = _steps(ticket, PromiseKind.PROMISE)
    owed, wait = clocks.last_owed(steps), clocks.wait_at(steps, at)
    if owed is None or wait is None or not owed.terms.has(term):
        return False
    ground = owed.terms.read(term, policies.day_of(wait.at))
    if (wait.clause, wait.reason) != (ground.clause, ground.label.fr):
        return False
    again = max(since, steps[-1].at)
    _move(ticket, PromiseKind.PROMISE, "resumed", promise.ruling.book, {}, by=by, at=at, since=again)
    return True


def take_up(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """An intervention is under way again: what an earlier stop held up runs on; a date agreed on stays."""
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).exclude(state__in=ENDED).first()
    wait = clocks.wait_at(_steps(ticket, PromiseKind.PROMISE), at) if promise else None
    if promise is not None and wait is not None and wait.until is None:
        _move(ticket, PromiseKind.PROMISE, "resumed", promise.ruling.book, {}, by=by, at=at)


def meet(ticket: Ticket, kind: str, *, how: str, by: Actor, at: datetime, session: int | None = None) -> None:
    """Note that a clock is met, and how: `onsite` (by which session), `solved` or `answered`.

    A clock that has ended stays as it is, unless it turns out that work on site had begun before.
    """
    promise = ticket.promises.filter(kind=kind).exclude(state=PromiseState.LIFTED).first()
    if promise is None or (promise.ended_at is not None and (how != "onsite" or promise.ended_at <= at)):
        return
    data = {"how": how} | ({"session": session} if session else {})
    _move(ticket, kind, "met", promise.ruling.book, data, by=by, at=at)


def lift(ticket: Ticket, kind: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Let a clock go, for what it counted is owed to nobody; one that was lifted before is left as it is."""
    promise = ticket.promises.filter(kind=kind).exclude(state=PromiseState.LIFTED).first()
    if promise is not None:
        _move(ticket, kind, "lifted", promise.ruling.book, {"reason": reason}, by=by, at=at)


def take_over(ticket: Ticket, kind: str, steps: Sequence[TicketEvent], *, by: Actor, at: datetime) -> None:
    """Let a clock go by `steps` from now on: those of another ticket, or its own from before.

    The steps are written anew, at the instants at which they happened, with what was owed then; so the clock
    stands as the one that they come from, to the second.
    """
    for event in steps:
        assert event.ruling
        told = {name: value for name, value in event.data.items() if name not in WRITTEN_ANEW}
        step = told.pop("step")
        told |= {"taken_from": event.ticket_id, "taken_from_number": event.ticket.number}
        _move(ticket, kind, step, event.ruling.book, told, by=by, at=at, since=event.at)


def steps_of(ticket: Ticket, kind: str) -> list[TicketEvent]:
    """The entries of the timeline that the present life of a clock is made of, in the order of writing."""
    told = ticket.events.filter(kind__in=clocks.KINDS, data__clock=kind)
    start = told.filter(kind=EventKind.PROMISE).order_by("-pk").values_list("pk", flat=True).first()
    if start is None:
        return []
    return list(told.filter(pk__gte=start).select_related("ruling__book", "ticket").order_by("pk"))


def void(ticket: Ticket, session: int, *, by: Actor, at: datetime) -> None:
    """Take back that the promise was met by a session that turns out not to have taken place.

    It is then met by the first other session on site, or by the closing; failing both it runs again, on what
    the ticket is owed by now.
    """
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).first()
    if promise is None or not _met_by(ticket, session):
        return
    _move(ticket, PromiseKind.PROMISE, "voided", promise.ruling.book, {"session": session}, by=by, at=at)
    onsite = ticket.sessions.filter(mode=WorkMode.ONSITE, started_at__gte=promise.started_at)
    other = onsite.exclude(state=SessionState.DISCARDED).order_by("started_at", "pk").first()
    if other is not None:
        meet(ticket, PromiseKind.PROMISE, how="onsite", by=by, at=other.started_at, session=other.pk)
    elif ticket.closed_at:
        meet(ticket, PromiseKind.PROMISE, how="solved", by=by, at=ticket.closed_at)
    else:
        change(ticket, facts.assess(facts.Request.of(ticket)), by=by, at=at)


def _met_by(ticket: Ticket, session: int) -> bool:
    """Whether the promise was met by that session since it last started."""
    told = ticket.events.filter(data__clock=PromiseKind.PROMISE)
    start = told.filter(kind=EventKind.PROMISE).order_by("-pk").values("pk")[:1]
    return told.filter(kind=EventKind.MET, data__session=session, pk__gt=start).exists()


def as_it_stands(ticket: Ticket) -> dict[str, Any] | None:
    """How the promise is written now, for the history of what moves it; None when nothing is promised."""
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).first()
    return _said(promise) if promise is not None else None


def ruling_of(ticket: Ticket) -> Ruling | None:
    """The account of the promise as it stands; None when nothing is promised."""
    promise = ticket.promises.filter(kind=PromiseKind.PROMISE).select_related("ruling").first()
    return promise.ruling if promise is not None else None


def last_call(ticket: Ticket) -> datetime:
    """What clocks count from: the call, or what was said when the ticket was last reopened."""
    reopened = ticket.events.filter(kind=EventKind.REOPENED).order_by("-pk").first()
    return reopened.at if reopened else ticket.called_at


def _move(
    ticket: Ticket,
    kind: str,
    step: str,
    installed: InstalledBook,
    data: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    since: datetime | None = None,
) -> None:
    """Append one step of a clock and replay it; `since` is when the step counts from, `at` by default."""
    # Acts on one ticket come one after the other: nobody else writes the clock's row meanwhile.
    former = ticket.promises.filter(kind=kind).first()
    written = _written(ticket, kind)
    made = _step(ticket, kind, step, installed, data, former, written, by=by, at=at, happened=since or at)
    rulings.keep_all([made.ruling])
    made.rest_on_ruling()
    made.promise.save()
    record_all([made.event])


def _step(
    ticket: Ticket,
    kind: str,
    step: str,
    installed: InstalledBook,
    data: dict[str, Any],
    former: Promise | None,
    written: list[Move],
    *,
    by: Actor,
    at: datetime,
    happened: datetime,
) -> Step:
    """One step after those `written`, replayed at `at`; `former` is the clock's row until now."""
    told = {"clock": kind, "step": step, **data}
    if former and step != "started":
        told["before"] = _said(former)
    steps = clocks.in_order([*written, Move.of(happened, told)])
    now = max(at, *(move.at for move in steps))
    view, outcome = clocks.standing_told(kind, steps, now)
    ruling = rulings.of(
        outcome,
        provider=ticket.provider,
        book=installed,
        about=ticket,
        at=at,
        client_id=ticket.client_id,
    )
    promise = former or rows.made(
        Promise, ticket=ticket, kind=kind, provider=ticket.provider, client_id=ticket.client_id
    )
    for name, value in _row(view, clocks.last_owed(steps)).items():
        setattr(promise, name, value)
    told["after"] = _said(promise)
    internal = kind == PromiseKind.TARGET
    event = event_of(ticket, EVENT_OF_STEP[step], by=by, at=happened, data=told, internal=internal)
    return Step(ruling, promise, event)


ROW_STATES = {
    "suspended": PromiseState.SUSPENDED,
    "met": PromiseState.MET,
    "met-late": PromiseState.MET_LATE,
    "lifted": PromiseState.LIFTED,
}


def _row(view: PromiseView, owed: Owed | None) -> dict[str, Any]:
    """The columns of a clock's row: whether it is late depends on now, so the row only says that it runs."""
    return {
        "commitment": view.commitment,
        "calendar": clocks.calendar_of(owed) if owed else "",
        "holidays": owed.region if owed else "",
        "started_at": view.started_at,
        "due_at": view.due_at,
        "promised_seconds": view.promised_seconds,
        "used_seconds": view.used_seconds,
        "state": ROW_STATES.get(view.state, PromiseState.RUNNING),
        "ended_at": view.ended_at,
    }


def _said(promise: Promise) -> dict[str, Any]:
    """What the timeline shows of a clock before and after a step."""
    return {
        "commitment": promise.commitment,
        "due_at": promise.due_at.astimezone(PARIS).isoformat() if promise.due_at else None,
        "promised_seconds": promise.promised_seconds,
        "used_seconds": promise.used_seconds,
        "state": promise.state,
    }


def _last_told(ticket: Ticket, kind: str) -> dict[str, Any] | None:
    """What a running clock counts by now, as its events keep it."""
    owed = clocks.last_owed(_steps(ticket, kind))
    return owed.as_json() if owed else None


def _steps(ticket: Ticket, kind: str) -> list[Move]:
    return clocks.in_order(_written(ticket, kind))


def _written(ticket: Ticket, kind: str) -> list[Move]:
    return clocks.written(ticket.events.filter(kind__in=clocks.KINDS), kind)
