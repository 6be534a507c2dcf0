"""Counting in days, months and years: months keep the number of the day, inside the month."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def add_months(day: date, months: int) -> date:
    """The same number `months` later (or earlier), or the month's last day when it has no such number."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    longest = 29 if month == 1 and isleap(year) else _LENGTHS[month]
    return date(year, month + 1, min(day.day, longest))


def add_years(day: date, years: int) -> date:
    """The anniversary; 29 February becomes 28 February in common years."""
    return add_months(day, 12 * years)


def last_day_for_notice(end: date, months: int) -> date:
    """The last day from which `months` whole months, counted forward, still end on `end` at the latest."""
    day = add_months(end, -months)
    while add_months(day + ONE_DAY, months) <= end:
        day += ONE_DAY
    return day


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth Monday (0) … Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def next_weekday(day: date, weekday: int) -> date:
    """The first Monday (0) … Sunday (6) after `day`, that day itself not counted."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def half_year_start(day: date) -> date:
    """1 January or 1 July."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher’s arithmetic)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    line = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * line) // 451
    month, day = divmod(h + line - 7 * m + 114, 31)
    return date(year, month, day + 1)
