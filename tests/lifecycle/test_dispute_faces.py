"""Disputes in the console, the portal and the API: for owners, for whoever was named, for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clausier.foundation import clock
from clausier.foundation.models import JournalEntry
from clausier.lifecycle import services
from clausier.lifecycle.models import Dispute
from clausier.lifecycle.services import Journey
from tests.api.asking import Machine
from tests.console.visits import get, post, signed_in


@pytest.fixture(autouse=True)
def _now(at: Any) -> None:
    at("2026-11-20T16:30")


def text(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def scan(content: bytes = b"%PDF-1.7 lettre") -> SimpleUploadedFile:
    return SimpleUploadedFile("lettre.pdf", content, "application/pdf")


def test_an_owner_leads_a_dispute_from_the_complaint_to_its_evidence(imri, at):
    number = imri.contract.number
    typed = {"matter": "Pannes du serveur", "complaint": "Six pannes depuis avril.", "means": "paper"}
    assert post(imri, "dispute-record", number, **typed).status_code == 403
    opened = post(
        imri, "dispute-record", number, role="owner", **typed, presented_on="2026-11-02", scan=scan()
    )
    assert opened.status_code == 302
    key = Dispute.objects.get().number
    page = text(get(imri, "dispute", key, role="owner"))
    assert "17 nov. 2026" in page
    assert "Expert désigné" in page
    assert JournalEntry.objects.filter(code="lifecycle.dispute_read", actor_name="Odile Modèle").exists()
    assert "expert à désigner" in text(get(imri, "today", role="owner"))
    assert "expert à désigner" not in text(get(imri, "today", role="manager"))
    for role in ("manager", "accountant"):
        assert get(imri, "dispute", key, role=role).status_code == 404
    assert key not in text(get(imri, "contract", number, role="manager"))
    ruling = Dispute.objects.get().reflection_ruling_id
    assert get(imri, "why", ruling, role="manager").status_code == 404
    assert get(imri, "dispute-why", key, ruling, role="owner").status_code == 200

    both = {"provider_accepted_on": "2026-11-18", "client_accepted_on": "2026-11-19"}
    post(
        imri,
        "dispute-expert",
        key,
        role="owner",
        name="Me Fictive",
        named_by="joint",
        proposed_by="client",
        **both,
    )
    assert post(imri, "dispute-refer", key, role="owner", referred_on="2026-11-20").status_code == 302
    refused = post(
        imri, "dispute-extend", key, role="owner", extended_to="2027-08-20", agreed_on="2026-11-20"
    )
    assert refused.status_code == 422
    assert "au plus tard le 20 mai 2027" in text(refused)
    assert "imri/2013 XV" in text(refused)
    paper = {
        "kind": "expert-report",
        "source": "expert",
        "dated_on": "2026-11-20",
        "document": scan(b"%PDF-1"),
    }
    post(imri, "dispute-paper-add", key, role="owner", **paper)
    post(imri, "dispute-reader", key, role="owner", reader=imri.accountant.person.pk)
    theirs = text(get(imri, "dispute", key, role="accountant"))
    assert "écarté du tribunal" in theirs
    assert "Proroger" not in theirs
    evidence = text(get(imri, "dispute-evidence", key, role="owner"))
    assert "Préparer l’archive" in evidence
    asked = {"from_on": "2026-01-01", "until_on": "2026-11-20", "ask": "1"}
    # Another period than the one that was shown is looked at first.
    assert "La période a changé" in text(post(imri, "dispute-evidence", key, role="owner", **asked))
    asked |= {"shown_from": "2026-01-01", "shown_until": "2026-11-20"}
    assert post(imri, "dispute-evidence", key, role="owner", **asked).status_code == 302
    assert "en préparation" in text(get(imri, "dispute-evidence", key, role="owner"))


def test_a_client_announces_its_complaint_and_reads_the_dates_that_bind_both(imri):
    number = imri.contract.number
    client = signed_in(imri.correspondent)
    here = reverse("portal-complain", args=[imri.provider.slug, number])
    assert "lettre recommandée motivée" in text(client.get(here))
    typed = {"matter": "Lenteurs", "complaint": "Depuis mars.", "means": "paper", "letter": scan()}
    assert client.post(here, typed).status_code == 302
    dispute = Dispute.objects.get()
    services.add_note(by=imri.owner, at=clock.now(), dispute=dispute, text="Elle a sans doute raison")
    services.record_complaint_journey(
        by=imri.owner,
        at=clock.now(),
        dispute=dispute,
        journey=Journey(presented_on=clock.today()),
    )
    address = reverse("portal-dispute", args=[imri.provider.slug, dispute.number])
    page = text(client.get(address))
    assert "5 déc. 2026" in page
    assert "raison" not in page
    dispute.refresh_from_db()
    why = reverse(
        "portal-dispute-why", args=[imri.provider.slug, dispute.number, dispute.reflection_ruling_id]
    )
    assert client.get(why).status_code == 200
    assert dispute.number in text(client.get(reverse("portal-contracts", args=[imri.provider.slug])))
    assert signed_in(imri.user).get(address).status_code == 403


def test_a_machine_sees_no_file_but_those_of_whom_it_acts_for(imri):
    services.record_dispute(
        by=imri.owner,
        at=clock.now(),
        contract=imri.contract,
        matter="Pannes",
        complaint="Six pannes",
        journey=Journey(presented_on=clock.today()),
    )
    owner, manager = Machine(imri, imri.owner), Machine(imri, imri.manager)
    told = owner.get("/disputes")["items"][0]
    assert told["reflection_ends_on"] == "2026-12-05"
    assert told["why"][0]["rule"] == "amicable-procedure"
    assert manager.get("/disputes")["items"] == []
    assert manager.ask("GET", f"/disputes/{told['number']}").status_code == 404
    refused = owner.ask(
        "POST", f"/disputes/{told['number']}/outcome", {"outcome": "failed", "ended_on": "2026-11-20"}
    )
    assert refused.status_code == 422
    assert "XV" in str(refused.json()["clause"])
    scope = {"from_on": "2026-01-01", "until_on": "2026-11-20"}
    counts = owner.ask("POST", f"/disputes/{told['number']}/evidence-preview", scope).json()
    assert counts["rulings"] == 1
