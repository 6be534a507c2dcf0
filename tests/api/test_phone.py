"""The telephone for machines: a system tells its calls with a token that may do nothing else."""

from __future__ import annotations

import base64

import pytest

from tests.api.asking import Machine


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_a_telephone_system_tells_a_call_and_may_do_nothing_else(ims):
    system = Machine(ims, ims.technician, "phone.announce")
    told = {"reference": "a1", "state": "ringing", "number": "01 99 00 00 10", "line": "hotline"}
    call = system.post("/phone/events", told)
    assert (call["contact"]["name"], call["callback_due_at"]) == (ims.caller.full_name, None)
    sound = {"name": "m.ogg", "content": base64.b64encode(b"OggS").decode()}
    left = system.post("/phone/events", {**told, "state": "voicemail", "audio": sound})
    assert (left["id"], left["has_audio"]) == (call["id"], True)
    assert left["callback_due_at"] > left["began_at"]
    assert system.refused("GET", "/phone/calls")["status"] == 403
    assert system.refused("POST", "/phone/events", {**told, "state": "humming"})["status"] == 422

    desk = Machine(ims, ims.technician)
    assert [one["id"] for one in desk.get("/phone/calls?waiting=true")["items"]] == [call["id"]]
    assert desk.ask("GET", f"/phone/calls/{call['id']}/audio").content == b"OggS"
    done = desk.post(f"/phone/calls/{call['id']}/callback", {"text": "Rappelée"})
    assert done["note"] == "Rappelée"
    assert done["settled_at"]
    assert desk.refused("POST", f"/phone/calls/{call['id']}/callback", {})["code"] == "call_settled"
