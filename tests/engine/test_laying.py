"""The owner changes the database beside a program at work: nothing twice, nothing in a ring with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from clausier import cluster, grants, laying
from clausier.cli.migrate import LOCK
from clausier.laying import Held, Piece
from tests.roles import owning

pytestmark = pytest.mark.django_db

TABLE = "desk_ticket"
LAID = Piece("tried", TABLE, ["alter table desk_ticket enable row level security"])


@pytest.fixture
def other() -> Iterator[Any]:
    """Another session of the program, in the midst of its work."""
    session = connection.copy()
    session.set_autocommit(False)
    yield session
    session.rollback()
    session.close()


def reads(session: Any, table: str) -> None:
    with session.cursor() as cursor:
        cursor.execute(f"lock table {table} in access share mode")


def test_what_is_settled_already_is_laid_no_second_time_and_locks_nothing(other: Any) -> None:
    for table in connection.introspection.table_names():
        reads(other, table)
    with owning():
        assert grants.settle(connection, cluster.APP) == []


def test_what_somebody_changed_by_hand_is_laid_again_and_nothing_else() -> None:
    with owning() as owner:
        owner.execute("drop policy isolation on desk_ticket")
        done = grants.settle(connection, cluster.APP)
        assert TABLE in done
        assert {piece for piece in done if not piece.startswith("search")} == {TABLE}
        assert grants.settle(connection, cluster.APP) == []


def test_a_table_that_stays_held_is_named_with_who_holds_it_and_laid_once_it_is_free(
    other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laying, "FEW_SECONDS", "20ms")
    monkeypatch.setattr(laying, "TRIES", 2)
    monkeypatch.setattr(laying, "PAUSE", 0)
    reads(other, TABLE)
    with other.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        holder = cursor.fetchone()[0]
    with owning():
        with pytest.raises(Held) as held:
            laying.lay(connection, [LAID])
        assert TABLE in held.value.says.fr
        assert str(holder) in held.value.says.fr
        other.rollback()
        assert laying.lay(connection, [LAID]) == ["tried"]


def test_two_never_migrate_at_once_and_the_second_is_told(other: Any) -> None:
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
    told: list[str] = []
    with (
        pytest.raises(Held),
        laying.alone(connection, LOCK, within=-1, waiting=lambda: told.append("waits")),
    ):
        pytest.fail("both would migrate")
