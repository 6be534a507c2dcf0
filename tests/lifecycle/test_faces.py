"""Ends of contracts in the console, the portal and the API: acts from forms, drafts, what a client reads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clausier.contracts.models import ContractEnd
from clausier.foundation import clock
from clausier.lifecycle import services
from clausier.lifecycle.models import EndingNotice, FormalNotice, Letter
from clausier.lifecycle.services import Journey
from tests.api.asking import Machine
from tests.console.visits import get, post, signed_in
from tests.people import House

TODAY = "2026-11-20"


@pytest.fixture(autouse=True)
def _now(at: Any) -> None:
    at("2026-11-20T16:30")


def text(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("lettre.pdf", b"%PDF-1.7 lettre", "application/pdf")


def test_a_letter_that_came_late_is_entered_answered_and_explained(imri):
    number = imri.contract.number
    typed = {"means": "paper", "tracking": "1A 1", "posted_on": "2026-11-16", "scan": scan()}
    assert get(imri, "notice-record", number).status_code == 200
    refused = post(imri, "notice-record", number, **typed | {"presented_on": "2026-11-10"})
    assert refused.status_code == 422
    assert "précède" in text(refused)
    typed["scan"] = scan()
    done = post(imri, "notice-record", number, **typed, presented_on="2026-11-17")
    assert done.status_code == 302
    page = text(get(imri, "contract-endings", number))
    assert "Le contrat prend fin le 13 mars 2027" in page
    assert "dans les temps" in page
    notice = EndingNotice.objects.get()
    draft = post(imri, "notice-acknowledge", notice.pk, role="manager", language="en", apercu="1")
    assert draft.content.startswith(b"%PDF")
    assert Letter.objects.count() == 1
    post(imri, "notice-acknowledge", notice.pk, role="manager", language="fr")
    answer = Letter.objects.latest("pk")
    assert get(imri, "letter", answer.pk).status_code == 200
    assert "L-2026-0002" in text(get(imri, "endings", q=number))
    assert "prend fin le 13 mars 2027" in text(get(imri, "client", imri.client.number))
    assert get(imri, "why", notice.ruling_id).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        *("contract", "contract-endings", "notice-record", "notice-give", "contract-terminate"),
        *("contract-agree", "contract-suspend", "force-majeure-declare"),
        *("formal-notice-send", "formal-notice-record"),
    ],
)
def test_each_page_of_a_contract_opens_on_either_book(imri, ims, name):
    for house in (imri, ims):
        assert get(house, name, house.contract.number, role="owner").status_code == 200


def test_a_suspension_is_told_on_every_page_that_it_touches_until_it_is_lifted(imri):
    number = imri.contract.number
    typed = {"ground": "promise.suspension.unpaid", "reason": "Deux loyers impayés", "language": "fr"}
    draft = post(imri, "contract-suspend", number, role="manager", **typed, apercu="1")
    assert draft.content.startswith(b"%PDF")
    post(imri, "contract-suspend", number, role="manager", **typed)
    suspension = imri.contract.suspensions.get()
    for page in (
        get(imri, "contract", number),
        get(imri, "client", imri.client.number),
        get(imri, "endings"),
        get(imri, "suspension-lift", suspension.pk, role="manager"),
    ):
        assert page.status_code == 200
    assert "Service suspendu depuis le 20 nov. 2026" in text(get(imri, "client", imri.client.number))
    theirs = signed_in(imri.correspondent).get(reverse("portal-contracts", args=[imri.provider.slug]))
    assert "est suspendu depuis" in text(theirs)
    post(imri, "suspension-lift", suspension.pk, role="manager", reason="Réglé", language="fr")
    assert "Service suspendu" not in text(get(imri, "client", imri.client.number))


def test_only_an_owner_ends_a_contract_and_only_with_evidence(imri):
    number = imri.contract.number
    typed = {
        "ground": "termination.grounds.misuse",
        "ends_on": TODAY,
        "reason": "Serveur inondé",
        "language": "fr",
    }
    assert post(imri, "contract-terminate", number, role="manager", **typed).status_code == 403
    refused = post(imri, "contract-terminate", number, role="owner", **typed)
    assert refused.status_code == 422
    assert "imri/2013 XIII" in text(refused)
    assert post(imri, "contract-terminate", number, role="owner", **typed, document=scan()).status_code == 302
    page = text(get(imri, "contract-endings", number))
    assert "La redevance reste due." in page
    assert ContractEnd.objects.get().evidence.count() == 1


def test_a_delay_that_ran_out_stands_among_the_alerts_of_today(ims, at):
    made = services.send_formal_notice(
        by=ims.manager,
        at=clock.now(),
        contract=ims.contract,
        ground="termination.grounds.unpaid-breach",
        breach="Trois échéances",
    )
    journey = {"means": "paper", "posted_on": TODAY, "presented_on": TODAY}
    post(ims, "letter-journey", made.letters.get().pk, role="accountant", **journey)
    at("2026-12-07T09:00")
    page = text(get(ims, "today", role="owner"))
    assert "Mise en demeure : délai passé le 5 déc." in page
    assert "Mettre fin au contrat" in text(get(ims, "contract-endings", ims.contract.number, role="owner"))
    end = {"ends_on": "2026-12-07", "language": "fr"}
    assert post(ims, "formal-notice-end", made.pk, role="owner", **end).status_code == 302
    assert FormalNotice.objects.get().end is not None


def portal(house: House, name: str, *args: Any, **typed: Any) -> Any:
    browser = signed_in(house.correspondent)
    address = reverse(name, args=[house.provider.slug, *args])
    return browser.post(address, typed) if typed else browser.get(address)


def test_a_client_announces_its_notice_is_told_the_form_and_reads_what_became_of_it(imri):
    number = imri.contract.number
    form = text(portal(imri, "portal-notice", number))
    assert "lettre recommandée" in form
    assert "13 déc. 2026" in form
    done = portal(imri, "portal-notice", number, means="paper", note="Nous partons", proof=scan())
    assert done.status_code == 302
    assert "en attente de présentation" in text(portal(imri, "portal-ending", number))
    assert "Préavis annoncé par le client" in text(get(imri, "today"))
    letter = Letter.objects.get()
    services.record_journey(
        by=imri.dispatcher, at=clock.now(), letter=letter, journey=Journey(presented_on=date(2026, 11, 20))
    )
    page = text(portal(imri, "portal-ending", number))
    assert "Le contrat prend fin le 13 mars 2027" in page
    notice = EndingNotice.objects.get()
    assert portal(imri, "portal-why", notice.ruling_id).status_code == 200
    assert portal(imri, "portal-notice", number, means="paper").status_code == 422
    browser = signed_in(imri.user)
    assert browser.get(reverse("portal-ending", args=[imri.provider.slug, number])).status_code == 403


def test_a_machine_records_a_notice_and_reads_its_verdict(imri):
    machine = Machine(imri, imri.owner)
    sent = {"contract": imri.contract.number, "posted_on": "2026-11-16", "presented_on": "2026-11-18"}
    answer = machine.ask("POST", "/received-notices", sent)
    assert answer.status_code == 201, answer.content
    notice = answer.json()
    assert (notice["state"], notice["notice_by"], notice["effective_on"]) == (
        "in-time",
        "2026-12-13",
        "2027-03-13",
    )
    [letter] = machine.get("/registered-letters?under_way=true")["items"]
    assert letter["number"] == notice["letters"][0]
    theirs = Machine(imri, imri.correspondent)
    assert theirs.get(f"/ending-notices/{notice['id']}")["state"] == "in-time"
    again = machine.ask("POST", "/given-notices", {"contract": imri.contract.number})
    assert again.json()["code"] == "already_ends"
