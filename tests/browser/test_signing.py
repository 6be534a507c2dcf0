"""An amendment signed on a phone: by a letter’s link, with another’s code, drawn by finger; then sealed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from clausier.contracts import services
from clausier.contracts.models import Amendment
from clausier.signatures.models import SignatureRequest
from tests.browser.test_portal import enter
from tests.console.visits import address
from tests.contracts.test_amendment_signing import followed
from tests.contracts.test_amendments import written
from tests.people import FRIDAY_1630, House
from tests.signatures.asking import SITE, code_in, link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_amendment_is_signed_on_a_phone_countersigned_and_verified(
    screen: Any, imri: House, at: Any, letters: Any, tmp_path: Path
) -> None:
    at("2026-11-20T16:30")
    facts = {"amendment": written(imri), "signer": imri.caller, "site_url": SITE}
    services.send_amendment(by=imri.manager, at=FRIDAY_1630, **facts)
    page = screen.page
    page.set_viewport_size({"width": 360, "height": 780})
    screen.width = 360
    page.goto(screen.base + link_in(letters()[-1]))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Avenant C-0001-A1")
    screen.see("signature-lien")
    page.get_by_role("button", name="Ouvrir le document").click()
    expect(page.get_by_role("img", name="Page 1 sur 1")).to_be_visible()
    page.get_by_role("button", name="Recevoir mon code").click()
    page.get_by_label("Code reçu par courriel").fill(code_in(letters()[-1]))
    page.get_by_label("En qualité de").first.fill("Gérante")
    page.get_by_text("Dessiner", exact=True).click()
    frame = page.locator("canvas")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for across, down in ((90, 20), (140, 80), (220, 30)):
        page.mouse.move(box["x"] + across, box["y"] + down, steps=3)
    page.mouse.up()
    page.get_by_role("checkbox").check()
    screen.see("signature-dessin")
    page.get_by_role("button", name="Signer le document").click()
    expect(page.get_by_role("status")).to_contain_text("Signé par Maëlle Cobaye")

    made = SignatureRequest.objects.get()
    assert (made.signature.means, made.signature.drawing[:1]) == ("drawn", "M")
    followed()
    enter(screen, imri.manager)
    page.goto(screen.base + address(imri, "today"))
    page.get_by_role("link", name="À contresigner\u00a0: Avenant C-0001-A1").click()
    page.get_by_role("button", name="Contresigner et sceller").click()
    expect(page.get_by_role("link", name="Document signé et scellé")).to_be_visible()
    screen.see("signature-scellee")
    followed()
    page.goto(screen.base + address(imri, "amendment", "C-0001-A1"))
    expect(page.get_by_role("link", name=Amendment.objects.get().signed.number)).to_be_visible()
    screen.see("avenant-signe")
    sealed = page.request.get(screen.base + address(imri, "signature-signed", made.pk)).body()
    (tmp_path / "signe.pdf").write_bytes(sealed)
    verify = [sys.executable, "-m", "clausier.cli.main", "verify", str(tmp_path / "signe.pdf")]
    assert subprocess.run(verify, check=False).returncode == 0
