"""Work written down: what it takes is shown before it is saved, and taken once."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clausier.desk import services
from clausier.desk.models import WorkSession
from clausier.foundation.clock import read
from clausier.prepaid import queries as prepaid
from clausier.prepaid import services as points
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(ims, at):
    at("2026-11-20T16:30")
    account = points.open_account(by=ims.manager, at=FRIDAY_1630, contract=ims.contract)
    points.credit(by=ims.manager, at=FRIDAY_1630, account=account, points=Decimal("412.50"), label="Carnet")
    return open_ticket(ims, called_at=read("2026-11-20T15:50"))


def address(house, ticket, name="work"):
    return reverse(name, args=[house.provider.slug, ticket.number])


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


BY_HAND = {
    "by-hand": "1",
    "cell": "remote:server-network",
    "on": "2026-11-20",
    "starts_at": "15:52",
    "ends_at": "16:12",
    "text": "Service d’impression relancé",
}


def test_twenty_minutes_of_remote_server_work_take_26_67_points(client, ims, ticket):
    client.force_login(ims.technician.person)
    assert "26,67" in plain(client.post(address(ims, ticket, "work-preview"), BY_HAND))
    answer = client.post(address(ims, ticket), BY_HAND | {"act": "save"})
    assert answer.status_code == 302
    assert prepaid.balance(ims.contract.point_account) == Decimal("385.83")
    body = plain(client.get(answer["Location"]))
    assert "412,50 → 385,83" in body
    session = WorkSession.objects.get()
    assert reverse("why", args=[ims.provider.slug, session.ruling_id]) in body


def test_the_preview_writes_nothing_and_says_what_is_left(client, ims, ticket):
    client.force_login(ims.technician.person)
    body = plain(client.post(address(ims, ticket, "work-preview"), BY_HAND))
    assert "Enregistrer, − 26,67 points" in body
    assert "385,83" in body
    assert not WorkSession.objects.exists()


def test_the_why_of_the_preview_answers(client, ims, ticket):
    client.force_login(ims.technician.person)
    body = client.post(address(ims, ticket, "work-preview"), BY_HAND).content.decode()
    start = body.index('href="/cardinal/pourquoi/calcul/?rule=session-points') + len('href="')
    answer = client.get(body[start : body.index('"', start)].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert "7.1.2" in plain(answer)


def test_minutes_alone_end_now(client, ims, ticket):
    client.force_login(ims.technician.person)
    typed = BY_HAND | {"starts_at": "", "ends_at": "", "minutes": "20", "act": "save"}
    assert client.post(address(ims, ticket), typed).status_code == 302
    session = WorkSession.objects.get()
    assert session.stopped_at == FRIDAY_1630
    assert (session.stopped_at - session.started_at).total_seconds() == 20 * 60


def test_several_lines_are_one_session_with_one_minimum(client, ims, ticket):
    client.force_login(ims.technician.person)
    lines = {"more": "1", "domain-1": "workstation", "minutes-1": "5", "text-1": "Pilote mis à jour"}
    assert client.post(address(ims, ticket), BY_HAND | lines | {"act": "save"}).status_code == 302
    session = WorkSession.objects.get()
    assert [(entry.domain, entry.minutes) for entry in session.entries.order_by("position")] == [
        ("server-network", 15),
        ("workstation", 5),
    ]
    assert session.points == Decimal("25.00")


def test_a_line_can_be_added_without_script(client, ims, ticket):
    client.force_login(ims.technician.person)
    body = plain(client.post(address(ims, ticket), BY_HAND | {"act": "more", "more": "0"}))
    assert 'name="text-1"' in body
    assert "Service d’impression relancé" in body


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ends_at": "15:40"}, "La fin précède le début"),
        ({"starts_at": "", "ends_at": ""}, "Indiquez l’heure de début"),
        ({"text": " "}, "Dites ce qui a été fait"),
        ({"starts_at": "25:99"}, "Indiquez une date et une heure"),
        ({"minutes": "vingt", "starts_at": "", "ends_at": ""}, "Indiquez un nombre entier"),
        ({"starts_at": "16:40", "ends_at": "16:50"}, "pas encore passé"),
        ({"starts_at": "15:49"}, "le travail ne peut pas le précéder"),
        ({"more": "1", "minutes-1": "50", "text-1": "x", "domain-1": "workstation"}, "plus de minutes"),
    ],
)
def test_what_is_wrong_stands_beside_what_was_typed(client, ims, ticket, change, says):
    client.force_login(ims.technician.person)
    typed = {**BY_HAND, "act": "save", **change}
    answer = client.post(address(ims, ticket), typed)
    assert answer.status_code == 422
    assert says in plain(answer)
    if typed["text"].strip():
        assert "Service d’impression relancé" in plain(answer)
    assert not WorkSession.objects.exists()


def test_saving_may_close_the_ticket_in_the_same_breath(client, ims, ticket):
    client.force_login(ims.technician.person)
    client.post(address(ims, ticket), BY_HAND | {"act": "close"})
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert WorkSession.objects.get().state == "validated"


def test_a_session_kept_for_later_is_reserved_then_validated_on_the_ticket(client, ims, ticket):
    client.force_login(ims.technician.person)
    client.post(address(ims, ticket), BY_HAND | {"act": "keep"})
    account = ims.contract.point_account
    assert prepaid.balance(account) == Decimal("412.50")
    assert prepaid.available(account) == Decimal("385.83")
    session = WorkSession.objects.get()
    validate = reverse("ticket-validate-work", args=[ims.provider.slug, ticket.number, session.pk])
    assert client.post(validate).status_code == 302
    assert prepaid.balance(account) == Decimal("385.83")
    assert client.post(validate).status_code == 409, "once"


def test_the_stopwatch_is_stopped_from_its_own_form(client, ims, ticket, at):
    session = services.start_work(by=ims.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    at("2026-11-20T16:50")
    client.force_login(ims.technician.person)
    body = plain(client.get(address(ims, ticket)))
    assert "0:20" in body
    typed = {"session": session.pk, "cell": "remote:server-network", "text": "File vidée", "act": "save"}
    assert client.post(address(ims, ticket), typed).status_code == 302
    session.refresh_from_db()
    assert (session.state, session.points) == ("validated", Decimal("26.67"))


def test_another_ones_beneficiary_is_kept(client, ims, ticket):
    other, _site = make_client(ims.provider, ims.agency, number="CL-009", name="Atelier Voisin Exemple")
    client.force_login(ims.technician.person)
    client.post(address(ims, ticket), BY_HAND | {"beneficiary": other.pk, "act": "save"})
    assert WorkSession.objects.get().beneficiary == other


def test_under_a_flat_fee_there_is_no_matrix_and_the_clause_says_so(client, imri, at):
    at("2026-11-20T16:50")
    ticket = open_ticket(imri)
    client.force_login(imri.technician.person)
    body = plain(client.get(address(imri, ticket)))
    assert "Compris au forfait" in body
    assert "IMRI XI" in body
    assert "pts/h" not in body
    typed = BY_HAND | {"cell": "remote", "starts_at": "16:35", "ends_at": "16:45", "act": "save"}
    assert client.post(address(imri, ticket), typed).status_code == 302
    assert WorkSession.objects.get().points is None


def test_without_contract_the_hours_wait_for_the_invoice(client, ims, at):
    at("2026-11-20T16:50")
    other, site = make_client(ims.provider, ims.agency, number="CL-002", name="Sans Contrat Exemple")
    ticket = open_ticket(ims, client=other, site=site, caller=None)
    client.force_login(ims.technician.person)
    assert "facture à l’heure" in plain(client.get(address(ims, ticket)))


def test_a_reader_does_not_write_work(client, ims, ticket):
    client.force_login(ims.reader.person)
    assert client.get(address(ims, ticket)).status_code == 403
