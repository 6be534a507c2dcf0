"""The clocks of a ticket, replayed from its events: how a promise stands at an instant, and why.

An event keeps all that its step needs, the terms it was made under included (digest, derogations and
practices), so that a replay gives the same answer whatever the contract becomes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from clausier.contracts import values
from clausier.desk.models import EventKind
from clausier.foundation import books, clock
from clausier.foundation.models import InstalledBook
from clausier.terms import promise as kernel
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.instants import instant
from clausier.terms.outcome import Outcome
from clausier.terms.promise import Owed

KINDS: Final = (
    EventKind.PROMISE,
    EventKind.PROMISE_CHANGED,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
    EventKind.MET,
)
FIRST_ANSWER: Final = "first-answer"
ENDS: Final = frozenset({"met", "lifted"})


@lru_cache(maxsize=512)
def _terms(digest: str, overlays: str) -> Book:
    """The installed edition with what was laid over it when the event was written."""
    book = books.read(InstalledBook(digest=digest))
    return rules.relaid(book, [_typed(book, overlay) for overlay in json.loads(overlays)])


def _typed(book: Book, overlay: Mapping[str, Any]) -> Mapping[str, Any]:
    """An overlay with its value in the type that the book gives the term: JSON has no decimals."""
    if not book.has(overlay["term"]):
        return overlay
    return {**overlay, "value": values.like(book.timeline(overlay["term"])[-1].value, overlay["value"])}


def owed_from(data: Mapping[str, Any]) -> Owed:
    """What an event says is owed from its step on."""
    return Owed(
        terms=_terms(data["digest"], json.dumps(data["overlays"])),
        commitment=data["commitment"],
        region=data["region"],
        priority=data["priority"],
    )


def calendar_of(owed: Owed) -> str:
    """The opening hours it counts on: a target on the phone's, a promise on those its name begins with."""
    return "phone" if owed.priority is not None else owed.commitment.partition("-")[0]


class Event(Protocol):
    """What a replay reads of an event: of the model, or of a row of it."""

    @property
    def pk(self) -> Any: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Any: ...


class Clocked(Protocol):
    """What a replay reads of a promise."""

    @property
    def kind(self) -> str: ...
    @property
    def ruling_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a clock's life: started, changed, suspended, resumed, met, lifted, or voided.

    A voided step takes back what a dropped session had met; `session` is that session's id.
    """

    at: datetime
    step: str
    owed: Owed | None = None
    until: datetime | None = None
    clause: str = ""
    reason: str = ""
    how: str = ""
    session: int | None = None

    @classmethod
    def of(cls, at: datetime, data: Mapping[str, Any]) -> Move:
        """The step that an event's data tells."""
        return cls(
            at=at,
            step=data["step"],
            owed=owed_from(data["owed"]) if "owed" in data else None,
            until=clock.read(data["until"]) if data.get("until") else None,
            clause=data.get("clause", ""),
            reason=data.get("reason", ""),
            how=data.get("how", ""),
            session=data.get("session"),
        )


def written(events: Iterable[Event], kind: str) -> list[Move]:
    """The steps of the clock `kind`, in the order in which they were written."""
    own = sorted((e for e in events if e.data.get("clock") == kind), key=lambda event: event.pk)
    return [Move.of(event.at, event.data) for event in own]


def in_order(steps: Sequence[Move]) -> list[Move]:
    """The steps since the last start, in time, up to the end of the clock; voided steps go.

    A clock starts again when a closed ticket is reopened, or when what had been lifted is owed again: the
    order of writing (that of `steps`) tells which start is the last, for it may count from an earlier call.
    What is written down afterwards may have happened before; nothing happens before the start.
    """
    starts = [position for position, move in enumerate(steps) if move.step == "started"]
    start, *later = steps[starts[-1] :]
    voided = {move.session for move in later if move.step == "voided"}
    kept = (move for move in later if not (move.session and move.session in voided))
    ordered = [start]
    for move in sorted((replace(m, at=max(m.at, start.at)) for m in kept), key=lambda move: move.at):
        ordered.append(move)
        if move.step in ENDS:
            break
    return ordered


def last_owed(steps: Iterable[Move]) -> Owed | None:
    """What the clock counts by after these steps."""
    found = None
    for move in steps:
        found = move.owed or found
    return found


def wait_at(steps: Sequence[Move], at: datetime) -> Move | None:
    """The step that suspends the clock at `at`; None when it runs or has ended.

    A wait whose end was known ends by itself. A change of what is owed does not end it.
    """
    last = next((move for move in reversed(steps) if move.step != "changed"), None)
    if last is None or last.step != "suspended" or (last.until is not None and last.until <= at):
        return None
    return last


# Replaying


def _kernel_step(move: Move) -> kernel.Step:
    """The step in the kernel's form."""
    match move.step:
        case "started" if move.owed:
            return kernel.Started(move.at, move.owed)
        case "changed" if move.owed:
            return kernel.Changed(move.at, move.owed)
        case "suspended":
            return kernel.Suspended(move.at, move.clause, move.reason, move.until)
        case "resumed":
            return kernel.Resumed(move.at)
        case "met":
            return kernel.Met(move.at)
        case "lifted":
            return kernel.Lifted(move.at, move.reason)
    raise ValueError(f"no such step of a clock: {move.step}")


def replay(steps: Sequence[Move], now: datetime) -> Outcome:
    """How a clock stands at `now`, with its account; `steps` are in order and begin with the start."""
    return kernel.promise([_kernel_step(move) for move in steps], now=now)


class Segment(NamedTuple):
    """One open period of a promise, in seconds since 1970: the bar draws it as long as its share of all."""

    start: int
    end: int
    used_seconds: int

    @property
    def seconds(self) -> int:
        """How long it is open."""
        return self.end - self.start

    @property
    def starts_at(self) -> datetime:
        """When it opens."""
        return instant(self.start)

    @property
    def ends_at(self) -> datetime:
        """When it closes."""
        return instant(self.end)


class PromiseView(NamedTuple):
    """How a promise or a target stands at an instant. Seconds are open seconds of its calendar.

    `state` is on-time, at-risk, late, met, met-late, suspended or lifted. `left_seconds` is negative once
    late, by `late_seconds`. `ended_at` and `how` (onsite, solved, answered) are of a promise that was met,
    `resumes_at` is when a suspension ends. `ruling_id` is the stored outcome that answers "why?".
    """

    kind: str
    commitment: str
    state: str
    started_at: datetime
    due_at: datetime | None
    promised_seconds: int
    used_seconds: int
    left_seconds: int
    late_seconds: int
    segments: tuple[Segment, ...]
    ruling_id: int | None = None
    ended_at: datetime | None = None
    resumes_at: datetime | None = None
    how: str = ""


def standing(kind: str, steps: Sequence[Move], now: datetime, ruling_id: int | None = None) -> PromiseView:
    """How a clock stands at `now`, without its account: cheap enough for long lists."""
    return _standing(kind, steps, [_kernel_step(move) for move in steps], now, ruling_id)


def _standing(
    kind: str, steps: Sequence[Move], counted: Sequence[kernel.Step], now: datetime, ruling_id: int | None
) -> PromiseView:
    return _view(kind, steps, kernel.standing(counted, now=now), now, ruling_id)


def standing_told(kind: str, steps: Sequence[Move], now: datetime) -> tuple[PromiseView, Outcome]:
    """How a clock stands at `now`, and its account; of one replay."""
    stands, outcome = kernel.standing_told([_kernel_step(move) for move in steps], now=now)
    return _view(kind, steps, stands, now), outcome


def _view(
    kind: str, steps: Sequence[Move], stands: kernel.Standing, now: datetime, ruling_id: int | None = None
) -> PromiseView:
    past = [move for move in steps if move.at <= now]
    owed, last, wait = last_owed(past), past[-1], wait_at(past, now)
    return PromiseView(
        kind=kind,
        commitment=owed.commitment if owed else "",
        state=stands.state,
        started_at=stands.started_at,
        due_at=stands.due_at,
        promised_seconds=stands.promised_seconds,
        used_seconds=stands.used_seconds,
        left_seconds=stands.left_seconds,
        late_seconds=stands.late_seconds,
        segments=tuple(map(Segment._make, stands.periods)),
        ruling_id=ruling_id,
        ended_at=last.at if last.step in ENDS else None,
        resumes_at=wait.until if wait else None,
        how=last.how,
    )


def view(promise: Clocked, events: Iterable[Event], now: datetime) -> PromiseView:
    """How a stored promise stands at `now`; `events` are its ticket's, of `KINDS` at least.

    Asked of an instant before the promise began, it stands as it began.
    """
    steps = in_order(written(events, promise.kind))
    return standing(promise.kind, steps, max(now, steps[0].at), promise.ruling_id)


def view_told(
    kind: str, events: tuple[tuple[datetime, str], ...], now: datetime, ruling_id: int
) -> PromiseView:
    """The same of the instants and data (as JSON) of the events of that clock, in the order of writing."""
    steps, counted = _told(events)
    return _standing(kind, steps, counted, max(now, steps[0].at), ruling_id)


@lru_cache(maxsize=8192)
def _told(events: tuple[tuple[datetime, str], ...]) -> tuple[Sequence[Move], Sequence[kernel.Step]]:
    """The steps that such events tell, in ours and in the kernel's form: events never change."""
    steps = in_order([Move.of(at, json.loads(data)) for at, data in events])
    return steps, [_kernel_step(move) for move in steps]
