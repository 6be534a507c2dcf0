"""The two walks that the product is made for, in a real browser, on a desk and on a phone, in both themes."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clausier.desk.models import Ticket
from clausier.prepaid import queries as prepaid
from clausier.prepaid import services as points
from clausier.prepaid.models import PointAccount
from tests.people import FRIDAY_1630, SIGNED_AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FRIDAY = "2026-11-20T16:30"


def spaced(text: str) -> re.Pattern[str]:
    """`text` with any space, breaking or not, where it has one."""
    return re.compile(re.escape(text).replace("\\ ", r"[\s   ]+"))


def tell_the_call(screen, *, description: str) -> None:
    """Who calls, by the first letters of the name; what happens; a server, the whole site, nobody works."""
    page = screen.page
    page.get_by_role("combobox", name="Qui appelle").press_sequentially("Mael", delay=20)
    expect(page.get_by_role("option").first).to_contain_text("Maëlle Cobaye")
    screen.see("appel-recherche")
    page.keyboard.press("Enter")
    expect(page.locator(".caller-chosen")).to_contain_text("Maëlle Cobaye")
    page.get_by_label("Que se passe-t-il").fill(description)
    page.get_by_role("radio", name=re.compile("^Serveur")).check(force=True)
    page.get_by_role("radio", name="Tout le site").check(force=True)
    page.get_by_role("radio", name="Non", exact=True).check(force=True)


def press_while_the_preview_comes(page) -> None:
    """Save straight from a field just written: the press that leaves it has its figures computed again."""
    page.get_by_role("button", name=re.compile("^Enregistrer")).first.hover()
    page.locator("#apercu > *").first.evaluate("shown => shown.dataset.former = 'yes'")
    page.mouse.down()
    expect(page.locator("#apercu [data-former]")).to_have_count(0)
    page.mouse.up()


def test_a_dead_server_on_friday_is_promised_for_monday_worked_on_and_closed(screen, look, imri, at):
    at(FRIDAY)
    screen.sign_in(imri.technician)
    screen.see("aujourdhui")
    screen.take_call()
    tell_the_call(screen, description="SRV-FIC01 ne répond plus, la production est arrêtée.")
    page = screen.page
    expect(page.locator("#c-promise")).to_contain_text(spaced("Promis pour lundi 12 h 30"))
    screen.see("appel-promesse")

    page.get_by_role("button", name=re.compile("Enregistrer et prendre")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SRV-FIC01 ne répond plus")
    clock = page.locator(".clock.large")
    expect(clock).to_contain_text(spaced("4 h 00"))
    expect(clock).to_contain_text(spaced("lun. 23 nov., 12:30"))
    screen.see("ticket")

    clock.locator(".why-mark").first.click()
    panel = page.locator("#why")
    expect(panel).to_contain_text("VI.3")
    expect(panel).to_contain_text(spaced("0 h 30"))
    expect(panel).to_contain_text(spaced("3 h 30"))
    screen.see("ticket-pourquoi")
    page.keyboard.press("Escape")
    expect(panel).not_to_be_visible()

    page.get_by_role("button", name="à distance").click()
    expect(page.locator(".stopwatch-bar")).to_be_visible()
    at("2026-11-20T16:41")
    page.goto(page.url.split("#")[0])
    screen.see("ticket-chronometre")
    page.get_by_role("link", name="Arrêter").click()
    page.get_by_label("Ce qui a été fait").fill("Contrôleur redémarré à distance, partages vérifiés.")
    screen.see("travail-forfait")
    press_while_the_preview_comes(page)
    expect(page.locator(".ticket-work")).to_contain_text(spaced("11 min"))

    at("2026-11-20T16:45")
    page.locator("#clore summary").click()
    page.locator("#clore").get_by_role("button", name="Clore", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SRV-FIC01")
    ticket = Ticket.objects.get(provider=imri.provider)
    assert ticket.state == "closed"
    assert ticket.promises.get(kind="promise").state == "met"
    screen.see("ticket-clos")


def test_twenty_minutes_of_remote_server_work_take_26_67_points_and_say_why(screen, look, ims, at):
    at(FRIDAY)
    account = points.open_account(by=ims.manager, at=SIGNED_AT, contract=ims.contract)
    points.credit(by=ims.manager, at=SIGNED_AT, account=account, points=400, label="Carnet de 400 points")
    screen.sign_in(ims.technician)
    screen.take_call()
    tell_the_call(screen, description="Le serveur de l’atelier ne répond plus.")
    page = screen.page
    expect(page.locator("#c-promise")).to_contain_text("Aucun délai promis")
    page.get_by_role("button", name=re.compile("Enregistrer et prendre")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Le serveur de l’atelier")

    at("2026-11-20T16:55")
    page.get_by_role("link", name="Saisir le travail").click()
    page.locator("input[name=cell][value='remote:server-network']").check(force=True)
    page.get_by_label("ou minutes").fill("20")
    page.get_by_label("Ce qui a été fait").fill("Service relancé, journaux lus avec le client.")
    save = page.get_by_role("button", name=spaced("Enregistrer, − 26,67 points"))
    expect(save).to_be_visible()
    expect(page.locator("#apercu")).to_contain_text(spaced("373,33"))
    screen.see("travail-points")
    save.click()

    sessions = page.locator(".ticket-work")
    expect(sessions).to_contain_text(spaced("400,00 → 373,33"))
    sessions.locator(".why-mark").first.click()
    panel = page.locator("#why")
    expect(panel).to_contain_text("26,67")
    expect(panel).to_contain_text("7.1.2")
    screen.see("points-pourquoi")
    assert str(prepaid.balance(PointAccount.objects.get(pk=account.pk))) == "373.33"

    page.goto(screen.base + reverse("points-account", args=[ims.provider.slug, ims.contract.number]))
    expect(page.locator("main")).to_contain_text("373,33")
    screen.see("points-compte")


def test_a_call_is_taken_without_touching_the_mouse(screen, imri, at):
    at(FRIDAY)
    screen.sign_in(imri.technician)
    page = screen.page
    keys = page.keyboard
    page.wait_for_load_state("load")
    keys.press("a")
    expect(page.get_by_role("combobox", name="Qui appelle")).to_be_focused()
    keys.type("Mael", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    keys.press("Enter")
    expect(page.get_by_label("Que se passe-t-il")).to_be_focused()
    keys.type("Serveur muet, tout le site est arrêté.")
    reach(page, "equipment_class")
    choose(page, "server")
    reach(page, "impact")
    choose(page, "site")
    reach(page, "urgency")
    choose(page, "blocked")
    expect(page.locator("#c-promise")).to_contain_text(spaced("Promis pour lundi 12 h 30"))
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Serveur muet")
    ticket = Ticket.objects.get(provider=imri.provider)
    assert ticket.caller == imri.caller
    assert ticket.called_at == FRIDAY_1630


def reach(page, name: str) -> None:
    """Tab on until a choice of `name` has the focus."""
    for _ in range(25):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")


def choose(page, value: str) -> None:
    """Arrow on until the focused choice is `value`."""
    for _ in range(8):
        if page.evaluate("document.activeElement.value + document.activeElement.checked") == f"{value}true":
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{value} cannot be chosen with the arrows")
