"""« Et si ? » in the console and through the API: asked for, answered by a job, kept for its asker alone."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from clausier.desk.models import Ticket
from clausier.editions import services as editions
from clausier.editions.services import TermChange
from clausier.foundation import clock
from clausier.foundation.clock import read
from clausier.overview import services, tasks
from clausier.overview.models import KeptReplay
from clausier.overview.replay import replay
from clausier.terms.outcome import Words
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


def ask(client, house, **typed):
    """Send the form; the replay that was asked for, once its job has answered."""
    sent = client.post(reverse("replay", args=[house.provider.slug]), typed)
    assert sent.status_code == 302, sent.content.decode()
    kept = KeptReplay.objects.latest("pk")
    assert sent["Location"].endswith(f"/{kept.pk}/")
    assert tasks.answer_replay(kept=kept.pk, provider_id=house.provider.pk) == "ready"
    return kept


def test_a_draft_is_replayed_from_its_page_and_each_fact_tells_both_sides(client, told):
    house, ticket, draft = told
    client.force_login(house.owner.person)
    assert f"?livre=draft-{draft.pk}" in page(client, house, "book-draft", draft.pk).content.decode()
    asked = {"livre": f"draft-{draft.pk}", **PERIOD}
    assert "selected" in page(client, house, **asked).content.decode()
    kept = ask(client, house, **asked)
    shown = page(client, house, "replay-result", kept.pk).content.decode()
    for words in ("Ce qui aurait été autrement", "tenue en retard", "C-0001", ticket.title):
        assert words in shown
    alone = page(client, house, "replay-result", kept.pk, contrat="C-0001").content.decode()
    assert ticket.title in alone
    assert page(client, house, "replay-result", kept.pk, contrat="C-9999").status_code == 404
    both = page(client, house, "replay-why", "promise", ticket.pk, **asked).content.decode()
    for words in ("Comme il a été répondu", "Avec ce livre", "12:30", "11:30"):
        assert words in both
    assert page(client, house, "replay-why", "promise", 10**9, **asked).status_code == 404
    sorted_by = page(client, house, "replay-result", kept.pk, tri="missed", quoi="promise")
    assert sorted_by.status_code == 200
    refused = client.post(reverse("replay", args=[house.provider.slug]), {**asked, "contrat": "C-9999"})
    assert refused.status_code == 422


def test_what_is_kept_is_what_was_found_whatever_happened_since(client, told):
    house, _ticket, draft = told
    client.force_login(house.manager.person)
    kept = ask(client, house, livre=f"draft-{draft.pk}", **PERIOD)
    again = services.read_replay(house.manager, kept := services.replays(house.manager).get(pk=kept.pk))
    fresh = replay(house.manager, services.question_of(house.manager, kept), clock.now())
    assert (again.changes, again.total, again.unruled) == (fresh.changes, fresh.total, fresh.unruled)
    visited(house, open_ticket(house), "2026-11-24T16:30")
    assert Ticket.objects.count() == 2
    assert services.read_replay(house.manager, kept).changes == again.changes


def test_the_page_asks_again_by_itself_until_the_answer_is_there_and_then_goes_to_it(client, told):
    house, _ticket, draft = told
    client.force_login(house.manager.person)
    url = reverse("replay", args=[house.provider.slug])
    asked = {"livre": f"draft-{draft.pk}", **PERIOD}
    place = client.post(url, asked)["Location"]
    assert client.post(url, asked)["Location"] == place  # the same question waits for the same answer
    waiting = client.get(place).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    kept = KeptReplay.objects.get()
    tasks.answer_replay(kept=kept.pk, provider_id=house.provider.pk)
    assert client.get(place, headers={"HX-Request": "true"})["HX-Redirect"] == place
    assert tasks.answer_replay(kept=kept.pk, provider_id=house.provider.pk) == "ready"


def test_two_replays_of_the_same_days_are_compared_and_a_draft_that_moved_on_is_told(client, told, at):
    house, _ticket, draft = told
    client.force_login(house.owner.person)
    first = ask(client, house, livre=f"draft-{draft.pk}", **PERIOD)
    at("2026-11-27T17:40")
    change = TermChange(5, "VI.1", Words("Serveur sur site", "Server on site"))
    editions.change_term(by=house.owner, at=clock.now(), draft=draft, name=SERVER, change=change)
    assert "a changé depuis" in page(client, house, "replay-result", first.pk).content.decode()
    second = ask(client, house, livre=f"draft-{draft.pk}", **PERIOD)
    two = page(client, house, "replay-compare", first.pk, second.pk).content.decode()
    assert "Contrats que les deux livres traitent autrement" in two
    assert "C-0001" in two
    other = ask(client, house, livre=f"draft-{draft.pk}", du="2026-02-01", au="2026-11-27")
    assert page(client, house, "replay-compare", first.pk, other.pk).status_code == 404


def test_it_is_its_askers_alone_thrown_away_by_hand_and_in_time(client, told, at):
    house, _ticket, draft = told
    client.force_login(house.manager.person)
    kept = ask(client, house, livre=f"draft-{draft.pk}", **PERIOD)
    second = ask(client, house, livre=house.provider.book.digest, **PERIOD)
    client.force_login(house.owner.person)
    assert page(client, house, "replay-result", kept.pk).status_code == 404
    assert client.post(reverse("replay-discard", args=[house.provider.slug, kept.pk])).status_code == 404
    client.force_login(house.manager.person)
    client.post(reverse("replay-discard", args=[house.provider.slug, kept.pk]))
    assert [one.pk for one in KeptReplay.objects.all()] == [second.pk]
    assert tasks.forget_replays(0) == 0
    at((second.expires_at + timedelta(minutes=1)).isoformat())
    assert tasks.forget_replays(0) == 1


def test_its_tables_go_out_as_files(client, told):
    house, ticket, draft = told
    client.force_login(house.manager.person)
    kept = ask(client, house, livre=f"draft-{draft.pk}", **PERIOD)
    facts = page(client, house, "replay-csv", kept.pk, "faits").content.decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(facts), delimiter=";") if "promesse" in row]
    assert [row[4] for row in rows] == [str(ticket.number)]
    assert page(client, house, "replay-xlsx", kept.pk).status_code == 200
    assert page(client, house, "replay-csv", kept.pk, "autre").status_code == 404


def test_those_who_write_the_book_replay_it_and_nobody_else(client, told):
    house, _ticket, _draft = told
    for role, status in (("owner", 200), ("manager", 200), ("dispatcher", 403), ("technician", 403)):
        client.force_login(getattr(house, role).person)
        assert page(client, house).status_code == status, role


def test_a_machine_asks_for_a_replay_and_reads_it_once_it_is_there(told):
    house, ticket, draft = told
    machine = Machine(house, house.manager)
    books = machine.get("/replay/books")["books"]
    assert {"key": f"draft-{draft.pk}", "name": "imri/2013", "is_draft": True} in books
    wanted = {"book": f"draft-{draft.pk}", "from_on": "2026-01-01", "to_on": "2026-11-27"}
    taken = machine.ask("POST", "/replays", wanted)
    assert taken.status_code == 202
    number = taken.json()["id"]
    assert machine.refused("GET", f"/replays/{number}/result")["code"] == "replay_not_ready"
    tasks.answer_replay(kept=number, provider_id=house.provider.pk)
    assert machine.get(f"/replays/{number}")["state"] == "ready"
    found = machine.get(f"/replays/{number}/result")
    (change,) = [one for one in found["changes"] if one["kind"] == "promise"]
    assert (change["ticket"], change["before"]["state"], change["after"]["state"]) == (
        ticket.number,
        "met",
        "met-late",
    )
    assert read(change["after"]["due_at"]) == read("2026-11-23T11:30")
    assert found["total"]["promise"]["after"]["missed"] == 1
    assert machine.refused("POST", "/replays", {**wanted, "book": "rien"})["field"] == "book"
    assert [one["id"] for one in machine.get("/replays")["items"]] == [number]
    assert machine.ask("DELETE", f"/replays/{number}").status_code == 200
    assert machine.get("/replays")["items"] == []
    meek = Machine(house, house.manager, "books.read")
    assert meek.ask("GET", "/replay/books").status_code == 403
