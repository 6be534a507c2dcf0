"""A provider's own book through the API: drafts and their findings, publication, values of law."""

from __future__ import annotations

from typing import Any

import pytest

from clausier.editions import services
from clausier.foundation.clock import read
from clausier.terms.outcome import Words
from tests.api.asking import Machine
from tests.people import House


@pytest.fixture(autouse=True)
def friday(at: Any) -> None:
    at("2026-11-20T16:30")


def answer(response: Any, status: int) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def test_a_machine_reads_what_is_found_in_a_draft_and_publishes_with_the_owners_scope(imri: House) -> None:
    owner = Machine(imri, imri.owner)
    asked = {"base": imri.provider.book.digest, "effective_on": "2027-01-01"}
    made = answer(owner.ask("POST", "/book-drafts", asked), 201)
    assert {one["lint"] for one in made["findings"]} >= {"late-rate-floor"}
    assert made["differences"] == []
    draft = services.queries.draft(imri.owner, made["id"])
    services.settle_draft(
        by=imri.owner,
        at=read("2026-11-20T16:30"),
        draft=draft,
        title=Words("Nos conditions", "Our terms"),
        effective_on=draft.effective_on,
    )
    manager = Machine(imri, imri.manager)
    assert manager.get("/book-drafts")["items"][0]["id"] == made["id"]
    path = f"/book-drafts/{made['id']}/publish"
    answer(manager.ask("POST", path, {"accepted": True}), 403)
    unread = answer(owner.ask("POST", path, {}), 422)
    assert unread["code"] == "findings_not_accepted"
    published = answer(owner.ask("POST", path, {"accepted": True}), 201)
    assert (published["name"], published["former"]) == ("nebuline/2027", "imri/2013")
    assert [one["what"] for one in published["differences"]] == ["title"]
    reader = Machine(imri, imri.reader)
    assert [one["name"] for one in reader.get("/book-editions")["items"]] == ["nebuline/2027"]
    assert "nebuline/2027" in {one["name"] for one in reader.get("/books")["items"]}


def test_two_machines_of_two_people_enter_and_confirm_a_value(imri: House) -> None:
    accountant, manager = Machine(imri, imri.accountant), Machine(imri, imri.manager)
    value = {
        "series": "late-payment.legal-rate",
        "since_on": "2026-07-01",
        "value": "2.7",
        "reference": "Journal officiel d’exemple",
        "published_on": "2026-06-26",
    }
    entered = answer(accountant.ask("POST", "/law-values", value), 201)
    assert (entered["period"], entered["confirmed_by"]) == ("2026-S2", None)
    same = answer(accountant.ask("POST", f"/law-values/{entered['id']}/confirm"), 422)
    assert same["code"] == "same_person"
    confirmed = answer(manager.ask("POST", f"/law-values/{entered['id']}/confirm"), 200)
    assert confirmed["confirmed_by"] == "Marc Exemple"
    question = {
        "rule": "late-interest",
        "inputs": {"amount": "1000", "due_on": "2026-09-30", "paid_on": "2026-10-30"},
    }
    told = answer(accountant.ask("POST", "/questions", question), 200)
    assert told["outcome"]["value"] == "6.66"
    odd = answer(accountant.ask("POST", "/law-values", value | {"since_on": "2026-08-01"}), 422)
    assert odd["field"] == "since_on"
