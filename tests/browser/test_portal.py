"""The portal on a phone, in both themes, and a request opened without touching the screen."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from clausier.desk.models import Ticket
from clausier.foundation.actors import Actor
from clausier.prepaid import services as points
from tests.console.visits import signed_in
from tests.desk.asking import open_ticket
from tests.people import SIGNED_AT, House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("tickets", "new", "points", "contracts", "people")


def enter(screen: Any, actor: Actor) -> None:
    """Come in with a session that is open already, on a phone: the door is walked elsewhere."""
    kept = signed_in(actor).cookies[settings.SESSION_COOKIE_NAME].value
    screen.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": screen.base}]
    )
    screen.page.set_viewport_size({"width": 360, "height": 780})
    screen.width = 360


def go(screen: Any, house: House, name: str, *args: Any) -> None:
    screen.page.goto(screen.base + reverse(f"portal-{name}", args=[house.provider.slug, *args]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_pages_hold_on_a_phone(screen, ims, at, theme):
    at("2026-11-20T16:30")
    account = points.open_account(by=ims.owner, at=SIGNED_AT, contract=ims.contract)
    points.credit(by=ims.owner, at=SIGNED_AT, account=account, points=Decimal(400), label="Carnet")
    ticket = open_ticket(ims)
    screen.page.emulate_media(color_scheme=theme)
    screen.theme = theme
    enter(screen, ims.correspondent)
    for name in PAGES:
        go(screen, ims, name)
        screen.see(f"portail-{name}")
    go(screen, ims, "ticket", ticket.number)
    screen.see("portail-ticket")


def test_a_request_is_opened_and_its_promise_explained_by_keyboard_alone(screen, imri, at):
    at("2026-11-20T16:30")
    enter(screen, imri.correspondent)
    go(screen, imri, "new")
    keyboard, typed = (
        screen.page.keyboard,
        {"title": "Le serveur ne répond plus", "description": "Écran noir"},
    )
    for _key in range(60):
        keyboard.press("Tab")
        name = screen.page.evaluate("document.activeElement.name || ''")
        if name in typed:
            keyboard.type(typed.pop(name))
        if not typed:
            break
    assert typed == {}, "Tab reaches every field"
    keyboard.press("Control+Enter")
    expect(screen.page.get_by_role("heading", level=1)).to_contain_text("Le serveur ne répond plus")
    assert Ticket.objects.get().origin == "portal"
    for _key in range(60):
        keyboard.press("Tab")
        if screen.page.evaluate("document.activeElement.matches('[data-why]')"):
            break
    keyboard.press("Enter")
    expect(screen.page.locator("#why, main").filter(has_text=re.compile("VI.3")).first).to_be_visible()
    assert screen.told == []
