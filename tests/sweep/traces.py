"""What the rows of a provider say, and whether any was changed: what the sweep looks for."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from clausier import fences
from tests.people import House


def marks(house: House, *, besides: House | None = None) -> set[str]:
    """What the rows of `house` say in prose, addresses and phone numbers, and those of `besides` do not."""
    found = _prose(house.provider.pk)
    return found - _prose(besides.provider.pk) if besides else found


def _prose(provider_id: int) -> set[str]:
    found: set[str] = set()
    for table, column in _texts():
        with connection.cursor() as cursor:
            key = "id" if table == fences.PROVIDER_TABLE else "provider_id"
            cursor.execute(
                f'select distinct "{column}" from "{table}" where {key} = %s and "{column}" ~ %s',
                [provider_id, r"^\+33|@|\S \S"],
            )
            found |= {text for (text,) in cursor.fetchall()}
    return found


def _texts() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.table_name, c.column_name from information_schema.columns c "
            "where c.table_schema = 'public' and c.data_type in ('text', 'character varying') "
            "and (c.table_name = %s or exists (select from information_schema.columns p "
            "where p.table_name = c.table_name and p.column_name = 'provider_id' "
            "and p.data_type = 'bigint'))",
            [fences.PROVIDER_TABLE],
        )
        return cursor.fetchall()


@cache
def _tables() -> list[str]:
    """The tables whose rows are a provider's."""
    return sorted({table for table, _ in _texts()} - {fences.PROVIDER_TABLE})


def imprint(house: House) -> str:
    """One figure of all rows of a provider, to see that none was changed, added or removed."""
    each = " union all ".join(
        f"select '{table}' || t::text as line from \"{table}\" t where provider_id = %(provider)s"
        for table in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select md5(string_agg(line, '|' order by line)) from ({each}) lines",
            {"provider": house.provider.pk},
        )
        return str(cursor.fetchone()[0])


def touched() -> int:
    """How many rows of providers' tables this transaction has written so far, those taken back among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_stat_xact_user_tables "
            "where relname = any(%s)",
            [_tables()],
        )
        return int(cursor.fetchone()[0])


def crossed() -> list[str]:
    """Foreign keys between rows of different providers."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if not _has_provider(model):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and _has_provider(field.related_model):
                there = field.related_model._meta
                with connection.cursor() as cursor:
                    cursor.execute(
                        f'select count(*) from "{model._meta.db_table}" a join "{there.db_table}" b '
                        f'on b."{there.pk.column}" = a."{field.column}" where a.provider_id <> b.provider_id'
                    )
                    if cursor.fetchone()[0]:
                        found.append(f"{model.__name__}.{field.name}")
    return found


def _has_provider(model: Any) -> bool:
    return any(getattr(field, "attname", "") == "provider_id" for field in model._meta.get_fields())
