"""A machine moves a provider in and takes everything out, through the API alone."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from clausier.directory.models import Client
from tests.api.asking import Machine
from tests.transfer.files import csv_file, do_jobs

FILE = csv_file("Bidule;SIREN", "Menuiserie Éprouvée;900000050")


@pytest.fixture
def machine(imri, at):
    at("2026-11-20T16:30")
    return Machine(imri, imri.owner)


def test_a_file_is_sent_checked_brought_in_and_undone(machine):
    sent = {
        "kind": "clients",
        "file": {"name": "clients.csv", "content": base64.b64encode(FILE).decode()},
        "mapping": {"name": "Bidule"},
        "goes_on": True,
    }
    made = machine.post("/imports", sent)
    assert (made["state"], made["mapping"]) == ("checking", {"name": "Bidule", "siren": "SIREN"})
    do_jobs("transfer.check")
    do_jobs("transfer.write")
    seen = machine.get(f"/imports/{made['id']}")
    assert (seen["state"], seen["created"], seen["fault_count"]) == ("done", 1, 0)
    line = machine.get(f"/imports/{made['id']}/lines")["items"][0]
    assert line["object_id"] == Client.objects.get(siren="900000050").pk
    machine.post(f"/imports/{made['id']}/undoing", {})
    do_jobs("transfer.undo")
    assert machine.get("/imports")["items"][0]["state"] == "undone"
    assert machine.ask("POST", f"/imports/{made['id']}/confirmation", {}).status_code == 409


def test_an_archive_is_asked_for_and_fetched(machine, imri):
    made = machine.post("/archives", {"client": imri.client.number})
    assert machine.ask("GET", f"/archives/{made['id']}/content").status_code == 409
    do_jobs("transfer.make_archive")
    assert machine.get(f"/archives/{made['id']}")["state"] == "ready"
    answer = machine.ask("GET", f"/archives/{made['id']}/content")
    content = b"".join(answer.streaming_content)
    assert "tables/directory_client.csv" in zipfile.ZipFile(io.BytesIO(content)).namelist()
