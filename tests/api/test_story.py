"""One ticket, lived through the API alone: opened, explained, worked, deducted, closed."""

from __future__ import annotations

from clausier.foundation import journal
from clausier.foundation.models import JournalEntry
from tests.api.asking import DEAD_SERVER, ON_POINTS, Machine


def test_a_ticket_is_opened_explained_worked_and_closed_by_machines(imri, at):
    at("2026-11-20T16:30")
    alerts = Machine(imri, imri.dispatcher)
    technician = Machine(imri, imri.technician)

    ticket = alerts.post("/tickets", DEAD_SERVER)
    assert ticket["priority"] == 1
    assert ticket["verdict"] == "covered"
    assert ticket["promise"]["due_at"] == "2026-11-23T12:30:00+01:00"
    path = f"/tickets/{ticket['number']}"

    why = alerts.get(f"/rulings/{ticket['promise']['ruling']}")
    assert "VI.3" in {line["clause"] for line in why["lines"]}
    assert why["outcome"]["value"]
    english = alerts.get(f"/rulings/{ticket['promise']['ruling']}", Accept_Language="en")
    assert why["title"].startswith("Pourquoi")
    assert english["title"].startswith("Why")

    alerts.post(f"{path}/assignment", {"person": imri.technician.person.pk})
    at("2026-11-20T16:40")
    technician.post(f"{path}/replies", {"text": "Nous prenons la main."})

    questions = technician.get(f"{path}/prediagnosis")
    answers = {question["key"]: "Oui" for question in questions["items"]}
    assert technician.post(f"{path}/prediagnosis", {"answers": answers})["complete"]
    visit = technician.post(
        f"{path}/appointments",
        {
            "technician": imri.technician.person.pk,
            "starts_at": "2026-11-23T09:00",
            "ends_at": "2026-11-23T11:00",
        },
    )
    assert visit["starts_at"] == "2026-11-23T09:00:00+01:00"

    at("2026-11-23T09:05")
    session = technician.post(f"{path}/sessions", {"mode": "onsite"})
    assert alerts.get(path)["promise"]["state"] == "met"
    at("2026-11-23T10:20")
    stopped = technician.post(
        f"/sessions/{session['id']}/stop", {"entries": [{"text": "Alimentation remplacée"}]}
    )
    [entry] = stopped["entries"]
    assert entry["minutes"] == 75
    assert entry["domain"] == "server-network"
    assert entry["text"] == "Alimentation remplacée"
    assert technician.post(f"/sessions/{session['id']}/validation")["state"] == "validated"

    closed = technician.post(f"{path}/closing", {"text": "Le serveur tourne."})
    assert closed["state"] == "closed"
    kinds = [event["kind"] for event in technician.get(f"{path}/events?limit=200")["items"]]
    assert (kinds[0], kinds[-1]) == ("opened", "closed")
    appointments = technician.get("/appointments?since=2026-11-23T00:00&before=2026-11-24T00:00")
    assert [one["state"] for one in appointments["items"]] == ["kept"]


def test_the_journal_says_which_token_did_it(imri, at):
    at("2026-11-20T16:30")
    machine = Machine(imri, imri.dispatcher)
    response = machine.ask("POST", "/tickets", DEAD_SERVER, X_Request_Id="nagios-4711")
    assert response["X-Request-Id"] == "nagios-4711"
    entry = JournalEntry.objects.get(code="desk.ticket_opened")
    assert entry.actor_name == imri.dispatcher.name
    assert entry.data["token"] == machine.token.token.prefix
    assert entry.request_id == "nagios-4711"
    journal.seal_all()
    read = Machine(imri, imri.owner).get("/journal?code=desk.ticket_opened")["items"]
    assert read[0]["seal"]["hash"] == entry.seal.hash
    assert Machine(imri, imri.owner).get("/journal-verdict")["holds"]


def test_work_in_points_is_foreseen_deducted_and_stated(ims, at):
    at("2026-11-20T09:00")
    office = Machine(ims, ims.owner)
    office.post("/point-accounts", {"contract": "C-0001", "low_at": "20"})
    office.post("/point-accounts/C-0001/credits", {"points": "400.00", "label": "Achat"})

    technician = Machine(ims, ims.technician)
    path = f"/tickets/{technician.post('/tickets', ON_POINTS)['number']}"
    entries = [{"text": "Pare-feu repris", "domain": "server-network", "minutes": 20}]
    foreseen = technician.post(f"{path}/work-previews", {"mode": "remote", "entries": entries})
    at("2026-11-20T09:30")
    session = technician.post(
        f"{path}/logged-sessions",
        {
            "mode": "remote",
            "started_at": "2026-11-20T09:05",
            "ended_at": "2026-11-20T09:25",
            "entries": entries,
        },
    )
    done = technician.post(f"/sessions/{session['id']}/validation")
    assert done["points"] == foreseen["points"]
    assert done["points_after"] == foreseen["after"]
    account = office.get("/point-accounts/C-0001")
    assert account["balance"] == account["available"] == foreseen["after"]
    statement = office.get("/point-accounts/C-0001/statement?from_on=2026-11-01&to_on=2026-11-30")
    assert [line["movement"]["kind"] for line in statement["lines"]] == ["purchase", "deduction"]
    assert statement["closing"] == foreseen["after"]
    why = office.get(f"/rulings/{done['ruling']}")
    assert "7.1.2" in {line["clause"] for line in why["lines"]}


def test_a_client_opens_follows_and_closes_its_own_ticket(imri, at):
    at("2026-11-20T16:30")
    client = Machine(imri, imri.user)
    asked = {key: value for key, value in DEAD_SERVER.items() if key not in {"client", "origin"}}
    ticket = client.post("/tickets", asked)
    assert ticket["client"]["number"] == "CL-001"
    assert ticket["origin"] == "portal"
    assert ticket["caller"]["id"] == imri.colleague.pk
    path = f"/tickets/{ticket['number']}"
    Machine(imri, imri.technician).post(f"{path}/notes", {"text": "Vieux serveur."})
    assert ticket["target"] is None
    events = client.get(f"{path}/events")["items"]
    assert "note" not in {event["kind"] for event in events}
    assert {str(event["data"]) for event in events} == {"{}"}
    assert client.get(f"/rulings/{ticket['promise']['ruling']}")["lines"]
    told = {one["rule"] for one in client.get(f"/rulings?ticket={ticket['number']}")["items"]}
    assert told == {"priority", "coverage", "promise"}
    client.post(f"{path}/replies", {"text": "C’est reparti."})
    assert client.post(f"{path}/closing")["state"] == "closed"
    assert (
        client.refused("POST", "/tickets", {**asked, "called_at": "2026-11-20T10:00"})["field"] == "called_at"
    )


def test_opening_a_ticket_takes_few_statements(imri, at, django_assert_max_num_queries):
    at("2026-11-20T16:30")
    machine = Machine(imri, imri.dispatcher)
    machine.post("/tickets", DEAD_SERVER)
    # Token and role, client, contract with what it covers and changes, what follows; then one for each kind
    # of row written.
    with django_assert_max_num_queries(18):
        machine.post("/tickets", DEAD_SERVER, Idempotency_Key="une-fois")
