"""How a contract ends, told by hand: what is given back, signed for and wiped; a dispute and its evidence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.lifecycle.models import DestructionCertificate, Dispute, Reversal
from clausier.lifecycle.services import reversal as acts
from clausier.signatures.models import SignatureRequest
from clausier.transfer import tasks as transfer
from tests.console.visits import address, signed_in
from tests.lifecycle.returning import device, ended, followed, listed, recorded, wiping
from tests.people import House
from tests.signatures.asking import code_in, link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LETTER = {"name": "lettre.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 lettre"}


def come_in(screen: Any, actor: Actor) -> None:
    """With a session that is open already: the door is walked elsewhere."""
    kept = signed_in(actor).cookies[settings.SESSION_COOKIE_NAME].value
    screen.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": screen.base}]
    )


def fill(page: Any, act: str, **typed: Any) -> None:
    """Fill the fields of a form by their names, and send it by its button."""
    for name, value in typed.items():
        place = page.locator(f"[name={name}]")
        place.set_input_files(value) if isinstance(value, dict) else place.fill(str(value))
    page.get_by_role("button", name=act, exact=True).click()


def test_a_reversibility_goes_from_its_letter_to_a_destruction_certificate(
    screen: Any, imri: House, at: Any, letters: Any
) -> None:
    at("2026-11-20T16:30")
    ended(imri)
    page = screen.page
    come_in(screen, imri.manager)
    page.goto(screen.base + address(imri, "reversal-open", imri.contract.number))
    fill(
        page,
        "Ouvrir la réversibilité",
        scope="Tous les fichiers",
        engineers=1,
        days=2,
        presented_on="2026-11-20",
        scan=LETTER,
    )
    expect(page.get_by_text("20 déc. 2026").first).to_be_visible()
    file = Reversal.objects.get()
    step = file.steps.filter(party="provider").earliest("position")
    page.goto(screen.base + address(imri, "reversal-step-done", step.pk))
    page.locator("form.act-form button.primary").click()
    expect(page.get_by_text("20 nov. 2026").first).to_be_visible()
    acts.return_item(by=imri.technician, at=clock.now(), item=listed(imri, file))
    recorded(imri, file)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(screen.base + link_in(letters()[-1]))
    page.get_by_role("button", name="Ouvrir le document").click()
    page.get_by_role("button", name="Recevoir mon code").click()
    page.get_by_label("Code reçu par courriel").fill(code_in(letters()[-1]))
    page.get_by_label("En qualité de").first.fill("Gérante")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Signer le document").click()
    expect(page.get_by_role("status")).to_contain_text("Signé par")

    page.set_viewport_size({"width": 1440, "height": 900})
    request = SignatureRequest.objects.get()
    page.goto(screen.base + address(imri, "signature", request.pk))
    page.get_by_role("button", name="Contresigner et sceller").click()
    expect(page.get_by_role("link", name="Document signé et scellé")).to_be_visible()
    followed()
    disk = device(imri, Reversal.objects.get())
    acts.record_wiping(by=imri.technician, at=clock.now(), device=disk, facts=wiping(imri))
    page.goto(screen.base + address(imri, "reversal-certify", file.number))
    page.get_by_role("button", name="Émettre et sceller").click()
    made = DestructionCertificate.objects.get()
    expect(page.get_by_role("link", name=re.compile(made.number))).to_be_visible()


def test_a_dispute_is_opened_a_day_too_far_refused_by_its_clause_and_its_evidence_bundled(
    screen: Any, imri: House, at: Any
) -> None:
    at("2026-11-20T16:30")
    page = screen.page
    come_in(screen, imri.owner)
    page.goto(screen.base + address(imri, "dispute-record", imri.contract.number))
    told = {"matter": "Pannes du serveur", "complaint": "Six pannes depuis avril."}
    page.locator("[name=scan]").set_input_files(LETTER)
    page.locator("[name=presented_on]").fill("2026-11-02")
    for name, value in told.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("form.act-form button.primary").click()
    expect(page.get_by_text("17 nov. 2026").first).to_be_visible()
    key = Dispute.objects.get().number
    page.goto(screen.base + address(imri, "dispute-expert", key))
    page.locator("[name=named_by]").select_option("joint")
    page.locator("[name=proposed_by]").select_option("client")
    for name, value in (
        ("name", "Me Fictive"),
        ("provider_accepted_on", "2026-11-18"),
        ("client_accepted_on", "2026-11-19"),
    ):
        page.locator(f"[name={name}]").fill(value)
    page.locator("form.act-form button.primary").click()
    page.goto(screen.base + address(imri, "dispute-refer", key))
    page.locator("[name=referred_on]").fill("2026-11-20")
    page.locator("form.act-form button.primary").click()
    page.goto(screen.base + address(imri, "dispute-extend", key))
    page.locator("[name=extended_to]").fill("2027-08-20")
    page.locator("[name=agreed_on]").fill("2026-11-20")
    page.locator("form.act-form button.primary").click()
    expect(page.get_by_text("imri/2013 XV").first).to_be_visible()
    screen.see("litige-refus")
    page.goto(screen.base + address(imri, "dispute-evidence", key))
    page.locator("button[name=ask]").click()
    expect(page.get_by_text("en préparation")).to_be_visible()
    job = ProcrastinateJob.objects.get(task_name="transfer.make_bundle")
    assert transfer.make_bundle(**job.args) == "ready"
    expect(page.get_by_role("button", name=re.compile("Enregistrer"))).to_be_visible()
