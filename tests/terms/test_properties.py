"""What must hold for any question, whatever the figures."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clausier.terms.book import load
from clausier.terms.calendar import Calendar, calendar_of
from clausier.terms.days import add_months, last_day_for_notice
from clausier.terms.errors import TermsError
from clausier.terms.instants import instant, midnight, seconds_of
from clausier.terms.money import rounded
from clausier.terms.rules import ask
from clausier.terms.spans import cut, length, merge, subtract
from clausier.terms.vectorised import add_many, between_many
from tests.terms.asked import CASES, EXAMPLES, facts

IMRI, IMS = load("imri/2013"), load("ims/2018")
REGIONS = ("metropole", "alsace-moselle", "alsace-moselle-without-good-friday")

calendars: st.SearchStrategy[Calendar] = st.builds(
    calendar_of, st.just(IMRI), st.sampled_from(["hours.phone", "hours.onsite"]), st.sampled_from(REGIONS)
)
FIRST, LAST = (
    int(datetime(2014, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2034, 1, 1, tzinfo=UTC).timestamp()),
)
seconds = st.integers(FIRST, LAST)
delays = st.integers(0, 60 * 3600)
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(calendars, seconds, delays)
def test_open_time_added_then_measured_back_is_the_same(calendar: Calendar, at: int, delay: int) -> None:
    assert calendar.between(at, calendar.add(at, delay)) == delay


@given(calendars, seconds, st.integers(1, 60 * 3600))
def test_a_deadline_is_the_earliest_such_instant(calendar: Calendar, at: int, delay: int) -> None:
    assert calendar.between(at, calendar.add(at, delay) - 1) == delay - 1


@given(calendars, seconds, delays, st.integers(0, 10**6))
def test_a_later_call_never_falls_due_earlier(calendar: Calendar, at: int, delay: int, later: int) -> None:
    assert calendar.add(at + later, delay) >= calendar.add(at, delay)


@given(calendars, seconds, delays, delays)
def test_a_longer_promise_never_falls_due_earlier(calendar: Calendar, at: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert calendar.add(at, low) <= calendar.add(at, high)


@given(calendars, st.lists(seconds, min_size=3, max_size=3).map(sorted))
def test_open_time_splits_anywhere(calendar: Calendar, instants: list[int]) -> None:
    a, b, c = instants
    assert calendar.between(a, c) == calendar.between(a, b) + calendar.between(b, c)


@given(calendars, seconds, st.integers(0, 40 * 86_400))
def test_open_time_is_the_length_of_its_stretches(calendar: Calendar, at: int, length_: int) -> None:
    stretches = calendar.segments(at, at + length_)
    assert calendar.between(at, at + length_) == length(stretches)
    assert merge(stretches) == stretches


@given(calendars, seconds)
def test_the_next_opening_is_open_and_nothing_opens_before_it(calendar: Calendar, at: int) -> None:
    opening = calendar.next_opening(at)
    assert calendar.is_open(opening)
    assert calendar.between(at, opening) == 0


@given(calendars, st.dates(date(2014, 1, 1), date(2033, 1, 1)))
def test_a_day_told_alone_holds_what_the_calendar_counts(calendar: Calendar, on: date) -> None:
    start, end = midnight(on), midnight(on + timedelta(days=1))
    assert list(calendar.day(on).open) == calendar.segments(start, end)


@given(calendars, st.lists(st.tuples(seconds, delays), min_size=1, max_size=20))
@settings(max_examples=30)
def test_the_vectorised_form_answers_as_the_scalar_one(
    calendar: Calendar, questions: list[tuple[int, int]]
) -> None:
    at = np.array([a for a, _ in questions], dtype=np.int64)
    delay = np.array([d for _, d in questions], dtype=np.int64)
    due = add_many(calendar, at, delay)
    assert due.tolist() == [calendar.add(a, d) for a, d in questions]
    assert between_many(calendar, at, due).tolist() == delay.tolist()


def test_the_vectorised_form_answers_no_question_with_no_answer() -> None:
    calendar, none = calendar_of(IMRI, "hours.phone", "metropole"), np.zeros(0, dtype=np.int64)
    assert add_many(calendar, none, none).tolist() == between_many(calendar, none, none).tolist() == []


@given(seconds)
def test_an_instant_read_on_the_wall_is_the_same_instant(at: int) -> None:
    assert seconds_of(instant(at)) == at


@given(spans, spans)
def test_subtracting_and_cutting_part_an_interval_in_two(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    kept, taken = subtract(one, other), [s for hole in merge(other) for s in cut(one, hole)]
    assert length(kept) + length(taken) == length(one)
    assert length([*kept, *taken]) == length(one)


@given(st.fractions(max_denominator=10**6), st.integers(0, 4))
@example(Fraction(10**28 + 1), 0)  # more digits than decimal arithmetic keeps
def test_rounding_is_half_up_and_never_further_than_half_a_unit(number: Fraction, places: int) -> None:
    unit = Fraction(1, 10**places)
    shown = Fraction(rounded(number, places))
    assert abs(shown - number) <= unit / 2
    if abs(shown - number) == unit / 2:
        assert abs(shown) > abs(number)


def test_half_cents_go_away_from_zero() -> None:
    assert [str(rounded(Decimal(n))) for n in ("0.005", "0.015", "1.005", "-0.005", "2.675")] == [
        "0.01",
        "0.02",
        "1.01",
        "-0.01",
        "2.68",
    ]


@given(st.dates(date(2014, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_the_last_day_for_a_notice_leaves_whole_months_and_no_day_more(end: date, months: int) -> None:
    day = last_day_for_notice(end, months)
    assert add_months(day, months) <= end < add_months(day + timedelta(days=1), months)


entries = st.lists(
    st.fixed_dictionaries(
        {
            "domain": st.sampled_from(["workstation", "server-network", "business-software"]),
            "minutes": st.integers(1, 600),
        }
    ),
    min_size=1,
    max_size=5,
)


@given(st.sampled_from([("remote", 15, 60), ("onsite", 30, 75)]), entries)
def test_a_session_is_never_worth_less_than_its_minimum(
    mode: tuple[str, int, int], given_entries: list[dict[str, object]]
) -> None:
    name, minimum, lowest_rate = mode
    value = ask("session-points", IMS, {"mode": name, "entries": given_entries}).value
    assert value >= rounded(Fraction(minimum * lowest_rate, 60))


@given(st.sampled_from(["remote", "onsite"]), entries)
def test_entries_of_one_domain_are_worth_their_sum(mode: str, given_entries: list[dict[str, object]]) -> None:
    alike = [{**entry, "domain": "workstation"} for entry in given_entries]
    minutes = sum(int(str(entry["minutes"])) for entry in alike)
    whole = ask("points", IMS, {"mode": mode, "domain": "workstation", "minutes": minutes}).value
    assert ask("session-points", IMS, {"mode": mode, "entries": alike}).value == whole


@given(st.integers(1, 10**7), st.dates(date(2023, 1, 1), date(2026, 6, 1)), st.integers(1, 400))
def test_the_floor_never_lowers_what_is_owed(cents: int, due: date, days: int) -> None:
    paid = min(due + timedelta(days=days), date(2026, 6, 30))
    question = {"amount": Decimal(cents).scaleb(-2), "due_on": due, "paid_on": paid}
    for book in (IMRI, IMS):
        alone = ask("late-interest", book, {**question, "legal_floor": False}).value
        assert ask("late-interest", book, question).value >= alone


@given(st.integers(1, 10**6), st.dates(date(2014, 1, 1), date(2040, 12, 31)))
def test_the_months_of_a_whole_year_are_billed_once_each(cents: int, starts: date) -> None:
    price = Decimal(cents).scaleb(-2)
    months = [
        ask(
            "recurring-fee",
            IMRI,
            {"starts_on": starts, "month": f"{starts.year + 1}-{m:02}", "lines": [{"unit_price": price}]},
        ).value
        for m in range(1, 13)
    ]
    assert sum(months) == 12 * price


junk: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=True)
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-20", "2026-11-20T16:30", "2026-02", "9999-12-31T23:59", "0.00", "1E+999999"])
    | st.just(Decimal("1E+999999")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ANSWERED = [row for row in [*EXAMPLES, *CASES] if "value" in row]


@given(st.sampled_from(ANSWERED), st.data())
@settings(max_examples=400)
def test_whatever_is_asked_there_is_an_answer_or_a_refusal(row: dict[str, Any], data: st.DataObject) -> None:
    question = facts(row)
    for field in data.draw(st.lists(st.sampled_from(sorted(question)), min_size=1, max_size=2)):
        question[field] = data.draw(junk)
    with contextlib.suppress(TermsError):  # any other exception is a failure
        assert ask(row["rule"], load(row["book"]), question).as_json()
