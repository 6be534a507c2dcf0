"""Row-level security: what the program's role sees in a scope; SQL cannot give itself a wider one."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django import app

from clausier import cluster, fences
from clausier.directory.models import Client
from clausier.foundation import isolation
from clausier.foundation.isolation import Scope
from clausier.foundation.models import Counter, JournalEntry, Membership, Provider
from tests.console.visits import signed_in
from tests.desk.asking import open_ticket
from tests.people import House, client_account, make_client, make_contact, make_contract

pytestmark = pytest.mark.django_db

# Rows of the installation: who the people are and their ways in, found before anyone has signed in.
OPEN = {"foundation_person", "foundation_invitation"}

# Jobs that touch no domain table.
OF_THE_QUEUE = {
    "clausier.retake_stalled_jobs",
    "clausier.daily_backup",
    "procrastinate.builtin_tasks.remove_old_jobs",
}


def rows(statement: str, *arguments: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()


def our_tables() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if apps.get_app_config(model._meta.app_label).name.startswith("clausier.")
    }


def fenced() -> list[fences.Fence]:
    with connection.cursor() as cursor:
        cursor.execute("set role none")
        found = fences.fences(cursor)
        cursor.execute("reset role")
    return found


def seen(table: str, column: str) -> set[Any]:
    return {value for (value,) in rows(f'select distinct {column} from "{table}"')}


@pytest.fixture
def houses(imri: House, ims: House) -> tuple[House, House]:
    """Two providers with a ticket each, and a second client at the first."""
    other, site = make_client(imri.provider, imri.agency, number="CL-002", name="Scierie Voisine")
    contact = make_contact(other, name="Perrine Doublure", site=site)
    make_contract(other, number="C-0002", kind="managed", book="imri/2013", covered={"server": 1})
    imri.extra |= {"other": other, "stranger": client_account(other, contact, role="it-correspondent")}
    open_ticket(imri)
    open_ticket(imri, client=other, caller=contact, site=site, contract=None)
    open_ticket(ims)
    return imri, ims


# What is fenced


def test_every_domain_table_has_its_fence() -> None:
    """A new table fails here until it carries provider_id and `clausier migrate` fenced it."""
    known = dict(
        rows(
            "select c.relname, c.relrowsecurity and exists ("
            "select from pg_policies p where p.tablename = c.relname and p.policyname = %s "
            "and p.cmd = 'ALL' and p.roles = %s and p.with_check is not null) "
            "from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')",
            fences.FENCE,
            [cluster.APP],
        )
    )
    assert {table for table in our_tables() if not known[table]} == OPEN


def test_nothing_else_opens_a_table() -> None:
    policies = rows("select tablename, policyname from pg_policies where schemaname = 'public'")
    extra = {(table, name) for table, name in policies if name != fences.FENCE}
    own = {*fences.tables_of_people(), fences.PROVIDER_TABLE}
    shared = {(table, fences.SHARED_ROWS) for table in fences.tables_with_shared_rows()}
    opened = {(table, fences.OPENED_ROWS) for table in fences.opened_to_clients()}
    assert extra == {(table, fences.OWN_ROWS) for table in own} | shared | opened


def test_every_client_column_is_part_of_its_fence() -> None:
    with_client = {
        table
        for (table,) in rows(
            "select table_name from information_schema.columns where column_name = 'client_id'"
        )
    }
    by_client = {fence.table for fence in fenced() if fence.client}
    assert by_client == (with_client & our_tables()) | {fences.CLIENT_TABLE}


def test_no_other_way_around_the_fences_exists() -> None:
    """Functions that run with the owner's rights, and views, which read with their owner's.

    Search keeps to the signed scope by itself: tests/foundation/test_search.py holds it to it.
    """
    rights = rows(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace "
        "and has_function_privilege(%s, oid, 'execute')",
        cluster.APP,
    )
    assert {name for (name,) in rights} == {fences.FUNCTION, "clausier_count_entries", "clausier_find"}
    views = rows(
        "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
    )
    assert views == []


# What is seen


def test_without_a_scope_nothing_is_seen_and_nothing_is_added(houses: tuple[House, House]) -> None:
    with isolation.confined(isolation.NOTHING):
        assert {fence.table for fence in fenced() if rows(f'select 1 from "{fence.table}" limit 1')} == set()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Counter.objects.create(provider_id=houses[0].provider.pk, series="essai")


def test_a_provider_sees_its_own_rows_in_every_table(houses: tuple[House, House]) -> None:
    here = houses[0].provider.pk
    with isolation.confined(isolation.of_provider(here)):
        for fence in fenced():
            nobodys = {None} if fence.table in fences.tables_with_shared_rows() else set()
            assert seen(fence.table, fence.provider) <= {here} | nobodys, fence.table
        assert Client.objects.count() == 2


def test_a_client_sees_its_own_rows_in_every_table_that_has_clients(houses: tuple[House, House]) -> None:
    house, _ = houses
    other: Any = house.extra["other"]
    with isolation.confined(house.user.scope):
        for fence in fenced():
            if fence.client:
                assert seen(fence.table, fence.client) <= {house.client.pk}, fence.table
        assert house.client.tickets.count() == 1
        assert not Client.objects.filter(pk=other.pk).exists()


def test_an_account_of_no_client_sees_no_client(houses: tuple[House, House]) -> None:
    actor = type(houses[0].user)(provider=houses[0].provider, role="user")
    with isolation.confined(actor.scope):
        assert Client.objects.count() == 0


def test_one_finds_the_places_where_one_works_and_no_other(houses: tuple[House, House]) -> None:
    here, _ = houses
    with isolation.confined(Scope(person=here.owner.person.pk)):
        assert {member.person_id for member in Membership.objects.all()} == {here.owner.person.pk}
        assert set(Provider.objects.values_list("slug", flat=True)) == {here.provider.slug}
        assert Membership.objects.update(role="reader") == 0, "one's own rows are for reading"
    with isolation.confined(Scope(person=here.correspondent.person.pk)):
        assert set(Provider.objects.values_list("slug", flat=True)) == {here.provider.slug}


def test_what_is_not_in_sight_is_neither_changed_nor_moved_nor_added(houses: tuple[House, House]) -> None:
    here, there = houses
    with isolation.confined(here.owner.scope):
        assert Client.objects.filter(pk=there.client.pk).update(name="Pris") == 0
        assert Client.objects.filter(pk=there.client.pk).delete()[0] == 0
        for act in (
            lambda: Client.objects.filter(pk=here.client.pk).update(provider_id=there.provider.pk),
            lambda: Counter.objects.create(provider=there.provider, series="essai"),
        ):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                act()


def test_an_act_keeps_to_the_scope_of_its_actor(houses: tuple[House, House]) -> None:
    """Even within a wider one: here the test's own, in which everything is in sight."""
    here, _ = houses
    with isolation.confined(isolation.NOTHING):
        assert open_ticket(here).client_id == here.client.pk
    ticket = open_ticket(here, by=here.user, caller=None, origin="portal")
    entry = JournalEntry.objects.filter(object_kind="ticket", object_id=ticket.pk).latest("pk")
    assert entry.client_id == here.client.pk


# That SQL cannot widen it


def session_of(role: str) -> psycopg.Connection[Any]:
    """A session that logged in as `role`, as the program does: not one that only took its role."""
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=role, dbname=settings["NAME"], autocommit=True
    )


def test_the_programs_role_has_no_way_to_become_another() -> None:
    with session_of(cluster.APP) as session:
        rights = session.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication "
            "from pg_roles where rolname = current_user"
        ).fetchone()
        assert rights == (False,) * 5
        assert (
            session.execute("select from pg_auth_members where member = current_user::regrole").fetchall()
            == []
        )
        for act in (
            f"set role {cluster.OWNER}",
            f"set session authorization {cluster.OWNER}",
            "alter role current_user bypassrls",
            "set row_security = off; select * from desk_ticket",
            "alter table desk_ticket disable row level security",
            "drop policy isolation on desk_ticket",
            f"select * from {fences.SCHEMA}.{fences.KEY}",
            f"create function {fences.FUNCTION}(part text) returns bigint language sql as 'select 1'",
            "create temporary table pg_proc (a int)",
            "set track_activities = on",
        ):
            with pytest.raises(psycopg.Error):
                session.execute(act)  # type: ignore[call-overload]


def test_sessions_do_not_read_each_others_statements() -> None:
    with session_of(cluster.APP) as session:
        assert session.execute("show track_activities").fetchone() == ("off",)


def forge(token: str) -> None:
    """What SQL smuggled into a statement could do: set the scope itself."""
    rows("select set_config(%s, %s, false)", isolation.SETTING, token)


def told() -> str:
    return rows("select current_setting(%s)", isolation.SETTING)[0][0]


def test_a_scope_that_was_not_signed_for_this_session_opens_nothing(houses: tuple[House, House]) -> None:
    here, _ = houses
    backend = rows("select pg_backend_pid()")[0][0]
    wide = Scope(everything="forged")
    with isolation.confined(here.user.scope):
        mine = told()
        seal, facts = mine[:64], mine[64:]
        for token in (
            wide.facts(backend),  # no seal
            "0" * 64 + wide.facts(backend),  # a wrong one
            seal + wide.facts(backend),  # that of something else
            seal + facts + "1",
            seal + facts.replace(f".{here.client.pk}.", ".."),
            isolation.signed(wide, backend + 1),  # a true one, of another session
            "",
            "nonsense",
            ".....",
        ):
            forge(token)
            assert rows("select * from directory_client") == [], token
        with connection.cursor() as cursor:
            cursor.execute("do $$ begin perform set_config('clausier.scope', '1', false); end $$")
        assert rows("select * from directory_client") == []
        forge(mine)
        assert len(rows("select * from directory_client")) == 1


def test_a_seal_made_by_the_program_is_the_one_the_server_expects() -> None:
    assert fences.opened_by_our_key()


def test_another_key_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_key", lambda: b"another key of thirty-two bytes!")
    connection.told = None  # type: ignore[attr-defined]
    assert not fences.opened_by_our_key()
    monkeypatch.undo()
    connection.told = None  # type: ignore[attr-defined]


# That no scope outlives its block


def test_a_roll_back_does_not_bring_a_former_scope_back(houses: tuple[House, House]) -> None:
    here, there = houses

    def look_and_fail() -> None:
        with transaction.atomic():
            with isolation.confined(there.owner.scope):
                assert set(Client.objects.values_list("provider", flat=True)) == {there.provider.pk}
            raise ZeroDivisionError

    with isolation.confined(here.owner.scope):
        with pytest.raises(ZeroDivisionError):
            look_and_fail()
        assert set(Client.objects.values_list("provider", flat=True)) == {here.provider.pk}


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_the_commit_runs_in_the_scope_of_its_block(houses: tuple[House, House]) -> None:
    here, _ = houses
    with isolation.confined(here.owner.scope), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("declare held cursor with hold for select provider_id from directory_client")
        with isolation.everything("the last statement before the commit"):
            rows("select 1")
    assert set(rows("fetch all from held")) == {(here.provider.pk,)}
    connection.close()


def test_a_statement_that_fails_leaves_its_own_error(houses: tuple[House, House]) -> None:
    scope = houses[0].owner.scope
    with (
        pytest.raises(DatabaseError, match="division by zero"),
        transaction.atomic(),
        isolation.confined(scope),
    ):
        rows("select 1/0")
    assert Client.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_kept_connection_keeps_no_scope(houses: tuple[House, House]) -> None:
    """Requests of two providers one after the other on one connection, as a web thread serves them."""
    backend = rows("select pg_backend_pid()")
    for house in (*houses, houses[0]):
        browser = signed_in(house.owner)
        page = Context().run(browser.get, f"/{house.provider.slug}/clients/")
        assert page.status_code == 200
        assert house.client.name in page.content.decode()
        assert {house.client.name for house in houses if house.client.name in page.content.decode()} == {
            house.client.name
        }
        # Asked below Django, which would tell the session its scope first.
        assert connection.connection.execute("show clausier.scope").fetchone() == ("",)
    assert (
        connection.connection.info.backend_pid == backend[0][0]
        or connection.settings_dict["CONN_MAX_AGE"] == 0
    )


@pytest.mark.django_db(transaction=True)
def test_a_thread_takes_over_no_scope(houses: tuple[House, House]) -> None:
    counts: dict[str, int] = {}

    def look(name: str, scope: Scope | None) -> None:
        if scope:
            isolation.enter(scope)
        counts[name] = Client.objects.count()
        connection.close()

    looks: dict[str, Scope | None] = {
        "none": None,
        "here": houses[0].owner.scope,
        "user": houses[0].user.scope,
    }
    threads = [Thread(target=look, args=(name, scope)) for name, scope in looks.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == {"none": 0, "here": 2, "user": 1}


# Jobs


def test_a_job_is_confined_to_its_provider(houses: tuple[House, House]) -> None:
    @isolation.job_of_provider
    def count(*, provider_id: int) -> int:
        return Client.objects.count()

    run: Callable[..., int] = Context().run
    assert run(lambda: count(provider_id=houses[0].provider.pk)) == 2
    assert run(lambda: count(provider_id=houses[1].provider.pk)) == 1
    assert run(Client.objects.count) == 0


def test_every_task_says_whose_rows_it_sees() -> None:
    silent = {
        name.removeprefix("builtin:")
        for name, task in app.tasks.items()
        if not getattr(task.func, "isolation", None)
    }
    assert silent <= OF_THE_QUEUE


def test_sealing_reaches_every_chain_from_a_worker(houses: tuple[House, House]) -> None:
    assert Context().run(app.tasks["foundation.seal_journals"].func, timestamp=0) > 0
    assert not JournalEntry.objects.filter(seal=None).exists()
