"""What nobody types but anybody can send: it is answered, and nothing of it is written."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clausier.desk.models import Ticket, WorkSession
from clausier.foundation.clock import read
from clausier.prepaid import services as points
from tests.console.visits import address, signed_in
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House

pytestmark = pytest.mark.django_db

SQUARE, NUL = "%C2%B2", "%00"
LONG = "9" * 5000

ADDRESSES = [
    f"tickets/?q={NUL}",
    f"tickets/?q={SQUARE}",
    f"tickets/?q={'9' * 17}",
    f"tickets/?a={SQUARE}",
    f"tickets/?agence={LONG}",
    f"clients/?agence={SQUARE}",
    f"clients/{NUL}/",
    f"livres/edition/{NUL}/",
    f"journal/?avant={SQUARE}",
    f"journal/?objet=ticket:{SQUARE}",
    f"journal/?qui={NUL}",
    f"appel/contexte/?caller=contact:{SQUARE}",
    f"appel/contexte/?caller=client:{LONG}",
    f"appel/contexte/?caller=new&new_client={SQUARE}",
    "appel/?caller=client:1&called_at=0001-01-01T00:00",
    "points/C-0001/?au=9999-12-31",
    "points/C-0001/?au=0001-01-01",
    "points/C-0001/releve.pdf?au=9999-12-31",
    f"pourquoi/calcul/?rule=session-points&mode=remote&entries={'[' * 5000}",
    f"tickets/1/travail/?seance={SQUARE}",
    f"tickets/1/travail/?more={SQUARE}",
    "tickets/1/travail/?minutes=99999999999",
    "tickets/1/travail/?on=0001-01-01&starts_at=00:00&minutes=5",
    "tickets/1/travail/?on=2004-01-01&starts_at=10:00&minutes=5",
    "tickets/1/travail/?on=9999-12-31&starts_at=23:59&minutes=5",
]


@pytest.fixture
def house(ims: House, at) -> House:
    at("2026-11-20T16:30")
    points.open_account(by=ims.manager, at=FRIDAY_1630, contract=ims.contract)
    open_ticket(ims)
    return ims


def test_an_address_that_makes_no_sense_is_answered(house):
    browser = signed_in(house.owner)
    browser.raise_request_exception = False
    home = address(house, "today")
    assert [asked for asked in ADDRESSES if browser.get(home + asked).status_code >= 500] == []


@pytest.mark.parametrize("after", ["foo", "//example.org", "https:example.org", "/\\example.org"])
def test_one_goes_on_to_an_address_of_this_site_only(client, house, after):
    client.force_login(house.owner.person)
    assert client.get(reverse("sign-in"), {"next": after})["Location"] == "/"
    assert client.post(reverse("language"), {"language": "fr", "next": after})["Location"] == "/"
    assert client.post(reverse("theme"), {"theme": "dark", "next": after})["Location"] == "/"


def test_a_call_keeps_no_character_that_no_row_can_hold_and_no_label_that_is_too_long(house):
    browser = signed_in(house.dispatcher)
    typed = {
        "act": "take",
        "caller": f"contact:{house.caller.pk}",
        "description": "Plus\0 rien",
        "equipment_class": "server",
        "cause": "server-network",
        "impact": "one",
        "urgency": "degraded",
    }
    long = browser.post(address(house, "call"), typed | {"equipment_label": "x" * 200})
    assert (long.status_code, "120 signes" in long.content.decode()) == (422, True)
    assert browser.post(address(house, "call"), typed).status_code == 302
    assert Ticket.objects.latest("pk").description == "Plus rien"


def test_work_before_the_first_rates_is_refused_with_what_was_typed(house):
    typed = {
        "act": "save",
        "by-hand": "1",
        "cell": "remote:server-network",
        "on": "2004-01-05",
        "starts_at": "10:00",
        "ends_at": "10:20",
        "text": "Journal des sauvegardes relu",
    }
    answer = signed_in(house.technician).post(address(house, "work", 1), typed)
    assert (answer.status_code, typed["text"] in answer.content.decode()) == (422, True)
    assert not WorkSession.objects.exists()


@pytest.mark.parametrize("night", [("2026-10-25", "2026-10-26"), ("2027-03-28", "2027-03-29")])
def test_minutes_are_elapsed_time_on_the_nights_when_the_clocks_change(house, at, night):
    changed_on, next_day = night
    ticket = open_ticket(house, at=read(f"{changed_on}T00:30"))
    at(f"{next_day}T09:00")
    typed = {
        "act": "save",
        "by-hand": "1",
        "cell": "remote:server-network",
        "on": changed_on,
        "starts_at": "01:30",
        "minutes": "120",
        "text": "Bascule du cluster",
    }
    answer = signed_in(house.technician).post(address(house, "work", ticket.number), typed)
    assert answer.status_code == 302
    session = WorkSession.objects.get()
    assert (session.accounted_minutes, session.points) == (120, Decimal("160.00"))


def test_points_beyond_the_ledger_are_refused_beside_their_field(house):
    typed = {"points": "9999999999", "kind": "purchase", "label": "Carnet"}
    answer = signed_in(house.manager).post(address(house, "points-credit", "C-0001"), typed)
    assert (answer.status_code, typed["points"] in answer.content.decode()) == (422, True)


def test_counts_that_no_column_holds_are_refused_beside_their_field(house):
    browser = signed_in(house.owner)
    covered = {"equipment_class": "server", "quantity": "9" * 30, "from_on": "2026-11-20"}
    site = {"name": "Dépôt", "city": "Villefictive", "zone": "9" * 30}
    for page, number, typed in (
        ("contract-cover", "C-0001", covered),
        ("site-add", house.client.number, site),
    ):
        answer = browser.post(address(house, page, number), typed)
        assert (answer.status_code, "9" * 30 in answer.content.decode()) == (422, True)
