"""`clausier mail ingest`: a line for each message, and with `--dry-run` nothing left behind."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext
from contextvars import Context
from pathlib import Path

import pytest
from django.conf import settings

from clausier.cli import mail
from clausier.desk.models import Ticket
from clausier.foundation.models import Counter
from clausier.post.models import IncomingMail
from tests.post.mails import mailbox_of, raw


@pytest.fixture
def ingest(imri, at, capsys, monkeypatch, tmp_path):
    """`ingest(messages, *options)`: the status and the lines, begun with no scope."""
    at("2026-11-20T16:30")
    monkeypatch.setattr(mail.installation, "ready", lambda role: nullcontext())
    mailbox_of(imri)

    def run(messages, *options):
        files = []
        for number, content in enumerate(messages):
            files.append(tmp_path / f"{number}.eml")
            files[-1].write_bytes(content)
        parser = argparse.ArgumentParser()
        mail.add_arguments(parser)
        words = ["ingest", "--mailbox", "support", "--json", *options, *map(str, files)]
        status = Context().run(mail.run, parser.parse_args(words))
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def thread(imri):
    """A first message, an answer to it, and what a machine says to it."""
    return [
        raw(sender=f"Maëlle <{imri.caller.email}>", files=(("plan.txt", "text/plain", b"x"),)),
        raw(
            sender=imri.caller.email,
            text="Bien reçu.\n\n-- \nMaëlle",
            message_id="deux@x",
            In_Reply_To="<un@client.example.org>",
        ),
        raw(sender="no-reply@x.example.net", message_id="trois@x", In_Reply_To="<deux@x>"),
    ]


def test_a_dry_run_tells_all_and_keeps_nothing(imri, ingest):
    place = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    stored = len(list(place.rglob("*")))
    before = Counter.objects.count()
    status, lines = ingest(thread(imri), "--dry-run")
    assert status == 0
    assert [line["outcome"] for line in lines] == ["ticket", "reply", "automatic"]
    assert {line["ticket"] for line in lines} == {lines[0]["ticket"]}
    assert (Ticket.objects.count(), IncomingMail.objects.count()) == (0, 0)
    assert Counter.objects.count() == before
    assert len(list(place.rglob("*"))) == stored


def test_each_message_is_told_with_what_was_read_of_it(imri, ingest):
    messages = thread(imri)
    _status, lines = ingest(messages)
    first, second, third = lines
    assert first["ticket"] == Ticket.objects.get().number
    assert first["sender"] == {"name": "Maëlle", "address": imri.caller.email}
    assert first["recipients"] == ["support@nebuline.example.org"]
    assert [(one["name"], one["type"], one["size"]) for one in first["attachments"]] == [
        ("plan.txt", "text/plain", 1)
    ]
    assert (second["matched_by"], second["reply_text"]) == ("in-reply-to", "Bien reçu.")
    assert "Maëlle" in second["text"]
    assert third["why"]
    _status, again = ingest(messages[:1])
    assert (again[0]["duplicate"], again[0]["ticket"]) == (True, first["ticket"])


def test_a_file_that_is_not_there_stops_none_of_the_others(imri, ingest, tmp_path):
    status, lines = ingest([b"rien d'un message"], str(tmp_path / "absent.eml"))
    assert status == 1
    assert [line["outcome"] for line in lines] == ["unreadable"]
