"""A mailbox at a real IMAP server: what is new is stored, the server told afterwards, nothing taken twice."""

from __future__ import annotations

import pytest
from imap_tools import A

from clausier.foundation import isolation
from clausier.post import fetching, services
from clausier.post.errors import NotConnected
from clausier.post.models import IncomingMail, Mailbox
from tests.post import dovecot
from tests.post.mails import mailbox_of, raw


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


@pytest.fixture(scope="module")
def server():
    try:
        with dovecot.running() as found:
            yield found
    except FileNotFoundError as missing:
        pytest.skip(f"no {missing} (Debian: apt install dovecot-imapd)")


@pytest.fixture
def empty(server):
    with server.account() as box:
        for folder in ("INBOX", "Rangés"):
            if box.folder.exists(folder):
                box.folder.set(folder)
                box.delete(box.uids())
    return server


def settings(server, **more):
    return {
        "arrival": "imap",
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "username": dovecot.ACCOUNT,
        "password": dovecot.PASSWORD,
        **more,
    }


def fetch(mailbox):
    with isolation.confined(isolation.of_provider(mailbox.provider_id)):
        return fetching.fetch(Mailbox.objects.select_related("provider").get(pk=mailbox.pk))


def test_new_messages_are_stored_once_whatever_their_flags_and_marked_afterwards(imri, empty):
    box = mailbox_of(imri, **settings(empty))
    empty.deliver(raw(sender="a@example.net"), raw(sender="b@example.net", message_id="b@example.net"))
    assert fetch(box) == 2
    assert fetch(box) == 0
    with empty.account() as account:
        assert account.uids(A(seen=False)) == []
        account.append(raw(sender="c@example.net", message_id="c@example.net"), "INBOX", flag_set=["\\Seen"])
    # What somebody read in a webmail before us is fetched all the same.
    assert fetch(box) == 1
    assert IncomingMail.objects.count() == 3


def test_a_message_that_was_stored_but_not_marked_is_marked_the_next_time(imri, empty, monkeypatch):
    box = mailbox_of(imri, **settings(empty, afterwards="moved", kept_folder="Rangés"))
    with empty.account() as account:
        if not account.folder.exists("Rangés"):
            account.folder.create("Rangés")
    empty.deliver(raw(sender="a@example.net"))

    def killed(mailbox, connection):
        raise OSError("killed between the commit and the server")

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_mark", killed)
        fetch(box)
    assert IncomingMail.objects.count() == 1
    assert fetch(box) == 0
    with empty.account() as account:
        assert account.uids() == []
        account.folder.set("Rangés")
        assert len(account.uids()) == 1


def test_a_server_that_renumbers_its_folder_brings_nothing_twice(imri, empty):
    box = mailbox_of(imri, **settings(empty))
    empty.deliver(raw(sender="a@example.net"))
    fetch(box)
    Mailbox.objects.filter(pk=box.pk).update(uid_validity=1)
    fetch(box)
    assert IncomingMail.objects.count() == 1


def test_a_wrong_password_is_told_and_written_on_the_mailbox(imri, empty):
    box = mailbox_of(imri, **settings(empty, password="faux"))
    with pytest.raises(NotConnected):
        services.try_mailbox(by=imri.manager, at=box.created_at, mailbox=box)
    assert fetch(box) == 0
    box.refresh_from_db()
    assert box.trouble
    seen = services.try_mailbox(by=imri.manager, at=box.created_at, mailbox=box, password=dovecot.PASSWORD)
    assert seen.idles
    box.refresh_from_db()
    assert dovecot.PASSWORD not in box.sealed_secret
