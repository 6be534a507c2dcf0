"""Packs, statements and requests for points by machines."""

from __future__ import annotations

from tests.api.asking import Machine


def test_a_machine_buys_packs_reads_what_drained_and_files_the_month(ims, at):
    at("2026-10-02T10:00")
    machine = Machine(ims, ims.manager)
    machine.post("/point-accounts", {"contract": "C-0001", "low_at": "50"})
    path = "/point-accounts/C-0001"
    bought = {"points": "50", "label": "Carnet court", "price": "60.00", "reference": "D-1", "months": 3}
    short = machine.post(f"{path}/credits", bought)
    machine.post(f"{path}/credits", {"points": "100", "label": "Carnet"})
    assert short["packs"][0]["points"] == "50.00"
    packs = {pack["reference"]: pack for pack in machine.get(f"{path}/packs")["items"]}
    assert (packs["D-1"]["left"], packs["D-1"]["expires_on"]) == ("50.00", "2027-01-01")
    undone = machine.post(
        f"{path}/corrections", {"movement": short["id"], "points": "-20", "label": "Saisie en trop"}
    )
    assert [(draw["pack"], draw["points"]) for draw in undone["packs"]] == [(packs["D-1"]["id"], "-20.00")]
    settled = {"low_at": "80", "client_to": ["compta@client.example.org"]}
    assert machine.post(f"{path}/alert-settings", settled, method="PUT")["forecast_days"] == 14
    assert machine.post(f"{path}/statement-plan", {"day": 5}, method="PUT")["is_active"]
    at("2026-11-20T16:30")
    later = Machine(ims, ims.manager)
    made = later.post(f"{path}/monthly-statements", {"month": "2026-10"})
    assert made["document"].startswith("2026-")
    client = Machine(ims, ims.correspondent)
    assert client.ask("GET", f"{path}/monthly-statements/2026-10/content").content.startswith(b"%PDF")
    asked = client.post(f"{path}/top-ups", {"points": "400"})
    assert client.post(f"{path}/top-ups", {})["id"] == asked["id"]
    answered = later.post(f"{path}/top-ups/{asked['id']}/refusal", {"answer": "Contrat en fin de vie"})
    assert answered["state"] == "declined"
    assert client.ask("POST", f"{path}/transfers", {"to": "C-0001", "points": "1"}).status_code == 403
