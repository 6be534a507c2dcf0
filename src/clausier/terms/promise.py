"""A promise through the life of a ticket: replayed from its steps, at any instant.

The open time used is measured on the calendar of each stretch and kept when the class, the contract or the
calendar changes; what is left is the new promise less the time used, from the change on. Only a wait that a
clause allows stops the clock. A target (the provider's own, by priority) runs in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.calendar import Day
from clausier.terms.days import ONE_DAY
from clausier.terms.errors import NoSuchTerm, NotSuspendable, WrongOrder
from clausier.terms.instants import instant, local_day, seconds_of
from clausier.terms.outcome import Account, Outcome, Part, Reason, Words
from clausier.terms.phrases import duration, moment, open_hours, say, spoken_moment
from clausier.terms.questions import refuse_backward, unknown_word
from clausier.terms.rules import relaid
from clausier.terms.rules.open_time import (
    LONGEST_RULER,
    OpenTime,
    calendar_term,
    day_lines,
    day_parts,
    month_lines,
    open_time,
    promised,
    seconds_in,
)
from clausier.terms.rules.ruling import fact, step, total
from clausier.terms.spans import Span

State = Literal["on-time", "at-risk", "late", "met", "met-late", "suspended", "lifted"]

STATES: Mapping[State, Words] = {
    "on-time": Words("à l’heure", "on time"),
    "at-risk": Words("à risque", "at risk"),
    "late": Words("en retard", "late"),
    "met": Words("tenue", "met"),
    "met-late": Words("tenue en retard", "met late"),
    "suspended": Words("suspendue", "suspended"),
    "lifted": Words("levée", "lifted"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed from a step on: a commitment of the effective terms, or a target of some priority."""

    terms: Book
    commitment: str
    region: str = "metropole"
    priority: int | None = None  # of a target; a promise has none

    def reading(self, on: date) -> Reading:
        """The term that says within how many open hours."""
        if self.priority is None:
            return promised(self.terms, self.commitment, on)
        return self.terms.read(f"target.{self.commitment}", on)

    def seconds(self, reading: Reading) -> int:
        """Open seconds owed. Raises `UnknownWord` for a priority without target."""
        if self.priority is None:
            return seconds_in(reading.value)
        if str(self.priority) not in reading.value:
            raise unknown_word(str(self.priority), "priority", reading.value)
        return seconds_in(reading.value[str(self.priority)])

    def open_time(self, on: date) -> OpenTime:
        """The calendar it runs on: its commitment names it; a target runs on the phone hours."""
        hours = "hours.phone" if self.priority is not None else calendar_term(self.commitment)
        return _open_time(self.terms, self.terms.law, hours, self.region, on)

    def as_json(self) -> dict[str, Any]:
        """Enough to replay it with the book of that digest."""
        return {
            "book": self.terms.name,
            "digest": self.terms.digest,
            "overlays": list(self.terms.overlays_as_json(_is_of_days)),
            "commitment": self.commitment,
            "region": self.region,
            "priority": self.priority,
        }


@lru_cache(maxsize=1024)
def _open_time(terms: Book, law: Book, hours: str, region: str, on: date) -> OpenTime:
    """The same few for the many clocks of a list. A book never changes; the law beside it may be another."""
    return open_time(terms, hours, region, on)


@dataclass(frozen=True, slots=True)
class Started:
    """The first recorded request: the clock starts."""

    at: datetime
    owed: Owed


@dataclass(frozen=True, slots=True)
class Changed:
    """Another class, contract or calendar: what is owed changes, the time used stays."""

    at: datetime
    owed: Owed


@dataclass(frozen=True, slots=True)
class Suspended:
    """A wait that a clause allows to stop the clock, to a known instant or until it is resumed."""

    at: datetime
    clause: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """The wait is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Met:
    """What was promised is done: the technician starts work on site."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Lifted:
    """Nothing is owed any more (excluded, withdrawn, qualified otherwise)."""

    at: datetime
    reason: str = ""


Step = Started | Changed | Suspended | Resumed | Met | Lifted


class Period(NamedTuple):
    """An open stretch between the start and the due instant: one segment of the promise's bar."""

    start: int
    end: int
    used: int


class Standing(NamedTuple):
    """How a promise stands at an instant; seconds are open seconds. No words: cheap enough for long lists.

    `due_at` is None while a wait without end leaves it unknown. `left_seconds` is negative by the open time
    that has run beyond the promise.
    """

    state: State
    started_at: datetime
    due_at: datetime | None
    promised_seconds: int
    used_seconds: int
    left_seconds: int
    periods: tuple[Period, ...]

    @property
    def late_seconds(self) -> int:
        """Open seconds beyond the promise, 0 while there are none."""
        return max(0, -self.left_seconds)


class _Stretch(NamedTuple):
    """A stretch in which the clock runs, on one calendar; `end` is None while it still runs."""

    time: OpenTime
    start: int
    end: int | None


class _Life(NamedTuple):
    """What the steps come to, before any instant is asked about."""

    steps: tuple[Step, ...]
    stretches: tuple[_Stretch, ...]
    owed: Owed
    owed_on: date
    wait: Suspended | None
    wait_over: int | None
    grounds: tuple[Reading, ...]


def _is_of_days(term: str) -> bool:
    """Of the law's values, a promise reads the holidays alone."""
    return term.startswith("holidays.")


def standing(steps: Sequence[Step], *, now: datetime) -> Standing:
    """How the promise stands at `now`; later steps are not looked at.

    Raises `WrongOrder` for steps that cannot follow each other, `NotSuspendable` for a wait that no clause
    allows, and what `promised` raises for terms that promise nothing.
    """
    return _standing(_lived(steps, seconds_of(now)), seconds_of(now))


def promise(steps: Sequence[Step], *, now: datetime) -> Outcome:
    """The same with its account: what the panel "why?" shows of a running, met or late promise."""
    return standing_told(steps, now=now)[1]


def standing_told(steps: Sequence[Step], *, now: datetime) -> tuple[Standing, Outcome]:
    """How the promise stands at `now`, and the outcome that tells it; of one replay."""
    life = _lived(steps, seconds_of(now))
    stands = _standing(life, seconds_of(now))
    return stands, _outcome(life, stands, seconds_of(now))


def again(outcome: Mapping[str, Any], book_of: Callable[[str, str], Book]) -> Outcome:
    """A stored outcome of `promise`, replayed; `book_of(name, digest)` gives the installed book."""
    inputs = outcome["inputs"]
    steps = [_step_from(raw, book_of) for raw in inputs["steps"]]
    return promise(steps, now=datetime.fromisoformat(inputs["now"]))


# The replay ------------------------------------------------------------------------------------------


def _lived(steps: Sequence[Step], now: int) -> _Life:
    past = tuple(s for s in steps if seconds_of(s.at) <= now)
    if not past or not isinstance(past[0], Started):
        raise _wrong(Words("une promesse commence par son départ", "a promise begins with its start"))
    owed, owed_on = past[0].owed, local_day(seconds_of(past[0].at))
    stretches: list[_Stretch] = []
    running: tuple[OpenTime, int] | None = (owed.open_time(owed_on), seconds_of(past[0].at))
    wait: Suspended | None = None
    grounds: list[Reading] = []
    before, ended = seconds_of(past[0].at), False
    last_wait: Suspended | None = None
    for one in past[1:]:
        at = seconds_of(one.at)
        if at < before:
            raise _wrong(Words("les étapes se suivent dans le temps", "steps follow each other in time"))
        if ended:
            raise _wrong(Words("rien ne suit la fin d’une promesse", "nothing follows the end of a promise"))
        before = at
        running, wait = _over(running, wait, owed, at)
        match one:
            case Started():
                raise _wrong(Words("une promesse ne commence qu’une fois", "a promise starts only once"))
            case Changed():
                owed, owed_on = one.owed, local_day(at)
                if running is not None:
                    stretches.append(_Stretch(running[0], running[1], at))
                    running = (owed.open_time(owed_on), at)
            case Suspended():
                if running is None:
                    raise _wrong(Words("elle est déjà suspendue", "it is suspended already"))
                grounds.append(_ground(owed.terms, one, local_day(at)))
                stretches.append(_Stretch(running[0], running[1], at))
                running, wait, last_wait = None, one, one
            case Resumed():
                if running is None:
                    running, wait = (owed.open_time(local_day(at)), at), None
                elif last_wait is None or last_wait.until is None:
                    raise _wrong(Words("elle n’est pas suspendue", "it is not suspended"))
            case Met() | Lifted():
                # The stretch stays open: the due instant is what it would have been.
                if running is not None:
                    stretches.append(_Stretch(running[0], running[1], None))
                running, wait, ended = None, None, True
    running, wait = _over(running, wait, owed, now)
    if running is not None:
        stretches.append(_Stretch(running[0], running[1], None))
    elif wait is not None and wait.until is not None:
        until = seconds_of(wait.until)
        stretches.append(_Stretch(owed.open_time(local_day(until)), until, None))
    over = seconds_of(wait.until) if wait is not None and wait.until is not None else None
    return _Life(past, tuple(stretches), owed, owed_on, wait, over, tuple(grounds))


def _wrong(says: Words) -> WrongOrder:
    return WrongOrder(
        Words(f"Étapes de la promesse : {says.fr}.", f"Steps of the promise: {says.en}."), "steps"
    )


def _over(
    running: tuple[OpenTime, int] | None, wait: Suspended | None, owed: Owed, at: int
) -> tuple[tuple[OpenTime, int] | None, Suspended | None]:
    """The clock started again by itself when the end of a wait was known and is past."""
    if wait is None or wait.until is None or seconds_of(wait.until) > at:
        return running, wait
    until = seconds_of(wait.until)
    return (owed.open_time(local_day(until)), until), None


def _ground(terms: Book, wait: Suspended, on: date) -> Reading:
    """The term that lets this wait stop the clock. Raises `NotSuspendable`."""
    if wait.until is not None:
        refuse_backward(seconds_of(wait.at), seconds_of(wait.until), "until")
    reading = terms.set_by(wait.clause, "promise.suspension.", on)
    if reading is not None and reading.value:
        return reading
    raise NotSuspendable(
        say(
            "Aucune clause {c} du livre {b} ne permet de suspendre la promesse.",
            "No clause {c} of the book {b} lets the promise be suspended.",
            c=wait.clause or "—",
            b=terms.name,
        ),
        "clause",
    )


def _standing(life: _Life, now: int) -> Standing:
    seconds = life.owed.seconds(life.owed.reading(life.owed_on))
    last = life.steps[-1]
    until = seconds_of(last.at) if isinstance(last, Met | Lifted) else now
    used = sum(_used(stretch, until) for stretch in life.stretches)
    due = _due(life.stretches, seconds)
    return Standing(
        state=_state(life, seconds, used, due, until),
        started_at=instant(seconds_of(life.steps[0].at)),
        due_at=instant(due) if due is not None else None,
        promised_seconds=seconds,
        used_seconds=used,
        left_seconds=seconds - used,
        periods=tuple(_periods(life.stretches, due, until)),
    )


def _used(stretch: _Stretch, until: int) -> int:
    end = until if stretch.end is None else min(stretch.end, until)
    return stretch.time.calendar.between(stretch.start, end)


def _due(stretches: Sequence[_Stretch], seconds: int) -> int | None:
    """The instant at which the open time of all stretches reaches the promise; None when none does yet."""
    left = seconds
    for stretch in stretches:
        calendar = stretch.time.calendar
        if stretch.end is None:
            return calendar.add(stretch.start, left)
        inside = calendar.between(stretch.start, stretch.end)
        if inside >= left:
            return calendar.add(stretch.start, left)
        left -= inside
    return None


def _state(life: _Life, seconds: int, used: int, due: int | None, until: int) -> State:
    last = life.steps[-1]
    if isinstance(last, Lifted):
        return "lifted"
    late = due is not None and until > due
    if isinstance(last, Met):
        return "met-late" if late else "met"
    if late:
        return "late"
    if life.wait is not None:
        return "suspended"
    return "at-risk" if _at_risk(life, seconds, seconds - used) else "on-time"


def _at_risk(life: _Life, seconds: int, left: int) -> bool:
    if not life.owed.terms.has("promise.at-risk"):
        return False
    mark = life.owed.terms.read("promise.at-risk", life.owed_on).value
    return bool(left < mark["under_minutes"] * 60 or left * 100 < seconds * mark["under_percent"])


def _periods(stretches: Sequence[_Stretch], due: int | None, until: int) -> Iterator[Period]:
    for stretch in stretches:
        end = _until_due(stretch, due, until)
        for a, b in stretch.time.calendar.segments(stretch.start, end):
            yield Period(a, b, max(0, min(b, until) - a))


def _until_due(stretch: _Stretch, due: int | None, until: int) -> int:
    """Where a stretch ends for the account: at its end, and no later than the due instant."""
    end = stretch.end if stretch.end is not None else (due if due is not None else until)
    return min(end, due) if due is not None else end


# The account -----------------------------------------------------------------------------------------


def _outcome(life: _Life, stands: Standing, now: int) -> Outcome:
    terms = life.owed.terms
    return Outcome(
        rule="promise",
        book=terms.name,
        digest=terms.digest,
        law_digest=terms.law.digest,
        inputs={"now": instant(now), "steps": [_step_as_json(s) for s in life.steps]},
        value={
            "state": stands.state,
            "due_at": stands.due_at,
            "promised_seconds": stands.promised_seconds,
            "used_seconds": stands.used_seconds,
            "left_seconds": stands.left_seconds,
        },
        derogations=terms.overlays_as_json(_is_of_days),
        interpretations=terms.interpretations,
        tell=lambda: _told(life, stands, now),
    )


def _told(life: _Life, stands: Standing, now: int) -> Account:
    owed = life.owed
    reading = owed.reading(life.owed_on)
    last = life.steps[-1]
    until = seconds_of(last.at) if isinstance(last, Met | Lifted) else now
    due = seconds_of(stands.due_at) if stands.due_at is not None else None
    return Account(
        shown=moment(stands.due_at) if stands.due_at is not None else STATES[stands.state],
        why=spoken_moment(stands.due_at) if stands.due_at is not None else None,
        says=_says(life, stands),
        because=(
            *_account(life, due, until),
            reading.cited(
                Words("Promis", "Promised") if owed.priority is None else Words("Objectif", "Target"),
                duration(stands.promised_seconds),
                reading.label,
                total=True,
            ),
            step(say("Utilisé, {n}", "Used, {n}", n=moment(instant(until))), duration(stands.used_seconds)),
            *_risk_lines(life, stands),
            _left_line(stands),
        ),
        rests_on=("onsite-promise", "holidays-excepted") if owed.priority is None else ("holidays-excepted",),
        parts=_rows(life, due, until),
    )


def _says(life: _Life, stands: Standing) -> Words:
    hours = open_hours(stands.promised_seconds)
    call = moment(stands.started_at)
    if life.owed.priority is not None:
        return say(
            "Objectif du prestataire, priorité {p} : {h} à partir du {c}. Ce n’est pas une promesse.",
            "The provider’s own target, priority {p}: {h} from {c}. It is not a promise.",
            p=life.owed.priority,
            h=hours,
            c=call,
        )
    return say(
        "{h} après l’appel de {c}. La promesse est {s}.",
        "{h} after the call of {c}. The promise is {s}.",
        h=hours,
        c=call,
        s=STATES[stands.state],
    )


def _left_line(stands: Standing) -> Reason:
    if stands.left_seconds < 0:
        return total(Words("Retard, en temps ouvert", "Late by, in open time"), duration(stands.late_seconds))
    return total(Words("Reste", "Left"), duration(stands.left_seconds))


def _risk_lines(life: _Life, stands: Standing) -> Iterator[Reason]:
    """The mark that was read to tell a promise at risk."""
    if stands.state not in ("on-time", "at-risk") or not life.owed.terms.has("promise.at-risk"):
        return
    mark = life.owed.terms.read("promise.at-risk", life.owed_on)
    yield mark.cited(
        amount=Words("oui", "yes") if stands.state == "at-risk" else Words("non", "no"),
        detail=say(
            "à moins de {p}\u00a0% ou de {m}\u00a0min ouvrées",
            "under {p}% or {m}\u00a0min of open time left",
            p=str(mark.value["under_percent"]),
            m=str(mark.value["under_minutes"]),
        ),
    )


def _account(life: _Life, due: int | None, until: int) -> Iterator[Reason]:
    """The days of each stretch, and between them what changed."""
    said: set[Reason] = set()
    grounds = iter(life.grounds)
    events = list(life.steps[1:])
    for number, stretch in enumerate(life.stretches):
        while number and events and seconds_of(events[0].at) <= stretch.start:
            yield from _event_line(events.pop(0), grounds)
        if number and due is not None and stretch.start >= due:
            continue
        for line in _stretch_lines(stretch, max(_until_due(stretch, due, until), stretch.start)):
            # That no holiday falls in the count is said once, not for each stretch.
            if line.source == "law":
                if line in said:
                    continue
                said.add(line)
            yield line
    for event in events:
        yield from _event_line(event, grounds)


def _stretch_lines(stretch: _Stretch, end: int) -> Iterator[Reason]:
    first = local_day(stretch.start)
    last = local_day(end - 1) if end > stretch.start else first
    days = list(stretch.time.calendar.days(first, last))
    lines = day_lines if len(days) <= LONGEST_RULER else month_lines
    yield from lines(stretch.time, days, (stretch.start, end))


def _event_line(event: Step, grounds: Iterator[Reading]) -> Iterator[Reason]:
    at = moment(instant(seconds_of(event.at)))
    match event:
        case Suspended():
            detail = Words(event.reason, event.reason)
            if event.until is not None:
                until = moment(instant(seconds_of(event.until)))
                detail = say("{r}, jusqu’à {u}", "{r}, until {u}", r=event.reason, u=until)
            yield next(grounds).cited(say("Suspendue, {a}", "Suspended, {a}", a=at), detail=detail)
        case Resumed():
            yield fact(say("Reprise, {a}", "Resumed, {a}", a=at))
        case Changed():
            yield fact(
                say("Qualification changée, {a}", "Qualified otherwise, {a}", a=at),
                detail=Words("le temps déjà utilisé est gardé", "the time already used is kept"),
            )
        case Met():
            yield fact(say("Tenue, {a}", "Met, {a}", a=at))
        case Lifted():
            yield fact(say("Levée, {a}", "Lifted, {a}", a=at), detail=Words(event.reason, event.reason))


def _rows(life: _Life, due: int | None, until: int) -> Iterable[Part]:
    """The rows of the ruler, each day on the calendar it ran on, used and left apart."""
    if not life.stretches:
        return ()
    used: list[Span] = []
    left: list[Span] = []
    for stretch in life.stretches:
        end = _until_due(stretch, due, until)
        used.append((stretch.start, min(end, until)))
        left.append((max(stretch.start, until), end))
    last = max(local_day(until), local_day(due - 1) if due is not None else local_day(until))
    days = list(_days(life.stretches, last))
    if len(days) > LONGEST_RULER:
        return ()
    return day_parts(days, used, left)


def _days(stretches: Sequence[_Stretch], last: date) -> Iterator[Day]:
    on = local_day(stretches[0].start)
    while on <= last:
        current = [s for s in stretches if local_day(s.start) <= on]
        yield current[-1].time.calendar.day(on)
        on += ONE_DAY


# Steps as JSON ---------------------------------------------------------------------------------------


def _step_as_json(one: Step) -> dict[str, Any]:
    raw: dict[str, Any] = {"step": type(one).__name__.lower(), "at": instant(seconds_of(one.at))}
    match one:
        case Started() | Changed():
            raw["owed"] = one.owed.as_json()
        case Suspended():
            until = instant(seconds_of(one.until)) if one.until is not None else None
            raw |= {"clause": one.clause, "reason": one.reason, "until": until}
        case Lifted():
            raw["reason"] = one.reason
    return raw


def _step_from(raw: Mapping[str, Any], book_of: Callable[[str, str], Book]) -> Step:
    at = datetime.fromisoformat(raw["at"])
    match raw["step"]:
        case "started":
            return Started(at, _owed_from(raw["owed"], book_of))
        case "changed":
            return Changed(at, _owed_from(raw["owed"], book_of))
        case "suspended":
            until = datetime.fromisoformat(raw["until"]) if raw["until"] else None
            return Suspended(at, raw["clause"], raw["reason"], until)
        case "resumed":
            return Resumed(at)
        case "met":
            return Met(at)
        case "lifted":
            return Lifted(at, raw["reason"])
    raise NoSuchTerm(Words(f"Étape inconnue : {raw['step']}.", f"Unknown step: {raw['step']}."), "steps")


def _owed_from(raw: Mapping[str, Any], book_of: Callable[[str, str], Book]) -> Owed:
    terms = relaid(book_of(raw["book"], raw["digest"]), raw["overlays"])
    return Owed(terms, raw["commitment"], raw["region"], raw["priority"])
