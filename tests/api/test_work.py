"""Corrections, contestations, hours, rates and the workshop by machine and on the pages of both faces."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from clausier.desk import services as desk
from clausier.desk.models import Contestation
from clausier.foundation.clock import read
from clausier.prepaid import services as prepaid
from tests.api.asking import Machine
from tests.desk.asking import open_ticket
from tests.people import SIGNED_AT, House

LINE = {"domain": "server-network", "minutes": 40, "text": "Serveur relancé"}


@pytest.fixture(autouse=True)
def _monday(at: Any) -> None:
    at("2026-11-23T12:00")


@pytest.fixture
def worked(ims: House) -> dict[str, Any]:
    """A validated session of forty minutes, as the API tells it."""
    account = prepaid.open_account(by=ims.accountant, at=SIGNED_AT, contract=ims.contract)
    prepaid.credit(by=ims.accountant, at=SIGNED_AT, account=account, points=500, label="Pack")
    ticket = open_ticket(ims)
    machine = Machine(ims, ims.technician)
    hours = {"started_at": "2026-11-23T09:00", "ended_at": "2026-11-23T10:00"}
    session = machine.post(
        f"/tickets/{ticket.number}/logged-sessions", {"mode": "remote", **hours, "entries": [LINE]}
    )
    validated: dict[str, Any] = machine.post(f"/sessions/{session['id']}/validation", {})
    return validated


def test_a_client_contests_by_machine_and_is_answered(ims: House, worked: dict[str, Any]) -> None:
    client, boss = Machine(ims, ims.correspondent), Machine(ims, ims.manager)
    entries = [entry["id"] for entry in worked["entries"]]
    path = f"/tickets/{worked['ticket']}/contestations"
    made = client.post(path, {"entries": entries, "reason": "Dix minutes, pas quarante."})
    assert (made["state"], made["channel"], made["sessions"]) == ("open", "portal", [worked["id"]])
    again = client.refused("POST", path, {"entries": entries, "reason": "Encore"})
    assert (again["code"], again["field"]) == ("not_contestable", "entries")
    right = {"session": worked["id"], "entries": [LINE | {"minutes": 10}]}
    upheld = boss.post(
        f"/contestations/{made['id']}/upholding", {"answer": "C’est juste.", "sessions": [right]}
    )
    (correction,) = upheld["corrections"]
    assert (correction["points"], upheld["state"]) == ("53.33", "upheld")
    assert boss.get(f"/sessions/{worked['id']}")["is_corrected"] is True
    replacement = boss.get(f"/sessions/{correction['replacement']}")
    assert (replacement["points"], replacement["corrects"]) == ("20.00", worked["id"])  # 15 min at least
    assert boss.get("/point-accounts/C-0001")["balance"] == "480.00"


def test_rates_and_ones_own_time_are_read_by_machine(ims: House, worked: dict[str, Any]) -> None:
    rates = Machine(ims, ims.correspondent).get("/contracts/C-0001/rates?on=2026-11-23")
    assert rates["rates"]["remote"]["server-network"] == 80
    assert rates["rates_stand"]["clause"] == "7.1.2"
    (day,) = Machine(ims, ims.technician).get("/own-time?from_on=2026-11-23&days=1")["days"]
    assert (day["seconds"], day["validated"], day["waiting"]) == (3600, 3600, 0)


def test_a_machine_goes_through_the_workshop(imri: House) -> None:
    machine = Machine(imri, imri.technician)
    kept = machine.post(
        "/custodies", {"client": "CL-001", "label": "Portable", "brought_by": "Maëlle", "code": "azerty"}
    )
    path = f"/custodies/{kept['number']}"
    assert "azerty" not in str(machine.get(path))
    lent = machine.post("/machine-loans", {"custody": kept["number"], "label": "Prêt", "lent_to": "Maëlle"})
    assert machine.post(f"/machine-loans/{lent['id']}/return", {"condition": "Intact"})["back_at"]
    client = Machine(imri, imri.correspondent)
    assert client.post(f"{path}/acknowledgement", {})["acknowledged_by"] == imri.correspondent.name
    assert machine.post(f"{path}/return", {"to": "Maëlle"})["state"] == "returned"
    assert machine.refused("POST", f"{path}/return", {"to": "Maëlle"})["code"] == "machine_gone"


def test_a_contestation_goes_from_the_portal_to_its_answer_in_the_console(
    ims: House, worked: dict[str, Any]
) -> None:
    client, boss = Browser(), Browser()
    assert ims.correspondent.person
    assert ims.manager.person
    client.force_login(ims.correspondent.person)
    boss.force_login(ims.manager.person)
    portal, console = f"/{ims.provider.slug}/portail", f"/{ims.provider.slug}"
    asked = f"{portal}/demandes/{worked['ticket']}/contester/"
    assert "Serveur relancé" in client.get(asked).content.decode()
    sent = {"entries": [entry["id"] for entry in worked["entries"]], "reason": "Nous attendions."}
    assert client.post(asked, sent).status_code == 302
    made = Contestation.objects.get()
    assert "Nous attendions." in boss.get(f"{console}/travail/contestations/{made.pk}/").content.decode()
    refused = boss.post(f"{console}/travail/contestations/{made.pk}/refuser/", {"answer": " "})
    assert refused.status_code == 422
    name = f"s{worked['id']}"
    typed = {
        "answer": "Vous avez raison.",
        f"{name}-what": "change",
        f"{name}-0-minutes": "10",
        f"{name}-0-domain": "server-network",
        f"{name}-0-text": "Serveur relancé",
    }
    assert boss.post(f"{console}/travail/contestations/{made.pk}/admettre/", typed).status_code == 302
    told = client.get(f"{portal}/demandes/{worked['ticket']}/").content.decode()
    assert "Vous avez raison." in told
    assert "53,33" in told
    assert b"text/csv" in boss.get(f"{console}/travail/contestations/?fichier=csv").serialize_headers()


def test_hours_without_contract_are_listed_with_their_totals(ims: House) -> None:
    ims.contract.ends_on = SIGNED_AT.date()
    ims.contract.save(update_fields=["ends_on"])
    ticket = open_ticket(ims)
    machine = Machine(ims, ims.technician)
    hours = {"started_at": "2026-11-23T09:00", "ended_at": "2026-11-23T10:00"}
    session = machine.post(
        f"/tickets/{ticket.number}/logged-sessions", {"mode": "remote", **hours, "entries": [LINE]}
    )
    done = machine.post(f"/sessions/{session['id']}/validation", {"grade": "engineer"})
    assert done["amount"] == "76.00"  # forty minutes at 114 €
    desk.correct_work(
        by=ims.manager,
        at=read("2026-11-23T12:05"),
        session=ticket.sessions.get(),
        reason="Sous garantie",
    )
    amounts = [item["amount"] for item in machine.get("/hourly-items?from_on=2026-11-01")["items"]]
    assert amounts == ["-76.00", "76.00"]
    browser = Browser()
    assert ims.accountant.person
    browser.force_login(ims.accountant.person)
    page = browser.get(f"/{ims.provider.slug}/travail/heures/?mois=2026-11").content.decode()
    assert "0,00" in page
