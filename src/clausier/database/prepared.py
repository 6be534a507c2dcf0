"""Statements that come again and again: the server reads and plans each once in a session.

Their placeholders are PostgreSQL's own, `$1`, `$2`, … Types are left to the server, which knows the columns:
otherwise the same statement would be prepared anew for every mixture of small numbers, large ones and nulls.

They are sent in libpq's pipeline mode through `psycopg.pq`, without psycopg's cursors, which cost a multiple
of such statements: each sends by itself, and finds out anew how values are written and read.
"""

from __future__ import annotations

import select
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.types.datetime import TimestamptzLoader

MOST_KEPT: Final = 250  # statements that a session remembers
AT_ONCE: Final = 6  # statements that wait to be sent together: sending each wakes the server each time

GOOD: Final = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class _Statement:
    """One that the server knows by its name, with how its values are written and its rows read."""

    def __init__(self, name: bytes, sql: str, context: _Context) -> None:
        self.name = name
        self.sql = sql
        self.is_stored = False
        self._values = Transformer(context)
        self._rows = Transformer(context)
        self._formats: list[PyFormat] = []
        self._knows_rows = False

    def written(self, params: Sequence[Any]) -> Sequence[Any]:
        """The values as they are sent: as text, which the server takes for whatever type it needs."""
        if len(params) != len(self._formats):
            self._formats = [PyFormat.TEXT] * len(params)
        return self._values.dump_sequence(params, self._formats)

    def rows(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        self._rows.set_pgresult(result, set_loaders=not self._knows_rows)
        self._knows_rows = True
        return self._rows.load_rows(0, result.ntuples, tuple)


class _Context:
    """How values are written and read on a connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.adapters = AdaptersMap(connection.adapters)
        # Django's own reads an instant, then sets its time zone anew: it is the session's already, UTC.
        self.adapters.register_loader("timestamptz", TimestamptzLoader)


class Answer:
    """What the server answers to one command, once it is read."""

    __slots__ = ("result", "statement")

    def __init__(self, statement: _Statement | None = None) -> None:
        self.statement = statement
        self.result: pq.abc.PGresult | None = None

    @property
    def is_there(self) -> bool:
        """Whether it was read."""
        return self.result is not None

    def took(self, result: pq.abc.PGresult) -> None:
        self.result = result

    def check(self) -> None:
        """Raises PipelineAborted where the statement was not done, because one before it failed."""
        if self.result is None or self.result.status not in GOOD:
            raise psycopg.errors.PipelineAborted("a statement before this one failed: it was not done")

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, of a statement that gives some; once it is there, and checked."""
        assert self.result
        assert self.statement
        return self.statement.rows(self.result)

    @property
    def count(self) -> int:
        """How many rows the statement touched or gave."""
        assert self.result
        return self.result.command_tuples or 0


class _Storing(Answer):
    """The answer to a statement's being prepared."""

    __slots__ = ()

    def took(self, result: pq.abc.PGresult) -> None:
        super().took(result)
        assert self.statement
        self.statement.is_stored = result.status == pq.ExecStatus.COMMAND_OK


class Session:
    """The prepared statements of one connection, and what was sent and is not answered yet.

    While it is `busy` the connection takes no other statements: `finish` first.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._pgconn = connection.pgconn
        self._context = _Context(connection)
        self._statements: OrderedDict[str, _Statement] = OrderedDict()
        self._named = 0
        # Of what was sent, in that order; None is for the end of a block.
        self._waiting: deque[Answer | None] = deque()
        self._unsent = 0
        self.busy = False
        self.meanwhile: Callable[[], bool] | None = None
        """A step of something else to do where answers are waited for; whether there was one."""
        self._readable = select.poll()
        self._readable.register(self._pgconn.socket, select.POLLIN)
        self._either = select.poll()
        self._either.register(self._pgconn.socket, select.POLLIN | select.POLLOUT)

    def send(self, sql: str, params: Sequence[Any]) -> Answer:
        """Have the server do the statement; its answer is read by `read`, or when all ends.

        Raises DataError and the like for a value that cannot be written.
        """
        statement = self._statements.get(sql)
        if statement is None:
            self._named += 1
            statement = _Statement(b"clausier_%d" % self._named, sql, self._context)
        values = statement.written(params)
        if not self.busy:
            self._begin()
        if sql in self._statements:
            self._statements.move_to_end(sql)
        else:
            self._store(statement)
        self._pgconn.send_query_prepared(statement.name, values)
        answer = Answer(statement)
        self._sent(answer)
        if self._unsent >= AT_ONCE:
            self.flush()
        return answer

    def commit(self) -> Answer | None:
        """Have the transaction under way end well, unless a statement before fails; None without any.

        What is sent after it is outside of it.
        """
        if not self.busy:
            if self._pgconn.transaction_status == pq.TransactionStatus.IDLE:
                return None
            self._begin()
        self._pgconn.send_query_params(b"commit", None)
        answer = Answer()
        self._sent(answer)
        self._sync()
        return answer

    def read(self, answer: Answer) -> None:
        """Wait for this answer, and so for all before it. Raises the first error among them."""
        if not answer.is_there and self.busy:
            self._pgconn.send_flush_request()
            self._drain(answer)

    def finish(self) -> None:
        """Wait for all answers, and leave the connection to others. Raises the first error among them."""
        if not self.busy:
            return
        self._sync()
        try:
            self._drain()
        finally:
            if self._pgconn.status == pq.ConnStatus.OK:
                self._pgconn.exit_pipeline_mode()
            self.busy = False

    def hasten(self) -> None:
        """Have the server answer what it was sent so far before it does what is sent next."""
        if self._waiting:
            self._pgconn.send_flush_request()
            self.flush()

    def flush(self) -> None:
        """Have what was kept to be sent together leave now, without waiting for answers."""
        self._unsent = 0
        while self._pgconn.flush():
            # Not all could leave: perhaps the server waits for its own answers to be taken.
            if any(event & ~select.POLLOUT for _file, event in self._either.poll()):
                self._pgconn.consume_input()

    def _begin(self) -> None:
        begins = (
            not self._connection.autocommit and self._pgconn.transaction_status == pq.TransactionStatus.IDLE
        )
        self._pgconn.enter_pipeline_mode()
        self.busy = True
        if begins:
            self._pgconn.send_query_params(b"begin", None)
            self._sent(Answer())

    def _store(self, statement: _Statement) -> None:
        self._pgconn.send_prepare(statement.name, statement.sql.encode())
        self._statements[statement.sql] = statement
        self._sent(_Storing(statement))
        if len(self._statements) > MOST_KEPT:
            _sql, oldest = self._statements.popitem(last=False)
            self._pgconn.send_query_params(b"deallocate " + oldest.name, None)
            self._sent(Answer())

    def _sent(self, answer: Answer | None) -> None:
        self._waiting.append(answer)
        self._unsent += 1

    def _sync(self) -> None:
        """What failed before this fails nothing after it."""
        self._pgconn.pipeline_sync()
        self._sent(None)

    def _drain(self, until: Answer | None = None) -> None:
        """Read answers up to one, or all. Raises the first error, once all was read that it concerns."""
        wrong: psycopg.Error | None = None
        try:
            self.flush()
            while self._waiting:
                answer = self._waiting.popleft()
                result = self._result()
                if answer is None:
                    continue
                while self._result() is not None:  # the end of its results
                    pass
                assert result
                answer.took(result)
                if result.status == pq.ExecStatus.FATAL_ERROR and wrong is None:
                    wrong = error_from_result(result, encoding=self._connection.info.encoding)
                    if until is not None:  # all that follows was not done: up to here the server reads on
                        until = None
                        self._sync()
                        self.flush()
                if answer is until:
                    break
        except BaseException:
            # Interrupted, or the server is gone: whose answer comes next is not known any more.
            self._connection.close()
            raise
        if wrong is not None:
            self._forget_unstored()
            raise wrong

    def _forget_unstored(self) -> None:
        for sql in [sql for sql, statement in self._statements.items() if not statement.is_stored]:
            del self._statements[sql]

    def _result(self) -> pq.abc.PGresult | None:
        while self._pgconn.is_busy():
            if not self.meanwhile or self._readable.poll(0) or not self.meanwhile():
                self._readable.poll()
            if self._readable.poll(0):
                self._pgconn.consume_input()
        return self._pgconn.get_result()
