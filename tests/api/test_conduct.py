"""The conduct of an intervention for machines: prices, agreements, remote sessions, stops."""

from __future__ import annotations

import pytest

from tests.api.asking import Machine
from tests.desk.asking import open_ticket


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:45")


def test_a_machine_conducts_an_intervention_and_the_client_sees_it(imri):
    number = open_ticket(imri).number
    desk, lead, theirs = (
        Machine(imri, actor) for actor in (imri.technician, imri.manager, imri.correspondent)
    )
    prices = desk.get(f"/tickets/{number}/step-prices")["items"]
    assert [(one["step"], one["kind"]) for one in prices] == [("remote", "included"), ("onsite", "included")]
    tool = lead.post("/remote-tools", {"name": "AidePoste"})
    remote = {"tool": tool["id"], "equipment": "SRV-01"}
    refused = desk.refused("POST", f"/tickets/{number}/remote-sessions", remote)
    assert refused["code"] == "consent_needed"
    desk.post(f"/tickets/{number}/agreements", {"kind": "remote"})
    said = {"kind": "remote", "agrees": True, "contact": imri.caller.pk}
    assert desk.post(f"/tickets/{number}/agreement-answers", said)["state"] == "given"
    assert [one["state"] for one in theirs.get(f"/tickets/{number}/agreements")["items"]] == ["given"]
    session = desk.post(f"/tickets/{number}/remote-sessions", remote)
    assert desk.post(f"/remote-sessions/{session['id']}/end", {})["ended_at"]
    assert [one["equipment"] for one in theirs.get("/remote-sessions")["items"]] == ["SRV-01"]
    desk.post(f"/tickets/{number}/sessions", {"mode": "remote"})
    stopped = desk.post(
        f"/tickets/{number}/stops", {"reason": "no-manual", "note": "Aucune notice.", "duty": "documentation"}
    )
    assert (stopped["duty_clause"], stopped["promise_waits"]) == ("IX", True)
    assert [one["id"] for one in theirs.get(f"/tickets/{number}/stops")["items"]] == [stopped["id"]]
