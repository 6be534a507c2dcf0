"""An archive is read with nothing of ours: zip, CSV, JSON and a digest."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from argparse import Namespace
from pathlib import Path

import pytest
from django.db import models

from clausier.cli import export
from clausier.desk.services import add_note, reply
from clausier.foundation import clock, isolation, journal
from clausier.foundation.errors import NotAllowed
from clausier.transfer import making, services, tables, tasks
from clausier.transfer.errors import Expired
from clausier.transfer.tables import Wanted
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, make_client
from tests.transfer.files import do_jobs


@pytest.fixture
def house(imri, ims, at):
    """One with a ticket, a file that the client sees and one that it does not, and a stranger beside."""
    at("2026-11-20T17:00")
    ticket = open_ticket(imri, title='=HYPERLINK("https://piege.example.org")')
    reply(
        by=imri.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        text="Voici la marche à suivre.",
        files=[("marche à suivre.txt", "text/plain", b"Redemarrez")],
    )
    add_note(
        by=imri.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        text="Client pressé.",
        files=[("note interne.txt", "text/plain", b"Entre nous")],
    )
    make_client(imri.provider, imri.agency, number="CL-002", name="Scierie Voisine")
    open_ticket(ims, title="Un ticket d’à côté")
    return imri


def taken(house, archive):
    do_jobs("transfer.make_archive")
    archive.refresh_from_db()
    with services.fetch_archive(by=house.owner, at=clock.now(), archive=archive) as opened:
        content = opened.read()
    assert hashlib.sha256(content).hexdigest() == archive.sha256
    return zipfile.ZipFile(io.BytesIO(content))


def test_a_provider_takes_everything_along(house):
    packed = taken(house, services.ask_archive(by=house.owner, at=clock.now()))
    manifest = json.loads(packed.read("manifest.json"))
    assert manifest["format"] == "clausier-archive/1"
    assert set(packed.namelist()) == {"manifest.json", *manifest["members"]}
    for name, told in manifest["members"].items():
        content = packed.read(name)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (told["sha256"], told["size"])
    for name, told in manifest["tables"].items():
        exact = json.loads(packed.read(f"tables/{name}.json"))
        flat = list(
            csv.reader(io.StringIO(packed.read(f"tables/{name}.csv").decode("utf-8-sig")), delimiter=";")
        )
        columns = [column["name"] for column in told["columns"]]
        assert flat[0] == columns, name
        assert len(exact) == len(flat) - 1 == told["rows"], name
        assert all(list(row) == columns for row in exact), name
        assert told["about"], name
    titles = [row["title"] for row in json.loads(packed.read("tables/desk_ticket.json"))]
    assert titles == ['=HYPERLINK("https://piege.example.org")']
    assert "'=HYPERLINK" in packed.read("tables/desk_ticket.csv").decode()
    names = {
        row["name"]: packed.read(f"files/{row['sha256']}")
        for row in json.loads(packed.read("tables/foundation_storedfile.json"))
    }
    assert names["marche à suivre.txt"] == b"Redemarrez"
    everything = b"".join(packed.read(name) for name in packed.namelist())
    assert b"Cardinal" not in everything
    assert b"argon2" not in everything


def test_the_journal_in_an_archive_proves_itself(house):
    packed = taken(house, services.ask_archive(by=house.owner, at=clock.now()))
    previous = "0" * 64
    lines = packed.read("journal/journal.jsonl").decode().splitlines()
    for line in lines:
        found = json.loads(line)
        assert found["previous"] == previous
        previous = hashlib.sha256((previous + found["canonical"]).encode()).hexdigest()
        assert previous == found["hash"]
    codes = [json.loads(json.loads(line)["canonical"])["code"] for line in lines]
    assert "desk.ticket_opened" in codes
    assert json.loads(packed.read("manifest.json"))["journal"]["entries"] == len(lines)
    assert journal.verify_of(house.provider).breaks == ()


def test_a_client_takes_its_own_file_and_nothing_that_is_internal(house):
    archive = services.ask_client_archive(by=house.manager, at=clock.now(), client=house.client)
    packed = taken(house, archive)
    everything = b"".join(packed.read(name) for name in packed.namelist()).decode(errors="replace")
    assert "Voici la marche à suivre." in everything
    for secret in ("Client pressé.", "Entre nous", "note interne.txt", "Scierie Voisine", "@nebuline"):
        assert secret not in everything
    with_internal = taken(
        house,
        services.ask_client_archive(
            by=house.manager, at=clock.now(), client=house.client, with_internal=True
        ),
    )
    told = b"".join(with_internal.read(name) for name in with_internal.namelist()).decode(errors="replace")
    assert "Client pressé." in told
    assert "Entre nous" in told
    assert "Scierie Voisine" not in told


def test_only_owners_take_everything_and_an_archive_is_kept_for_its_time(house, at):
    with pytest.raises(NotAllowed):
        services.ask_archive(by=house.manager, at=clock.now())
    archive = services.ask_archive(by=house.owner, at=clock.now())
    taken(house, archive).close()
    with pytest.raises(NotAllowed):
        services.fetch_archive(by=house.manager, at=clock.now(), archive=archive)
    at("2026-11-27T17:01")
    with pytest.raises(Expired):
        services.fetch_archive(by=house.owner, at=clock.now(), archive=archive)
    place = archive.place
    assert tasks.forget(timestamp=0) == 1
    assert not making.default_storage.exists(place)
    archive.refresh_from_db()
    assert archive.state == "expired"


def test_the_command_line_writes_the_same_to_a_file(house, tmp_path: Path, capsys):
    path = tmp_path / "archive.zip"

    def asked(**given) -> int:
        facts = {"provider": house.provider.slug, "to": path, "client": None, "internal": False}
        return export.answer(Namespace(**(facts | given)))

    assert asked() == 0
    with zipfile.ZipFile(path) as packed:
        assert json.loads(packed.read("manifest.json"))["provider"]["slug"] == house.provider.slug
    assert "tables" in capsys.readouterr().out
    assert asked() == 1
    assert str(path) in capsys.readouterr().err
    path.unlink()
    assert asked(client="nul") == asked(provider="nul") == 1
    assert not path.exists()
    assert asked(client=house.client.number) == 0
    with zipfile.ZipFile(path) as packed:
        assert json.loads(packed.read("manifest.json"))["client"]["number"] == house.client.number


def test_every_table_of_a_provider_goes_out_or_says_why_not(house):
    with isolation.confined(isolation.of_provider(house.provider.pk)):
        going = {table.model for table in tables.of(Wanted(house.provider))}
    assert going | set(tables.LEFT_OUT) == set(tables.ours())
    for table in tables.of(Wanted(house.provider)):
        assert not {"password", "secret", "nonce", "token"} & set(table.columns), table.name
        assert not any(isinstance(field, models.BinaryField) for field in table.fields), table.name
