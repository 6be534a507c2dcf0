"""From the first walk's data to this program: rehearsed, backed up, done, and undone when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.care.conftest import ask, clausier
from tests.engine.served import Served

pytestmark = pytest.mark.engine

# The engine's own settings bring one app more than the first walk had: there is always something to apply.
THIS_PROGRAM = {"DJANGO_SETTINGS_MODULE": "tests.engine.settings"}
TICKETS = "select count(*) || md5(string_agg(number::text, ',' order by id)) from desk_ticket"
PROBE = "select count(*) from pg_class where relname = 'probe_mark'"


def backups_before_upgrade(home: Path) -> list[Path]:
    return sorted((home / "backups").glob("*-before-upgrade.tar"))


def test_the_first_walks_data_is_upgraded_and_there_is_a_way_back(first_walk: Path) -> None:
    tickets = ask(first_walk, TICKETS)

    rehearsed = clausier(first_walk, "upgrade", "--dry-run", **THIS_PROGRAM)
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert "to apply: probe.0001_marks" in rehearsed.stdout
    assert "went well" in rehearsed.stdout
    assert ask(first_walk, PROBE) == 0
    assert backups_before_upgrade(first_walk) == []

    upgraded = clausier(first_walk, "upgrade", **THIS_PROGRAM)
    assert upgraded.returncode == 0, upgraded.stderr
    [backup] = backups_before_upgrade(first_walk)
    assert f"clausier restore --replace {backup}" in upgraded.stdout
    assert ask(first_walk, PROBE) == 1
    assert ask(first_walk, TICKETS) == tickets
    doctor = clausier(first_walk, "doctor", "--json", **THIS_PROGRAM)
    states = {found["part"]: found["state"] for found in json.loads(doctor.stdout)["findings"]}
    assert {
        part: states[part] for part in ("database", "roles", "migrations", "rights", "journal", "files")
    } == (dict.fromkeys(("database", "roles", "migrations", "rights", "journal", "files"), "ok"))
    written = ask(first_walk, "select data from foundation_journalentry where code = 'care.upgraded'")
    assert "probe.0001_marks" in written["migrations"]  # type: ignore[index]

    again = clausier(first_walk, "upgrade", **THIS_PROGRAM)
    assert "up to date already" in again.stdout
    assert len(backups_before_upgrade(first_walk)) == 1

    # The way back, with the program that does not know what was applied since.
    assert clausier(first_walk, "restore", "--replace", str(backup)).returncode == 0
    assert ask(first_walk, PROBE) == 0
    assert ask(first_walk, TICKETS) == tickets


def test_a_program_refuses_the_backup_of_a_newer_one(upgraded: Path) -> None:
    assert clausier(upgraded, "upgrade", **THIS_PROGRAM).returncode == 0
    made = clausier(upgraded, "backup", "--json", **THIS_PROGRAM)
    refused = clausier(upgraded.with_name("older"), "restore", json.loads(made.stdout)["file"])
    assert refused.returncode == 1
    assert "knows probe.0001_marks; this program does not" in refused.stderr


def test_an_upgrade_that_fails_leaves_the_data_as_it_was(upgraded: Path) -> None:
    tickets = ask(upgraded, TICKETS)
    failing = {"DJANGO_SETTINGS_MODULE": "tests.care.failing_settings"}

    rehearsed = clausier(upgraded, "upgrade", "--dry-run", **failing)
    assert rehearsed.returncode == 1
    assert "rehearsal on a copy failed" in rehearsed.stderr
    assert "division by zero" in rehearsed.stderr

    failed = clausier(upgraded, "upgrade", **failing)
    assert failed.returncode == 3
    assert "the database is again as it was" in failed.stderr
    assert ask(upgraded, TICKETS) == tickets
    assert ask(upgraded, "select count(*) from pg_class where relname = 'failing_trace'") == 0
    assert ask(upgraded, "select count(*) from django_migrations where app = 'failing'") == 0
    assert clausier(upgraded, "migrate").returncode == 0


def test_nothing_is_replaced_under_a_running_program(upgraded: Path) -> None:
    served = Served(upgraded)  # which applies the engine's own app on the way, backup first
    served.start()
    try:
        [backup] = backups_before_upgrade(upgraded)
        refused = clausier(upgraded, "restore", "--replace", str(backup), **THIS_PROGRAM)
        assert refused.returncode == 1
        assert "already runs" in refused.stderr
    finally:
        served.stop()
