"""The page of a ticket: what it shows, each act on it, and what a refusal leaves in place."""

import pytest
from django.urls import reverse

from clausier.desk.models import EventKind, WorkSession
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(imri, at):
    at("2026-11-20T16:42")
    return open_ticket(imri, equipment_label="SRV-FIC01")


def address(house, ticket, name="ticket", *more):
    return reverse(name, args=[house.provider.slug, ticket.number, *more])


def seen(client, house, ticket):
    answer = client.get(address(house, ticket))
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_page_says_what_was_promised_and_how_much_is_left(client, imri, ticket):
    client.force_login(imri.technician.person)
    body = seen(client, imri, ticket)
    assert "lun. 23 nov., 12:30" in body
    assert "3 h 48" in body
    assert "0 h 12 utilisées sur 4 h 00" in body
    assert "SRV-FIC01" in body
    assert reverse("why", args=[imri.provider.slug, ticket.priority_ruling_id]) in body


def test_the_target_is_told_apart_from_the_promise(client, imri, ticket):
    client.force_login(imri.technician.person)
    assert "Objectif interne, pas une promesse" in seen(client, imri, ticket)


def test_a_reader_sees_the_thread_and_no_act(client, imri, ticket):
    client.force_login(imri.reader.person)
    body = seen(client, imri, ticket)
    assert "Plus aucun partage" in body
    assert '<form class="composer"' not in body
    assert "Requalifier" not in body
    assert "Clore" not in body.replace("Clore le ticket</dt>", "")


def test_the_page_asks_little_of_a_ticket_on_which_little_hangs(
    client, imri, ticket, django_assert_max_num_queries
):
    client.force_login(imri.technician.person)
    seen(client, imri, ticket)
    with django_assert_max_num_queries(44):
        seen(client, imri, ticket)


@pytest.mark.parametrize(
    "name",
    [
        "ticket-reply",
        "ticket-assign",
        "ticket-qualify",
        "ticket-cover",
        "ticket-climb",
        "ticket-prediagnosis",
        "ticket-appointment",
        "ticket-start-work",
        "ticket-close",
        "ticket-reopen",
    ],
)
def test_a_reader_is_refused_every_act_by_the_server_too(client, imri, ticket, name):
    client.force_login(imri.reader.person)
    assert client.post(address(imri, ticket, name), {"text": "x"}).status_code == 403


def test_another_providers_staff_does_not_find_the_ticket(client, imri, ims, ticket):
    client.force_login(ims.owner.person)
    assert client.get(address(imri, ticket)).status_code == 404
    assert client.get(reverse("ticket", args=[ims.provider.slug, ticket.number])).status_code == 404


@pytest.mark.parametrize(
    ("kind", "event"), [("reply", EventKind.MESSAGE), ("note", EventKind.NOTE), ("call", EventKind.CALL)]
)
def test_one_box_writes_a_reply_a_note_or_a_call(client, imri, ticket, kind, event):
    client.force_login(imri.technician.person)
    typed = {"kind": kind, "text": "Nous passons lundi", "direction": "in", "contact": imri.caller.pk}
    assert client.post(address(imri, ticket, "ticket-reply"), typed).status_code == 302
    assert ticket.events.get(kind=event).text == "Nous passons lundi"
    assert "Nous passons lundi" in seen(client, imri, ticket)


def test_an_empty_reply_is_refused_beside_the_box(client, imri, ticket):
    client.force_login(imri.technician.person)
    answer = client.post(address(imri, ticket, "ticket-reply"), {"kind": "note", "text": "  "})
    assert answer.status_code == 422
    assert "Écrivez quelque chose" in plain(answer)


def test_files_come_with_a_reply_and_are_read_back(client, imri, ticket):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(imri.technician.person)
    log = SimpleUploadedFile("journal été.txt", b"panne", content_type="text/html")
    client.post(address(imri, ticket, "ticket-reply"), {"kind": "reply", "text": "Voici", "files": log})
    attachment = ticket.events.get(kind=EventKind.MESSAGE).attachments.get()
    answer = client.get(address(imri, ticket, "ticket-file", attachment.pk))
    assert answer.content == b"panne"
    assert answer["Content-Type"] == "application/octet-stream", "never shown as a page of ours"
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(imri.reader.person)
    assert client.get(address(imri, ticket, "ticket-file", attachment.pk + 1)).status_code == 404


def test_a_ticket_is_handed_over(client, imri, ticket):
    client.force_login(imri.dispatcher.person)
    client.post(address(imri, ticket, "ticket-assign"), {"assignee": imri.technician.person.pk})
    ticket.refresh_from_db()
    assert ticket.assignee == imri.technician.person


def test_a_requalification_keeps_the_time_used_and_says_both(client, imri, ticket):
    client.force_login(imri.dispatcher.person)
    typed = {
        "equipment_class": "workstation",
        "equipment_label": "PC-7",
        "impact": "one",
        "urgency": "blocked",
        "contract": imri.contract.pk,
        "site": imri.site.pk,
    }
    assert client.post(address(imri, ticket, "ticket-qualify"), typed).status_code == 302
    body = seen(client, imri, ticket)
    assert "0 h 12 utilisées sur 8 h 00" in body
    assert "classe : serveur → poste" in body
    assert "au lieu de lun. 23 nov., 12:30" in body


def test_another_coverage_needs_a_reason_and_keeps_the_choice(client, imri, ticket):
    client.force_login(imri.dispatcher.person)
    typed = {"cause": "hardware-fault", "verdict": "excluded", "reason": ""}
    answer = client.post(address(imri, ticket, "ticket-cover"), typed)
    assert answer.status_code == 422
    assert '<option value="excluded" selected>' in answer.content.decode()
    assert (
        client.post(address(imri, ticket, "ticket-cover"), typed | {"reason": "Incendie"}).status_code == 302
    )
    ticket.refresh_from_db()
    assert (ticket.verdict, ticket.verdict_reason) == ("excluded", "Incendie")


def test_climbing_says_why(client, imri, ticket):
    client.force_login(imri.technician.person)
    assert (
        client.post(address(imri, ticket, "ticket-climb"), {"step": "remote", "reason": ""}).status_code
        == 422
    )
    client.post(address(imri, ticket, "ticket-climb"), {"step": "remote", "reason": "Rien au téléphone"})
    assert "Rien au téléphone" in seen(client, imri, ticket)


APPOINTMENT = {"on": "2026-11-23", "starts_at": "09:15", "ends_at": "10:15"}


def test_no_appointment_without_the_pre_diagnosis(client, imri, ticket):
    client.force_login(imri.dispatcher.person)
    typed = APPOINTMENT | {"assignee": imri.technician.person.pk}
    answer = client.post(address(imri, ticket, "ticket-appointment"), typed)
    assert answer.status_code == 422
    assert "Pas de rendez-vous sans pré-diagnostic. Il manque 5 réponses sur 5." in plain(answer)
    assert "VI.3" in plain(answer)
    assert 'value="09:15"' in plain(answer), "what was typed stays"


def test_an_appointment_after_the_pre_diagnosis(client, imri, ticket):
    answer_all(imri, ticket, FRIDAY_1630)
    client.force_login(imri.dispatcher.person)
    typed = APPOINTMENT | {"assignee": imri.technician.person.pk}
    assert client.post(address(imri, ticket, "ticket-appointment"), typed).status_code == 302
    body = seen(client, imri, ticket)
    assert "lun. 23 nov., 9:15" in body
    assert "Pré-diagnostic complet" in body
    client.post(address(imri, ticket, "ticket-appointment-cancel"), {"reason": "Réglé à distance"})
    assert "Rendez-vous du lun. 23 nov., 9:15 annulé" in seen(client, imri, ticket)


def test_answers_are_kept_as_far_as_they_go(client, imri, ticket):
    client.force_login(imri.technician.person)
    client.post(address(imri, ticket, "ticket-prediagnosis"), {"since": "16 h 20"})
    assert "il manque 4 réponses" in seen(client, imri, ticket)


def test_the_stopwatch_starts_rests_and_goes_on(client, imri, ticket):
    client.force_login(imri.technician.person)
    client.post(address(imri, ticket, "ticket-start-work"), {"mode": "remote"})
    session = WorkSession.objects.get()
    assert "Séance de Karim Témoin" in seen(client, imri, ticket)
    client.post(address(imri, ticket, "ticket-pause-work", session.pk))
    assert "en pause" in seen(client, imri, ticket)
    client.post(address(imri, ticket, "ticket-resume-work", session.pk))
    session.refresh_from_db()
    assert session.state == "running"
    client.post(address(imri, ticket, "ticket-discard-work", session.pk))
    session.refresh_from_db()
    assert session.state == "discarded"


def test_closing_is_refused_while_a_stopwatch_runs(client, imri, ticket):
    client.force_login(imri.technician.person)
    client.post(address(imri, ticket, "ticket-start-work"), {"mode": "remote"})
    answer = client.post(address(imri, ticket, "ticket-close"), {"text": "Bloc changé"})
    assert answer.status_code == 422
    assert "Chronomètre encore en marche" in plain(answer)
    assert "Bloc changé" in plain(answer)


def test_a_closed_ticket_is_reopened_with_a_reason_or_by_undoing(client, imri, ticket):
    client.force_login(imri.technician.person)
    client.post(address(imri, ticket, "ticket-close"), {"text": "Bloc changé"})
    assert "Clos" in seen(client, imri, ticket)
    assert client.post(address(imri, ticket, "ticket-reopen"), {"reason": ""}).status_code == 422
    assert client.post(address(imri, ticket, "ticket-reopen") + "?annuler=1").status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_a_back_dated_call_shows(client, imri, at):
    at("2026-11-20T16:42")
    old = open_ticket(imri, called_at=FRIDAY_1630.replace(hour=15), at=FRIDAY_1630)
    client.force_login(imri.reader.person)
    assert "heure d’appel corrigée" in seen(client, imri, old)
