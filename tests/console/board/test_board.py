"""The board: columns, and moves that are nothing but the acts of the ticket's page."""

import pytest
from django.urls import reverse

from clausier.desk import services
from clausier.foundation.models import JournalEntry
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(at):
    return at("2026-11-20T16:42")


def board(client, house, query=""):
    answer = client.get(reverse("board", args=[house.provider.slug]) + query)
    assert answer.status_code == 200
    return {column.key: column for column in answer.context["columns"]}


def move(client, house, ticket, to, **kept):
    where = reverse("board-move", args=[house.provider.slug, ticket.number])
    answer = client.post(where, {"vers": to, **kept}, follow=True)
    ticket.refresh_from_db()
    return answer


def titles(column):
    return [card.row.ticket.title for card in column.cards]


def test_tickets_stand_in_the_column_of_their_state_the_most_pressing_first(client, imri):
    later = open_ticket(imri, title="Imprimante muette", equipment_class="workstation", cause="printing")
    sooner = open_ticket(imri, title="Serveur muet")
    started = open_ticket(imri, title="Onduleur en alarme")
    services.start_work(by=imri.technician, at=FRIDAY_1630, ticket=started, mode="remote")
    client.force_login(imri.reader.person)
    columns = board(client, imri)
    assert titles(columns["etat:open"]) == [sooner.title, later.title]
    assert titles(columns["etat:in-progress"]) == [started.title]
    assert all(card.moves == [] for card in columns["etat:open"].cards), "who only reads moves nothing"


def test_a_card_is_handed_to_someone_and_back_by_the_undo(client, imri):
    ticket = open_ticket(imri)
    client.force_login(imri.dispatcher.person)
    column = board(client, imri, "?par=personne")[f"personne:{imri.technician.person.pk}"]
    assert column.label == "Karim Témoin"
    answer = move(client, imri, ticket, column.key, par="personne", agence=imri.agency.pk)
    assert ticket.assignee == imri.technician.person
    assert JournalEntry.objects.latest("pk").code == "desk.ticket_assigned"
    where, _status = answer.redirect_chain[-1]
    assert f"agence={imri.agency.pk}" in where
    assert where.endswith(f"par=personne#ticket-{ticket.number}")
    (told,) = answer.context["messages"]
    client.post(told.extra_tags)
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_work_begins_the_visit_is_dropped_and_the_ticket_closes_by_moving_it(client, imri):
    ticket = answer_all(imri, open_ticket(imri), FRIDAY_1630)
    client.force_login(imri.technician.person)
    card = board(client, imri)["etat:open"].cards[0]
    assert [(one.to, bool(one.url)) for one in card.moves] == [
        ("etat:in-progress", False),
        ("etat:scheduled", True),
        ("etat:closed", False),
    ], "an appointment needs its form"
    services.set_appointment(
        by=imri.dispatcher,
        at=FRIDAY_1630,
        ticket=ticket,
        technician=imri.technician.person,
        starts_at=FRIDAY_1630.replace(day=23, hour=9),
        ends_at=FRIDAY_1630.replace(day=23, hour=11),
    )
    move(client, imri, ticket, "etat:open")
    assert ticket.state == "open"
    move(client, imri, ticket, "etat:closed")
    assert ticket.state == "closed"
    assert titles(board(client, imri)["etat:closed"]) == [ticket.title]


def test_a_refused_move_is_said_on_the_board_and_nothing_is_written(client, imri):
    ticket = open_ticket(imri)
    services.start_work(by=imri.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    entries = JournalEntry.objects.count()
    client.force_login(imri.dispatcher.person)
    answer = move(client, imri, ticket, "etat:closed")
    assert ticket.state == "in-progress"
    assert "Chronomètre encore en marche : Karim Témoin" in answer.content.decode()
    assert JournalEntry.objects.count() == entries


@pytest.mark.parametrize("to", ["personne:999999", "priorite:1", "", "personne:²"])
def test_there_is_no_other_move(client, imri, to):
    ticket = open_ticket(imri)
    client.force_login(imri.dispatcher.person)
    where = reverse("board-move", args=[imri.provider.slug, ticket.number])
    assert client.post(where, {"vers": to}).status_code == 404


def test_priorities_are_shown_but_not_pushed(client, imri):
    open_ticket(imri)
    client.force_login(imri.dispatcher.person)
    columns = board(client, imri, "?par=priorite")
    assert [key for key, column in columns.items() if column.cards] == ["priorite:1"]
    assert not any(column.takes for column in columns.values())
    assert columns["priorite:1"].cards[0].moves == []
