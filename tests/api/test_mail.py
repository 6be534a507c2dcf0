"""Mail for machines: what came is read, qualified and moved; what left is seen."""

from __future__ import annotations

import pytest

from clausier.desk.models import Ticket
from tests.api.asking import Machine
from tests.desk.asking import open_ticket
from tests.post.mails import mailbox_of, raw, take


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_a_message_is_qualified_and_moved_by_a_machine(imri):
    box = mailbox_of(imri)
    mail = take(box, raw(sender="x@ailleurs.example.net"))
    machine = Machine(imri, imri.technician)
    waiting = machine.get("/messages?queued=true")["items"]
    assert [(one["id"], one["standing"], one["why"]) for one in waiting] == [
        (mail.pk, "queued", "expéditeur inconnu")
    ]
    said = {"client": imri.client.number, "contact": imri.caller.pk, "urgency": "blocked"}
    taken = machine.ask("POST", f"/messages/{mail.pk}/qualification", said).json()
    ticket = Ticket.objects.get()
    assert (taken["standing"], taken["ticket"], ticket.caller) == ("settled", ticket.number, imri.caller)
    assert machine.ask("POST", f"/messages/{mail.pk}/qualification", said).status_code == 409
    right = open_ticket(imri)
    moved = machine.ask("POST", f"/messages/{mail.pk}/move", {"ticket": right.number}).json()
    assert (moved["ticket"], moved["matched_by"]) == (right.number, "person")
    assert b"x@ailleurs.example.net" in machine.ask("GET", f"/messages/{mail.pk}/raw").content
    assert "password" not in str(machine.get("/mailboxes"))


def test_letters_are_listed_with_where_they_stand(imri):
    take(mailbox_of(imri), raw(sender=imri.caller.email))
    (letter,) = Machine(imri, imri.reader).get("/letters?state=waiting")["items"]
    assert (letter["kind"], letter["to"]) == ("acknowledgement", [imri.caller.email])
