"""Django's PostgreSQL backend, which tells the server in whose scope each statement runs.

The scope is sent when it differs from the last one sent, just before a statement: whoever takes over a kept
connection takes over no scope with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import psycopg
from django.db import Error
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations

from clausier.database.prepared import Answer, Session
from clausier.foundation import isolation
from clausier.foundation.isolation import Scope

TELL = f"select set_config('{isolation.SETTING}', $1, false)"
FLUSHED = "select set_config('synchronous_commit', $1, false)"
MARK = "select pg_logical_emit_message(true, 'clausier', 'flush')"
"""A commit that takes all before it to the disk."""


class Operations(DatabaseOperations):
    """What differs in the SQL that is sent: see `compiler`."""

    compiler_module = "clausier.database.compiler"


class PreparedCursor:
    """What `DatabaseWrapper.prepared` gives: one statement, and its rows."""

    def __init__(self, wrapper: DatabaseWrapper) -> None:
        self._wrapper = wrapper
        self._answer = Answer()
        self._rows: list[tuple[Any, ...]] | None = None
        self._place = 0

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Have it done; see `DatabaseWrapper.ahead` for when."""
        self._answer = self._wrapper.ask(sql, params)
        self._rows, self._place = None, 0

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that were not fetched yet, waited for."""
        rows = self._all()
        left, self._place = rows[self._place :], len(rows)
        return left

    def fetchone(self) -> Any:
        """The next row, or None."""
        rows = self._all()
        if self._place == len(rows):
            return None
        self._place += 1
        return rows[self._place - 1]

    @property
    def rowcount(self) -> int:
        """How many rows the statement touched or gave, waited for."""
        self._wrapper.read(self._answer)
        return self._answer.count

    def _all(self) -> list[tuple[Any, ...]]:
        if self._rows is None:
            self._wrapper.read(self._answer)
            self._rows = self._answer.rows()
        return self._rows


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows which scope its session was last told; None: not known."""

    ops_class = Operations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: Scope | None = None
        self._session: Session | None = None
        self._is_ahead = self._waits = False
        self._at_end: list[Callable[[], None]] = []
        self._meanwhile: list[Callable[[], None]] = []
        self._marks: dict[str, int] = {}
        self.execute_wrappers.append(self._in_scope)

    def get_connection_params(self) -> dict[str, Any]:
        # Only what asks for it is prepared, and not by psycopg: see `prepared`.
        return super().get_connection_params() | {"prepare_threshold": None}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.told = isolation.NOTHING
        made = super().get_new_connection(conn_params)
        self._session = Session(made)
        return made

    def init_connection_state(self) -> None:
        super().init_connection_state()
        with self.wrap_database_errors:
            # Planning costs more than what is prepared does: once, whatever the values.
            self.connection.execute("set plan_cache_mode = force_generic_plan")

    # Prepared statements

    def prepared(self) -> PreparedCursor:
        """A cursor for a statement that the server prepares, with placeholders `$1`, `$2`, …"""
        return PreparedCursor(self)

    def ask(self, sql: str, params: Sequence[Any]) -> Answer:
        """Send a statement to prepare; its answer, there already unless it left `ahead`."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        self.validate_no_broken_transaction()
        assert self._session
        try:
            self._tell()
            answer = self._session.send(sql, params)
            if not self._is_ahead or self._waits:
                self._session.finish()
        except psycopg.Error as problem:
            self._raise(problem)
        if self.queries_logged:
            self.queries_log.append({"sql": sql, "time": "0"})
        return answer

    def read(self, answer: Answer) -> None:
        """Wait for an answer to what left ahead. Raises the first error of it and of what left before it."""
        try:
            if not answer.is_there and self._session is not None:
                self._session.read(answer)
            answer.check()
        except psycopg.Error as problem:
            self._raise(problem)

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Prepared statements of the block leave without waiting for what those before them answer.

        So the server works while the program goes on, which waits only where it reads an answer, and at the
        end of the block; other statements of Django's wait as ever. Raises the first error of any of them
        where something is next waited for: nothing after it was done. A block within it changes nothing.

        It stands within a transaction, or around one: then the commit leaves with what was sent before it.
        """
        if self._is_ahead:
            yield
            return
        self._is_ahead, self._waits = True, False
        try:
            yield
            self._end()
            self.catch_up()
            self._work()
            self.catch_up()
        except BaseException:
            with suppress(Error):
                self.catch_up()
            raise
        finally:
            self._is_ahead = self._waits = False
            self._forget()

    @contextmanager
    def flushed_at_end(self) -> Iterator[None]:
        """The commits of the block do not wait for the disk; its end does, for all of them.

        For work that is done again from what was stored before, where a machine that loses its power takes
        some of it along: whatever leaves the house because of it must wait for a commit of its own.
        """
        self.ask(FLUSHED, ["off"])
        try:
            yield
        finally:
            try:
                self.ask(FLUSHED, ["on"])
                self.ask(MARK, [])
            except BaseException:
                self.close()  # a new session waits for the disk again
                raise

    def at_end(self, do: Callable[[], None]) -> None:
        """Have this done last of all in the block `ahead`, or before the commit of a transaction in it.

        What reads answers then waits for nothing else. What is rolled back takes it along. Without such a
        block it is done at once.
        """
        if self._is_ahead:
            self._at_end.append(do)
        else:
            do()

    def while_committing(self, do: Callable[[], None]) -> None:
        """Have this done once the commit of the transaction in the block `ahead` is under way.

        It may ask, outside of that transaction, but not wait for an answer. What it raises says nothing of
        whether the commit succeeds.
        """
        self._meanwhile.append(do)

    def meanwhile(self, step: Callable[[], bool] | None) -> None:
        """Have steps of something else done wherever answers are waited for, from now on; None: no more.

        `step` does one, and tells whether there was one. It asks nothing of the database.
        """
        self.ensure_connection()
        assert self._session
        self._session.meanwhile = step

    def hasten(self) -> None:
        """Have what was asked ahead leave now, and be answered before what is asked next is done."""
        self._while_busy(Session.hasten)

    def catch_up(self) -> None:
        """Wait for all that left ahead. Raises its first error."""
        self._while_busy(Session.finish)

    def _while_busy(self, act: Callable[[Session], None]) -> None:
        if self._session is not None and self._session.busy:
            try:
                act(self._session)
            except psycopg.Error as problem:
                self._raise(problem)

    def _end(self) -> None:
        for do in self._at_end:  # which may grow meanwhile
            do()
        self._at_end = []

    def _work(self) -> None:
        work, self._meanwhile = self._meanwhile, []
        for do in work:
            do()

    def _forget(self) -> None:
        self._at_end, self._meanwhile, self._marks = [], [], {}

    def _raise(self, problem: psycopg.Error) -> NoReturn:
        self.told = None  # what the session was told with what failed, it may not know
        with self.wrap_database_errors:
            raise problem
        raise AssertionError

    # Scopes

    def settle_scope(self) -> None:
        """Tell the session the scope that holds now; nothing to do without one, or in a roll-back."""
        if self.connection is not None:
            try:
                self._tell()
            except psycopg.Error as problem:
                self._raise(problem)
            self.catch_up()

    def _tell(self) -> None:
        wanted = isolation.current()
        if self.needs_rollback or wanted == self.told:
            return
        assert self._session
        self._session.send(TELL, [isolation.signed(wanted, self.connection.info.backend_pid)])
        self.told = wanted

    def _in_scope(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.settle_scope()
        return execute(sql, params, many, context)

    # What else uses the connection does so when all that left ahead is done.

    def create_cursor(self, name: str | None = None) -> Any:
        if name is not None:
            self._waits = True  # it asks for rows by and by, on its own
        return super().create_cursor(name)

    def _set_autocommit(self, autocommit: bool) -> None:
        self.catch_up()
        super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _commit(self) -> None:
        self._end()
        if not self._is_ahead or self._waits:
            # A commit runs what waited for it (a held cursor): in its block's scope, not that of the last
            # statement.
            self.settle_scope()
            super()._commit()  # type: ignore[misc]
            return
        assert self._session
        try:
            self._tell()
            committed = self._session.commit()
            if committed:
                self._session.flush()
                self._work()
                self._session.read(committed)
        except psycopg.Error as problem:
            self._raise(problem)

    def _savepoint(self, sid: str) -> None:
        self._marks[sid] = len(self._at_end)
        super()._savepoint(sid)  # type: ignore[misc]

    # What is rolled back takes with it what the session was told meanwhile.

    def _rollback(self) -> None:
        self._forget()
        with suppress(Error):
            self.catch_up()
        self.told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        del self._at_end[self._marks.get(sid, 0) :]
        with suppress(Error):  # what was sent after an error was not done
            self.catch_up()
        self.told = isolation.current()  # a broken transaction can be told nothing before it has rolled back
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self.told = None
