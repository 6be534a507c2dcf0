"""What the other features of the API do: the directory, contracts, books, questions, the staff."""

from __future__ import annotations

import pytest

from tests.api.asking import Machine

PAPER = {"name": "avenant.pdf", "content_type": "application/pdf", "content": "JVBERi0="}


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_a_client_is_created_with_its_places_and_people(imri):
    machine = Machine(imri, imri.manager)
    client = machine.post(
        "/clients", {"name": "Menuiserie Exemple", "agency": imri.agency.pk, "siren": "900000050"}
    )
    path = f"/clients/{client['number']}"
    site = machine.post(f"{path}/sites", {"name": "Atelier", "city": "Villefictive"})
    person = machine.post(
        f"{path}/contacts", {"full_name": "Ève Modèle", "site": site["id"], "phone": "01 99 00 00 42"}
    )
    assert person["phone"] == "+33199000042"
    term = machine.post(f"{path}/correspondents", {"contact": person["id"], "from_on": "2026-11-20"})
    assert term["contact"]["name"] == "Ève Modèle"
    assert machine.get("/callers?text=0199000042")["items"][0]["contact"]["id"] == person["id"]
    changed = machine.post(f"/contacts/{person['id']}", {"job_title": "Gérante"}, method="PATCH")
    assert (changed["job_title"], changed["full_name"]) == ("Gérante", "Ève Modèle")
    machine.post(f"/contacts/{person['id']}/departure", {"left_on": "2026-11-30"})
    assert machine.get(f"{path}/correspondents")["items"][0]["until_on"] == "2026-11-30"
    assert machine.post(path, {"name": "Menuiserie Modèle"}, method="PATCH")["siren"] == "900000050"
    assert machine.get("/clients?text=menui")["items"][0]["name"] == "Menuiserie Modèle"
    machine.post(f"/sites/{site['id']}", {"zone": 2}, method="PATCH")
    assert machine.get(f"{path}/sites")["items"][0]["zone"] == 2


def test_a_client_that_is_known_is_refused_with_its_number(imri):
    machine = Machine(imri, imri.manager)
    body = {"name": "Doublon", "agency": imri.agency.pk, "siren": "900000027"}
    problem = machine.refused("POST", "/clients", body)
    assert (problem["code"], problem["field"]) == ("client_already_known", "siren")
    assert problem["facts"]["number"] == "CL-001"


def test_a_contract_is_signed_covered_departed_from_and_accepted(imri):
    machine = Machine(imri, imri.manager)
    contract = machine.post(
        "/contracts",
        {"client": "CL-001", "kind": "managed", "starts_on": "2026-12-01", "covered": {"server": 1}},
    )
    path = f"/contracts/{contract['number']}"
    assert contract["book"] == "imri/2013"
    machine.post(f"{path}/coverage", {"equipment_class": "server", "quantity": 4, "from_on": "2027-01-01"})
    assert machine.get(f"{path}?on=2027-02-01")["covered"] == {"server": 4}
    read = machine.get(f"/contracts/{contract['number']}?on=2027-02-01")
    assert read["term"]["because"]
    departure = {
        "term": "promise.onsite-server.within",
        "value": 2,
        "since_on": "2026-12-01",
        "reason": "Deux heures",
        "document": PAPER,
    }
    paper = machine.post(f"{path}/derogations", departure)["document"]
    assert machine.ask("GET", f"/documents/{paper}/content").content == b"%PDF-"
    wrong = machine.refused("POST", f"{path}/derogations", {**departure, "value": [1]})
    assert wrong["field"] == "value"
    accepted = machine.post(
        "/clients/CL-001/acceptances",
        {
            "accepted_on": "2026-11-20",
            "means": "paper",
            "contract": contract["number"],
            "accepted_by": imri.caller.pk,
            "document": PAPER,
        },
    )
    assert accepted["accepted_by"] == imri.caller.full_name
    assert machine.get("/clients/CL-001/acceptances")["items"] == [accepted]


def test_a_question_is_answered_with_its_clauses_and_nothing_is_written(ims):
    machine = Machine(ims, ims.reader)
    rules = {rule["name"] for rule in machine.get("/rules?contract=C-0001")["items"]}
    assert "session-points" in rules
    question = {
        "rule": "session-points",
        "contract": "C-0001",
        "inputs": {
            "mode": "remote",
            "entries": [{"minutes": 20, "domain": "server-network"}],
            "on": "2026-11-20",
        },
    }
    told = machine.post("/questions", question)
    assert "7.1.2" in {line["clause"] for line in told["lines"]}
    batch = machine.post("/question-batches", {"questions": [question, {"rule": "nothing"}]})["items"]
    assert batch[0]["answer"]["outcome"]["value"] == told["outcome"]["value"]
    assert batch[1]["error"]["code"] == "unknown-rule"
    assert machine.refused("POST", "/questions", {"rule": "nothing"})["field"] == "rule"


def test_the_books_that_bind_are_read_whole(imri):
    machine = Machine(imri, imri.reader)
    present = next(book for book in machine.get("/books")["items"] if book["is_present"])
    book = machine.get(f"/books/{present['digest']}")
    assert "VI.3" in {clause["number"] for clause in book["clauses"]}
    promise = next(term for term in book["terms"] if term["name"] == "promise.onsite-server.within")
    assert promise["values"][0]["clause"] == "VI.3"


def test_the_staff_and_the_agencies_are_kept(imri):
    owner = Machine(imri, imri.owner)
    agency = owner.post("/agencies", {"name": "Agence du Nord", "phone": "0199000099"})
    changed = owner.post(
        f"/agencies/{agency['id']}",
        {"hours": {"phone": {"mon": [["08:30", "12:00"]]}}},
        method="PATCH",
    )
    assert changed["hours"]["phone"]["mon"] == [["08:30", "12:00"]]
    who = imri.technician.person.pk
    member = owner.post(
        f"/staff/{who}", {"agency": agency["id"], "skills": ["Windows Server"]}, method="PATCH"
    )
    assert (member["agency"]["name"], member["skills"]) == ("Agence du Nord", ["Windows Server"])
    assert who in {one["id"] for one in owner.get("/staff")["items"]}


def test_a_ticket_is_foreseen_qualified_and_covered(imri):
    machine = Machine(imri, imri.dispatcher)
    asked = {
        "client": "CL-001",
        "nature": "incident",
        "equipment_class": "server",
        "impact": "site",
        "urgency": "blocked",
        "cause": "hardware-fault",
    }
    foreseen = machine.post("/ticket-previews", asked)
    assert foreseen["contract"] == "C-0001"
    ticket = machine.post("/tickets", {**asked, "title": "Panne", "origin": "phone"})
    path = f"/tickets/{ticket['number']}"
    assert ticket["priority"] == foreseen["priority"]["value"]
    lower = machine.post(path, {"impact": "one", "urgency": "can-work"}, method="PATCH")
    assert lower["priority"] == 4
    needs = machine.refused("POST", f"{path}/coverage", {"verdict": "excluded", "cause": "hardware-fault"})
    assert needs["code"] == "reason_needed"
    body = {"verdict": "excluded", "cause": "hardware-fault", "reason": "Choc visible"}
    assert machine.post(f"{path}/coverage", body)["promise"]["state"] == "lifted"
    machine.post(f"{path}/calls", {"text": "Rappelé.", "direction": "out"})
    assert machine.post(
        f"{path}/step",
        {
            "step": "remote",
            "reason": "Le téléphone ne suffit pas",
            "agreement": "given",
            "contact": imri.caller.pk,
        },
    )["step"]
    machine.post(f"{path}/closing")
    back = machine.post(f"{path}/received-replies", {"text": "Encore en panne", "contact": imri.caller.pk})
    assert back["author"] == imri.caller.full_name
    assert machine.get(path)["state"] == "open"


def test_a_stopwatch_is_paused_resumed_and_dropped(imri, at):
    machine = Machine(imri, imri.technician)
    ticket = machine.post(
        "/tickets",
        {
            "client": "CL-001",
            "title": "Panne",
            "origin": "phone",
            "nature": "incident",
            "equipment_class": "server",
            "impact": "one",
            "urgency": "degraded",
            "cause": "hardware-fault",
        },
    )
    session = machine.post(f"/tickets/{ticket['number']}/sessions", {"mode": "remote"})
    at("2026-11-20T16:40")
    assert machine.post(f"/sessions/{session['id']}/pause")["stopwatch_seconds"] == 600
    assert machine.refused("POST", f"/sessions/{session['id']}/pause")["status"] == 409
    assert machine.post(f"/sessions/{session['id']}/resumption")["state"] == "running"
    assert machine.post(f"/sessions/{session['id']}/discarding")["state"] == "discarded"
    assert Machine(imri, imri.correspondent).refused("GET", f"/sessions/{session['id']}")["status"] == 404


def test_a_contract_is_amended_and_what_applies_is_read_on_any_day(imri):
    machine, client = Machine(imri, imri.manager), Machine(imri, imri.correspondent)
    body = {
        "subject": "Deux postes de plus",
        "announced_on": "2026-11-20",
        "lines": [
            {"label": "Postes", "quantity": 2, "unit_price": "21.50", "equipment_class": "workstation"}
        ],
    }
    made = machine.post("/contracts/C-0001/amendments", body)
    assert (made["number"], made["effective_on"], made["totals"]) == (
        "C-0001-A1",
        "2027-03-14",
        {"month": "43.00"},
    )
    path = f"/amendments/{made['number']}"
    client.refused("GET", path, status=404)
    machine.post(f"{path}/sending", {})
    assert client.get(path)["state"] == "sent"
    signed = {
        "client_agreed_on": "2026-11-20",
        "client_contact": imri.caller.pk,
        "provider_agreed_on": "2026-11-20",
        "document": PAPER,
    }
    assert machine.post(f"{path}/agreement", signed)["state"] == "agreed"
    assert machine.post(f"{path}/application", {})["state"] == "applied"
    assert machine.refused("PUT", path, body)["code"] == "not_in_this_state"
    covered = machine.get("/contracts/C-0001/perimeter?on=2027-03-14")["covered"]
    assert covered["workstation"] == 33
    terms = client.get("/contracts/C-0001/terms")["items"]
    promise = next(one for one in terms if one["name"] == "promise.onsite-server.within")
    assert (promise["value"], promise["clause"], promise["is_changed"]) == (4, "VI.3", False)
    assert promise["why"][-1]["total"]
