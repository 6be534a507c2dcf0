"""The board, the reports and the wall before a real browser: seen, walked by keys, dragged."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clausier.desk import services
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def friday(at):
    return at("2026-11-20T16:42")


def go(screen, name, house, *args, query=""):
    screen.page.goto(screen.base + reverse(name, args=[house.provider.slug, *args]) + query)


def test_the_desk_is_seen_on_every_screen(screen, look, imri):
    open_ticket(imri, title="Imprimante muette", equipment_class="workstation", cause="printing")
    closed = open_ticket(imri, title="Onduleur en alarme")
    services.close_ticket(by=imri.technician, at=FRIDAY_1630, ticket=closed)
    screen.sign_in(imri.manager)
    go(screen, "board", imri)
    screen.see("tableau")
    go(screen, "reports", imri)
    for summary in screen.page.locator("main details.more-rows > summary").all():
        summary.click()
    screen.see("rapports")
    go(screen, "screens", imri)
    screen.see("ecrans")
    go(screen, "wall", imri)
    screen.see("ecran-mural")


def test_a_card_is_moved_by_keys_and_by_dragging(screen, imri):
    ticket = open_ticket(imri)
    screen.sign_in(imri.dispatcher)
    go(screen, "board", imri, query="?par=personne")
    page = screen.page
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Inès Prototype")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("confié à Karim Témoin")
    ticket.refresh_from_db()
    assert ticket.assignee == imri.technician.person
    column = page.get_by_role("region", name="Inès Prototype")
    page.locator(f"#ticket-{ticket.number}").drag_to(column)
    expect(page.get_by_role("status")).to_contain_text("confié à Inès Prototype")
    ticket.refresh_from_db()
    assert ticket.assignee == imri.other_technician.person
