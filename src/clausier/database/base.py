"""Django's PostgreSQL backend, which tells the server in whose scope each statement runs.

The scope is sent when it differs from the last one sent, just before a statement: whoever takes over a kept
connection takes over no scope with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations

from clausier.database.prepared import PreparedCursor
from clausier.foundation import isolation
from clausier.foundation.isolation import Scope

TELL = f"select set_config('{isolation.SETTING}', $1, false)"
PREPARED_WHEN_ASKED = 2**31
"""After how many times psycopg would prepare a statement that nobody asked it to."""


class Operations(DatabaseOperations):
    """What differs in the SQL that is sent: see `compiler`."""

    compiler_module = "clausier.database.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows which scope its session was last told; None: not known."""

    ops_class = Operations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: Scope | None = None
        self._prepared: list[PreparedCursor] = []
        self._teller: PreparedCursor | None = None
        self.execute_wrappers.append(self._in_scope)

    def get_connection_params(self) -> dict[str, Any]:
        # Only what asks for it is prepared: `PreparedCursor`. Django's own cursors never do.
        return super().get_connection_params() | {"prepare_threshold": PREPARED_WHEN_ASKED}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.told = isolation.NOTHING
        self._prepared, self._teller = [], None
        return super().get_new_connection(conn_params)

    def prepared(self, place: int = 0) -> Any:
        """A cursor whose statements the server prepares, with placeholders `$1`, `$2`, …

        The same one each time, one for each `place`: its rows are read before it is asked for again, and it
        is never closed.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if not self._prepared:
            with self.wrap_database_errors:
                # Planning costs more than such statements do: once, whatever the values.
                self.connection.execute("set plan_cache_mode = force_generic_plan")
        while len(self._prepared) <= place:
            self._prepared.append(PreparedCursor(self.connection))
        return self._prepare_cursor(self._prepared[place])  # type: ignore[attr-defined]

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements of the block leave at once; what they answer can be read after it.

        Raises the first error of any of them, at the end of the block.
        """
        self.ensure_connection()
        self.settle_scope()
        with self.wrap_database_errors, self.connection.pipeline():
            yield

    def settle_scope(self) -> None:
        """Tell the session the scope that holds now; nothing to do without one, or in a roll-back."""
        wanted = isolation.current()
        if self.connection is None or self.needs_rollback or wanted == self.told:
            return
        with self.wrap_database_errors:
            token = isolation.signed(wanted, self.connection.info.backend_pid)
            if self._teller is None:
                self._teller = PreparedCursor(self.connection)
            self._teller.execute(TELL, [token])
        self.told = wanted

    def _in_scope(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.settle_scope()
        return execute(sql, params, many, context)

    def _commit(self) -> None:
        # A commit runs what waited for it (a held cursor): in its block's scope, not its last statement's.
        self.settle_scope()
        super()._commit()  # type: ignore[misc]

    # What is rolled back takes with it what the session was told meanwhile.

    def _rollback(self) -> None:
        self.told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.told = isolation.current()  # a broken transaction can be told nothing before it has rolled back
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self.told = None
