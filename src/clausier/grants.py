"""What the program's database role may do, settled by the owner after each migration.

A model with `append_only = True` may be read and added to, by nobody changed or taken from: the program's
role lacks the right, and a trigger refuses the owner too.

A model with `frozen_when = "a condition on its columns"` has rows that nobody changes or removes once the
condition holds; one with `frozen_with = "the name of a foreign key"` has rows that are frozen with the row
they belong to: none is added to it either. Triggers refuse it to the program and to the owner.

Which rows it may do it to is settled in `clausier.fences`, how they are found in `clausier.search_index`.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from clausier import fences, search_index

TRIGGER = "append_only"
FUNCTION = "clausier_refuse_change"
FROZEN = "frozen"
FROZEN_ROW = "clausier_refuse_frozen"
FROZEN_PART = "clausier_refuse_frozen_part"


def append_only_tables() -> set[str]:
    """The tables of the models that say `append_only = True`."""
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)}


def settle(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` its rights on every table we own, hold what is append-only, fence the rows; as the owner.

    Where `role` is the owner itself, it has every right already; triggers and fences hold it all the same.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _make_refusal(cursor)
        if connection.settings_dict["USER"] != role:
            _give_rights(cursor, role)
        for table in _owned(cursor, "rp"):
            _hold(cursor, table, append_only=table in append_only_tables())
        _freeze(cursor)
        fences.settle(cursor, role)
        search_index.settle(cursor, role)


def _give_rights(cursor: CursorWrapper, role: str) -> None:
    _execute(cursor, "grant usage on schema public to {role}", role=role)
    # Temporary tables, which a database gives to everybody, would be tables of its own.
    cursor.execute("select current_database()")
    _execute(cursor, "revoke temporary on database {database} from public", database=cursor.fetchone()[0])
    for table in _owned(cursor, "rp"):
        _settle_table(cursor, table, role, append_only=table in append_only_tables())
    for sequence in _owned(cursor, "S"):
        _execute(cursor, "grant usage, select on sequence {sequence} to {role}", sequence=sequence, role=role)


def _settle_table(cursor: CursorWrapper, table: str, role: str, *, append_only: bool) -> None:
    if table == "django_migrations":
        rights = "select"
    elif append_only:
        rights = "select, insert"
    else:
        rights = "select, insert, update, delete"
    _execute(cursor, "revoke all on {table} from public, {role}", table=table, role=role)
    _execute(cursor, f"grant {rights} on {{table}} to {{role}}", table=table, role=role)


def _hold(cursor: CursorWrapper, table: str, *, append_only: bool) -> None:
    _execute(cursor, "drop trigger if exists {trigger} on {table}", trigger=TRIGGER, table=table)
    if append_only:
        _execute(
            cursor,
            "create trigger {trigger} before update or delete on {table} "
            "for each row execute function {function}()",
            trigger=TRIGGER,
            table=table,
            function=FUNCTION,
        )


def _freeze(cursor: CursorWrapper) -> None:
    """The triggers of the models that say `frozen_when` or `frozen_with`."""
    _make_frozen_refusals(cursor)
    for model in apps.get_models():
        table = model._meta.db_table
        if condition := getattr(model, "frozen_when", ""):
            _execute(cursor, "drop trigger if exists {trigger} on {table}", trigger=FROZEN, table=table)
            _execute(
                cursor,
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
            _execute(cursor, "drop trigger if exists {trigger} on {table}", trigger=FROZEN, table=table)
            cursor.execute(statement)


def _make_frozen_refusals(cursor: CursorWrapper) -> None:
    _execute(
        cursor,
        """
        create or replace function {function}() returns trigger language plpgsql as $$
        begin
            raise exception 'row % of % is frozen', old.id, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$
        """,
        function=FROZEN_ROW,
    )
    _execute(
        cursor,
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


def _make_refusal(cursor: CursorWrapper) -> None:
    _execute(
        cursor,
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


def _execute(cursor: CursorWrapper, statement: str, **names: str) -> None:
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    cursor.execute(sql.SQL(statement).format(**identifiers))
