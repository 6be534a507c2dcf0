"""What machines ask: whether it lives, its metrics; and the number that every request bears."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from clausier.care import logs, shelf
from clausier.foundation import clock
from clausier.foundation.models import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/healthz", "/sante/"])
def test_whoever_asks_learns_that_it_lives(client, address):
    answer = client.get(address)
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_a_database_that_is_away_is_told_by_the_status(client, monkeypatch):
    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("clausier.care.views.connection", SimpleNamespace(cursor=away))
    assert client.get("/healthz").status_code == 503


def test_this_machine_reads_the_metrics(client):
    client.get("/healthz")
    text = client.get("/metrics", headers={"host": "localhost:8000"}).content.decode()
    assert 'clausier_http_requests_total{method="GET",route="health",status="200"}' in text
    assert "clausier_workers 0.0" in text
    assert "clausier_database_bytes" in text


@pytest.mark.parametrize(
    "request_",
    [
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "localhost"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7", "HTTP_HOST": "localhost"},
        {"HTTP_FORWARDED": "for=192.0.2.7", "HTTP_HOST": "localhost"},
        {"HTTP_HOST": "desk.example.org"},
        {"HTTP_HOST": "localhost.example.org"},
    ],
)
def test_a_stranger_does_not_even_through_a_proxy_of_this_machine(client, settings, request_):
    settings.ALLOWED_HOSTS = ["*"]
    assert client.get("/metrics", **request_).status_code == 403


def test_with_a_token_only_the_token_opens(client, monkeypatch):
    monkeypatch.setenv("CLAUSIER_METRICS_TOKEN", "bearer-of-figures")
    assert client.get("/metrics", headers={"host": "localhost"}).status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer other"}).status_code == 403
    opened = client.get("/metrics", headers={"authorization": "Bearer bearer-of-figures"})
    assert opened.status_code == 200


def test_metrics_tell_jobs_and_the_age_of_the_last_backup(client, tmp_path, monkeypatch):
    monkeypatch.setenv("CLAUSIER_BACKUPS", str(tmp_path))
    made_at = clock.now() - timedelta(hours=3)
    (tmp_path / shelf.name_for(made_at)).write_bytes(b"12345")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (task_name, queue_name, status) values ('a', 'b', 'failed')"
        )
    text = client.get("/metrics", headers={"host": "localhost"}).content.decode()
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(lines['clausier_jobs{status="failed"}']) == 1
    assert float(lines["clausier_backup_last_timestamp_seconds"]) == int(made_at.timestamp())
    assert float(lines["clausier_backup_last_bytes"]) == 5


def test_every_answer_bears_a_number_and_keeps_the_proxys(client):
    made = client.get("/healthz")["X-Request-Id"]
    assert len(made) == 32
    kept = client.get("/healthz", headers={"x-request-id": "proxy-0123456789"})
    assert kept["X-Request-Id"] == "proxy-0123456789"


@pytest.mark.parametrize("given", ["short", "a" * 41, 'x"}{"level": 1', "line\tbreak-0000"])
def test_a_number_that_could_be_anything_is_replaced(client, given):
    assert client.get("/healthz", headers={"x-request-id": given})["X-Request-Id"] != given


def test_the_journal_keeps_the_number_of_the_request(client, imri):
    client.force_login(imri.owner.person)
    before = JournalEntry.objects.count()
    answer = client.post(
        reverse("agency-create", args=[imri.provider.slug]),
        {"name": "Agence seconde", "holiday_region": "metropole"},
        headers={"x-request-id": "request-number-7"},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert JournalEntry.objects.count() == before + 1
    assert JournalEntry.objects.latest("pk").request_id == "request-number-7"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the program's log writes, as lines of its JSON form."""
    configuration = logs.configuration("json", "INFO")
    formatter = dict(configuration["formatters"]["json"])
    from pythonjsonlogger.json import JsonFormatter

    formatter.pop("()")
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Kept()
    handler.addFilter(logs.NumberedByRequest())
    handler.setFormatter(
        JsonFormatter(
            formatter["format"], datefmt=formatter["datefmt"], rename_fields=formatter["rename_fields"]
        )
    )
    logger = logging.getLogger("clausier")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield written
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_is_one_line_of_json_without_what_was_searched(client, lines):
    client.get("/healthz?q=secret", headers={"x-request-id": "request-number-8"})
    [line] = [json.loads(line) for line in lines]
    assert line["request_id"] == "request-number-8"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/healthz", 200)
    assert line["level"] == "INFO"
    assert "secret" not in json.dumps(line)
