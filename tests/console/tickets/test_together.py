"""The pages of working together: what was typed is never lost, each ticket of many has its own answer."""

from __future__ import annotations

import pytest

from clausier.desk import presences, queries
from clausier.desk import services as desk
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:45")


def signed_in(client, actor):
    client.force_login(actor.person)
    return client


def test_an_overtaken_reply_comes_back_with_what_was_typed_and_what_is_new(imri, client):
    ticket = open_ticket(imri)
    page = f"/{imri.provider.slug}/tickets/{ticket.number}/"
    signed_in(client, imri.technician)
    seen = client.get(page).context["seen"]
    desk.receive_reply(by=imri.dispatcher, at=FRIDAY_1630, ticket=ticket, text="C’est revenu tout seul.")
    sent = {"kind": "reply", "text": "Je passe dans l’heure.", "seen": seen}
    refused = client.post(f"{page}ecrire/", sent)
    assert refused.status_code == 409
    assert [entry.text for entry in refused.context["newer"]] == ["C’est revenu tout seul."]
    assert "Je passe dans l’heure." in refused.content.decode()
    assert client.post(f"{page}ecrire/", sent | {"seen": refused.context["seen"]}).status_code == 302
    assert ticket.events.filter(text="Je passe dans l’heure.").count() == 1


def test_a_page_tells_who_else_is_there_and_what_came_since(imri, client):
    ticket = open_ticket(imri)
    presences.note(ticket, imri.dispatcher, writing="reply", at=FRIDAY_1630.replace(minute=45))
    seen = ticket.events.latest("pk").pk
    desk.add_note(by=imri.dispatcher, at=FRIDAY_1630, ticket=ticket, text="Disque commandé.")
    signed_in(client, imri.technician)
    address = f"/{imri.provider.slug}/tickets/{ticket.number}/presence/"
    told = client.post(address, {"seen": seen, "writing": "note"}).content.decode()
    assert "Salma Fictive écrit une réponse" in told
    assert "Disque commandé." in told
    there = presences.others_on(ticket, imri.dispatcher, at=FRIDAY_1630.replace(minute=45))
    assert [one.writing for one in there] == ["note"]


def test_each_of_several_tickets_is_done_or_says_why_not(imri, client):
    first, second = open_ticket(imri), open_ticket(imri, title="Second")
    desk.add_task(by=imri.technician, at=FRIDAY_1630, ticket=second, title="Vérifier")
    signed_in(client, imri.technician)
    bulk = f"/{imri.provider.slug}/tickets/en-nombre/"
    answer = client.post(bulk, {"do": "close", "t": [first.number, second.number], "text": "Fait."})
    assert [one.ticket for one in answer.context["done"]] == [first]
    assert [(one.ticket, one.refusal.code) for one in answer.context["refused"]] == [(second, "open_tasks")]
    tagged = client.post(bulk, {"do": "tag", "t": [first.number, second.number], "tag": "Baie"})
    assert len(tagged.context["done"]) == 2
    tag = queries.tags(imri.reader).get()
    listed = client.get(f"/{imri.provider.slug}/tickets/?etiquette={tag.pk}&etat=all")
    assert listed.context["listed"].total == 2
    assert client.post(bulk, {"do": "assign"}).status_code == 422


def test_a_merge_is_done_and_undone_from_the_pages_and_the_portal_leads_on(imri, client):
    first, second = open_ticket(imri), open_ticket(imri, title="Même panne")
    root = f"/{imri.provider.slug}/tickets"
    signed_in(client, imri.dispatcher)
    assert client.get(f"{root}/{second.number}/fusionner/").context["rows"][0].ticket == first
    done = client.post(f"{root}/{second.number}/fusionner/", {"into": first.number, "reason": "Doublon"})
    assert done.url == f"{root}/{first.number}/"
    shown = client.get(f"{root}/{first.number}/").content.decode()
    assert f"sur le {second}" in shown
    signed_in(client, imri.correspondent)
    portal = client.get(f"/{imri.provider.slug}/portail/demandes/{second.number}/")
    assert portal.context["goes_on"] == first
    signed_in(client, imri.dispatcher)
    assert client.post(f"{root}/{second.number}/fusion/annuler/").status_code == 302
    second.refresh_from_db()
    assert second.state == "open"
