"""Which backups stay, and when the next is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausier.care import shelf
from clausier.care.shelf import Rule
from clausier.foundation.clock import PARIS

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=PARIS)
HOUSE_RULE = Rule(days=7, weeks=4, months=12)

instants = st.sets(st.integers(0, 900 * 24).map(lambda hours: NOW - timedelta(hours=hours)), max_size=60)
rules = st.builds(Rule, st.integers(0, 10), st.integers(0, 6), st.integers(0, 14))


def test_two_years_of_daily_backups_leave_seven_days_four_weeks_and_twelve_months() -> None:
    made = [NOW - timedelta(days=days) for days in range(730)]
    stay = sorted(shelf.to_keep(made, HOUSE_RULE), reverse=True)
    assert stay[:7] == made[:7]
    assert [at.date().isoformat() for at in stay[7:]] == [
        *("2026-11-08", "2026-11-01"),  # Sundays, the newest of their weeks; two are among the seven days
        *("2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31"),
        *("2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31"),
    ]


@given(instants, rules)
def test_the_newest_always_stays_and_nothing_is_invented(made: set[datetime], rule: Rule) -> None:
    stay = shelf.to_keep(made, rule)
    assert stay <= made
    assert not made or max(made) in stay
    assert len(stay) <= rule.days + rule.weeks + rule.months + 1


@given(instants, rules)
def test_keeping_twice_is_keeping_once(made: set[datetime], rule: Rule) -> None:
    once = shelf.to_keep(made, rule)
    assert shelf.to_keep(once, rule) == once


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-11-20T02:29", False),
        (None, "2026-11-20T02:30", True),
        ("2026-11-19T02:31", "2026-11-20T02:30", True),
        ("2026-11-20T02:31", "2026-11-20T23:59", False),
        ("2026-11-20T01:00", "2026-11-20T02:40", True),  # one made by hand before the hour is not the day's
        ("2026-11-17T02:31", "2026-11-20T14:00", True),  # the machine was off
    ],
)
def test_the_days_backup_is_due_from_its_hour_until_it_is_made(last: str | None, now: str, due: bool) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=PARIS)
    made = datetime.fromisoformat(last).replace(tzinfo=PARIS) if last else None
    assert shelf.due(at, (2, 30), made) is due


def test_pruning_removes_only_backups_that_the_rule_lets_go(tmp_path: Path) -> None:
    for days in range(10):
        (tmp_path / shelf.name_for(NOW - timedelta(days=days))).touch()
    (tmp_path / "clausier.tar").touch()
    (tmp_path / "other.txt").touch()
    gone = shelf.prune(tmp_path, Rule(days=3, weeks=0, months=0))
    assert len(gone) == 7
    assert {path.name for path in tmp_path.iterdir()} == {
        "clausier.tar",
        "other.txt",
        *(shelf.name_for(NOW - timedelta(days=days)) for days in range(3)),
    }


def test_what_a_killed_backup_left_is_swept_after_a_day(tmp_path: Path) -> None:
    (tmp_path / ".backup-abc").mkdir()
    (tmp_path / ".backup-abc" / "database.dump").touch()
    (tmp_path / "clausier-20261120T013000Z.tar.part").touch()
    (tmp_path / shelf.name_for(NOW)).touch()
    made_at = datetime.fromtimestamp((tmp_path / ".backup-abc").stat().st_mtime, UTC)
    shelf.sweep(tmp_path, made_at + timedelta(hours=23))
    assert len(list(tmp_path.iterdir())) == 3
    shelf.sweep(tmp_path, made_at + timedelta(hours=25))
    assert [path.name for path in tmp_path.iterdir()] == [shelf.name_for(NOW)]


def test_a_name_says_when_and_what_for() -> None:
    at = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
    assert shelf.name_for(at, "before-upgrade") == "clausier-20261120T091500Z-before-upgrade.tar"
