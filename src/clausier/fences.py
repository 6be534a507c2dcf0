"""Row-level security: which rows the program's role sees and writes; the owner settles it at each migration.

Every table that carries `provider_id` is fenced by itself: a new one needs nothing but the column (and
`client_id` where its rows are a client's). A model with `of_person = True` shows people their own rows, so
that whoever signs in finds their providers. The scope that opens the fences is signed by the program
(`clausier.foundation.isolation`); the key to check it lies in a schema that the program's role cannot enter.

Where the program connects as the owner of the tables, the fences hold it too (`force`), but the key does not:
see `docs/isolation.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from clausier.foundation import isolation

SCHEMA = "isolation"
KEY = "scope_key"
FUNCTION = "clausier_scope"
FENCE = "isolation"
OWN_ROWS = "own_rows"
SHARED_ROWS = "shared_rows"
OPENED_ROWS = "opened_rows"

PROVIDER_TABLE = "foundation_provider"
CLIENT_TABLE = "directory_client"

# What the program asks to know its scope, one part at a time; null without a scope, or under a wrong seal.
# `staff` is the provider where the scope is no client's: most statements ask for that alone.
# A part is asked as (select …), so that PostgreSQL asks once for a statement, not once for a row.
MAKE_FUNCTION = """
    create or replace function {function}(part text) returns bigint
    language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
    declare
        token text := current_setting({setting}, true);
        facts text := substr(token, 65);
    begin
        if coalesce(token, '') = '' or split_part(facts, '.', 1) <> pg_backend_pid()::text then
            return null;
        end if;
        perform from {schema}.{key}
        where left(token, 64)
            = encode(sha256(outer_pad || sha256(inner_pad || convert_to(facts, 'UTF8'))), 'hex');
        if not found then
            return null;
        end if;
        if part = 'staff' and split_part(facts, '.', 3) <> '' then
            return null;
        end if;
        return nullif(split_part(facts, '.', case part
            when 'staff' then 2 when 'provider' then 2 when 'client' then 3 when 'person' then 4
            when 'everything' then 5
        end), '')::bigint;
    end $$
"""


GIVE_KEY = """
    insert into {schema}.{key} (inner_pad, outer_pad) values (%s, %s)
    on conflict (single) do update set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad
    where {key}.inner_pad <> excluded.inner_pad or {key}.outer_pad <> excluded.outer_pad
"""


def opened_by_our_key() -> bool:
    """Whether the server accepts the scopes that this process signs; asked as the program."""
    with isolation.everything("to see whether the key fits"), connection.cursor() as cursor:
        cursor.execute("select to_regprocedure(%s) is not null", [f"{FUNCTION}(text)"])
        if not cursor.fetchone()[0]:
            return False
        _execute(cursor, "select {function}('everything') is not null", function=FUNCTION)
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced table: the column that names the provider, the one that names the client ("": none)."""

    table: str
    provider: str
    client: str = ""


def statements(fenced: Sequence[Fence], role: str, *, force: bool) -> dict[str, list[str]]:
    """By table, what fences it for `role`, the program's; with `force` for the tables' owner too."""
    how = "force" if force else "no force"
    return {
        fence.table: [
            _said("alter table {table} enable row level security", table=fence.table),
            _said(f"alter table {{table}} {how} row level security", table=fence.table),
            *_fence(fence, role),
        ]
        for fence in fenced
    }


def fences(cursor: CursorWrapper) -> list[Fence]:
    """The tables in the schema `public` that have a provider, and those of providers and clients."""
    cursor.execute(
        """
        select c.relname, array_agg(a.attname::text) from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and c.relowner = (select oid from pg_roles where rolname = current_user)
          and a.attname in ('id', 'provider_id', 'client_id') and not a.attisdropped
          and a.atttypid = 'bigint'::regtype  -- the identity providers of single sign-on have names instead
        group by 1 order by 1
        """
    )
    found = []
    for table, columns in cursor.fetchall():
        if table == PROVIDER_TABLE:
            found.append(Fence(table, provider="id"))
        elif table == CLIENT_TABLE:
            found.append(Fence(table, provider="provider_id", client="id"))
        elif "provider_id" in columns:
            found.append(Fence(table, "provider_id", "client_id" if "client_id" in columns else ""))
    return found


def tables_of_people() -> list[str]:
    """The tables of the models that say `of_person = True`: a row is one person's place with a provider."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "of_person", False))


def tables_with_shared_rows() -> list[str]:
    """The tables of the models that say `shared = True`: a row without a provider is everyone's to read."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "shared", False))


def opened_to_clients() -> dict[str, str]:
    """By table, which rows of the provider's own a client reads: what models say as `clients_read`, in SQL.

    Such a table is shut to clients otherwise, and none of them writes there.
    """
    found = {model._meta.db_table: getattr(model, "clients_read", None) for model in apps.get_models()}
    return {table: rows for table, rows in sorted(found.items()) if rows}


def _fence(fence: Fence, role: str) -> Iterator[str]:
    opened = opened_to_clients().get(fence.table)
    if opened:
        inside = "{provider} = (select {function}('staff'))"
    elif fence.client:
        # A row that is no client's (client_id null) is the provider's own: no client sees it.
        inside = (
            "{provider} = (select {function}('staff'))"
            " or {provider} = (select {function}('provider')) and {client} = (select {function}('client'))"
        )
    else:
        inside = "{provider} = (select {function}('provider'))"
    inside += " or (select {function}('everything')) is not null"
    yield from _policy(FENCE, fence, role, "for all", inside, check=True)
    if opened:
        shown = f"{{provider}} = (select {{function}}('provider')) and ({opened})"
        yield from _policy(OPENED_ROWS, fence, role, "for select", shown, check=False)
    own = _own_rows(fence)
    if own:
        yield from _policy(OWN_ROWS, fence, role, "for select", own, check=False)
    if fence.table in tables_with_shared_rows():
        yield from _policy(SHARED_ROWS, fence, role, "for select", _shared_rows(), check=False)


def _shared_rows() -> str:
    """Rows of nobody's, for whoever has a scope; and to see one's places with, the rows of those places."""
    mine = _places_of("provider_id")
    return (
        "provider_id is null and ((select {function}('provider')) is not null "
        f"or (select {{function}}('person')) is not null) or {mine}"
    )


def _places_of(column: str) -> str:
    """The providers that the person of the scope belongs to."""
    return " or ".join(
        f"{column} in (select provider_id from {table} where person_id = (select {{function}}('person')))"  # noqa: S608
        for table in tables_of_people()
    )


def _own_rows(fence: Fence) -> str:
    if fence.table in tables_of_people():
        return "person_id = (select {function}('person'))"
    if fence.table == PROVIDER_TABLE:
        return _places_of("id")
    return ""


def _policy(name: str, fence: Fence, role: str, acts: str, shown: str, *, check: bool) -> Iterator[str]:
    names = {"name": name, "table": fence.table, "role": role, "function": FUNCTION}
    columns = {"provider": fence.provider, "client": fence.client or "client_id"}
    yield _said("drop policy if exists {name} on {table}", **names)
    statement = f"create policy {{name}} on {{table}} {acts} to {{role}} using ({shown})"
    if check:
        statement += f" with check ({shown})"
    yield _said(statement, **names, **columns)


def give_key(connection: BaseDatabaseWrapper) -> None:
    """Let the database check the scopes that this installation signs; as the owner."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is null", [f"{SCHEMA}.{KEY}"])
        if cursor.fetchone()[0]:
            for statement in _make_key():
                cursor.execute(statement)
        cursor.execute(_said(GIVE_KEY, schema=SCHEMA, key=KEY), list(isolation.pads()))


def _make_key() -> Iterator[str]:
    yield _said("create schema if not exists {schema}", schema=SCHEMA)
    yield _said("revoke all on schema {schema} from public", schema=SCHEMA)
    yield _said(
        "create table {schema}.{key} (single boolean primary key default true check (single), "
        "inner_pad bytea not null, outer_pad bytea not null)",
        schema=SCHEMA,
        key=KEY,
    )


def function(role: str) -> Iterator[str]:
    """The function by which fences and search know the scope."""
    yield (
        sql.SQL(MAKE_FUNCTION)
        .format(
            function=sql.Identifier(FUNCTION),
            schema=sql.Identifier(SCHEMA),
            key=sql.Identifier(KEY),
            setting=sql.Literal(isolation.SETTING),
        )
        .as_string()
    )
    yield _said("revoke all on function {function}(text) from public", function=FUNCTION)
    yield _said("grant execute on function {function}(text) to {role}", function=FUNCTION, role=role)


def _said(statement: str, **names: str) -> str:
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    return sql.SQL(statement).format(**identifiers).as_string()


def _execute(cursor: CursorWrapper, statement: str, **names: str) -> None:
    cursor.execute(_said(statement, **names))
