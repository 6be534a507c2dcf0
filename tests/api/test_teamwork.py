"""Working together through the API: one story, and what a client's machine is not told."""

from __future__ import annotations

import pytest

from tests.api.asking import Machine
from tests.desk.asking import open_ticket


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:45")


def test_tickets_are_followed_tagged_linked_merged_and_split(imri):
    machine = Machine(imri, imri.dispatcher)
    first, second = open_ticket(imri), open_ticket(imri, title="Même panne")
    path = f"/tickets/{first.number}"
    machine.post(f"{path}/watchers", {"contact": imri.colleague.pk})
    machine.post(f"{path}/links", {"other": second.number, "kind": "duplicate", "internal": False})
    machine.post(f"{path}/tags", {"add": ["Baie"]})
    task = machine.post(f"{path}/tasks", {"title": "Relancer", "due_on": "2026-11-23"})
    machine.post(f"{path}/tasks/{task['id']}/tick", {})
    told = machine.get(f"{path}/together")
    assert [one["contact"]["id"] for one in told["watchers"]] == [imri.colleague.pk]
    assert [(one["number"], one["says"]) for one in told["links"]] == [(second.number, "en double de")]
    assert told["tasks"][0]["done_by"]["id"] == imri.dispatcher.person.pk
    tag = told["tags"][0]["id"]
    assert [one["number"] for one in machine.get(f"/tickets?tag={tag}")["items"]] == [first.number]
    theirs = Machine(imri, imri.correspondent).get(f"{path}/together")
    assert (theirs["tags"], theirs["tasks"], len(theirs["links"])) == ([], [], 1)
    goes_on = machine.post(f"/tickets/{second.number}/merge", {"into": first.number})
    assert goes_on["number"] == first.number
    problem = machine.refused("POST", f"/tickets/{second.number}/reopening", {"reason": "Encore"})
    assert problem["code"] == "ticket_merged"
    machine.post(f"/tickets/{second.number}/merge-undoing", None)
    note = machine.post(f"{path}/notes", {"text": "Autre chose"})
    new = machine.post(f"{path}/split", {"events": [note["id"]], "title": "Autre chose"})
    assert new["description"] == "Autre chose"
    stale = {"text": "Bonjour", "last_read": 1}
    colleague = Machine(imri, imri.technician)
    machine.post(f"{path}/replies", {"text": "On s’en occupe."})
    assert colleague.refused("POST", f"{path}/replies", stale)["code"] == "newer_message"
