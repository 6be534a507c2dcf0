"""What is wrong is found, named, and comes with what to do."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from clausier.care import doctor, shelf
from clausier.care.doctor import Finding
from clausier.foundation import clock, journal
from tests.care.conftest import clausier
from tests.roles import owning


def states(findings: Iterable[Finding]) -> list[str]:
    return [found.state for found in findings]


def execute(statement: str) -> None:
    with owning() as cursor:
        cursor.execute(statement)


# ---------------------------------------------------------------- with the database


@pytest.mark.django_db
def test_a_right_that_was_given_away_is_a_fault() -> None:
    assert states(doctor.look_at_rights()) == ["ok"]
    execute("grant update on foundation_journalentry to clausier_app")
    [found] = doctor.look_at_rights()
    assert found.state == "fault"
    assert "foundation_journalentry" in found.says.en
    assert found.way_out
    assert found.way_out.en == "clausier migrate"


@pytest.mark.django_db
def test_a_guard_that_was_taken_off_is_a_fault() -> None:
    execute("drop trigger append_only on foundation_ruling")
    [found] = doctor.look_at_rights()
    assert "foundation_ruling" in found.says.en


@pytest.mark.django_db
def test_a_rewritten_journal_is_a_fault(imri) -> None:
    journal.seal_all()
    assert states(doctor.look_at_journal(clock.now())) == ["ok"]
    execute("set session_replication_role = replica")
    execute(
        "update foundation_journalentry set code = 'other' "
        "where id = (select min(id) from foundation_journalentry)"
    )
    execute("set session_replication_role = origin")
    found = list(doctor.look_at_journal(clock.now()))
    assert "fault" in states(found)
    assert "altered" in found[0].says.en


@pytest.mark.django_db
def test_entries_without_seal_are_a_warning_once_sealing_is_late(imri) -> None:
    assert states(doctor.look_at_journal(clock.now())) == ["ok"]
    assert states(doctor.look_at_journal(clock.now() + timedelta(minutes=11))) == ["warning"]


@pytest.mark.django_db
def test_entries_of_the_future_are_a_fault_of_the_clock(imri) -> None:
    found = list(doctor.look_at_journal(clock.now() - timedelta(days=1)))
    assert ("clock", "fault") in [(one.part, one.state) for one in found]


@pytest.mark.django_db
def test_a_clock_that_differs_from_the_databases_is_a_fault() -> None:
    assert "fault" not in states(doctor.look_at_clock(clock.now()))
    [found] = doctor.look_at_clock(clock.now() - timedelta(minutes=2))
    assert found.state == "fault"


@pytest.mark.django_db
def test_a_worker_is_alive_as_long_as_it_gives_signs() -> None:
    assert states(doctor.look_at_worker()) == ["fault"]
    execute("insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour')")
    assert states(doctor.look_at_worker()) == ["fault"]
    execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    assert states(doctor.look_at_worker()) == ["ok"]


@pytest.mark.django_db
def test_jobs_that_failed_or_wait_too_long_are_told() -> None:
    assert states(doctor.look_at_jobs()) == ["ok"]
    execute("insert into procrastinate_jobs (task_name, queue_name, status) values ('a', 'b', 'failed')")
    assert states(doctor.look_at_jobs()) == ["warning"]
    execute(
        "insert into procrastinate_jobs (task_name, queue_name, status, scheduled_at) "
        "values ('a', 'b', 'todo', now() - interval '1 hour')"
    )
    assert states(doctor.look_at_jobs()) == ["warning", "fault"]


@pytest.mark.django_db
def test_the_programs_role_is_powerless_and_migrations_are_applied() -> None:
    with owning():
        assert states(doctor.look_at_roles()) == ["ok"]
        call_command("migrate", "foundation", "zero", fake=True, verbosity=0)
        parts = {found.part: found.state for found in doctor.with_database(clock.now(), deep=False)}
    assert parts["migrations"] == "fault"
    assert "journal" not in parts, "the tables are not those that the program knows"


# ---------------------------------------------------------------- without it


@pytest.mark.parametrize(
    ("hours", "state"), [(None, "warning"), (1, "ok"), (25, "ok"), (27, "warning"), (73, "fault")]
)
def test_backups_grow_old(
    hours: int | None, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSIER_BACKUPS", str(tmp_path))
    now = datetime(2026, 11, 20, 9, 0, tzinfo=clock.PARIS)
    if hours is not None:
        (tmp_path / shelf.name_for(now - timedelta(hours=hours))).touch()
    assert states(doctor.look_at_backups(now)) == [state]


def test_a_secret_that_others_may_read_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_HOME", str(tmp_path))
    (tmp_path / "secrets").mkdir(mode=0o700)
    secret = tmp_path / "secrets" / "django-secret-key"
    secret.touch(mode=0o600)
    assert states(doctor.look_at_secrets()) == ["ok"]
    secret.chmod(0o640)
    [found] = doctor.look_at_secrets()
    assert found.state == "fault"
    assert found.way_out
    assert found.way_out.en == f"chmod 600 {secret}"


def test_hosts_of_the_outside_want_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_HOSTS", "desk.example.org")
    assert states(doctor.look_at_settings()) == ["warning"]
    monkeypatch.setenv("CLAUSIER_HTTPS", "1")
    assert states(doctor.look_at_settings()) == ["ok"]


class Greeter(socketserver.StreamRequestHandler):
    """An SMTP server for as long as nobody sends anything."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 well\r\n")


@pytest.fixture
def smtp() -> Iterator[int]:
    """The port of a server that greets."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_mail_is_tried_without_sending_any(smtp: int, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(doctor.look_at_mail()) == ["warning"]
    monkeypatch.setenv("CLAUSIER_MAIL_HOST", "127.0.0.1")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", smtp, False
    assert states(doctor.look_at_mail()) == ["ok"]
    settings.EMAIL_USE_TLS = True  # which this server does not know
    assert states(doctor.look_at_mail()) == ["fault"]


@pytest.mark.engine
def test_a_database_that_cannot_be_had_hides_nothing_else(tmp_path: Path) -> None:
    address = "postgresql://clausier_app@127.0.0.1:1/clausier"
    done = clausier(tmp_path / "home", "doctor", "--json", DATABASE_URL=address)
    assert done.returncode == 1, done.stderr
    parts = {found["part"]: found["state"] for found in json.loads(done.stdout)["findings"]}
    assert parts["database"] == "fault"
    assert {"settings", "secrets", "disk", "backups"} <= set(parts)
