"""What the program's database role may do, settled by the owner after each migration.

A model with `append_only = True` may be read and added to, by nobody changed or taken from: the program's
role lacks the right, and a trigger refuses the owner too.

A model with `frozen_when = "a condition on its columns"` has rows that nobody changes or removes once the
condition holds; one with `frozen_with = "the name of a foreign key"` has rows that are frozen with the row
they belong to: none is added to it either. Triggers refuse it to the program and to the owner.

Which rows it may do it to is settled in `clausier.fences`, how they are found in `clausier.search_index`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import sql

from clausier import fences, laying, search_index
from clausier.laying import NO_TABLE, Piece

TRIGGER = "append_only"
FUNCTION = "clausier_refuse_change"
FROZEN = "frozen"
FROZEN_ROW = "clausier_refuse_frozen"
FROZEN_PART = "clausier_refuse_frozen_part"


def append_only_tables() -> set[str]:
    """The tables of the models that say `append_only = True`."""
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)}


def settle(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """Give `role` its rights on every table we own, hold what is append-only, fence the rows; as the owner.

    Only what is not so already: the names of what was laid. Where `role` is the owner itself, it has every
    right already; triggers and fences hold it all the same. Raises laying.Held.
    """
    with connection.cursor() as cursor:
        tables, sequences = _owned(cursor, "rp"), _owned(cursor, "S")
        fenced = fences.fences(cursor)
        owner, database = _who(cursor)
    fences.give_key(connection)
    program = role if connection.settings_dict["USER"] != role else ""
    general = [
        *_refusals(),
        *(_general_rights(program, database, sequences) if program else ()),
        *fences.function(role),
    ]
    by_table = fences.statements(fenced, role, force=owner == role)
    pieces = [Piece("general", NO_TABLE, general)]
    for table in tables:
        laid = [*(_rights(table, program) if program else ()), *_holds(table), *by_table.get(table, ())]
        pieces.append(Piece(table, table, laid))
    done = laying.lay(connection, [*pieces, *search_index.pieces(role)])
    search_index.fill_where_changed(connection)
    return done


def _general_rights(role: str, database: str, sequences: list[str]) -> Iterator[str]:
    yield _said("grant usage on schema public to {role}", role=role)
    # Temporary tables, which a database gives to everybody, would be tables of its own.
    yield _said("revoke temporary on database {database} from public", database=database)
    for sequence in sequences:
        yield _said("grant usage, select on sequence {sequence} to {role}", sequence=sequence, role=role)


def _rights(table: str, role: str) -> Iterator[str]:
    if table == "django_migrations":
        rights = "select"
    elif table in append_only_tables():
        rights = "select, insert"
    else:
        rights = "select, insert, update, delete"
    yield _said("revoke all on {table} from public, {role}", table=table, role=role)
    yield _said(f"grant {rights} on {{table}} to {{role}}", table=table, role=role)


def _holds(table: str) -> Iterator[str]:
    """The triggers of a table whose rows nobody changes: ever, or once they are frozen."""
    yield _said("drop trigger if exists {trigger} on {table}", trigger=TRIGGER, table=table)
    if table in append_only_tables():
        yield _said(
            "create trigger {trigger} before update or delete on {table} "
            "for each row execute function {function}()",
            trigger=TRIGGER,
            table=table,
            function=FUNCTION,
        )
    for model in apps.get_models():
        if model._meta.db_table == table:
            yield from _freezes(model)


def _freezes(model: type[Model]) -> Iterator[str]:
    """The triggers of a model that says `frozen_when` or `frozen_with`."""
    table = model._meta.db_table
    if condition := getattr(model, "frozen_when", ""):
        yield _said("drop trigger if exists {trigger} on {table}", trigger=FROZEN, table=table)
        yield _said(
            "create trigger {trigger} before update or delete on {table} "
            f"for each row when (old.{condition}) execute function {{function}}()",
            trigger=FROZEN,
            table=table,
            function=FROZEN_ROW,
        )
    if name := getattr(model, "frozen_with", ""):
        field: Any = model._meta.get_field(name)
        whole = field.related_model
        statement = sql.SQL(
            "create trigger {trigger} before insert or update or delete on {table} "
            "for each row execute function {function}({whole}, {column}, {condition})"
        ).format(
            trigger=sql.Identifier(FROZEN),
            table=sql.Identifier(table),
            function=sql.Identifier(FROZEN_PART),
            whole=sql.Literal(whole._meta.db_table),
            column=sql.Literal(field.column),
            condition=sql.Literal(whole.frozen_when),
        )
        yield _said("drop trigger if exists {trigger} on {table}", trigger=FROZEN, table=table)
        yield statement.as_string()


def _refusals() -> Iterator[str]:
    """The functions that the triggers call."""
    yield _said(
        """
        create or replace function {function}() returns trigger language plpgsql as $$
        begin
            raise exception 'row % of % is frozen', old.id, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$
        """,
        function=FROZEN_ROW,
    )
    yield _said(
        """
        create or replace function {function}() returns trigger language plpgsql as $$
        declare
            is_frozen boolean;
            named bigint[] := array[]::bigint[];
        begin
            if tg_op <> 'INSERT' then
                named := named || (to_jsonb(old) ->> tg_argv[1])::bigint;
            end if;
            if tg_op <> 'DELETE' then
                named := named || (to_jsonb(new) ->> tg_argv[1])::bigint;
            end if;
            execute format(
                'select exists (select 1 from %I where id = any($1) and %s)', tg_argv[0], tg_argv[2]
            ) into is_frozen using named;
            if is_frozen then
                raise exception 'a row of % is frozen with its %', tg_table_name, tg_argv[0]
                    using errcode = 'insufficient_privilege';
            end if;
            return coalesce(new, old);
        end $$
        """,
        function=FROZEN_PART,
    )
    yield _said(
        """
        create or replace function {function}() returns trigger language plpgsql as $$
        begin
            raise exception 'table % is append-only', tg_table_name using errcode = 'insufficient_privilege';
        end $$
        """,
        function=FUNCTION,
    )


def _owned(cursor: CursorWrapper, kinds: str) -> list[str]:
    """The relations of these kinds that we own in the schema `public`."""
    cursor.execute(
        """
        select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = any(%s)
          and c.relowner = (select oid from pg_roles where rolname = current_user)
        order by 1
        """,
        [list(kinds)],
    )
    return [row[0] for row in cursor.fetchall()]


def _who(cursor: CursorWrapper) -> tuple[str, str]:
    """As whom we are here, and in which database."""
    cursor.execute("select current_user, current_database()")
    owner, database = cursor.fetchone()
    return owner, database


def _said(statement: str, **names: str) -> str:
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    return sql.SQL(statement).format(**identifiers).as_string()
