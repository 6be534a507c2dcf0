"""The list of tickets: filters, order, paging, and the same few queries however long it is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clausier.console.tickets import listing
from clausier.desk import services
from clausier.foundation.models import Person
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, make_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(at):
    return at("2026-11-20T16:42")


def seen(client, house, query=""):
    answer = client.get(reverse("tickets", args=[house.provider.slug]) + query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def test_the_shortest_time_left_stands_first(client, imri):
    later = open_ticket(imri, title="Imprimante muette", equipment_class="workstation", cause="printing")
    sooner = open_ticket(imri, title="Serveur muet")
    client.force_login(imri.reader.person)
    body = seen(client, imri)
    assert body.index(sooner.title) < body.index(later.title)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=serveur", True),
        ("?q=imprimante", False),
        ("?q=biscuit", True),
        ("?etat=closed", False),
        ("?etat=all", True),
        ("?etat=never-heard-of", True),
        ("?promesse=on-time", True),
        ("?promesse=late", False),
        ("?promesse=none", False),
        ("?a=me", False),
        ("?a=nobody", True),
        ("?classe=server", True),
        ("?classe=workstation", False),
        ("?client=CL-001", True),
        ("?client=CL-404", False),
        ("?agence=0", False),
        ("?promesse=met", False),
        ("?apres=plus+loin", True),
        ("?apres=due.9999999999999999.9999999999999999", False),
        ("?etat=all&apres=due.1.1", True),
        ("?a=x&agence=y&classe=z", True),
    ],
)
def test_filters_narrow_the_list(client, imri, query, found):
    open_ticket(imri, title="Serveur muet")
    client.force_login(imri.technician.person)
    assert ("Serveur muet" in seen(client, imri, query)) is found


def test_a_number_finds_its_ticket(client, imri):
    ticket = open_ticket(imri, title="Serveur muet")
    client.force_login(imri.reader.person)
    assert "Serveur muet" in seen(client, imri, f"?q={ticket}")


def test_a_late_ticket_is_told_late_and_a_kept_one_kept(client, imri, at):
    ticket = open_ticket(imri, title="Serveur muet")
    client.force_login(imri.technician.person)
    at("2026-11-23T15:00")
    assert "Serveur muet" in seen(client, imri, "?promesse=late")
    services.close_ticket(by=imri.technician, at=FRIDAY_1630.replace(day=23, hour=15), ticket=ticket)
    assert "Serveur muet" in seen(client, imri, "?promesse=met-late")
    assert "Serveur muet" in seen(client, imri, "?etat=closed")


def test_a_long_list_takes_no_more_queries_than_a_short_one(client, imri):
    client.force_login(imri.reader.person)
    open_ticket(imri)
    seen(client, imri)
    with CaptureQueriesContext(connection) as few:
        seen(client, imri)
    for number in range(2, 8):
        other, site = make_client(
            imri.provider, imri.agency, number=f"CL-10{number}", name=f"Client {number}"
        )
        open_ticket(imri, client=other, site=site, caller=None)
        open_ticket(imri)
    with CaptureQueriesContext(connection) as many:
        seen(client, imri)
    assert len(many) <= len(few) + 2


def test_the_list_takes_few_queries(client, imri, django_assert_max_num_queries):
    open_ticket(imri)
    client.force_login(imri.technician.person)
    seen(client, imri)
    with django_assert_max_num_queries(12):
        seen(client, imri)


def test_what_pages_share_is_drawn_for_each_language_and_role(client, imri, ims):
    for house in (imri, ims):
        open_ticket(house)
    for house in (imri, ims):
        client.force_login(house.owner.person)
        french = seen(client, house)
        assert f'href="/{house.provider.slug}/webhooks/"' in french
        assert "Filtrer" in french
        client.force_login(house.technician.person)
        Person.objects.filter(pk=house.technician.person.pk).update(language="en")
        english = seen(client, house)
        assert f'href="/{house.provider.slug}/webhooks/"' not in english
        assert "Filtrer" not in english
        other = ims if house is imri else imri
        assert f"/{other.provider.slug}/" not in english


def test_the_list_is_paged(client, imri):
    for number in range(53):
        open_ticket(imri, title=f"Demande {number}")
    client.force_login(imri.reader.person)
    first = seen(client, imri)
    assert "53 tickets" in first
    (place,) = re.findall(r'rel="next" href="[^"]*apres=([^"]+)', first)
    second = seen(client, imri, f"?apres={place}")
    assert second.count("promise-row") == 3
    assert 'rel="next"' not in second


def test_every_open_ticket_stands_on_one_page_whatever_its_clock(client, imri, monkeypatch):
    monkeypatch.setattr(listing, "ROWS", 2)
    promised = [open_ticket(imri, title=f"Serveur {number}") for number in range(3)]
    aimed = [open_ticket(imri, nature="request", title=f"Question {number}") for number in range(2)]
    answered = [open_ticket(imri, nature="request", title=f"Réponse {number}") for number in range(3)]
    for ticket in answered:
        services.reply(by=imri.technician, at=FRIDAY_1630, ticket=ticket, text="C’est noté.")
    client.force_login(imri.reader.person)
    found, place = [], ""
    while True:
        body = seen(client, imri, f"?apres={place}")
        found += re.findall(r"tickets/(\d+)/\">", body)
        if not (following := re.findall(r'rel="next" href="[^"]*apres=([^"]+)', body)):
            break
        (place,) = following
    expected = sorted(ticket.number for ticket in (*promised, *aimed, *answered))
    assert sorted(map(int, found)) == expected


def test_an_empty_list_says_what_would_be_here(client, imri):
    client.force_login(imri.dispatcher.person)
    assert "Aucun ticket ouvert" in seen(client, imri)
    assert "Aucun ticket pour ces filtres" in seen(client, imri, "?q=rien")
