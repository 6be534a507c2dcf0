"""Letters leave through a mail server: here one that listens on this machine."""

import socket
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.foundation import mail, secrets, tasks

pytestmark = pytest.mark.django_db


class Kept:
    """A mail server's memory."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def server(settings):
    kept = Kept()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield kept
    controller.stop()


def waiting() -> dict[str, Any]:
    return ProcrastinateJob.objects.get(queue_name="mail").args


def test_a_letter_reaches_its_reader_and_bears_one_name_however_often_it_is_sent(server):
    mail.defer(to="lou@example.org", subject="Épreuve", body="Voilà : « été ».")
    tasks.send_letter(**waiting())
    tasks.send_letter(**waiting())
    (to, first), (_, second) = server.letters
    assert to == ["lou@example.org"]
    assert first.get_payload(decode=True).decode().strip() == "Voilà : « été »."
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Auto-Submitted"] == "auto-generated"


def test_what_waits_in_the_queue_cannot_be_read_there():
    mail.defer(to="lou@example.org", subject="Code", body="ABCD-EFGH")
    assert "ABCD" not in str(waiting())
    assert "lou@" not in str(waiting())
    assert "ABCD-EFGH" in secrets.unseal(waiting()["letter"], mail.PLACE)


def test_a_mail_server_that_is_down_is_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail.defer(to="lou@example.org", subject="x", body="y")
    with pytest.raises(ConnectionRefusedError):
        tasks.send_letter(**waiting())
    assert tasks.send_letter.retry_strategy.max_attempts == 8
