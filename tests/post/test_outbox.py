"""What leaves: threaded, tried again, returned; and what the client answers comes back on the ticket."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.desk import services as desk
from clausier.desk import tasks as desk_tasks
from clausier.desk.models import Ticket, TicketEvent
from clausier.foundation.clock import read
from clausier.post import sending, tasks
from clausier.post.models import AddressTrouble, OutgoingMail
from clausier.post.reading.message import read as read_message
from tests.post.mails import mailbox_of, raw, take

LATER = read("2026-11-20T16:40")


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


@pytest.fixture
def box(imri):
    return mailbox_of(imri, signature_fr="L’assistance de Nébuline")


def work(name):
    """Run the jobs of that name that wait, as a worker would."""
    task = {
        "desk.write_to_client": desk_tasks.write_to_client,
        "desk.tell_watchers": desk_tasks.tell_watchers,
        "post.send": tasks.send,
    }[name]
    done = []
    for job in ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id"):
        if job.id not in done:
            done.append(job.id)
            task(**job.args)


def answered(imri, box, text="Nous passons lundi."):
    """A ticket by mail, and the staff's reply to it, sent."""
    take(box, raw(sender=imri.caller.email, cc=imri.colleague.email))
    ticket = Ticket.objects.get()
    desk.reply(
        by=imri.technician, at=LATER, ticket=ticket, text=text, files=[("plan.txt", "text/plain", b"x")]
    )
    work("desk.write_to_client")
    work("post.send")
    return ticket, OutgoingMail.objects.get(kind="reply")


def test_a_reply_of_the_console_leaves_threaded_and_its_answer_comes_back(imri, box):
    ticket, letter = answered(imri, box)
    assert letter.state == "sent"
    sent = django_mail.outbox[-1]
    assert sent.to == [imri.caller.email]
    assert sent.cc == [imri.colleague.email]
    headers = read_message(sent.message().as_bytes())
    assert headers.in_reply_to == ("un@client.example.org",)
    assert headers.text.startswith("Nous passons lundi.")
    assert "L’assistance de Nébuline" in headers.text
    assert [one.name for one in headers.files] == ["plan.txt"]
    work("desk.write_to_client")
    assert OutgoingMail.objects.filter(kind="reply").count() == 1
    for bare in ({"In_Reply_To": f"<{letter.message_id}>"}, {"subject": f"RE: {letter.subject}"}):
        came = take(
            box,
            raw(
                sender=imri.caller.email,
                text=f"Parfait, par {len(bare)}.",
                message_id=f"retour{len(str(bare))}@client.example.org",
                **bare,
            ),
        )
        assert (came.outcome, came.conversation.about_id) == ("reply", ticket.pk)


def test_a_letter_is_tried_again_with_longer_waits_and_then_given_up(imri, box, monkeypatch, at):
    def down(*given, **more):
        raise smtplib.SMTPServerDisconnected("en panne")

    monkeypatch.setattr(sending, "get_connection", down)
    _ticket, letter = answered(imri, box)
    assert (letter.state, letter.attempts) == ("waiting", 1)
    assert letter.next_at - read("2026-11-20T16:30") == timedelta(minutes=1)
    for attempt in range(2, 10):
        tasks.send(mail=letter.pk, attempt=attempt, provider_id=letter.provider_id)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("given-up", 9)
    assert "en panne" in letter.answer


def test_without_a_server_letters_are_held_and_said_so(imri, box, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    _ticket, letter = answered(imri, box)
    assert letter.state == "held"


def bounce(letter, address):
    """A mail server's report that a letter of ours came back."""
    return (
        b"From: MAILER-DAEMON@mx.example.net\r\nTo: support@nebuline.example.org\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b1@mx.example.net>\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=xx\r\n\r\n"
        b"--xx\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        b"--xx\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        b"Final-Recipient: rfc822; " + address.encode() + b"\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        b"--xx\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <"
        + letter.message_id.encode()
        + b">\r\n"
        b"--xx--\r\n"
    )


def test_a_bounce_shows_on_the_letter_the_address_and_the_ticket_and_opens_nothing(imri, box):
    ticket, letter = answered(imri, box)
    letters = OutgoingMail.objects.count()
    came = take(box, bounce(letter, imri.caller.email))
    assert (came.outcome, came.matched_by) == ("bounce", "returned")
    letter.refresh_from_db()
    assert letter.state == "returned"
    trouble = AddressTrouble.objects.get()
    assert (trouble.address, trouble.permanent, trouble.lifted_at) == (imri.caller.email, True, None)
    assert TicketEvent.objects.get(pk=came.event_id).is_internal
    assert Ticket.objects.get() == ticket
    assert OutgoingMail.objects.count() == letters
    # Who writes again can be reached again.
    take(box, raw(sender=imri.caller.email, message_id="encore@client.example.org"))
    trouble.refresh_from_db()
    assert trouble.lifted_at


def test_a_forged_bounce_says_nothing_of_anybody(imri, box):
    _ticket, letter = answered(imri, box)
    letter.message_id = "jamais.envoye@nebuline.example.org"
    take(box, bounce(letter, imri.caller.email))
    assert not AddressTrouble.objects.exists()
