"""The palette by the keyboard alone, and its answers as a page where there is no script."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.desk.asking import open_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_everything_is_found_and_begun_from_the_keyboard(screen, look, imri, at):
    at("2026-11-20T16:30")
    open_ticket(imri)
    open_ticket(imri, title="Imprimante du quai muette", description="Le serveur d’impression refuse.")
    screen.sign_in(imri.dispatcher)
    page = screen.page
    page.wait_for_load_state("networkidle")
    palette = page.locator("#palette")

    page.keyboard.press("Control+k")
    field = palette.get_by_role("combobox")
    expect(field).to_be_focused()
    expect(palette.get_by_role("option").first).to_contain_text("Imprimante du quai muette")
    screen.see("palette-vide")
    page.keyboard.press("Escape")
    expect(palette).not_to_be_visible()

    page.keyboard.press("Control+k")
    field.press_sequentially("mael", delay=20)
    expect(palette.get_by_role("option").first).to_contain_text("Maëlle Cobaye")
    expect(palette.get_by_role("option", name=re.compile(r"Appel reçu\s: Maëlle"))).to_be_visible()
    screen.see("palette-personne")
    field.fill("serveur")
    expect(palette.get_by_role("group", name=re.compile("Tickets"))).to_contain_text("2")
    expect(palette.get_by_role("option").first).to_contain_text("serveur de fichiers")
    screen.see("palette-mot")
    page.keyboard.press("ArrowDown")
    second = palette.get_by_role("option").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Imprimante du quai muette")
    page.wait_for_load_state("networkidle")

    page.keyboard.press("Control+k")
    field.fill("introuvable")
    expect(palette.locator(".palette-nothing")).to_be_visible()
    screen.see("palette-rien")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Recherche")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.get_by_label("Chercher ou agir").locator("visible=true").last.fill("serveur")
    expect(page.locator("#found")).to_contain_text("Le serveur d’impression refuse.")
    screen.see("recherche")


def test_a_clients_person_searches_what_is_theirs(screen, look, imri, at):
    at("2026-11-20T16:30")
    ticket = open_ticket(imri)
    person = imri.correspondent.person
    person.set_password("un mot de passe pour essayer")
    person.save()
    page = screen.page
    page.goto(screen.base + reverse("portal-search", args=[imri.provider.slug]))
    page.get_by_label(re.compile("adresse|e-mail|courriel", re.IGNORECASE)).fill(person.email)
    page.get_by_label(re.compile("mot de passe", re.IGNORECASE)).fill("un mot de passe pour essayer")
    page.keyboard.press("Enter")
    page.get_by_role("searchbox").fill("serveurs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=ticket.title)).to_be_visible()
    screen.see("portail-recherche")
