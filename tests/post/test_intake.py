"""What becomes of a message: a ticket, an answer on the right one, or a line that nothing follows from."""

from __future__ import annotations

import pytest

from clausier.desk import queries as desk
from clausier.desk import services as desk_services
from clausier.desk.intake import Tickets
from clausier.desk.models import Callback, Ticket, TicketEvent
from clausier.foundation.clock import read
from clausier.post.models import IncomingMail, OutgoingMail
from clausier.post.states import Standing
from tests.people import FRIDAY_1630
from tests.post.mails import mailbox_of, raw, take


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


@pytest.fixture
def box(imri):
    return mailbox_of(imri)


def test_a_known_contact_gets_a_ticket_a_promise_and_one_acknowledgement_a_day(imri, box):
    mail = take(box, raw(sender=f"Maëlle <{imri.caller.email.upper()}>"))
    assert (mail.outcome, mail.matched_by, mail.standing) == ("ticket", "contact", Standing.SETTLED)
    ticket = Ticket.objects.get()
    assert (ticket.caller, ticket.origin, ticket.called_at) == (imri.caller, "mail", FRIDAY_1630)
    assert "promise" in desk.promises_of(ticket)
    take(box, raw(sender=imri.caller.email, subject="Autre chose", message_id="deux@client.example.org"))
    assert Ticket.objects.count() == 2
    letter = OutgoingMail.objects.get()
    assert letter.kind == "acknowledgement"
    assert "Nous serons chez vous avant lundi" in letter.text
    assert letter.in_reply_to == "un@client.example.org"


def test_who_was_told_nothing_is_told_by_the_next_message_of_the_day(imri, box, monkeypatch, program_role):
    with program_role():
        with monkeypatch.context() as patched:
            patched.setattr(Tickets, "open", lambda *_given, **_named: None)
            mail = take(box, raw(sender=imri.caller.email))
        assert (mail.standing, mail.why[1]) == (Standing.QUEUED, "the terms do not tell")
        take(box, raw(sender=imri.caller.email, message_id="deux@client.example.org"))
    letter = OutgoingMail.objects.get()
    assert (letter.kind, letter.in_reply_to) == ("acknowledgement", "deux@client.example.org")


def test_the_same_message_is_kept_once(imri, box):
    first = take(box, raw(sender=imri.caller.email))
    again = take(box, b"Received: by another road\r\n" + raw(sender=imri.caller.email))
    assert again.pk == first.pk
    other = take(box, raw(sender=imri.caller.email, text="Autre texte sous le même numéro"))
    assert other.pk != first.pk


def test_an_answer_finds_its_ticket_by_what_it_answers(imri, box):
    first = take(box, raw(sender=imri.caller.email))
    ticket = Ticket.objects.get()
    mail = take(
        box,
        raw(
            sender=imri.colleague.email,
            subject="Re: L’imprimante est en panne",
            text="Le scanner non plus.\n\nLe 20 nov. 2026, Maëlle <m@example.org> a écrit :\n> Elle…",
            message_id="deux@client.example.org",
            In_Reply_To=f"<{first.message_id}>",
        ),
    )
    assert (mail.outcome, mail.matched_by) == ("reply", "in-reply-to")
    event = TicketEvent.objects.get(pk=mail.event_id)
    assert (event.ticket, event.contact, event.text) == (ticket, imri.colleague, "Le scanner non plus.")


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied", "subject": "Réponse automatique : absente"}, "automatic"),
        ({"subject": "Absence du bureau"}, "automatic"),
        ({"X_ServiceNow_Generated": "true", "subject": "INC0012345 a été créé"}, "automatic"),
        ({"List_Id": "<nouvelles.example.org>", "Precedence": "bulk"}, "list"),
        ({"X_Autoreply": "yes"}, "automatic"),
    ],
)
def test_what_no_person_wrote_opens_nothing_and_is_never_answered(imri, box, headers, outcome):
    mail = take(box, raw(sender=imri.caller.email, **headers))
    assert (mail.outcome, mail.standing) == (outcome, Standing.SETTLED)
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_our_own_mail_and_another_of_our_mailboxes_open_nothing(imri, box):
    other = mailbox_of(imri, name="hotline")
    mail = take(box, raw(sender=other.address))
    assert mail.outcome == "own"
    assert not Ticket.objects.exists()


def test_an_unknown_sender_waits_and_qualification_makes_the_ticket_and_the_callback(ims):
    from clausier.desk import mailroom

    box = mailbox_of(ims)
    first = take(box, raw(sender="Inconnue <x@ailleurs.example.net>"))
    assert (first.outcome, first.standing, first.why[0]) == ("ticket", Standing.QUEUED, "expéditeur inconnu")
    second = take(
        box,
        raw(
            sender="x@ailleurs.example.net",
            text="Et le scanner.",
            message_id="deux@ailleurs.example.net",
            In_Reply_To=f"<{first.message_id}>",
        ),
    )
    assert second.standing == Standing.QUEUED
    assert not OutgoingMail.objects.exists()
    ticket = mailroom.qualify_mail(
        by=ims.technician, at=FRIDAY_1630, mail=first, client=ims.client, contact=ims.caller
    )
    texts = [event.text for event in desk.thread(ticket, ims.dispatcher) if event.text]
    assert texts == ["Bonjour,\n\nElle n’imprime plus.", "Et le scanner."]
    due = Callback.objects.get()
    assert (due.ticket, due.number, due.due_at) == (ticket, ims.caller.phone, read("2026-11-23T09:00"))
    assert IncomingMail.objects.filter(standing=Standing.QUEUED).count() == 0
    desk_services.log_call(
        by=ims.technician, at=FRIDAY_1630, ticket=ticket, text="Rappelée", direction="out", contact=ims.caller
    )
    due.refresh_from_db()
    assert due.done_at == FRIDAY_1630


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50, b"rien d'un message\n\n" * 3])
def test_what_cannot_be_read_waits_for_a_person_with_its_bytes(imri, box, content):
    mail = take(box, content)
    assert (mail.outcome, mail.standing) == ("unreadable", Standing.QUEUED)
    assert mail.raw.size == len(content)
