"""Screens of a desk and of a phone, in both themes, before a running server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.screens import Screen

expect.set_options(timeout=15_000)  # a busy machine is not a broken page

# Each width and each theme once: a story is told twice, not four times.
LOOKS = [(1440, "light"), (360, "dark")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a `look` is run on every screen."""
    if "look" in metafunc.fixturenames:
        metafunc.parametrize("look", LOOKS, ids=[f"{width}-{theme}" for width, theme in LOOKS])


@pytest.fixture
def screen(request: pytest.FixtureRequest, browser: Any, live_server: Any) -> Iterator[Screen]:
    """A screen of `look`; of a desk in light when the test names none."""
    width, theme = request.getfixturevalue("look") if "look" in request.fixturenames else LOOKS[0]
    context = browser.new_context(
        viewport={"width": width, "height": 900 if width > 720 else 780},
        color_scheme=theme,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        has_touch=width < 720,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    yield Screen(context.new_page(), live_server.url, width, theme)
    context.close()
