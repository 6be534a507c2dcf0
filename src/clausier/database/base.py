"""Django's PostgreSQL backend, which tells the server in whose scope each statement runs.

The scope is sent when it differs from the last one sent, just before a statement: whoever takes over a kept
connection takes over no scope with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
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
        self._pipeline: psycopg.Pipeline | None = None
        self._place = 0
        self._at_end: list[Callable[[], None]] = []
        self.execute_wrappers.append(self._in_scope)

    def get_connection_params(self) -> dict[str, Any]:
        # Only what asks for it is prepared: `PreparedCursor`. Django's own cursors never do.
        return super().get_connection_params() | {"prepare_threshold": PREPARED_WHEN_ASKED}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.told = isolation.NOTHING
        self._prepared, self._teller = [], None
        return super().get_new_connection(conn_params)

    def prepared(self) -> Any:
        """A cursor whose statements the server prepares, with placeholders `$1`, `$2`, …

        The same one each time: its rows are read before it is asked for again, and it is never closed. Where
        statements leave `ahead`, each has its own, whose rows can be read until the block ends.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if not self._prepared:
            with self.wrap_database_errors:
                # Planning costs more than such statements do: once, whatever the values.
                self.connection.execute("set plan_cache_mode = force_generic_plan")
        if len(self._prepared) <= self._place:
            self._prepared.append(PreparedCursor(self.connection))
        cursor = self._prepared[self._place]
        if self._pipeline is not None:
            self._place += 1
        return self._prepare_cursor(cursor)  # type: ignore[attr-defined]

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Prepared statements of the block leave without waiting for what those before them answer.

        So the server works while the program goes on, which waits only where it reads an answer, and at the
        end of the block; other statements of Django's wait as ever. Raises the first error of any of them
        where something is next waited for: nothing after it was done. A block within it changes nothing.
        Of a transaction it is the inner block.
        """
        if self._pipeline is not None:
            yield
            return
        self.ensure_connection()
        self.settle_scope()
        try:
            with self.wrap_database_errors, self.connection.pipeline() as self._pipeline:
                yield
                for do in self._at_end:  # which may grow meanwhile
                    do()
        finally:
            self._pipeline, self._place, self._at_end = None, 0, []

    def at_end(self, do: Callable[[], None]) -> None:
        """Have this done last of all in the block `ahead`: what reads answers then waits for nothing else."""
        self._at_end.append(do)

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
        answer = execute(sql, params, many, context)
        if self._pipeline is not None and not isinstance(context["cursor"].cursor, PreparedCursor):
            with self.wrap_database_errors:
                self._pipeline.sync()  # Django reads at once how many rows a statement touched
        return answer

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
        if self._pipeline is not None:
            with suppress(psycopg.Error):  # what was sent after the error was not done
                self._pipeline.sync()
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
            if self._pipeline is not None:
                # psycopg has the session forget what it prepared with its next statement, which must not be
                # one to prepare: psycopg would believe that to be remembered.
                self.connection.execute("select 1")
                self._pipeline.sync()
        finally:
            self.told = None
