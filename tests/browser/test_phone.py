"""A call rings on every page, is taken from there, and who was missed is called back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clausier.desk.timeline import Upload
from tests.desk.test_phone import tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_is_announced_by_itself_and_the_missed_one_is_called_back(screen, look, ims, at):
    at("2026-11-20T16:30")
    tell(
        ims,
        "voicemail",
        "pbx-0",
        number="06 39 98 00 01",
        line="hotline",
        audio=Upload("m.mp3", "audio/mpeg", b"ID3"),
    )
    tell(ims, "missed", "pbx-2")
    screen.sign_in(ims.dispatcher)
    page = screen.page
    page.goto(screen.base + reverse("phone", args=[ims.provider.slug]))
    screen.see("telephone")
    tell(ims, "ringing", line="hotline")
    expect(page.get_by_text(f"{ims.caller.full_name} appelle")).to_be_visible()
    screen.see("telephone-sonne")
    page.locator(".calls summary").first.click()
    page.get_by_label("Ce qui a été dit").first.fill("Rappelée")
    page.get_by_role("button", name="Noter le rappel").first.click()
    expect(page.get_by_text("Rappel noté.")).to_be_visible()
    page.get_by_role("link", name="Prendre cet appel").click()
    expect(page.locator(".caller-chosen")).to_contain_text(ims.caller.full_name)
    screen.see("telephone-formulaire")
    page.goto(screen.base + reverse("today", args=[ims.provider.slug]))
    screen.see("telephone-aujourdhui")
