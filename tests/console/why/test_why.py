"""« Pourquoi ? »: one content as panel, page, paper and JSON; as it was said, and as it stands."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.urls import reverse

from clausier.desk import queries, services
from clausier.foundation import books
from clausier.prepaid import services as prepaid
from clausier.terms import promise as kernel
from clausier.terms.rules import replay
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def ruling_of(house):
    return queries.promises_of(open_ticket(house))["promise"].ruling


def address(house, ruling, name="why"):
    return reverse(name, args=[house.provider.slug, ruling.pk])


def test_the_panel_shows_the_promise_its_lines_and_its_clause(client, imri):
    client.force_login(imri.technician.person)
    shown = client.get(address(imri, ruling_of(imri)), headers=HTMX).content.decode()
    assert "lun. 23 nov., 12:30".replace(" ", "\u00a0") in shown or "23\u00a0nov." in shown
    assert "VI.3" in shown
    assert "<html" not in shown


def test_without_script_it_is_a_page_of_its_own(client, imri):
    client.force_login(imri.technician.person)
    assert "<html" in client.get(address(imri, ruling_of(imri))).content.decode()


def test_the_clause_leads_to_the_very_edition_that_ruled(client, imri):
    client.force_login(imri.technician.person)
    ruling = ruling_of(imri)
    place = reverse("book-edition", args=[imri.provider.slug, ruling.book.digest])
    assert f"{place}#VI.3" in client.get(address(imri, ruling), headers=HTMX).content.decode()
    assert client.get(place).status_code == 200


def test_an_hour_later_it_stands_otherwise_but_was_said_the_same(client, imri, at):
    client.force_login(imri.technician.person)
    ruling = ruling_of(imri)
    said = client.get(address(imri, ruling), headers=HTMX).content
    at("2026-11-20T16:42")
    stands = client.get(address(imri, ruling) + "?maintenant=1", headers=HTMX).content.decode()
    assert client.get(address(imri, ruling), headers=HTMX).content == said
    assert "0\u00a0h\u00a012" in stands
    assert "3\u00a0h\u00a048" in stands


def test_the_paper_is_an_archive_pdf(client, imri):
    client.force_login(imri.technician.person)
    answer = client.get(address(imri, ruling_of(imri), "why-pdf"))
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) >= 1


def test_the_json_replays_to_the_same_value(client, imri, ims):
    client.force_login(imri.technician.person)
    ticket = open_ticket(imri)
    kept = client.get(address(imri, ticket.priority_ruling, "why-json")).json()
    book = books.read(ticket.priority_ruling.book)
    assert replay(kept, book).as_json()["value"] == kept["value"]
    promise = client.get(address(imri, queries.promises_of(ticket)["promise"].ruling, "why-json")).json()
    again = kernel.again(promise, lambda _name, _digest: book)
    assert again.as_json()["value"] == promise["value"]


def test_a_stranger_asks_in_vain(client, imri, ims):
    ruling = ruling_of(imri)
    client.force_login(ims.owner.person)
    assert client.get(address(imri, ruling)).status_code == 404
    assert client.get(address(ims, ruling)).status_code == 404


def test_a_question_not_yet_kept_is_answered_under_the_contract(client, imri):
    client.force_login(imri.technician.person)
    asked = {
        "rule": "deadline",
        "contract": imri.contract.number,
        "commitment": "onsite-server",
        "at": "2026-11-20T16:30",
    }
    shown = client.get(reverse("why-ask", args=[imri.provider.slug]), asked, headers=HTMX)
    assert shown.status_code == 200
    assert "12:30" in shown.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"rule": "no-such-rule"},
        {"rule": "deadline", "commitment": "onsite-server"},
        {"rule": "deadline", "commitment": "onsite-moon", "at": "2026-11-20T16:30"},
        {"rule": "points", "mode": "remote", "domain": "workstation", "minutes": "20"},
        {"rule": "liability-cap", "on": "2026-11-20", "invoices": "[{"},
    ],
)
def test_a_question_that_cannot_be_answered_says_why(client, imri, asked):
    client.force_login(imri.technician.person)
    answer = client.get(reverse("why-ask", args=[imri.provider.slug]), asked)
    assert answer.status_code == 422


def test_an_unknown_contract_is_not_found(client, imri, ims):
    client.force_login(imri.technician.person)
    asked = {
        "rule": "deadline",
        "contract": "C-9999",
        "commitment": "onsite-server",
        "at": "2026-11-20T16:30",
    }
    assert client.get(reverse("why-ask", args=[imri.provider.slug]), asked).status_code == 404


def test_the_points_of_a_session_say_their_cell(client, ims):
    client.force_login(ims.technician.person)
    prepaid.open_account(by=ims.manager, at=FRIDAY_1630 - timedelta(days=30), contract=ims.contract)
    ticket = open_ticket(ims, called_at=FRIDAY_1630 - timedelta(minutes=25))
    session = services.log_work(
        by=ims.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        mode="remote",
        started_at=FRIDAY_1630 - timedelta(minutes=20),
        ended_at=FRIDAY_1630,
        entries=[{"domain": "server-network", "minutes": 20, "text": "Service relancé."}],
    )
    session = services.validate_work(by=ims.technician, at=FRIDAY_1630, session=session)
    shown = client.get(address(ims, session.ruling), headers=HTMX).content.decode()
    assert "26,67" in shown
    assert "7.1.2" in shown
    assert "€" not in shown
