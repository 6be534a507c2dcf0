"""Opening hours: when a promise runs, how long, and until when.

Weekly hours and holidays, each dated, compile to sorted arrays of open stretches with the open seconds
before each one; every question is then a bisect. Durations are elapsed time, across changes of the clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from operator import sub
from typing import Any, Literal, NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.days import ONE_DAY, WEEKDAYS, easter
from clausier.terms.errors import NeverOpen, NoSuchTerm, UnknownWord
from clausier.terms.instants import SECONDS_A_DAY, at_wall, local_day, midnight
from clausier.terms.outcome import Words
from clausier.terms.spans import Span

Closed = Literal["weekend", "holiday", "closed"]
Week = tuple[tuple[Span, ...], ...]
_YEARS_TO_GROW = 3


class Day(NamedTuple):
    """One local day: its open stretches, or why it has none."""

    on: date
    open: tuple[Span, ...]
    closed_because: Closed | None
    holiday: Words | None


class Table(NamedTuple):
    """The open stretches of whole years, from the instant `since` to `until`.

    `before` holds the open seconds before each stretch, then in all.
    """

    first_year: int
    last_year: int
    since: int
    until: int
    starts: list[int]
    ends: list[int]
    before: list[int]


class Calendar:
    """The open time of dated weekly hours, public holidays taken out."""

    def __init__(self, hours: Sequence[Reading], holidays: Sequence[Reading]) -> None:
        self._hours: list[tuple[Reading, Week]] = [(spell, _week_of(spell.value)) for spell in hours]
        self._holidays = list(holidays)
        self._holidays_of: dict[int, dict[date, Words]] = {}
        self._years: dict[int, tuple[list[int], list[int]]] = {}
        self._table = Table(1, 0, 0, 0, [], [], [0])
        self._days: dict[date, Day] = {}

    def between(self, start: int, end: int) -> int:
        """Open seconds in [start, end)."""
        if end <= start:
            return 0
        table = self.table(start, end)
        return _opened_by(table, end) - _opened_by(table, start)

    def add(self, at: int, seconds: int) -> int:
        """The earliest instant at which `seconds` of open time have run since `at`.

        It may be a closing hour, never the opening that follows. Raises `NeverOpen` when no hour opens.
        """
        if seconds <= 0:
            return at
        end = at + seconds
        while True:
            table = self.table(at, end)
            wanted = _opened_by(table, at) + seconds
            if wanted <= table.before[-1]:
                index = bisect_left(table.before, wanted) - 1
                return table.starts[index] + wanted - table.before[index]
            end = self._later(table)

    def segments(self, start: int, end: int) -> list[Span]:
        """The open stretches of [start, end), in order."""
        if end <= start:
            return []
        table = self.table(start, end)
        first = bisect_right(table.ends, start)
        last = bisect_left(table.starts, end)
        return [(max(table.starts[i], start), min(table.ends[i], end)) for i in range(first, last)]

    def next_opening(self, at: int) -> int:
        """`at` when it is open, else the next instant that is. Raises `NeverOpen`."""
        end = at + 1
        while True:
            table = self.table(at, end)
            index = bisect_right(table.ends, at)
            if index < len(table.starts):
                return max(at, table.starts[index])
            end = self._later(table)

    def is_open(self, at: int) -> bool:
        """True when `at` is in an open stretch."""
        return bool(self.segments(at, at + 1))

    def day(self, on: date) -> Day:
        """The open stretches of one local day, and why it is closed when it is."""
        known = self._days.get(on)
        if known is None:
            if len(self._days) >= _DAYS_KEPT:
                self._days.clear()
            known = self._days[on] = self._day(on)
        return known

    def _day(self, on: date) -> Day:
        holiday = self._holiday(on)
        week = self._week_on(on)
        spans = () if holiday else tuple((at_wall(on, a), at_wall(on, b)) for a, b in week[on.weekday()])
        because: Closed | None = None
        if not spans:
            because = "holiday" if holiday else ("weekend" if on.weekday() >= 5 else "closed")
        return Day(on, spans, because, holiday)

    def works(self, on: date) -> bool:
        """True when the local day has open hours."""
        return bool(self._week_on(on)[on.weekday()]) and not self._holiday(on)

    def days(self, first: date, last: date) -> Iterator[Day]:
        """Each local day from `first` to `last`, both included."""
        on = first
        while on <= last:
            yield self.day(on)
            on += ONE_DAY

    def table(self, start: int, end: int) -> Table:
        """The compiled stretches, grown so as to cover [start, end] whole."""
        table = self._table
        if table.since <= start and end < table.until:
            return table
        first, last = local_day(start).year - 1, local_day(end).year + 1
        if table.since < table.until:
            first, last = min(first, table.first_year), max(last, table.last_year)
        self._table = self._compiled(first, last)
        return self._table

    def _later(self, table: Table) -> int:
        """An instant some years after the table, where there is still an hour to find."""
        opens = any(any(week) for spell, week in self._hours if spell.until is None)
        if not opens and all((s.until is None or s.until.year <= table.last_year) for s, _ in self._hours):
            raise NeverOpen(
                Words(
                    "Ces horaires n’ouvrent jamais assez longtemps : aucun délai ne peut y courir.",
                    "These hours never open long enough: no delay can run on them.",
                ),
                "calendar",
            )
        return midnight(date(table.last_year + _YEARS_TO_GROW, 1, 1))

    def _compiled(self, first_year: int, last_year: int) -> Table:
        starts: list[int] = []
        ends: list[int] = []
        for year in range(first_year, last_year + 1):
            known = self._years.get(year)
            if known is None:
                known = self._years[year] = self._year(year)
            starts += known[0]
            ends += known[1]
        before = list(accumulate(map(sub, ends, starts), initial=0))
        since, until = midnight(date(first_year, 1, 1)), midnight(date(last_year + 1, 1, 1))
        return Table(first_year, last_year, since, until, starts, ends, before)

    def _year(self, year: int) -> tuple[list[int], list[int]]:
        """Where the open stretches of one year start, and where they end."""
        starts: list[int] = []
        ends: list[int] = []
        holidays = self._holidays_in(year)
        turns = {day for spell, _ in self._hours for day in (spell.since, spell.until)}
        on, first_after = date(year, 1, 1), date(year + 1, 1, 1)
        week, at = self._week_on(on), midnight(on)
        while on < first_after:
            following = on + ONE_DAY
            after = midnight(following)
            if on in turns:
                week = self._week_on(on)
            stretches = week[on.weekday()]
            if stretches and on not in holidays:
                # Only on a day when the clock changes is each wall time looked up.
                changes = after - at != SECONDS_A_DAY
                for a, b in stretches:
                    start, end = (at_wall(on, a), at_wall(on, b)) if changes else (at + a, at + b)
                    if start < end:
                        starts.append(start)
                        ends.append(end)
            on, at = following, after
        return starts, ends

    def _week_on(self, on: date) -> Week:
        in_force = (week for spell, week in reversed(self._hours) if _holds(spell, on))
        return next(in_force, _NO_WEEK)

    def _holiday(self, on: date) -> Words | None:
        return self._holidays_in(on.year).get(on)

    def _holidays_in(self, year: int) -> Mapping[date, Words]:
        of_year = self._holidays_of.get(year)
        if of_year is None:
            of_year = self._holidays_of[year] = dict(_holidays_in(year, self._holidays))
        return of_year


_NO_WEEK: Week = ((),) * 7


def _opened_by(table: Table, at: int) -> int:
    """Open seconds from the table's start to `at`."""
    index = bisect_right(table.starts, at) - 1
    if index < 0:
        return 0
    return table.before[index] + min(at, table.ends[index]) - table.starts[index]


def _week_of(hours: Mapping[str, Any]) -> Week:
    """Monday to Sunday, each a list of stretches in seconds after midnight."""
    return tuple(
        tuple((wall_second(start), wall_second(end)) for start, end in hours.get(day, ())) for day in WEEKDAYS
    )


def wall_second(text: str) -> int:
    """Seconds after midnight of "09:30"; "24:00" is the day's end."""
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60


def _holidays_in(year: int, spells: Sequence[Reading]) -> Iterator[tuple[date, Words]]:
    for spell in spells:
        for rule in spell.value:
            if "easter" in rule:
                on = easter(year) + timedelta(days=int(rule["easter"]))
            else:
                on = date(year, rule["month"], rule["day"])
            if _holds(spell, on):
                yield on, Words(**rule["label"])


def _holds(spell: Reading, on: date) -> bool:
    """True on a day when the value is in force."""
    return spell.since <= on and (spell.until is None or on < spell.until)


# One calendar for each text of hours and region, however many contracts rest on it.
_CALENDARS: dict[tuple[str, ...], Calendar] = {}
_CALENDARS_KEPT = 256
# Of each: several years of the days that are told over and over.
_DAYS_KEPT = 4096


def calendar_of(book: Book, hours: str, region: str) -> Calendar:
    """The calendar of the term `hours` of a book, with the public holidays of a region.

    Raises `NoSuchTerm` for hours that the book lacks, `UnknownWord` for a region that the law book lacks.
    """
    spells, holidays = book.timeline(hours), holiday_spells(book, region)
    own = tuple(repr(o) for o in book.overlays if o.term == hours)
    laws = tuple(repr(o) for o in book.law.overlays if o.term == holidays[0].term)
    key = (book.digest, hours, *own, book.law.digest, region, *laws)
    calendar = _CALENDARS.get(key)
    if calendar is None:
        if len(_CALENDARS) >= _CALENDARS_KEPT:
            _CALENDARS.clear()
        calendar = _CALENDARS[key] = Calendar(spells, holidays)
    return calendar


def holiday_spells(book: Book, region: str) -> tuple[Reading, ...]:
    """The holidays of a region through time. Raises `UnknownWord` and lists the regions there are."""
    try:
        return book.law.timeline(f"holidays.{region}")
    except NoSuchTerm:
        known = ", ".join(name.removeprefix("holidays.") for name in book.law.names("holidays."))
        raise UnknownWord(
            Words(
                f"Région de jours fériés inconnue : « {region} ». Choix : {known}.",
                f"Unknown holiday region “{region}”. Choices: {known}.",
            ),
            "holidays",
        ) from None
