"""What the program's database role may not do, whatever a bug or an intruder asks of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from clausier import grants
from tests.roles import owning

pytestmark = pytest.mark.django_db

ProgramRole = Callable[[], AbstractContextManager[None]]


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_there_is_something_to_hold() -> None:
    assert "foundation_journalentry" in grants.append_only_tables()


def test_the_program_adds_to_append_only_tables_and_does_nothing_else_to_them(
    program_role: ProgramRole,
) -> None:
    for table in sorted(grants.append_only_tables()):
        column = columns_of(table)[-1]
        for act in (
            f'update "{table}" set "{column}" = "{column}"',
            f'delete from "{table}"',
            f'truncate "{table}"',
        ):
            with pytest.raises(DatabaseError, match="permission denied"), program_role():
                execute(act)
        with program_role():
            execute(f'select * from "{table}" limit 1')


def test_the_program_does_its_work_on_every_other_table(program_role: ProgramRole) -> None:
    held = grants.append_only_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select relname, has_table_privilege('clausier_app', oid, 'select')
                and has_table_privilege('clausier_app', oid, 'insert')
                and has_table_privilege('clausier_app', oid, 'update')
                and has_table_privilege('clausier_app', oid, 'delete')
            from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
            """
        )
        full = dict(cursor.fetchall())
    assert {table for table, may in full.items() if not may} == held | {"django_migrations"}


def test_the_program_makes_and_changes_no_table(program_role: ProgramRole) -> None:
    for act in (
        "create table own (a int)",
        "create function own() returns int language sql as 'select 1'",
        "drop trigger append_only on foundation_journalentry",
        "alter table foundation_journalentry disable trigger all",
        "set session_replication_role = replica",
        "update django_migrations set applied = now()",
    ):
        with pytest.raises(DatabaseError), program_role():
            execute(act)


def test_the_owner_too_is_refused_a_change_of_what_is_append_only() -> None:
    from django.contrib.contenttypes.models import ContentType

    model = apps.get_model("foundation", "JournalEntry")
    from clausier.foundation import clock, journal

    journal.write_for_installation(code="foundation.tried", at=clock.now(), about=ContentType.objects.first())
    for act in (model.objects.all().delete, lambda: model.objects.update(code="other")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), owning():
            act()
    assert model.objects.filter(code="foundation.tried").exists()


def test_settling_again_changes_nothing_and_takes_back_what_was_given() -> None:
    with owning() as owner:
        owner.execute("grant update on foundation_journalentry to clausier_app")
        grants.settle(connection, "clausier_app")
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege('clausier_app', 'foundation_journalentry', 'update')")
        assert cursor.fetchone() == (False,)


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]
