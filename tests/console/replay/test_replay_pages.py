"""« Et si ? » in the console and through the API: who may ask, what is shown, both sides told."""

import csv
import io

import pytest
from django.urls import reverse

from clausier.foundation.clock import read
from tests.api.asking import Machine
from tests.desk.asking import open_ticket
from tests.overview.test_replay import SERVER, drafted, visited

pytestmark = pytest.mark.django_db

PERIOD = {"du": "2026-01-01", "au": "2026-11-27"}


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-27T17:30")


@pytest.fixture
def told(imri):
    """A visit that came in time, and would not have with an hour less."""
    ticket = open_ticket(imri, title="Le serveur de fichiers ne répond plus")
    visited(imri, ticket, "2026-11-23T11:45")
    return imri, ticket, drafted(imri, **{SERVER: 3})


def page(client, house, name="replay", *args, **query):
    return client.get(reverse(name, args=[house.provider.slug, *args]), query)


def test_a_draft_is_replayed_from_its_page_and_each_fact_tells_both_sides(client, told):
    house, ticket, draft = told
    client.force_login(house.owner.person)
    assert f"?livre=draft-{draft.pk}" in page(client, house, "book-draft", draft.pk).content.decode()
    asked = {"livre": f"draft-{draft.pk}", **PERIOD}
    shown = page(client, house, **asked).content.decode()
    for words in ("Ce qui aurait été autrement", "tenue en retard", "C-0001", ticket.title):
        assert words in shown
    both = page(client, house, "replay-why", "promise", ticket.pk, **asked).content.decode()
    for words in ("Comme il a été répondu", "Avec ce livre", "12:30", "11:30"):
        assert words in both
    assert page(client, house, "replay-why", "promise", 10**9, **asked).status_code == 404
    assert page(client, house, **{**asked, "tri": "missed", "quoi": "promise"}).status_code == 200
    assert page(client, house, **{**asked, "contrat": "C-9999"}).status_code == 422


def test_its_tables_go_out_as_files(client, told):
    house, ticket, draft = told
    client.force_login(house.manager.person)
    asked = {"livre": f"draft-{draft.pk}", **PERIOD}
    facts = page(client, house, "replay-csv", "faits", **asked).content.decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(facts), delimiter=";") if "promesse" in row]
    assert [row[4] for row in rows] == [str(ticket.number)]
    assert page(client, house, "replay-xlsx", **asked).status_code == 200
    assert page(client, house, "replay-csv", "autre", **asked).status_code == 404


def test_those_who_write_the_book_replay_it_and_nobody_else(client, told):
    house, _ticket, _draft = told
    for role, status in (("owner", 200), ("manager", 200), ("dispatcher", 403), ("technician", 403)):
        client.force_login(getattr(house, role).person)
        assert page(client, house).status_code == status, role


def test_a_machine_reads_a_replay(told):
    house, ticket, draft = told
    machine = Machine(house, house.manager)
    books = machine.get("/replay/books")["books"]
    assert {"key": f"draft-{draft.pk}", "name": "imri/2013", "is_draft": True} in books
    found = machine.get(f"/replay?book=draft-{draft.pk}&from_on=2026-01-01&to_on=2026-11-27")
    (change,) = [one for one in found["changes"] if one["kind"] == "promise"]
    assert (change["ticket"], change["before"]["state"], change["after"]["state"]) == (
        ticket.number,
        "met",
        "met-late",
    )
    assert read(change["after"]["due_at"]) == read("2026-11-23T11:30")
    assert found["total"]["promise"]["after"]["missed"] == 1
    problem = machine.refused("GET", "/replay?book=rien&from_on=2026-01-01&to_on=2026-11-27")
    assert problem["field"] == "book"
    meek = Machine(house, house.manager, "books.read")
    assert meek.ask("GET", "/replay/books").status_code == 403
