"""Reports in the console: each figure opens the tickets that it counts; files and paper say the same."""

import csv
import io
from html import unescape
from re import findall

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from clausier.desk import services
from clausier.foundation.clock import read
from tests.desk.asking import open_ticket

pytestmark = pytest.mark.django_db

PERIOD = "?du=2026-11-01&au=2026-11-30"


@pytest.fixture(autouse=True)
def monday(at):
    return at("2026-11-23T17:30")


@pytest.fixture
def told(imri):
    """Five calls: kept, kept late, late, running, and one that nothing was promised for."""
    kept = open_ticket(imri, title="Tenue")
    services.close_ticket(by=imri.technician, at=read("2026-11-23T09:20"), ticket=kept)
    late = open_ticket(imri, title="Tenue en retard")
    services.close_ticket(by=imri.technician, at=read("2026-11-23T16:00"), ticket=late)
    open_ticket(imri, title="En retard")
    open_ticket(imri, title="En cours", at=read("2026-11-23T17:00"))
    open_ticket(imri, title="Sans promesse", nature="request")
    return imri


def page(client, house, query=PERIOD):
    return client.get(reverse("reports", args=[house.provider.slug]) + query)


def cell(answer, label):
    """The count and the address of one figure of the line of totals."""
    return next(figure for name, figure in answer.context["shown"].total.cells if name == label)


@pytest.mark.parametrize(
    ("label", "titles"),
    [
        ("Tenues", {"Tenue"}),
        ("Tenues en retard", {"Tenue en retard"}),
        ("En retard, en cours", {"En retard"}),
        ("En cours", {"En cours"}),
    ],
)
def test_a_figure_opens_the_tickets_that_it_counts(client, told, label, titles):
    client.force_login(told.dispatcher.person)
    figure = cell(page(client, told), label)
    assert figure.n == len(titles)
    rows = client.get(figure.url).context["listed"].rows
    assert {row.ticket.title for row in rows} == titles


def test_every_address_of_the_page_opens_a_list(client, told):
    client.force_login(told.manager.person)
    body = page(client, told).content.decode()
    opened = {unescape(url) for url in findall(r'href="(/[^"]*tickets/\?[^"]*)"', body)}
    assert len(opened) > 10
    for url in opened:
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.context["listed"].total > 0, url


def test_the_list_says_what_it_was_narrowed_to_and_lets_go_of_it(client, told):
    client.force_login(told.manager.person)
    where = reverse("tickets", args=[told.provider.slug])
    edition = told.contract.book_id
    answer = client.get(
        f"{where}?etat=all&du=2026-11-20&au=2026-11-20&jour=5&heure=16&clause={edition}:onsite-server"
        "&mesure=closing&duree=10"
    )
    said = [words.replace("\u00a0", " ") for words, _query in answer.context["said"]]
    assert said[0] == "Appels du 20 nov. 2026 au 20 nov. 2026"
    assert said[1] == "vendredi, 16:00–16:59"
    assert said[2].startswith("imri/2013 VI.3")
    assert said[3] == "Clôture"
    assert answer.context["listed"].total == 2
    junk = f"{where}?du=hier&au=²&jour=9&heure=25&clause=x:y&mesure=vite&duree=-1&etat=all"
    assert client.get(junk).context["listed"].total == 5


def test_the_files_say_what_the_page_says(client, told):
    client.force_login(told.owner.person)
    slug = told.provider.slug
    text = client.get(reverse("report-csv", args=[slug, "promesses"]) + PERIOD).content.decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (line["Clause"], line["Tenues"], line["Tenues en retard"], line["Tenues (%)"]) == (
        "IMRI VI.3",
        "1",
        "1",
        "33,3",
    )
    book = load_workbook(io.BytesIO(client.get(reverse("report-xlsx", args=[slug]) + PERIOD).content))
    assert book.sheetnames[0] == "Promesses par clause"
    assert book.worksheets[0]["C2"].value == 1
    assert client.get(reverse("report-pdf", args=[slug]) + PERIOD).content.startswith(b"%PDF")
    assert client.get(reverse("report-csv", args=[slug, "inventee"]) + PERIOD).status_code == 404


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?du=2026-11-30&au=2026-11-01", "La fin de la période précède son début"),
        ("?du=1999-01-01&au=2026-11-01", "La fin de la période précède son début"),
        ("?du=2010-01-01&au=2026-11-01", "cinq ans au plus"),
        ("?du=demain&au=2026-11-01", "Indiquez une date"),
        ("?client=personne", "Aucun client ne répond"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_the_field(client, imri, query, says):
    client.force_login(imri.manager.person)
    answer = page(client, imri, query)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_client_is_found_by_its_name_or_number(client, told):
    client.force_login(told.manager.person)
    for said in ("biscuit", "CL-001", "CL-001 · Biscuiterie Imaginaire"):
        asked = page(client, told, f"{PERIOD}&client={said}").context["form"].asked
        assert asked.client == told.client


def test_reports_are_for_those_who_lead(client, told):
    for role, status in (("owner", 200), ("dispatcher", 200), ("technician", 403), ("reader", 403)):
        client.force_login(told.staff[role].person)
        assert page(client, told).status_code == status
