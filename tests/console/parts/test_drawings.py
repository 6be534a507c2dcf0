"""What is drawn on the server: nothing lost, nothing out of its frame, nothing over anything else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clausier.pages.parts.account import Account, Week, bars_of
from clausier.pages.parts.clock import NOMINAL, Clock, OpenPeriod, bar_of
from clausier.pages.parts.contract_line import ContractLife, Event, Term, life_from_parts, line_of
from clausier.pages.parts.day_ruler import LANES, DeskDay, DeskPromise, day_ruler_of
from clausier.pages.parts.labels import Lanes
from clausier.pages.parts.rates import matrix_of
from clausier.pages.parts.ruler import LONG, Mark, ruler_of
from clausier.pages.parts.scale import scale_of
from clausier.pages.parts.slices import slices_of

WEEKDAY = [["09:00", "12:30"], ["14:00", "18:00"]]
FRIDAY = [["09:00", "12:30"], ["14:00", "17:00"]]


def day(on: str, hours: list[list[str]], seconds: int = 0, **facts: Any) -> dict[str, Any]:
    return {
        "kind": "day",
        "day": on,
        "open": hours,
        "seconds": seconds,
        "closed_because": None,
        "holiday": None,
        **facts,
    }


def week_end() -> list[dict[str, Any]]:
    return [day("2026-11-21", [], closed_because="weekend"), day("2026-11-22", [], closed_because="weekend")]


# The clock


@given(
    st.lists(st.tuples(st.integers(1, 90_000), st.integers(0, 90_000)), min_size=1, max_size=40),
    st.sampled_from(sorted(NOMINAL)),
)
def test_a_bar_stays_in_its_frame_and_never_shows_more_used_than_open(
    pairs: list[tuple[int, int]], size: Any
) -> None:
    periods = [OpenPeriod(seconds, used) for seconds, used in pairs]
    bar = bar_of(Clock("on-time", None, sum(p.seconds for p in periods), 0, periods), size)
    last = bar.stretches[-1]
    assert last.x + last.width <= bar.width + 0.1
    assert all(s.width > 0 and 0 <= s.used <= s.width + 0.01 for s in bar.stretches)
    assert all(a.x + a.width <= b.x + 0.01 for a, b in pairwise(bar.stretches))


def test_a_promise_without_periods_still_has_its_bar() -> None:
    assert len(bar_of(Clock("on-time", None, 3600, 1800)).stretches) == 1


# The ruler of days


def test_a_week_end_is_one_row_and_the_sum_is_written_out() -> None:
    parts = [day("2026-11-20", FRIDAY, 1800, counted=[["16:30", "17:00"]]), *week_end()]
    parts.append(day("2026-11-23", WEEKDAY, 12600, counted=[["09:00", "12:30"]]))
    ruler = ruler_of(parts, [], "fr")
    assert ruler is not None
    assert [row.closed for row in ruler.rows] == ["", "fermé", ""]
    assert ruler.rows[1].label.replace("\u00a0", " ") == "sam. 21–22"
    assert ruler.sum.replace("\u00a0", " ") == "0 h 30 + 3 h 30 = 4 h 00"
    assert not ruler.split


def test_what_is_left_parts_from_what_is_used_and_both_count_in_the_row() -> None:
    ruler = ruler_of(
        [day("2026-11-20", FRIDAY, 720, counted=[["16:30", "16:42"]], left=[["16:42", "17:00"]])], [], "fr"
    )
    assert ruler is not None
    assert ruler.split
    assert {block.kind for block in ruler.rows[0].blocks} == {"open", "closure", "used", "left"}
    assert ruler.rows[0].seconds == 1800


def test_a_holiday_keeps_its_row_and_its_name() -> None:
    parts = [
        *week_end(),
        day("2026-11-11", [], closed_because="holiday", holiday=["Armistice", "Armistice Day"]),
    ]
    assert [row.closed for row in ruler_of(parts, [], "en").rows][-1] == "Armistice Day"  # type: ignore[union-attr]


def test_the_closure_at_noon_is_called_lunch() -> None:
    ruler = ruler_of([day("2026-11-23", WEEKDAY)], [], "fr")
    assert [block.label for block in ruler.rows[0].blocks if block.kind == "closure"] == ["déjeuner"]  # type: ignore[union-attr]


def test_instants_with_an_offset_are_read_as_local_hours() -> None:
    span = [["2026-11-23T09:00:00+01:00", "2026-11-23T12:30:00+01:00"]]
    here = ruler_of(
        [day("2026-11-23", span)], [Mark(datetime.fromisoformat("2026-11-23T09:00:00+01:00"), "appel")], "fr"
    )
    bare = ruler_of([day("2026-11-23", [["09:00", "12:30"]])], [], "fr")
    assert here is not None
    assert bare is not None
    assert here.rows[0].blocks == bare.rows[0].blocks
    assert here.rows[0].ticks[0].x == here.rows[0].blocks[0].x


@given(st.integers(1, 80), st.sampled_from(["fr", "en"]))
def test_however_long_a_ruler_loses_no_second_and_stays_short(days: int, language: str) -> None:
    first = date(2026, 1, 1)
    parts = [
        day((first + timedelta(days=i)).isoformat(), WEEKDAY, 27000, counted=WEEKDAY) for i in range(days)
    ]
    ruler = ruler_of(parts, [], language)
    assert ruler is not None
    assert sum(row.seconds for row in ruler.rows) == 27000 * days
    assert len(ruler.rows) <= LONG
    for row in ruler.rows:
        assert all(block.x >= 0 and block.x + block.width <= 100.01 for block in row.blocks)


def test_night_work_widens_the_scale() -> None:
    ruler = ruler_of([day("2026-11-23", [["05:00", "23:00"]])], [], "fr")
    assert ruler is not None
    assert ruler.rows[0].blocks[0].x == 0


# The matrix, the minimum, the slices, the account


def test_the_lit_cell_is_the_choice_and_a_mode_without_domain_spans() -> None:
    rates = {"remote": {"workstation": 60, "server-network": 80}, "project": {"": 80}}
    matrix = matrix_of(rates, ("workstation", "server-network"), mode="remote", domain="server-network")
    assert matrix.chosen == "remote:server-network"
    assert [cell.spans for row in matrix.rows for cell in row.cells] == [1, 1, 2]
    assert [column.lit for column in matrix.columns] == [False, True]
    assert matrix_of(rates, ("workstation", "server-network"), mode="project").chosen == "project"


@given(st.integers(0, 3000), st.integers(0, 60))
def test_the_scale_of_minutes_holds_all_it_shows(worked: int, minimum: int) -> None:
    scale = scale_of(worked, minimum, max(worked, minimum))
    assert max(scale.worked_x, scale.minimum_x, scale.accounted_x) <= 100
    assert scale.graduations[0][1] == 0


def test_slices_are_as_wide_as_their_days_and_show_the_floor() -> None:
    common = {"kind": "slice", "legal_rate": "2.76", "amount": "10.00"}
    parts = [
        {
            **common,
            "from": "2025-12-02",
            "to": "2025-12-31",
            "days": 30,
            "clause_rate": "4.14",
            "floor_rate": "8.28",
            "rate": "8.28",
        },
        {
            **common,
            "from": "2026-01-01",
            "to": "2026-03-11",
            "days": 70,
            "clause_rate": "9.00",
            "floor_rate": None,
            "rate": "9.00",
        },
    ]
    drawn = slices_of(parts, "fr")
    assert drawn is not None
    assert [one.width for one in drawn.slices] == [30, 70]
    assert [one.by_floor for one in drawn.slices] == [True, False]
    assert drawn.slices[0].clause_top is not None
    assert drawn.slices[0].clause_top > drawn.slices[0].top


def test_this_entry_stands_on_the_week_it_falls_in() -> None:
    weeks = [Week(date(2026, 11, 2) + timedelta(weeks=i), Decimal(10)) for i in range(3)]
    bars = bars_of(Account(Decimal(100), Decimal("26.67"), weeks)).bars
    assert [bar.added > 0 for bar in bars] == [False, False, True]
    assert all(bar.y >= 0 and (not bar.added or bar.added_y >= -0.1) for bar in bars)


# The contract line, the day ruler, the words


def test_the_line_of_a_contract_goes_from_its_start_past_its_running_term() -> None:
    life = ContractLife(
        [Term(date(2025, 3, 15), date(2026, 3, 14)), Term(date(2026, 3, 15), date(2027, 3, 14))],
        date(2026, 11, 20),
        date(2026, 12, 14),
        [Event(date(2025, 10, 1), "amendment", "avenant 1")],
    )
    line = line_of(life, "fr")
    kinds = [marker.kind for marker in line.markers]
    assert kinds == ["start", "amendment", "term", "notice", "end"]
    assert line.notice is not None
    assert 0 < line.elapsed < line.notice < line.end < 100


def test_terms_announced_after_the_running_one_are_left_to_the_dashes() -> None:
    term = {
        "kind": "term",
        "starts_on": "2028-08-31",
        "ends_on": "2029-08-30",
        "notice_by": "2029-02-28",
        "running": True,
    }
    after = {**term, "starts_on": "2029-08-31", "ends_on": "2030-08-30", "running": False}
    life = life_from_parts([term, after], date(2028, 9, 1))
    assert life is not None
    assert life.terms[-1].ends_on == date(2029, 8, 30)
    assert life.notice_by == date(2029, 2, 28)


@given(st.lists(st.integers(0, 10 * 60), max_size=30), st.integers(0, 10 * 60))
def test_every_promise_of_the_day_has_its_shape_whatever_the_crowd(minutes: list[int], now: int) -> None:
    start = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    days = [
        DeskDay(date(2026, 11, 20), [(time(9), time(18))]),
        DeskDay(date(2026, 11, 21)),
        DeskDay(date(2026, 11, 22)),
    ]
    promises = [DeskPromise(start + timedelta(minutes=m), "on-time", "Garage Essai") for m in minutes]
    ruler = day_ruler_of(days, promises, start + timedelta(minutes=now), "fr")
    assert len(ruler.shapes) == len(promises)
    assert ruler.lanes <= LANES + 1, "one more for shapes that found no room"
    assert len(ruler.folds) == 1
    assert all(bar.x >= 0 and bar.x + bar.width <= 100.1 and 0 <= bar.past <= bar.width for bar in ruler.bars)


@given(st.lists(st.tuples(st.floats(0, 100), st.text("a", min_size=1, max_size=40)), max_size=20))
def test_no_words_cover_others(labels: list[tuple[float, str]]) -> None:
    lanes = Lanes(800, 3)
    for percent, text in labels:
        lanes.place(percent, text)
    for spans in lanes.taken:
        ordered = sorted(spans)
        assert all(a[1] <= b[0] for a, b in pairwise(ordered))
