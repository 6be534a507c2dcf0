"""Opening hours that make no sense, and promises that no opening hour can keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from clausier.terms.book import Book
from clausier.terms.entries import Reading
from clausier.terms.lints.reading import last_value, table
from clausier.terms.outcome import Words
from clausier.terms.phrases import full_day, say
from clausier.terms.remarks import HEAD, Remark

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60


def opening_hours(book: Book) -> Iterator[Remark]:
    """Opening hours that end before they start, overlap, or name no day of the week."""
    for term, value in _calendars(book):
        if not isinstance(value.value, Mapping):
            yield _bad_hours(
                book, term, value, "", Words("ce ne sont pas des horaires", "these are no opening hours")
            )
            continue
        for day, periods in value.value.items():
            if day not in DAYS:
                yield _bad_hours(
                    book, term, value, day, Words(f"jour inconnu « {day} »", f"unknown day “{day}”")
                )
            elif (wrong := _wrong_periods(periods)) is not None:
                yield _bad_hours(book, term, value, day, wrong)


def _calendars(book: Book) -> Iterator[tuple[str, Reading]]:
    for name in book.names("hours."):
        for reading in book.timeline(name):
            yield name, reading


def _bad_hours(book: Book, name: str, reading: Reading, day: str, says: Words) -> Remark:
    place = f"{name}, since = {reading.since.isoformat()}" + (f", {day}" if day else "")
    return Remark(
        "opening-hours",
        "fault",
        book.terms[name].file,
        place,
        says,
        Words('mon = [["09:00", "12:30"], …], dans l’ordre', 'mon = [["09:00", "12:30"], …], in order'),
        clause=reading.clause,
    )


def _wrong_periods(periods: Any) -> Words | None:
    read = _periods(periods)
    if read is None:
        return Words("une plage ne se lit pas", "a period does not read")
    if any(start >= end for start, end in read):
        return Words("une plage finit avant de commencer", "a period ends before it starts")
    if any(later < end for (_, end), (later, _) in pairwise(read)):
        return Words(
            "deux plages se recouvrent ou se suivent en désordre", "two periods overlap or stand out of order"
        )
    return None


def _periods(periods: Any) -> list[tuple[int, int]] | None:
    """The periods of a day in minutes from midnight; None when one cannot be read."""
    try:
        return [(_minute(start), _minute(end)) for start, end in periods]
    except (TypeError, ValueError):
        return None


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    minute = int(hours) * 60 + int(minutes)
    if not (0 <= int(minutes) < 60 and 0 <= minute <= DAY_MINUTES):
        raise ValueError(text)
    return minute


def impossible_promises(book: Book) -> Iterator[Remark]:
    """A promise that no opening hour can keep.

    In open hours: its calendar never opens, is not known yet, or the delay is none. In elapsed hours: the
    delay is shorter than a stretch during which all is closed, so that a call at closing time finds it broken
    at reopening.
    """
    for name in book.names("promise."):
        for reading in book.timeline(name):
            minutes = _promised_minutes(reading)
            says = None if minutes is None else _impossible(book, minutes, reading)
            if says is not None:
                yield Remark(
                    "impossible-promise",
                    "fault",
                    book.terms[name].file if name in book.terms else HEAD,
                    f"{name}, since = {reading.since.isoformat()}",
                    says,
                    Words(
                        "un délai en heures ouvrées, et des horaires qui le permettent",
                        "a delay in open hours, and hours that allow it",
                    ),
                    clause=reading.clause,
                )


def _promised_minutes(reading: Reading) -> Decimal | None:
    """The promised delay in minutes; None of a term that is no delay."""
    words = reading.unit.split()
    unit = words[-1] if words else ""
    if isinstance(reading.value, bool) or not isinstance(reading.value, int | Decimal):
        return None
    if unit not in ("hours", "minutes"):
        return None
    return Decimal(reading.value) * (60 if unit == "hours" else 1)


def _calendars_of(book: Book, promise: Reading) -> tuple[str, ...]:
    """The hours that a promise runs on: its first word names them (`onsite-server`: `hours.onsite`).

    Elapsed time runs on none; a desk that is open at all may keep it.
    """
    if not promise.unit.startswith("open"):
        return book.names("hours.")
    own = f"hours.{promise.term.split('.')[1].partition('-')[0]}"
    return (own,) if book.has(own) else ()


def _open_week(book: Book, calendars: tuple[str, ...]) -> list[tuple[int, int]]:
    """The periods of a week during which one of the calendars is open, in minutes from Monday 0:00."""
    week: list[tuple[int, int]] = []
    for name in calendars:
        reading = last_value(book, name)
        for day, periods in table(reading.value if reading is not None else None).items():
            if day in DAYS:
                shift = DAYS.index(day) * DAY_MINUTES
                week += [
                    (shift + start, shift + end) for start, end in _periods(periods) or () if start < end
                ]
    return sorted(week)


def _impossible(book: Book, minutes: Decimal, promise: Reading) -> Words | None:
    """Why the promise cannot be kept; None when it can."""
    calendars = _calendars_of(book, promise)
    week = _open_week(book, calendars)
    if minutes <= 0:
        return Words("un délai nul ne peut être tenu", "a delay of nothing cannot be kept")
    if not week:
        return Words("aucun horaire n’est ouvert", "no hour is ever open")
    known = min(book.timeline(name)[0].since for name in calendars if book.timeline(name))
    if promise.since < known:
        return say(
            "les horaires ne sont connus que depuis le {known}",
            "the hours are known only since {known}",
            known=full_day(known),
        )
    if promise.unit.startswith("open"):
        return None
    closed = _longest_closed(week)
    if minutes >= closed:
        return None
    return Words(
        f"délai de {_hours(minutes)} h sans égard aux horaires, fermés jusqu’à {_hours(closed)} h de suite",
        f"a delay of {_hours(minutes)} h whatever the hours, closed for up to {_hours(closed)} h on end",
    )


def _hours(minutes: Decimal | int) -> str:
    hours, rest = divmod(int(minutes), 60)
    return f"{hours}" if rest == 0 else f"{hours}:{rest:02d}"


def _longest_closed(week: list[tuple[int, int]]) -> int:
    """Minutes of the longest stretch of a common week during which nothing is open."""
    longest, open_until = 0, week[0][0]
    for start, end in [*week, (week[0][0] + 7 * DAY_MINUTES, week[0][0] + 7 * DAY_MINUTES)]:
        longest = max(longest, start - open_until)
        open_until = max(open_until, end)
    return longest
