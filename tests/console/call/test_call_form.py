"""The phone form: the caller found, the promise said before saving, nothing typed ever lost."""

import pytest
from django.urls import reverse

from clausier.desk.models import Ticket
from clausier.directory.models import Contact
from tests.desk.asking import open_ticket
from tests.people import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday(at):
    return at("2026-11-20T16:30")


def address(house, name="call"):
    return reverse(name, args=[house.provider.slug])


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def typed(house, **also):
    return {
        "caller": f"contact:{house.caller.pk}",
        "description": "Plus aucun partage depuis 16 h 20. La ligne est arrêtée.",
        "equipment_class": "server",
        "impact": "site",
        "urgency": "blocked",
        "cause": "hardware-fault",
    } | also


def test_a_call_about_a_dead_server_becomes_a_ticket_promised_for_monday(client, imri):
    client.force_login(imri.technician.person)
    answer = client.post(address(imri), typed(imri, act="take"))
    ticket = Ticket.objects.get()
    assert answer["Location"] == reverse("ticket", args=[imri.provider.slug, ticket.number])
    assert ticket.title == "Plus aucun partage depuis 16 h 20"
    assert ticket.assignee == imri.technician.person
    assert ticket.caller == imri.caller
    assert "lun. 23 nov., 12:30" in plain(client.get(answer["Location"]))


def test_the_promise_is_shown_and_said_before_saving(client, imri):
    client.force_login(imri.dispatcher.person)
    body = plain(client.post(address(imri, "call-preview"), typed(imri), headers={"HX-Request": "true"}))
    assert "Promis pour lundi 12 h 30" in body
    assert "« Un technicien sera chez vous lundi avant 12 h 30. »" in body
    assert "Priorité 1" in body
    assert "IMRI V" in body
    assert not Ticket.objects.exists()


def test_its_why_answers_with_the_account(client, imri):
    client.force_login(imri.dispatcher.person)
    body = client.post(address(imri, "call-preview"), typed(imri)).content.decode()
    start = body.index('href="/nebuline/pourquoi/calcul/?rule=deadline') + len('href="')
    url = body[start : body.index('"', start)].replace("&amp;", "&")
    answer = client.get(url)
    assert answer.status_code == 200
    assert "VI.3" in plain(answer)


def test_without_script_the_page_itself_computes_again(client, imri):
    client.force_login(imri.dispatcher.person)
    body = plain(client.post(address(imri), typed(imri, act="recompute")))
    assert "Promis pour lundi 12 h 30" in body
    assert "La ligne est arrêtée." in body


def test_a_client_without_promise_is_told_so(client, ims):
    client.force_login(ims.dispatcher.person)
    asked = typed(ims, cause="server-network")
    body = plain(client.post(address(ims, "call-preview"), asked))
    assert "Aucun délai promis" in body
    assert "décompté de vos points" in body


@pytest.mark.parametrize("text", ["cobaye", "Maelle", "biscuit", "01 99 00 00 10"])
def test_the_caller_is_found_while_typing(client, imri, text):
    open_ticket(imri)
    client.force_login(imri.dispatcher.person)
    body = plain(client.get(address(imri, "call-callers"), {"q": text}))
    assert f'value="contact:{imri.caller.pk}"' in body
    assert "1 ticket ouvert" in body


def test_choosing_the_caller_keeps_what_was_typed(client, imri):
    client.force_login(imri.dispatcher.person)
    first = {"q": "cob", "description": "Écran noir", "equipment_class": "server"}
    body = plain(client.post(address(imri), first | {"choose": f"contact:{imri.caller.pk}"}))
    assert "Écran noir" in body
    assert imri.client.name in body
    assert "2 serveurs" in body
    again = plain(client.get(address(imri)))
    assert imri.caller.full_name in again, "the caller is remembered for as long as the call lasts"


def test_without_a_caller_nothing_is_saved_nor_lost(client, imri):
    client.force_login(imri.dispatcher.person)
    answer = client.post(address(imri), {"description": "Écran noir", "act": "take"})
    assert answer.status_code == 422
    assert "Choisissez qui appelle" in plain(answer)
    assert "Écran noir" in plain(answer)
    assert not Ticket.objects.exists()


def test_another_coverage_needs_its_reason(client, imri):
    client.force_login(imri.dispatcher.person)
    answer = client.post(address(imri), typed(imri, act="queue", verdict="excluded"))
    assert answer.status_code == 422
    assert "dites pourquoi" in plain(answer)
    answer = client.post(
        address(imri), typed(imri, act="queue", verdict="excluded", verdict_reason="Incendie au local")
    )
    assert answer.status_code == 302
    assert Ticket.objects.get().verdict == "excluded"


def test_the_call_is_put_back_and_the_promise_counts_from_there(client, imri):
    client.force_login(imri.dispatcher.person)
    client.post(address(imri), typed(imri, act="queue", called_at="2026-11-20T15:30"))
    ticket = Ticket.objects.get()
    assert ticket.called_at.astimezone().isoformat() < ticket.opened_at.astimezone().isoformat()
    assert ticket.promises.get(kind="promise").due_at.isoformat() == "2026-11-23T10:30:00+00:00"


@pytest.mark.parametrize("wrong", ["2026-11-21T09:00", "hier"])
def test_a_call_cannot_have_started_later_nor_at_no_time(client, imri, wrong):
    client.force_login(imri.dispatcher.person)
    answer = client.post(address(imri), typed(imri, act="take", called_at=wrong))
    assert answer.status_code == 422
    assert "La ligne est arrêtée." in plain(answer)


def test_a_new_person_is_added_with_the_ticket(client, imri):
    client.force_login(imri.dispatcher.person)
    new = typed(imri, caller="new", new_client=imri.client.pk, new_name="Nora Inédite", act="queue")
    assert client.post(address(imri), new | {"new_phone": "01 99 00 00 44"}).status_code == 302
    assert Ticket.objects.get().caller.full_name == "Nora Inédite"


def test_a_refused_ticket_adds_nobody(client, imri):
    client.force_login(imri.dispatcher.person)
    new = typed(imri, caller="new", new_client=imri.client.pk, new_name="Nora Inédite", act="assign")
    assert client.post(address(imri), new | {"assignee": ""}).status_code == 422
    assert not Contact.objects.filter(full_name="Nora Inédite").exists()


def test_a_call_about_an_open_ticket_is_logged_there(client, imri):
    ticket = open_ticket(imri)
    client.force_login(imri.dispatcher.person)
    answer = client.post(address(imri), typed(imri, attach=ticket.number))
    assert answer.status_code == 302
    assert Ticket.objects.count() == 1
    assert ticket.events.get(kind="call").author_name == imri.caller.full_name


def test_the_call_is_shown_on_every_page_until_it_is_over(client, imri, at):
    client.force_login(imri.dispatcher.person)
    tickets = address(imri, "tickets")
    assert "Appel en cours" not in plain(client.get(tickets))
    client.get(address(imri))
    at("2026-11-20T16:34")
    assert "Appel en cours" in plain(client.get(tickets))
    client.post(address(imri, "call-drop"))
    assert "Appel en cours" not in plain(client.get(tickets))


def test_the_promise_counts_from_the_moment_the_form_was_opened(client, imri, at):
    client.force_login(imri.dispatcher.person)
    client.get(address(imri))
    at("2026-11-20T16:41")
    client.post(address(imri), typed(imri, act="queue"))
    assert Ticket.objects.get().called_at.isoformat() == "2026-11-20T15:30:00+00:00"


def test_another_providers_caller_cannot_be_chosen(client, imri, ims):
    client.force_login(imri.dispatcher.person)
    answer = client.post(address(imri), typed(imri, caller=f"contact:{ims.caller.pk}", act="take"))
    assert answer.status_code == 422
    assert ims.client.name not in plain(answer)


def test_a_client_without_contract_is_served_by_the_providers_book(client, ims):
    other, _site = make_client(ims.provider, ims.agency, number="CL-002", name="Sans Contrat Exemple")
    client.force_login(ims.dispatcher.person)
    asked = typed(ims, caller=f"client:{other.pk}", cause="server-network")
    body = plain(client.post(address(ims, "call-preview"), asked))
    assert "Sans contrat" in body
    assert "facturé à l’heure" in body


def test_a_technician_adds_who_calls_for_the_first_time(client, imri):
    client.force_login(imri.technician.person)
    found = client.get(address(imri, "call-callers"), {"q": "Zoé Appelante"}).content.decode()
    assert 'value="new"' in found
    new = {
        "caller": "new",
        "new_client": imri.client.pk,
        "new_name": "Zoé Appelante",
        "new_phone": "0353014820",
    }
    answer = client.post(address(imri), typed(imri, act="take") | new)
    assert answer.status_code == 302
    assert Ticket.objects.get().caller == Contact.objects.get(full_name="Zoé Appelante")
