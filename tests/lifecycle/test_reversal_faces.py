"""Reversibility in the console, the portal and the API, and its certificate on another computer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clausier.cli.main import main
from clausier.foundation import files
from clausier.lifecycle.models import DeliveryRecord, DeliveryReservation, Reversal
from clausier.lifecycle.services import reversal as acts
from tests.api.asking import Machine
from tests.console.visits import get, post, signed_in
from tests.lifecycle.returning import delivered, device, ended, listed, opened, recorded, signed, wiping
from tests.people import FRIDAY_1630, House

TODAY = "2026-11-20"
SCOPES = ("reversal.read", "reversal.write", "reversal.work", "reversal.settle", "signatures.ask")


@pytest.fixture(autouse=True)
def _now(at: Any) -> None:
    at("2026-11-20T16:30")


def text(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def portal(house: House, name: str, *args: Any, **typed: Any) -> Any:
    browser = signed_in(house.correspondent)
    address = reverse(name, args=[house.provider.slug, *args])
    return browser.post(address, typed) if typed else browser.get(address)


def test_the_staff_lead_a_file_from_its_letter_to_its_record(imri):
    number = imri.contract.number
    typed = {"means": "paper", "tracking": "1A 1", "scope": "Tous les fichiers", "engineers": 1, "days": 3}
    refused = post(imri, "reversal-open", number, role="manager", **typed, presented_on=TODAY)
    assert refused.status_code == 422
    assert "imri/2013 XIV" in text(refused)
    ended(imri)
    assert "890 € hors taxes" in text(get(imri, "reversal-open", number, role="manager"))
    scan = SimpleUploadedFile("lettre.pdf", b"%PDF-1.7 lettre", "application/pdf")
    post(imri, "reversal-open", number, role="manager", **typed, presented_on=TODAY, scan=scan)
    file = Reversal.objects.get()
    page = text(get(imri, "reversal", file.number, role="manager"))
    assert "20 déc. 2026" in page
    assert "3 560,00 €" in page
    assert "le service et son prix continuent jusqu’à la restitution" in page
    given = {"kind": "data", "title": "Partages", "place": "Serveur"}
    assert "ni mot de passe ni clé" in text(get(imri, "reversal-item-add", file.number, role="technician"))
    post(imri, "reversal-item-add", file.number, role="technician", **given)
    post(imri, "reversal-item-returned", file.items.get().pk, role="technician", returned_on=TODAY)
    told = {"delivered_on": TODAY, "medium": "Disque", "medium_of": "client", "language": "fr"}
    assert post(imri, "reversal-record", file.number, role="manager", **told).status_code == 302
    assert "BR-2026-0001" in text(get(imri, "reversals", q="BR-2026-0001"))
    assert "RV-2026-0001" in text(get(imri, "contract-endings", number))
    assert "RV-2026-0001" in text(get(imri, "endings"))


def test_each_page_of_a_file_opens_for_those_who_lead_it(imri):
    file = delivered(imri)
    disk = device(imri, file)
    entry = acts.record_wiping(by=imri.technician, at=FRIDAY_1630, device=disk, facts=wiping(imri))
    record, step, item = file.records.get(), file.steps.earliest("pk"), file.items.get()
    said = DeliveryReservation.objects.create(
        provider=imri.provider,
        client_id=imri.client.pk,
        record=record,
        text="Manque",
        made_at=FRIDAY_1630,
        made_by="Elle",
    )
    of_file = ("", "-estimate", "-withdraw", "-step-add", "-item-add", "-device-add", "-record", "-certify")
    asked = [(f"reversal{name}", file.number) for name in of_file]
    asked += [(f"reversal-step{name}", step.pk) for name in ("", "-done", "-reopen", "-drop")]
    asked += [(f"reversal-item{name}", item.pk) for name in ("", "-returned", "-paid", "-drop")]
    asked += [("delivery-reserve", record.pk), ("delivery-withdraw", record.pk), ("wiping-cancel", entry.pk)]
    asked += [("device-wipe", disk.pk), ("device-drop", disk.pk), ("reservation-lift", said.pk)]
    found = {name: get(imri, name, thing, role="manager").status_code for name, thing in asked}
    assert set(found.values()) == {200}, found


def test_a_late_return_and_a_late_step_stand_on_today(imri, at):
    ended(imri)
    opened(imri)
    at("2026-12-21T09:00")
    page = text(get(imri, "today", role="owner"))
    assert "Réversibilité RV-2026-0001 : restitution en retard" in page
    assert "Étape en retard : Dresser la liste" in page
    assert "réversibilité RV-2026-0001" in text(get(imri, "agenda", role="owner"))


def test_a_client_follows_its_file_ticks_its_steps_reserves_and_reads_the_certificate(imri):
    ended(imri)
    file = opened(imri)
    step = file.steps.filter(party="client").earliest("position")
    acts.return_item(by=imri.technician, at=FRIDAY_1630, item=listed(imri, file))
    record = recorded(imri, file)
    assert "RV-2026-0001" in text(portal(imri, "portal-ending", imri.contract.number))
    assert "Lire et signer" in text(portal(imri, "portal-reversal", file.number))
    assert portal(imri, "portal-reversal-step", step.pk, note="Fait").status_code == 302
    assert portal(imri, "portal-delivery-reserve", record.pk, text="Un dossier manque").status_code == 302
    signed(imri, DeliveryRecord.objects.get())
    held = record.reservations.get()
    assert portal(imri, "portal-reservation-lift", held.pk, because="Reçu").status_code == 302
    acts.record_wiping(by=imri.technician, at=FRIDAY_1630, device=device(imri, file), facts=wiping(imri))
    made = acts.issue_certificate(by=imri.manager, at=FRIDAY_1630, reversal=file)
    page = text(portal(imri, "portal-reversal", file.number))
    assert "Un dossier manque" in page
    assert made.number in page
    assert portal(imri, "portal-paper", made.document_id).status_code == 200
    assert portal(imri, "portal-why", file.ruling_id).status_code == 200
    assert signed_in(imri.user).get(
        reverse("portal-reversal", args=[imri.provider.slug, file.number])
    ).status_code in (403, 404)


def test_the_certificate_is_checked_by_the_command_on_any_computer(imri, tmp_path, capsys):
    file = delivered(imri)
    acts.record_wiping(by=imri.technician, at=FRIDAY_1630, device=device(imri, file), facts=wiping(imri))
    made = acts.issue_certificate(by=imri.manager, at=FRIDAY_1630, reversal=file)
    paper = tmp_path / "certificat.pdf"
    paper.write_bytes(files.read(made.document.file))
    assert main(["verify", str(paper)]) == 0
    paper.write_bytes(paper.read_bytes().replace(b"/Count 1", b"/Count 2", 1) + b" ")
    assert main(["verify", str(paper)]) == 1


def test_a_machine_leads_a_file_and_reads_it_whole(imri):
    ended(imri)
    machine = Machine(imri, imri.owner, *SCOPES)
    sent = {"scope": "Tout", "engineers": 1, "days": 2, "presented_on": TODAY}
    made = machine.post(f"/contracts/{imri.contract.number}/reversals", sent)
    assert (made["due_on"], made["fee"], made["continued"]) == ("2026-12-20", "1780.00", True)
    item = machine.post("/reversals/RV-2026-0001/items", {"kind": "licence", "title": "Suite bureautique"})
    refused = machine.refused("POST", f"/reversal-items/{item['id']}/return", {})
    assert refused["code"] == "supply_unpaid"
    paid = {"said_by": "La comptabilité", "reason": "Facture F-12", "is_transferable": True}
    machine.post(f"/reversal-items/{item['id']}/payment", paid)
    machine.post(f"/reversal-items/{item['id']}/return", {})
    record = machine.post("/reversals/RV-2026-0001/delivery-records", {"medium": "Compte du concédant"})
    assert (record["number"], record["items"]) == ("BR-2026-0001", [item["id"]])
    whole = machine.get("/reversals/RV-2026-0001")
    assert [one["record"] for one in whole["items"]] == ["BR-2026-0001"]
    assert date.fromisoformat(whole["steps"][0]["due_on"]) > date(2026, 11, 20)
