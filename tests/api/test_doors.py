"""Who gets through: tokens, scopes, expiry, other people's things, and how a refusal is told."""

from __future__ import annotations

from contextvars import Context

import pytest
from django.test import Client as Http

from clausier.api.site import api
from clausier.foundation import isolation
from clausier.foundation.models import JournalEntry
from clausier.integrations import queries, services
from clausier.integrations.errors import ScopeTooWide
from clausier.integrations.models import ApiToken, StoredAnswer
from tests.api.asking import DEAD_SERVER, Machine, token_for
from tests.people import FRIDAY_1630, make_client, make_imri_house, make_ims_house


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_every_operation_states_its_permission():
    operations = [
        operation
        for router in api._get_bound_routers()
        for path in router.path_operations.values()
        for operation in path.operations
    ]
    assert len(operations) > 60
    assert [one.operation_id for one in operations if not hasattr(one.view_func, "permission")] == []


def test_without_a_token_there_is_no_way_in(imri):
    response = Http().get("/api/v1/nebuline/tickets")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "token_missing"


@pytest.mark.parametrize(
    "text", ["", "x", "clausier_", "clausier__", "clausier_abc_def", "clausier_é_é", "_" * 5000]
)
def test_what_is_no_token_opens_nothing(imri, text):
    response = Http().get("/api/v1/nebuline/me", headers={"Authorization": f"Bearer {text}"})
    assert response.status_code == 401


def test_a_token_keeps_nothing_that_opens_anything(imri):
    machine = Machine(imri, imri.dispatcher)
    secret = machine.token.text.rpartition("_")[2]
    row = ApiToken.objects.values().get()
    assert len(secret) == 64
    assert secret not in str(row)
    assert machine.ask("GET", "/me").status_code == 200
    text = machine.token.text
    machine.token = machine.token._replace(text=text[:-1] + ("y" if text.endswith("x") else "x"))
    assert machine.ask("GET", "/me").status_code == 401


def test_a_token_expires_and_is_revoked(imri, at):
    machine = Machine(imri, imri.dispatcher)
    at("2026-12-21T00:00")
    assert machine.refused("GET", "/me")["code"] == "token_refused"
    at("2026-11-21T00:00")
    assert machine.get("/me")["person"] == imri.dispatcher.name
    services.revoke_token(by=imri.owner, at=FRIDAY_1630, token=machine.token.token)
    assert machine.refused("GET", "/me")["code"] == "token_refused"


def test_whoever_leaves_takes_the_tokens_along(imri):
    machine = Machine(imri, imri.technician)
    member = imri.technician.person.memberships.get(ended_at=None)
    member.ended_at = FRIDAY_1630
    member.save()
    assert machine.refused("GET", "/me")["status"] == 401


def test_a_scope_narrows_the_role(imri):
    machine = Machine(imri, imri.dispatcher, "desk.read")
    assert machine.get("/tickets")["items"] == []
    problem = machine.refused("POST", "/tickets", DEAD_SERVER)
    assert (problem["status"], problem["code"]) == (403, "not_allowed")
    assert "jeton" in problem["title"]
    assert problem["way_out"]


def test_a_role_bounds_the_scopes(imri):
    with pytest.raises(ScopeTooWide) as refused:
        token_for(imri, imri.reader, "desk.read", "desk.open")
    assert refused.value.facts["scopes"] == ["desk.open"]
    problem = Machine(imri, imri.reader).refused("POST", "/tickets", DEAD_SERVER)
    assert problem["code"] == "not_allowed"
    assert "rôle" in problem["title"]


def test_a_stranger_finds_nothing(imri):
    other = make_ims_house()
    ticket = Machine(imri, imri.dispatcher).post("/tickets", DEAD_SERVER)
    stranger = Machine(other, other.owner)
    assert stranger.refused("GET", f"/tickets/{ticket['number']}")["status"] == 404
    assert stranger.refused("GET", f"/rulings/{ticket['promise']['ruling']}")["status"] == 404
    stranger.house = imri
    assert stranger.refused("GET", "/me")["status"] == 404


def test_a_client_sees_its_own_and_nothing_else(imri):
    make_client(imri.provider, imri.agency, number="CL-002", name="Voisin Imaginaire")
    staff = Machine(imri, imri.dispatcher)
    theirs = staff.post("/tickets", {**DEAD_SERVER, "client": "CL-002", "equipment_class": "server"})
    colleague = staff.post("/tickets", {**DEAD_SERVER, "caller": imri.caller.pk})
    correspondent, user = Machine(imri, imri.correspondent), Machine(imri, imri.user)
    assert [one["number"] for one in correspondent.get("/tickets")["items"]] == [colleague["number"]]
    assert user.get("/tickets")["items"] == []
    assert [one["number"] for one in correspondent.get("/clients")["items"]] == ["CL-001"]
    for path in (f"/tickets/{theirs['number']}", "/clients/CL-002", "/clients/CL-002/sites"):
        assert correspondent.refused("GET", path)["status"] == 404
    assert user.refused("GET", "/clients")["status"] == 403
    assert correspondent.refused("GET", f"/rulings/{colleague['target']['ruling']}")["status"] == 404
    assert user.refused("GET", f"/rulings/{colleague['promise']['ruling']}")["status"] == 404
    assert correspondent.get(f"/rulings/{colleague['promise']['ruling']}")["rule"] == "promise"


def test_a_refusal_is_told_with_its_clause_and_the_way_out(imri):
    machine = Machine(imri, imri.technician)
    ticket = machine.post("/tickets", DEAD_SERVER)
    visit = {
        "technician": imri.technician.person.pk,
        "starts_at": "2026-11-23T09:00",
        "ends_at": "2026-11-23T11:00",
    }
    problem = machine.refused("POST", f"/tickets/{ticket['number']}/appointments", visit)
    assert problem["code"] == "prediagnosis_incomplete"
    assert problem["clause"]["book"] == "imri/2013"
    assert problem["way_out"]


def test_unreadable_input_names_each_field_in_the_language_asked_for(imri):
    body = {**DEAD_SERVER, "impact": "planet", "colour": "blue"}
    del body["title"]
    french = Machine(imri, imri.dispatcher).refused("POST", "/tickets", body)
    english = Machine(imri, imri.dispatcher, language="en").refused("POST", "/tickets", body)
    assert {error["field"] for error in french["errors"]} == {"impact", "colour", "title"}
    assert "Il manque ce champ." in {error["says"] for error in french["errors"]}
    assert "This field is missing." in {error["says"] for error in english["errors"]}


@pytest.mark.parametrize(
    "body", ["{", '"\\u0000"', '{"title": "\\ud800"}', "NaN", '{"a": 1e999999}', "[" * 100_000]
)
def test_what_is_no_json_is_refused(imri, body):
    assert Machine(imri, imri.dispatcher).refused("POST", "/tickets", body)["status"] == 400


def test_addresses_that_do_not_exist_answer_in_the_same_form(imri):
    machine = Machine(imri, imri.dispatcher)
    assert machine.refused("GET", "/nothing")["code"] == "not_found"
    assert machine.refused("GET", "/tickets/%00")["status"] == 400
    assert machine.refused("GET", "/clients/%00")["status"] == 400
    assert machine.refused("PUT", "/tickets")["code"] == "method_not_allowed"
    assert machine.refused("GET", "/tickets?limit=201")["field"] == "limit"
    assert machine.refused("GET", "/tickets?cursor=zzz")["field"] == "cursor"
    assert machine.refused("GET", f"/tickets/{2**70}")["status"] == 422


def test_a_fault_of_ours_tells_nothing(imri, monkeypatch):
    machine = Machine(imri, imri.dispatcher)

    def broken(*args, **kwargs):
        raise RuntimeError("secret-path")

    monkeypatch.setattr("clausier.api.tickets.reading.shown", broken)
    problem = machine.refused("GET", "/tickets")
    assert (problem["status"], problem["code"]) == (500, "unexpected")
    assert "secret-path" not in str(problem)


def test_too_many_requests_wait_for_the_next_minute(imri, at, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    machine, other = Machine(imri, imri.dispatcher), Machine(imri, imri.technician)
    at("2026-11-20T16:31:30")
    assert [machine.ask("GET", "/me").status_code for _ in range(3)] == [200, 200, 429]
    refused = machine.ask("GET", "/me")
    assert refused["Retry-After"] == "30"
    assert other.ask("GET", "/me").status_code == 200
    at("2026-11-20T16:32:00")
    assert machine.ask("GET", "/me").status_code == 200


def test_last_use_is_kept_to_the_hour(imri, at):
    machine = Machine(imri, imri.dispatcher)
    for instant in ("2026-11-20T17:00", "2026-11-20T17:59"):
        at(instant)
        machine.get("/me")
    token = queries.tokens(imri.owner).get()
    assert token.last_used_at.minute == 0


def test_pages_follow_each_other_while_rows_arrive(imri):
    machine = Machine(imri, imri.dispatcher)
    numbers = [machine.post("/tickets", DEAD_SERVER)["number"] for _ in range(5)]
    first = machine.get("/tickets?limit=2")
    machine.post("/tickets", DEAD_SERVER)
    second = machine.get(f"/tickets?limit=2&cursor={first['next']}")
    last = machine.get(f"/tickets?limit=2&cursor={second['next']}")
    read = [one["number"] for page in (first, second, last) for one in page["items"]]
    assert read == numbers[::-1]
    assert last["next"] is None


def test_lists_are_narrowed(imri):
    machine = Machine(imri, imri.dispatcher)
    one = machine.post("/tickets", DEAD_SERVER)
    two = machine.post("/tickets", {**DEAD_SERVER, "title": "Imprimante", "nature": "request"})
    machine.post(f"/tickets/{two['number']}/closing")

    def numbers(query: str) -> list[int]:
        return [ticket["number"] for ticket in machine.get(f"/tickets?{query}")["items"]]

    assert numbers("open=true") == [one["number"]]
    assert numbers("state=closed") == [two["number"]]
    assert numbers("text=imprim") == [two["number"]]
    assert numbers("nature=incident&priority=1&client=CL-001") == [one["number"]]
    assert numbers("called_since=2026-11-21T00:00") == []


def test_a_repeat_with_the_same_key_does_nothing_and_answers_the_same(imri):
    machine = Machine(imri, imri.dispatcher)
    first = machine.ask("POST", "/tickets", DEAD_SERVER, Idempotency_Key="alert-1")
    acts = JournalEntry.objects.count()
    again = machine.ask("POST", "/tickets", DEAD_SERVER, Idempotency_Key="alert-1")
    assert again.content == first.content
    assert again.status_code == 201
    assert again["Idempotent-Replayed"] == "true"
    assert JournalEntry.objects.count() == acts
    other = machine.refused("POST", "/tickets", {**DEAD_SERVER, "title": "Autre"}, Idempotency_Key="alert-1")
    assert (other["status"], other["code"]) == (409, "idempotency_key_reused")


def test_a_key_counts_for_its_token_for_a_day(imri, at):
    machine, other = Machine(imri, imri.dispatcher), Machine(imri, imri.technician)
    first = machine.post("/tickets", DEAD_SERVER, Idempotency_Key="alert-1")
    assert other.post("/tickets", DEAD_SERVER, Idempotency_Key="alert-1")["number"] != first["number"]
    at("2026-11-21T16:31")
    assert machine.post("/tickets", DEAD_SERVER, Idempotency_Key="alert-1")["number"] != first["number"]


def test_a_refused_act_may_be_asked_again_with_its_key(imri):
    machine = Machine(imri, imri.dispatcher)
    wrong = {**DEAD_SERVER, "cause": "no-such-cause"}
    assert machine.refused("POST", "/tickets", wrong, Idempotency_Key="k")["field"] == "cause"
    assert machine.post("/tickets", DEAD_SERVER, Idempotency_Key="k")["number"]


def test_a_clients_machine_repeats_itself_within_its_clients_rows(imri):
    machine = Machine(imri, imri.correspondent)
    asked = {**DEAD_SERVER, "origin": "portal"}
    first, again = (
        Context().run(machine.ask, "POST", "/tickets", asked, Idempotency_Key="portal-1") for _ in range(2)
    )
    assert first.status_code == 201, first.content.decode()
    assert again["Idempotent-Replayed"] == "true"
    assert again.content == first.content
    token = ApiToken.objects.get()
    assert token.last_used_at == FRIDAY_1630
    other, _site = make_client(imri.provider, imri.agency, number="CL-002", name="Scierie Voisine")
    for client, seen in ((imri.client, 1), (other, 0)):
        with isolation.confined(isolation.Scope(provider=imri.provider.pk, client=client.pk)):
            assert StoredAnswer.objects.count() == ApiToken.objects.count() == seen


def test_files_travel_both_ways(imri):
    machine = Machine(imri, imri.dispatcher)
    body = {
        **DEAD_SERVER,
        "files": [{"name": "écran.txt", "content_type": "text/html", "content": "SGVsbG8="}],
    }
    ticket = machine.post("/tickets", body)
    event = machine.get(f"/tickets/{ticket['number']}/events")["items"][0]
    [file] = event["files"]
    response = machine.ask("GET", f"/tickets/{ticket['number']}/files/{file['id']}")
    assert response.content == b"Hello"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    wrong = {**DEAD_SERVER, "files": [{"name": "a", "content": "!!"}]}
    assert machine.refused("POST", "/tickets", wrong)["field"] == "content"


def test_two_houses_on_one_machine_keep_their_tokens_apart(db):
    imri, ims = make_imri_house(), make_ims_house()
    assert Machine(imri, imri.owner).get("/me")["provider"] == "nebuline"
    assert Machine(ims, ims.owner).get("/me")["book"] == "ims/2018"
