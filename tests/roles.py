"""Playing the database's owner, where a test needs what the program's role may not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def owning(session: Any = connection) -> Iterator[Any]:
    """A cursor with the rights of the owner, whom no fence holds; afterwards the program's again."""
    with session.cursor() as cursor:
        cursor.execute("set role none")
        yield cursor
        cursor.execute("reset role")  # after an exception the roll-back does it


@contextmanager
def without_guards() -> Iterator[Any]:
    """What someone with the keys of the database could do: triggers and foreign keys are lifted."""
    with owning() as cursor:
        cursor.execute("set session_replication_role = replica")
        yield cursor
        cursor.execute("set session_replication_role = origin")
