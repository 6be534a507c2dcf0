"""The parts under a real hand: keyboard, focus, the docked panel, the sheet of a phone, and axe."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def design(page: Page, live_server: Any) -> Page:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/design/")
    return page


def open_panel(page: Page) -> None:
    page.locator(".clock.card .why-mark").first.click()
    expect(page.locator("#why-question")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_axe_finds_nothing(design: Page, scheme: Any, size: Any) -> None:
    design.emulate_media(color_scheme=scheme)
    design.set_viewport_size(size)
    open_panel(design)
    found = Axe().run(design).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    design.keyboard.press("Escape")
    found = Axe().run(design).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_the_panel_stands_beside_the_page_and_gives_the_focus_back(design: Page) -> None:
    open_panel(design)
    main, panel = design.locator(".column").bounding_box(), design.locator("#why").bounding_box()
    assert main is not None
    assert panel is not None
    assert main["x"] + main["width"] <= panel["x"] + 1
    mark = design.locator(".clock.card .why-mark").first
    expect(mark).to_have_attribute("aria-expanded", "true")
    design.keyboard.press("Escape")
    expect(mark).to_be_focused()
    expect(mark).to_have_attribute("aria-expanded", "false")
    expect(design.locator("#why")).not_to_be_visible()


def test_on_a_phone_the_panel_is_a_sheet_of_its_own(design: Page) -> None:
    design.set_viewport_size(PHONE)  # type: ignore[arg-type]
    open_panel(design)
    assert design.evaluate("document.querySelector('#why').matches(':modal')")
    design.locator("#why [data-close-why]").click()
    expect(design.locator("#why")).not_to_be_visible()


def test_nothing_is_wider_than_the_screen(design: Page) -> None:
    for width in (360, 720, 960, 1100, 1440, 2560):
        design.set_viewport_size({"width": width, "height": 900})
        assert design.evaluate("document.documentElement.scrollWidth") <= width


def test_letters_walk_the_rows_and_can_be_switched_off(design: Page) -> None:
    chosen = design.locator("[data-row].chosen")
    design.keyboard.press("j")
    design.keyboard.press("j")
    expect(chosen).to_have_count(1)
    design.keyboard.press("?")
    expect(design.locator("#keys")).to_be_visible()
    design.locator("[data-letters]").uncheck()
    design.keyboard.press("Escape")
    before = chosen.inner_text()
    design.keyboard.press("j")
    assert chosen.inner_text() == before


def test_a_digit_lights_a_cell_of_the_matrix(design: Page) -> None:
    design.locator("h1").click()
    design.keyboard.press("4")
    expect(design.locator("input[name=cell][value='onsite:workstation']")).to_be_checked()


def test_the_theme_changes_at_once_and_stays(design: Page) -> None:
    design.locator(".page-head [data-theme-form] button[value=dark]").click()
    expect(design.locator("html")).to_have_attribute("data-theme", "dark")
    design.reload()
    expect(design.locator("html")).to_have_attribute("data-theme", "dark")
