"""Laying what the database's owner settles: piece by piece, and only what is not as it should be.

To change a table's triggers, rights or fences PostgreSQL locks the whole table. Held together, such locks
and those of a program at work would wait for each other in a ring. So each piece is on one table, in a
transaction of its own; it gives up soon where the table is held, so that nobody queues behind it, and tries
again.

What was asked, and how each table stood after it, is kept as digests. Where both are as they were, nothing is
locked at all: whoever starts again, or migrates a second time, disturbs nobody.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import psycopg
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from clausier.terms.outcome import Words

T = TypeVar("T")

SCHEMA: Final = "isolation"
KEPT: Final = "settled"
FEW_SECONDS: Final = "2s"
"""How long one try waits for a table. Whoever comes behind it waits as long."""
TRIES: Final = 15
PAUSE: Final = 0.5  # seconds between two tries
NO_TABLE: Final = ""
"""Stands for what is on no table: functions, sequences, schemas."""

LOCKED: Final = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

# Rights, row security, policies and triggers of each table.
STANDS = """
    select c.relname, md5(concat_ws('|', c.relrowsecurity, c.relforcerowsecurity, c.relacl::text,
        (select string_agg(concat_ws(' ', p.polname, p.polcmd, p.polroles::text,
                pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
            ',' order by p.polname) from pg_policy p where p.polrelid = c.oid),
        (select string_agg(concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid)), ',' order by t.tgname)
            from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)))
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    union all
    select '', md5(concat_ws('|',
        (select string_agg(concat_ws(' ', p.oid::regprocedure, p.prosecdef, p.proconfig::text, p.proacl::text,
                md5(p.prosrc)), ',' order by p.oid::regprocedure::text)
            from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname like 'clausier\\_%'),
        (select string_agg(concat_ws(' ', c.relname, c.relacl::text), ',' order by c.relname)
            from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'),
        (select string_agg(concat_ws(' ', n.nspname, n.nspacl::text), ',' order by n.nspname)
            from pg_namespace n where n.nspname in ('public', 'isolation')),
        (select d.datacl::text from pg_database d where d.datname = current_database())))
"""

HOLDERS = """
    select distinct a.pid, coalesce(a.usename, '')
    from pg_locks l join pg_stat_activity a using (pid)
    where l.locktype = 'relation' and l.granted and l.pid <> pg_backend_pid()
      and l.database = (select oid from pg_database where datname = current_database())
      and (%s = '' or l.relation = to_regclass(%s))
    order by 1 limit 5
"""


class Held(Exception):
    """Other sessions did not let go of what must be changed; `says` names them."""

    def __init__(self, says: Words) -> None:
        super().__init__(says.fr)
        self.says = says


@dataclass(frozen=True, slots=True)
class Piece:
    """What is laid together, on one table or on none."""

    name: str
    table: str
    statements: Sequence[str]

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.statements).encode()).hexdigest()


def lay(connection: BaseDatabaseWrapper, pieces: Sequence[Piece]) -> list[str]:
    """Lay what is not as it should be, as the owner; the names of what was laid. Raises Held."""
    with connection.cursor() as cursor:
        _make_record(cursor)
        known = _known(cursor)
        stands = _stands(cursor)
    wanting = [
        piece
        for piece in pieces
        if known.get(f"asked:{piece.name}") != piece.digest
        or known.get(f"stands:{piece.table}") != stands.get(piece.table)
    ]
    for piece in wanting:
        patiently(connection, partial(_run, piece), table=piece.table)
    if wanting:
        _keep(connection, pieces)
    return [piece.name for piece in wanting]


def patiently(connection: BaseDatabaseWrapper, do: Callable[[CursorWrapper], T], *, table: str = "") -> T:
    """`do` in a transaction of its own, again and again while others hold what it needs. Raises Held."""
    for _ in range(TRIES):
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute(f"set local lock_timeout = '{FEW_SECONDS}'")
                return do(cursor)
        except OperationalError as problem:
            if not is_locked(problem):
                raise
        time.sleep(PAUSE)
    raise Held(held_by(connection, table))


def is_locked(problem: BaseException) -> bool:
    """Whether a statement failed because another session holds what it needs."""
    return isinstance(problem.__cause__, LOCKED)


def held_by(connection: BaseDatabaseWrapper, table: str) -> Words:
    """Who holds a table of ours, or any where none is named, for the person who migrates."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [table, table])
        found = ", ".join(f"{pid} ({role})" if role else str(pid) for pid, role in cursor.fetchall())
    place = table or "public"
    return Words(
        f"La base est occupée\u00a0: {place} reste verrouillée par d’autres sessions"
        f"{f' ({found})' if found else ''}. Rien n’est à moitié fait. Arrêtez clausier serve et "
        "clausier worker, ou ce qui les occupe, puis lancez de nouveau «\u00a0clausier migrate\u00a0».",
        f"The database is busy: {place} stays locked by other sessions"
        f"{f' ({found})' if found else ''}. Nothing is half done. Stop clausier serve and clausier worker, "
        "or what keeps them busy, then run “clausier migrate” again.",
    )


def _run(piece: Piece, cursor: CursorWrapper) -> None:
    for statement in piece.statements:
        cursor.execute(statement)


def _make_record(cursor: CursorWrapper) -> None:
    """The table of what was laid, where nobody but the owner enters."""
    cursor.execute("select to_regclass(%s) is not null", [f"{SCHEMA}.{KEPT}"])
    if cursor.fetchone()[0]:
        return
    names = {"schema": sql.Identifier(SCHEMA), "kept": sql.Identifier(KEPT)}
    for statement in (
        "create schema if not exists {schema}",
        "revoke all on schema {schema} from public",
        "create table {schema}.{kept} (name text primary key, digest text not null)",
    ):
        cursor.execute(sql.SQL(statement).format(**names))


def _known(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute(f"select name, digest from {SCHEMA}.{KEPT}")  # noqa: S608
    return dict(cursor.fetchall())


def _stands(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute(STANDS)
    return dict(cursor.fetchall())


def _keep(connection: BaseDatabaseWrapper, pieces: Sequence[Piece]) -> None:
    """Note what was asked and how everything stands now."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        rows = {f"asked:{piece.name}": piece.digest for piece in pieces}
        rows |= {f"stands:{table}": digest for table, digest in _stands(cursor).items()}
        cursor.execute(f"delete from {SCHEMA}.{KEPT}")  # noqa: S608
        cursor.execute(
            f"insert into {SCHEMA}.{KEPT} (name, digest) select * from unnest(%s::text[], %s::text[])",  # noqa: S608
            [list(rows), list(rows.values())],
        )


@contextmanager
def alone(
    connection: BaseDatabaseWrapper, lock: int, *, within: float, waiting: Callable[[], None]
) -> Iterator[None]:
    """Hold an advisory lock of the session for the block; `waiting` is told once where another holds it.

    It is asked for again and again, never waited for: a session that waits within a statement holds a
    snapshot, and what is built beside running work would wait for that. Raises Held after `within` seconds.
    """
    until, told = time.monotonic() + within, False
    with connection.cursor() as cursor:
        while True:
            cursor.execute("select pg_try_advisory_lock(%s)", [lock])
            if cursor.fetchone()[0]:
                break
            if time.monotonic() > until:
                raise Held(
                    Words(
                        "Une autre migration est toujours en cours sur cette base. Attendez sa fin.",
                        "Another migration is still running on this database. Wait until it is over.",
                    )
                )
            if not told:
                waiting()
                told = True
            time.sleep(PAUSE)
    try:
        yield
    finally:
        connection.close()  # and with it the lock
