"""The holidays of the law book, held against the `holidays` package, year by year."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from clausier.terms.book import load
from clausier.terms.calendar import calendar_of

YEARS = range(2010, 2046)


def ours(region: str, year: int) -> set[date]:
    calendar = calendar_of(load("imri/2013"), "hours.phone", region)
    days = calendar.days(date(year, 1, 1), date(year, 12, 31))
    return {day.on for day in days if day.holiday is not None}


def theirs(year: int, subdivision: str | None = None) -> set[date]:
    return set(holidays.country_holidays("FR", subdiv=subdivision, years=year))


def good_friday(year: int) -> date:
    (easter_monday,) = holidays.country_holidays("FR", years=year, language="en_US").get_named(
        "Easter Monday"
    )
    return easter_monday - timedelta(days=3)


@pytest.mark.parametrize("year", YEARS)
def test_the_holidays_of_each_year_are_those_of_the_package(year: int) -> None:
    local = theirs(year, "57")
    assert ours("metropole", year) == theirs(year)
    assert ours("alsace-moselle", year) == local
    assert ours("alsace-moselle-without-good-friday", year) == local - {good_friday(year)} | (
        {good_friday(year)} & theirs(year)
    )
