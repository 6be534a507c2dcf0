"""The design page: each part renders in both languages, within what a strict browser and a slow line bear."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db

BUDGET = 100_000  # bytes, compressed, for the first page and all it asks for


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_shows_every_part_without_inline_style_or_script(client: Client, language: str) -> None:
    client.cookies["language"] = language
    page = client.get("/design/").content.decode()
    assert f'<html lang="{language}"' in page
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    for part in (
        "clock large",
        "ruler-row",
        "rates choosing",
        "life-list",
        "day-ruler",
        "account-strip",
        "refusal",
        "thread",
    ):
        assert part in page


def test_no_number_of_a_drawing_is_written_with_a_comma(client: Client) -> None:
    page = client.get("/design/").content.decode()
    drawn = re.findall(r'\s(?:x|y|x1|x2|y1|y2|width|height|r)="([^"]*)"', page)
    assert drawn
    assert [one for one in drawn if not re.fullmatch(r"-?[\d.]+%?", one)] == []


def test_the_first_page_is_light_and_asks_only_this_host(client: Client) -> None:
    page = client.get("/design/why/promise/").content
    text = page.decode()
    asked = [
        one
        for one in re.findall(r'(?:src|href)="([^"#]+\.(?:css|js|svg|woff2))"', text)
        if "print" not in one
    ]
    assert all(one.startswith("/static/") for one in asked)
    size = len(gzip.compress(page))
    for one in asked:
        found = finders.find(one.removeprefix("/static/"))
        assert found, one
        content = Path(found).read_bytes()
        size += len(content) if one.endswith("woff2") else len(gzip.compress(content))
    assert size < BUDGET
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


def test_a_panel_answers_htmx_with_itself_and_a_plain_request_with_a_page(client: Client) -> None:
    part = client.get("/design/why/points/", headers={"HX-Request": "true"}).content.decode()
    whole = client.get("/design/why/points/").content.decode()
    assert part.lstrip().startswith("<article")
    assert "<html" in whole
    assert 'id="why-question"' in whole
    assert client.get("/design/why/nothing/").status_code == 404


def test_the_theme_is_kept_on_the_machine_and_written_in_the_page(client: Client) -> None:
    answer = client.post("/design/theme/", {"theme": "dark", "next": "/design/"})
    assert answer.headers["Location"] == "/design/"
    assert 'data-theme="dark"' in client.get("/design/").content.decode()
    client.post("/design/theme/", {"theme": "", "next": "/design/"})
    assert "data-theme=" not in client.get("/design/").content.decode().split("<head>")[0]


def test_the_theme_never_sends_anyone_elsewhere(client: Client) -> None:
    answer = client.post("/design/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
