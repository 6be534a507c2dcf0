"""The screen on the wall: what its address shows, to whom, and that it can be taken back."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clausier.desk import services as desk
from clausier.directory.models import Agency
from clausier.foundation.models import JournalEntry
from clausier.integrations.models import Screen
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(at):
    return at("2026-11-20T16:42")


def plug(client, house, **asked):
    """The address of a new screen, as the page gives it once."""
    client.force_login(house.dispatcher.person)
    where = reverse("screens", args=[house.provider.slug])
    return client.post(where, {"label": "Hotline", **asked}).context["made_url"]


def test_a_screen_needs_nobodys_session_and_shows_no_more_than_it_must(client, imri):
    ticket = open_ticket(imri, title="Le mot de passe de la paie est perdu", assignee=imri.technician.person)
    desk.start_work(by=imri.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    open_ticket(imri, title="Écran noir")
    answer = Browser().get(plug(client, imri))
    body = answer.content.decode()
    assert "Biscuiterie Imaginaire" in body
    assert "Karim Témoin" in body
    assert "à prendre" in body
    for kept in (
        ticket.title,
        ticket.description,
        imri.caller.full_name,
        imri.caller.phone,
        'href="/nebuline',
    ):
        assert kept not in body
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_what_is_late_stands_first(client, imri, at):
    open_ticket(imri, equipment_class="workstation", cause="printing")
    open_ticket(imri)
    at("2026-11-23T12:10")
    rows = Browser().get(plug(client, imri)).context["rows"]
    assert [row.clock.state for row in rows] == ["at-risk", "on-time"]
    at("2026-11-23T15:00")
    rows = Browser().get(plug(client, imri)).context["rows"]
    assert rows[0].clock.state == "late"


def test_a_screen_taken_back_shows_nothing(client, imri, ims):
    url = plug(client, imri)
    assert Browser().get(url.replace("nebuline", "cardinal")).status_code == 404
    mistyped = "1" if url[-2] == "0" else "0"
    assert Browser().get(f"{url[:-2]}{mistyped}/").status_code == 404
    assert Browser().get(url).status_code == 200
    screen = Screen.objects.get()
    assert screen.last_seen_at is not None
    assert url.rstrip("/").rpartition("-")[2] not in str(Screen.objects.values().get())
    client.post(reverse("screen-revoke", args=[imri.provider.slug, screen.pk]))
    assert Browser().get(url).status_code == 404
    codes = list(JournalEntry.objects.order_by("pk").values_list("code", flat=True))
    assert codes[-2:] == ["integrations.screen_added", "integrations.screen_revoked"]


def test_the_log_does_not_keep_what_opens_a_screen(client, imri, caplog):
    url = plug(client, imri)
    with caplog.at_level("INFO", logger="clausier.requests"):
        Browser().get(url)
    line = [one for one in caplog.records if one.name == "clausier.requests"][-1]
    assert line.path == "/nebuline/ecran/…/"


def test_a_screen_of_an_agency_shows_its_tickets_alone(client, imri):
    other = Agency.objects.create(provider=imri.provider, name="Agence du port", phone="+33199000002")
    open_ticket(imri)
    assert Browser().get(plug(client, imri, agency=other.pk)).context["wall"].open == 0
    assert Browser().get(plug(client, imri, agency=imri.agency.pk)).context["wall"].open == 1


def test_a_screen_says_where_it_is(client, imri):
    client.force_login(imri.owner.person)
    answer = client.post(reverse("screens", args=[imri.provider.slug]), {"label": " "})
    assert answer.status_code == 422
    assert not Screen.objects.exists()
    client.force_login(imri.technician.person)
    assert client.get(reverse("screens", args=[imri.provider.slug])).status_code == 403
    assert client.get(reverse("wall", args=[imri.provider.slug])).status_code == 200
