"""Promises and targets that run on opening hours: when they fall due, and how much open time has passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.calendar import Calendar, Day, calendar_of, holiday_spells
from clausier.terms.days import ONE_DAY
from clausier.terms.errors import NoSuchTerm
from clausier.terms.instants import instant, local_day, seconds_of
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import (
    capital,
    clock,
    day_of_month,
    duration,
    listed,
    moment,
    month_name,
    open_hours,
    say,
    short_day,
    spoken_moment,
)
from clausier.terms.questions import moment as a_moment
from clausier.terms.questions import optional, refuse_backward, text, unknown_word, wanted, whole
from clausier.terms.rules.ruling import Answer, Inputs, Rule
from clausier.terms.spans import Span

HOUR = 3600
# Beyond this many days an account goes by month, and the ruler of days is left out.
LONGEST_RULER = 45
# Days open and close at the same instants in every account.
_CLOCKS_KEPT = 4096

HOLIDAYS = optional("holidays", text, "la région des jours fériés", "the holiday region", default="metropole")

_CLOSED = {
    "weekend": Words("week-end", "weekend"),
    "closed": Words("fermé ce jour-là", "closed that day"),
    "holiday": Words("jour férié", "public holiday"),
}


class OpenTime(NamedTuple):
    """A calendar and what it was read from, for one stretch of time: enough to count and to cite."""

    calendar: Calendar
    hours: tuple[Reading, ...]
    holidays: tuple[Reading, ...]
    region: str

    def hours_on(self, on: date) -> Reading:
        """The hours in force that day (the first ones known, before any)."""
        return _in_force(self.hours, on)

    def holidays_on(self, on: date) -> Reading:
        """The list of holidays in force that day."""
        return _in_force(self.holidays, on)


def _in_force(spells: tuple[Reading, ...], on: date) -> Reading:
    return next((s for s in reversed(spells) if s.since <= on), spells[0])


def open_time(book: Book, hours: str, region: str, on: date) -> OpenTime:
    """The open time of the term `hours`, from the day `on`. Raises `NoValueOn` when nothing is known then."""
    calendar = calendar_of(book, hours, region)
    holidays = holiday_spells(book, region)
    book.read(hours, on)
    book.law.read(f"holidays.{region}", on)
    return OpenTime(calendar, book.timeline(hours), holidays, region)


@lru_cache(maxsize=512)
def commitments(book: Book) -> tuple[str, ...]:
    """What the book promises within open hours: `promise.<commitment>.within`."""
    names = book.names("promise.")
    return tuple(n.removeprefix("promise.").removesuffix(".within") for n in names if n.endswith(".within"))


def promised(book: Book, commitment: str, on: date) -> Reading:
    """The open hours promised. Raises `NoSuchTerm` when the book promises none, `UnknownWord` for another."""
    known = commitments(book)
    if not known:
        raise NoSuchTerm(
            say(
                "Le livre {book} ne promet aucun délai d’intervention.",
                "The book {book} promises no response time.",
                book=book.name,
            ),
            "book",
        )
    if commitment not in known:
        raise unknown_word(commitment, "commitment", known)
    return book.read(f"promise.{commitment}.within", on)


def calendar_term(commitment: str) -> str:
    """The hours that a commitment runs on: its first word names them (`onsite-server`: `hours.onsite`)."""
    return f"hours.{commitment.partition('-')[0]}"


def deadline(book: Book, inputs: Inputs) -> Answer:
    """When a promise made at `at` falls due: imri VI.3."""
    start = seconds_of(inputs["at"])
    on = local_day(start)
    promise = promised(book, inputs["commitment"], on)
    time = open_time(book, calendar_term(inputs["commitment"]), inputs["holidays"], on)
    due = time.calendar.add(start, seconds_in(promise.value))
    return Answer(instant(due), lambda: _deadline_account(promise, time, start, due))


def _deadline_account(promise: Reading, time: OpenTime, start: int, due: int) -> Account:
    days = list(time.calendar.days(local_day(start), local_day(due)))
    return Account(
        shown=moment(instant(due)),
        why=spoken_moment(instant(due)),
        says=_deadline_says(promise, start, time, days),
        because=(
            *day_lines(time, days, (start, due)),
            promise.cited(
                Words("Promis", "Promised"),
                amount=duration(seconds_in(promise.value)),
                detail=promise.label,
                total=True,
            ),
        ),
        rests_on=("onsite-promise", "holidays-excepted"),
        parts=day_parts(days, [(start, due)]),
    )


def seconds_in(hours: object) -> int:
    """A number of hours, as whole seconds."""
    return int(hours * HOUR)  # type: ignore[operator]


def _deadline_says(promise: Reading, start: int, time: OpenTime, days: list[Day]) -> Words:
    first = say(
        "{hours} après l’appel de {at}, comptées sur les {calendar}.",
        "{hours} after the call of {at}, counted on the {calendar}.",
        hours=open_hours(seconds_in(promise.value)),
        at=moment(instant(start)),
        calendar=time.hours_on(local_day(start)).label,
    )
    return _with_closures(first, days)


def _with_closures(first: Words, days: Iterable[Day]) -> Words:
    """The sentence, and what was left out of the count."""
    kinds = {day.closed_because for day in days if day.closed_because}
    if "holiday" in kinds and "weekend" in kinds:
        rest = Words(
            "Week-ends et jours fériés ne comptent pas.", "Weekends and public holidays do not count."
        )
    elif "holiday" in kinds:
        rest = Words("Le jour férié ne compte pas.", "The public holiday does not count.")
    elif "weekend" in kinds:
        rest = Words("Le week-end ne compte pas.", "The weekend does not count.")
    else:
        return first
    return say("{first} {rest}", "{first} {rest}", first=first, rest=rest)


def elapsed(book: Book, inputs: Inputs) -> Answer:
    """Open seconds between two instants: imri VI.1, VI.3."""
    calendars = tuple(name.removeprefix("hours.") for name in book.names("hours."))
    if inputs["calendar"] not in calendars:
        raise unknown_word(inputs["calendar"], "calendar", calendars)
    start, end = seconds_of(inputs["from"]), seconds_of(inputs["to"])
    refuse_backward(start, end, "to")
    time = open_time(book, f"hours.{inputs['calendar']}", inputs["holidays"], local_day(start))
    seconds = time.calendar.between(start, end)
    return Answer(seconds, lambda: _elapsed_account(time, start, end, seconds))


def _elapsed_account(time: OpenTime, start: int, end: int, seconds: int) -> Account:
    first = local_day(start)
    days = list(time.calendar.days(first, local_day(end - 1) if end > start else first))
    short = len(days) <= LONGEST_RULER
    hours = time.hours_on(first)
    return Account(
        shown=duration(seconds),
        says=_with_closures(
            say(
                "Temps ouvert du {start} au {end}, sur les {calendar}.",
                "Open time from {start} to {end}, on the {calendar}.",
                start=moment(instant(start)),
                end=moment(instant(end)),
                calendar=hours.label,
            ),
            days,
        ),
        because=(
            *(day_lines if short else month_lines)(time, days, (start, end)),
            hours.cited(
                Words("Temps ouvert", "Open time"),
                amount=duration(seconds),
                detail=hours.label,
                total=True,
            ),
        ),
        rests_on=("holidays-excepted",),
        parts=day_parts(days, [(start, end)]) if short else (),
    )


def target(book: Book, inputs: Inputs) -> Answer:
    """When the provider aims to have answered, by priority; its own target, never a promise."""
    start = seconds_of(inputs["at"])
    on = local_day(start)
    aims = book.read("target.first-answer", on)
    priority = str(inputs["priority"])
    if priority not in aims.value:
        raise unknown_word(priority, "priority", aims.value)
    time = open_time(book, "hours.phone", inputs["holidays"], on)
    due = time.calendar.add(start, seconds_in(aims.value[priority]))
    return Answer(instant(due), lambda: _target_account(aims, priority, time, start, due))


def _target_account(aims: Reading, priority: str, time: OpenTime, start: int, due: int) -> Account:
    seconds = seconds_in(aims.value[priority])
    days = list(time.calendar.days(local_day(start), local_day(due)))
    return Account(
        shown=moment(instant(due)),
        why=spoken_moment(instant(due)),
        says=say(
            "Objectif du prestataire pour la priorité {priority} : {hours} à partir du {at}. "
            "Ce n’est pas une promesse.",
            "The provider’s own target, priority {priority}: {hours} from {at}. It is not a promise.",
            priority=priority,
            hours=open_hours(seconds),
            at=moment(instant(start)),
        ),
        because=(
            *day_lines(time, days, (start, due)),
            aims.cited(
                say("Objectif, priorité {p}", "Target, priority {p}", p=priority),
                amount=duration(seconds),
                total=True,
            ),
        ),
        rests_on=("holidays-excepted",),
        parts=day_parts(days, [(start, due)]),
    )


def callback(book: Book, inputs: Inputs) -> Answer:
    """By when who wrote, left a message or rang in vain is called back (ims 6.2, 6.3), by practice."""
    start = seconds_of(inputs["at"])
    on = local_day(start)
    delays = book.read("intake.callback", on)
    channel = inputs["channel"]
    if channel not in delays.value:
        raise unknown_word(channel, "channel", delays.value)
    duty = book.read(f"intake.{channel}", on)
    time = open_time(book, "hours.phone", inputs["holidays"], on)
    seconds = int(delays.value[channel]) * 60
    due = time.calendar.add(start, seconds)
    return Answer(instant(due), lambda: _callback_account(duty, delays, seconds, time, start, due))


_PROMISED = (
    "Rappel {hours} après le message de {at}, comptées sur les {calendar}. "
    "Le rappel est promis, son délai est la pratique du prestataire.",
    "A callback {hours} after the message of {at}, counted on the {calendar}. "
    "The callback is promised, its delay is the provider’s practice.",
)
_IN_PRACTICE = (
    "Rappel {hours} après l’appel de {at}, comptées sur les {calendar}. "
    "Le rappel et son délai sont la pratique du prestataire.",
    "A callback {hours} after the call of {at}, counted on the {calendar}. "
    "The callback and its delay are the provider’s practice.",
)


def _callback_account(
    duty: Reading, delays: Reading, seconds: int, time: OpenTime, start: int, due: int
) -> Account:
    on = local_day(start)
    days = list(time.calendar.days(on, local_day(due)))
    return Account(
        shown=moment(instant(due)),
        why=spoken_moment(instant(due)),
        says=_with_closures(
            say(
                *(_PROMISED if duty.clause else _IN_PRACTICE),
                hours=open_hours(seconds),
                at=moment(instant(start)),
                calendar=time.hours_on(on).label,
            ),
            days,
        ),
        because=(
            duty.cited(Words("Rappeler", "Call back"), detail=duty.label),
            *day_lines(time, days, (start, due)),
            delays.cited(
                Words("Délai du rappel", "Delay of the callback"), amount=duration(seconds), total=True
            ),
        ),
        rests_on=("holidays-excepted",),
        parts=day_parts(days, [(start, due)]),
    )


# The account and the ruler ---------------------------------------------------------------------------


def day_lines(time: OpenTime, days: list[Day], within: Span) -> Iterator[Reason]:
    """The account of open time, day by day."""
    return account_of_days(time, days, lambda day: _open_line(time, day, within), duration(0))


def account_of_days(
    time: OpenTime, days: list[Day], open_line: Callable[[Day], Reason], closed: Words
) -> Iterator[Reason]:
    """A line for each open day and one for each run of days closed for the same reason, worth `closed`."""
    holidays_met = False
    for because, run in groupby(days, key=lambda day: (day.closed_because, day.holiday)):
        run_of_days = list(run)
        if because[0] is None:
            yield from map(open_line, run_of_days)
        elif because[0] == "holiday":
            holidays_met = True
            yield _holiday_line(time, run_of_days, closed)
        else:
            yield _closed_line(time, run_of_days, closed)
    if not holidays_met:
        yield _no_holiday_line(time, days[0].on)


def _open_line(time: OpenTime, day: Day, within: Span) -> Reason:
    counted = _clipped(day.open, within)
    hours = time.hours_on(day.on)
    if counted:
        stretches = [f"{_clock(a, day.on)} → {_clock(b, day.on)}" for a, b in counted]
        spans = Words(" et ".join(stretches), " and ".join(stretches))
    else:
        spans = Words("rien à compter", "nothing to count")
    return hours.cited(
        say("{day}, {spans}", "{day}, {spans}", day=short_day(day.on), spans=spans),
        amount=duration(sum(b - a for a, b in counted)),
        detail=_open_detail(day, counted, within),
    )


def _open_detail(day: Day, counted: list[Span], within: Span) -> Words:
    """Why the day counts from there, or to there."""
    opens, closes = day.open[0][0], day.open[-1][1]
    if within[0] >= closes:
        return say("après la fermeture de {at}", "after closing at {at}", at=_clock(closes, day.on))
    if local_day(within[0]) == day.on and counted and counted[0][0] > within[0]:
        return say("ouvre à {at}", "opens at {at}", at=_clock(counted[0][0], day.on))
    if within[1] > closes or (counted and counted[-1][1] == closes):
        return say("ferme à {at}", "closes at {at}", at=_clock(closes, day.on))
    return say("ouvert dès {at}", "open from {at}", at=_clock(opens, day.on))


def _closed_line(time: OpenTime, run: list[Day], amount: Words) -> Reason:
    return time.hours_on(run[0].on).cited(
        _days_named(run),
        amount=amount,
        detail=_CLOSED[run[0].closed_because or "closed"],
    )


def _holiday_line(time: OpenTime, run: list[Day], amount: Words) -> Reason:
    return time.holidays_on(run[0].on).cited(
        _days_named(run), amount=amount, detail=run[0].holiday or _CLOSED["holiday"]
    )


def _no_holiday_line(time: OpenTime, on: date) -> Reason:
    reading = time.holidays_on(on)
    return reading.cited(
        capital(reading.label),
        amount=Words("aucun", "none"),
        detail=Words("aucun ne tombe dans ce compte", "none falls in this count"),
    )


def _days_named(run: list[Day]) -> Words:
    if len(run) > 2:
        return say(
            "du {first} au {last}",
            "{first} to {last}",
            first=short_day(run[0].on),
            last=short_day(run[-1].on),
        )
    if len(run) == 2 and run[0].on.month == run[1].on.month:
        one, other = run[0].on, short_day(run[1].on)
        return say("{a} et {b}", "{a} and {b}", a=day_of_month(one), b=other)
    return listed([short_day(day.on) for day in run])


def month_lines(time: OpenTime, days: list[Day], within: Span) -> Iterator[Reason]:
    """The account of a long stretch, by month; the holidays left out are named once each."""
    for (year, month), run in groupby(days, key=lambda day: (day.on.year, day.on.month)):
        of_month = list(run)
        counted = [span for day in of_month for span in _clipped(day.open, within)]
        working = sum(1 for day in of_month if day.open)
        yield time.hours_on(of_month[0].on).cited(
            month_name(year, month),
            amount=duration(sum(b - a for a, b in counted)),
            detail=say("{n} jours ouverts", "{n} open days", n=working),
        )
    met = [day for day in days if day.closed_because == "holiday"]
    if met:
        yield time.holidays_on(met[0].on).cited(
            capital(time.holidays_on(met[0].on).label),
            amount=duration(0),
            detail=listed([short_day(day.on) for day in met]),
        )
    else:
        yield _no_holiday_line(time, days[0].on)


def day_parts(days: Iterable[Day], counted: list[Span], left: list[Span] | None = None) -> Iterator[Part]:
    """The rows of the ruler; `left` is what is still to run, where a promise is being replayed."""
    for day in days:
        used = [span for within in counted for span in _clipped(day.open, within)]
        facts = {
            "day": day.on.isoformat(),
            "weekday": day.on.weekday(),
            "label": list(short_day(day.on)),
            "open": _as_json(day.open),
            "counted": _as_json(used),
            "seconds": sum(b - a for a, b in used),
            "closed_because": day.closed_because,
            "holiday": list(day.holiday) if day.holiday else None,
        }
        if left is not None:
            facts["left"] = _as_json([span for within in left for span in _clipped(day.open, within)])
        yield Part("day", facts)


def _clipped(spans: Iterable[Span], within: Span) -> list[Span]:
    start, end = within
    return [(max(a, start), min(b, end)) for a, b in spans if max(a, start) < min(b, end)]


def _as_json(spans: Iterable[Span]) -> list[list[str]]:
    return [[instant(a).isoformat(), instant(b).isoformat()] for a, b in spans]


@lru_cache(_CLOCKS_KEPT)
def _clock(at: int, on: date) -> str:
    """The wall time; the day's end reads 24:00, not 0:00."""
    shown = instant(at)
    return "24:00" if shown.date() == on + ONE_DAY and not (shown.hour or shown.minute) else clock(shown)


RULES = (
    Rule(
        "deadline",
        Words("Échéance d’une promesse", "When a promise falls due"),
        (
            wanted("commitment", text, "ce qui est promis", "what is promised"),
            wanted("at", a_moment, "l’instant de l’appel", "the instant of the call"),
            HOLIDAYS,
        ),
        needs=("promise.*.within",),
        answer=deadline,
        reads=("hours.*", "holidays.*"),
    ),
    Rule(
        "elapsed",
        Words("Temps ouvert écoulé", "Open time elapsed"),
        (
            wanted("calendar", text, "le calendrier", "the calendar"),
            wanted("from", a_moment, "le début", "the start"),
            wanted("to", a_moment, "la fin", "the end"),
            HOLIDAYS,
        ),
        needs=("hours.*",),
        answer=elapsed,
        reads=("holidays.*",),
    ),
    Rule(
        "target",
        Words("Objectif du prestataire", "The provider’s own target"),
        (
            wanted("priority", whole(1), "la priorité", "the priority"),
            wanted("at", a_moment, "l’instant de la demande", "the instant of the request"),
            HOLIDAYS,
        ),
        needs=("target.first-answer", "hours.phone"),
        answer=target,
        reads=("holidays.*",),
    ),
    Rule(
        "callback",
        Words("Rappel dû", "Callback due"),
        (
            wanted("channel", text, "le canal du message", "the channel of the message"),
            wanted("at", a_moment, "l’instant du message", "the instant of the message"),
            HOLIDAYS,
        ),
        needs=("intake.callback", "hours.phone"),
        answer=callback,
        reads=("intake.email", "intake.missed", "intake.voicemail", "holidays.*"),
    ),
)
