"""A screen of a given width and theme: what one does on it, and what every page seen on it must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from clausier.foundation.actors import Actor

PICTURES = Path(__file__).resolve().parents[2] / "test-results"
PASSWORD = "un mot de passe pour essayer"
GRAVE = {"serious", "critical"}


@dataclass
class Screen:
    """A page in a browser, the address it is served at, and the name its pictures bear."""

    page: Page
    base: str
    width: int
    theme: str
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.on("request", lambda request: self._stay_home(request.url))

    def _stay_home(self, url: str) -> None:
        if url.startswith("http") and urlsplit(url).netloc != urlsplit(self.base).netloc:
            self.told.append(f"asked another host: {url}")

    @property
    def is_phone(self) -> bool:
        return self.width < 720

    def sign_in(self, actor: Actor) -> None:
        """Sign in by hand, from the page of the provider to its first page."""
        person: Any = actor.person
        person.set_password(PASSWORD)
        person.save()
        self.page.goto(self.base + reverse("today", args=[actor.provider.slug]))
        self.see("connexion")
        self.page.get_by_label(re.compile("adresse|e-mail|courriel", re.IGNORECASE)).fill(person.email)
        self.page.get_by_label(re.compile("mot de passe", re.IGNORECASE)).fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile("novembre"))

    def take_call(self) -> None:
        """To the phone form, as it is reached at this width, once the page listens to the keyboard."""
        self.page.wait_for_load_state("load")
        if self.is_phone:
            self.page.get_by_role("link", name="Prendre un appel").last.click()
        else:
            self.page.keyboard.press("a")
        expect(self.page.get_by_role("heading", level=1, name="Appel en cours")).to_be_visible()

    def see(self, name: str) -> None:
        """Take a picture; nothing grave for who cannot see it, nothing wider than the screen, no error."""
        self.page.wait_for_load_state("networkidle")
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.width}-{self.theme}.png", full_page=True)
        assert self.told == []
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width, f"{name}: {wide} px wide"
        found = Axe().run(self.page).response["violations"]
        grave = [
            f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
            for one in found
            if one["impact"] in GRAVE
            for node in one["nodes"]
        ]
        assert grave == [], f"{name}: " + "\n".join(grave)
