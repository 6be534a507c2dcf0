"""The pages of mail: what waits is qualified, a wrong match moved, a mailbox set, a wording changed."""

from __future__ import annotations

import pytest

from clausier.desk.models import Callback, Ticket, TicketEvent
from clausier.directory.models import Contact
from clausier.post import wordings
from clausier.post.models import IncomingMail, Mailbox, OutgoingMail, Wording
from clausier.post.states import Standing
from tests.console.visits import get, post
from tests.desk.asking import open_ticket
from tests.post.mails import mailbox_of, raw, take


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def stranger(house, **given):
    """A message of somebody whose domain a client is known by."""
    domain = house.caller.email.partition("@")[2]
    given = {"sender": f"Nina Nouvelle <nina@{domain}>", **given}
    return take(mailbox_of(house), raw(**given))


def test_an_unknown_sender_is_suggested_qualified_added_and_called_back(ims):
    mail = stranger(ims)
    assert ims.client.name in get(ims, "mail").content.decode()
    page = get(ims, "mail-qualify", mail.pk)
    assert "d’autres y écrivent de @" in page.content.decode()
    chosen = f"{ims.client.pk}-"
    sent = {"title": "Imprimante", "nature": "incident", "equipment_class": "peripheral"}
    sent |= {"impact": "one", "urgency": "blocked", "whose": chosen, "person": "Nina Nouvelle"}
    answer = post(ims, "mail-qualify", mail.pk, **sent)
    ticket = Ticket.objects.get()
    assert answer.url.endswith(f"/tickets/{ticket.number}/")
    assert ticket.caller == Contact.objects.get(full_name="Nina Nouvelle")
    assert (ticket.equipment_class, ticket.urgency) == ("peripheral", "blocked")
    assert Callback.objects.get().ticket == ticket
    assert "Rappeler" in get(ims, "today").content.decode()
    # The next message of that person finds its own way.
    assert take(mail.mailbox, raw(sender=mail.sender_address, message_id="n2@x")).outcome == "ticket"


def test_a_client_that_several_answer_to_is_asked_again_and_nothing_is_written(imri):
    mail = stranger(imri)
    sent = {"title": "Imprimante", "nature": "incident", "equipment_class": "peripheral"}
    sent |= {"impact": "one", "urgency": "blocked", "whose": "autre", "client": "zzz"}
    page = post(imri, "mail-qualify", mail.pk, **sent)
    assert page.status_code == 422
    assert "Aucun client de ce nom" in page.content.decode()
    assert not Ticket.objects.exists()


def test_a_wrong_match_is_moved_in_one_act_and_no_thread_shows_it_any_more(imri):
    box = mailbox_of(imri)
    first = take(box, raw(sender=imri.caller.email))
    wrong = Ticket.objects.get()
    came = take(
        box,
        raw(
            sender=imri.caller.email,
            text="C’est pour le serveur.",
            message_id="deux@x",
            In_Reply_To=f"<{first.message_id}>",
        ),
    )
    right = open_ticket(imri)
    answer = post(imri, "mail-move", came.pk, ticket=right.number)
    assert f"/tickets/{right.number}/" in answer.url
    assert "C’est pour le serveur." in get(imri, "ticket", right.number).content.decode()
    before = get(imri, "ticket", wrong.number).content.decode()
    assert "C’est pour le serveur." not in before
    assert "rangé sur le ticket" in before
    later = take(box, raw(sender=imri.caller.email, message_id="trois@x", In_Reply_To="<deux@x>"))
    assert TicketEvent.objects.get(pk=later.event_id).ticket == right


def test_html_is_shown_cleaned_and_raw_is_never_run(imri):
    mail = stranger(
        imri,
        html="<p onclick=x()>Bonjour</p><script>x()</script><img src='https://ailleurs.example.net/a.png'>",
    )
    page = get(imri, "mail-page", mail.pk)
    text = page.content.decode()
    assert "<script" not in text
    assert "onclick" not in text
    assert "ailleurs.example.net" not in text
    assert "sandbox" in page["Content-Security-Policy"]
    assert "sandbox" in get(imri, "mail-raw", mail.pk)["Content-Security-Policy"]


def test_a_mailbox_keeps_its_secret_and_says_what_is_wrong(imri):
    given = {
        "name": "support",
        "address": "support@nebuline.example.org",
        "is_active": "on",
        "arrival": "imap",
        "host": "imap.example.org",
        "port": 993,
        "security": "tls",
        "username": "support",
        "way": "password",
        "folder": "INBOX",
        "afterwards": "seen",
    }
    refused = post(imri, "mailbox-create", role="manager", **given)
    assert refused.status_code == 422
    assert "Donnez le secret du compte" in refused.content.decode()
    post(imri, "mailbox-create", role="manager", **given, password="très secret")
    box = Mailbox.objects.get()
    sealed = box.sealed_secret
    page = get(imri, "mailbox", box.pk, role="manager").content.decode()
    assert "très secret" not in page
    assert sealed not in page
    post(imri, "mailbox", box.pk, role="manager", **(given | {"folder": "Support"}))
    box.refresh_from_db()
    assert (box.folder, box.sealed_secret) == ("Support", sealed)


def test_a_wording_is_checked_shown_and_used(imri):
    where = ("wording", "acknowledgement", "fr")
    refused = post(imri, *where, role="manager", subject="{objet}", body="Ticket {numero}")
    assert refused.status_code == 422
    assert "{numero}" in refused.content.decode()
    other_letters = post(imri, *where, role="manager", subject="{objet}", body="Reste {solde} : {ticket}")
    assert other_letters.status_code == 422
    assert "les points qui restent" not in get(imri, *where, role="manager").content.decode()
    shown = post(imri, *where, role="manager", subject="{objet}", body="Reçu : {ticket}", montrer="1")
    assert "Reçu : 0042" in shown.content.decode()
    assert not Wording.objects.exists()
    post(imri, *where, role="manager", subject="{objet}", body="Reçu : {ticket}")
    take(mailbox_of(imri), raw(sender=imri.caller.email))
    assert OutgoingMail.objects.get().text == f"Reçu : {Ticket.objects.get()}"


def test_the_words_we_bring_name_nothing_that_their_letter_does_not_know():
    for (kind, _language), words in wordings.STANDARD.items():
        wordings.check(kind, words)


def test_what_is_set_aside_waits_no_more_and_stays_readable(imri):
    mail = stranger(imri)
    post(imri, "mail-set-aside", mail.pk)
    assert IncomingMail.objects.get().standing == Standing.SETTLED
    assert mail.subject in get(imri, "mail-messages").content.decode()
    assert get(imri, "mail-message", mail.pk).status_code == 200
    assert get(imri, "mail-outbox").status_code == 200
