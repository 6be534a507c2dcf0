"""Cursors for statements that come again and again: the server reads and plans each once in a session.

Their placeholders are PostgreSQL's own, `$1`, `$2`, … Types are left to the server, which knows the columns:
otherwise the same statement would be prepared anew for every mixture of small numbers, large ones and nulls.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.types.datetime import TimestamptzLoader


class _Number(Dumper):
    """A whole number of whatever type the server takes it for."""

    def dump(self, obj: int) -> bytes:
        return b"%d" % obj


class PreparedCursor(psycopg.RawCursor[Any]):
    """Prepares what it executes, unless the session has it already; may be used again and again."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__(connection)
        self.adapters.register_dumper(int, _Number)
        # Django's own reads an instant, then sets its time zone anew: it is the session's already, UTC.
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **options: Any) -> PreparedCursor:
        return super().execute(query, params, prepare=True, **options)

    @property
    def rowcount(self) -> int:
        """How many rows the statement touched; waited for where it left ahead."""
        self._fetch_pipeline()
        return super().rowcount
