"""The process that mail is delivered to, and that waits for news of IMAP mailboxes.

A message is stored and committed before the server that brings it is told that we have it. Losing this
process loses nothing: who brings mail tries again, and mailboxes are looked at every minute besides.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, close_old_connections, connection
from django.utils import translation

from clausier.foundation import clock, isolation
from clausier.post import fetching, intake
from clausier.post.models import Arrival, Mailbox

logger = logging.getLogger(__name__)

IDLE_FOR: Final = 20 * 60.0  # seconds: servers log out who idles for half an hour
LOOK_EVERY: Final = 60.0  # seconds between two readings of the list of mailboxes
AFTER_TROUBLE: Final = 60.0  # seconds before a mailbox that refuses is tried again


def mailbox_of(address: str) -> Mailbox | None:
    """The mailbox that takes what is sent to `address`: its own, or with `+anything` where it does that."""
    local, _at, domain = address.strip().strip("<>").lower().partition("@")
    base = local.partition("+")[0]
    found = (
        Mailbox.objects.filter(is_active=True, address__iexact=f"{local}@{domain}").first()
        or Mailbox.objects.filter(
            is_active=True, subaddressing=True, address__iexact=f"{base}@{domain}"
        ).first()
    )
    return found if found and found.arrival == Arrival.DELIVERED else None


class Receiver:
    """Takes mail for our mailboxes, and no other."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        try:
            known = await _in_thread(lambda: _known(address))
        except DatabaseError as problem:
            logger.warning("the database is away: %s", problem)
            return "451 4.3.0 try again later"
        if not known:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        head = f"Return-Path: <{_header_safe(envelope.mail_from or '')}>\r\n".encode("utf-8", "replace")
        recipients = [str(one) for one in envelope.rcpt_tos]
        try:
            await _in_thread(lambda: _stored(head + content, recipients))
        except DatabaseError as problem:
            logger.warning("the database is away: %s", problem)
            return "451 4.3.0 try again later"
        except Exception:  # whatever it is, the sender keeps the message and tries again
            logger.exception("a message could not be stored")
            return "451 4.3.0 not stored, try again later"
        answer = "250 2.0.0 stored"
        # LMTP wants an answer for each recipient; ours are stored together.
        return "\r\n".join([answer] * len(recipients)) if isinstance(server, LMTP) else answer


def _header_safe(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() and sign not in "<>")


@isolation.everything("an address names no provider: the mailbox says whose the message is")
def _known(address: str) -> bool:
    return mailbox_of(address) is not None


def _stored(raw: bytes, recipients: list[str]) -> None:
    """Store a message for each mailbox that it is for. Raises unless all of them have it."""
    with isolation.everything("an address names no provider: the mailbox says whose the message is"):
        found = {box.pk: (box, address) for address in recipients for box in (mailbox_of(address),) if box}
    if not found:
        raise LookupError("no mailbox left for it")
    for box, _address in found.values():
        with isolation.confined(isolation.of_provider(box.provider_id)):
            mailbox = Mailbox.objects.select_related("provider").get(pk=box.pk)
            intake.store(raw, mailbox=mailbox, at=clock.now(), envelope=recipients)


async def _in_thread(do: Callable[[], Any]) -> Any:
    def done() -> Any:
        close_old_connections()
        return do()

    return await asyncio.to_thread(done)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen, by which protocol."""

    host: str
    port: int
    lmtp: bool


# Waiting for news


class Idler(threading.Thread):
    """Waits at one mailbox's server and has it fetched when something comes; ends when told."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name=f"idle-{mailbox.pk}", daemon=True)
        self.mailbox = mailbox
        self.over = threading.Event()

    def run(self) -> None:
        translation.activate("fr")
        while not self.over.is_set():
            with isolation.confined(isolation.of_provider(self.mailbox.provider_id)):
                try:
                    self._wait_once()
                except (*fetching.PROBLEMS, DatabaseError) as problem:
                    logger.info("idle at %s: %s", self.mailbox.address, fetching.said(problem))
                    self.over.wait(AFTER_TROUBLE)
                finally:
                    connection.close()

    def _wait_once(self) -> None:
        with fetching.opened(self.mailbox) as box:
            if "IDLE" not in box.client.capabilities:
                self.over.wait(IDLE_FOR)  # the look of every minute does it
                return
            fetching.ask_to_fetch(self.mailbox.pk, self.mailbox.provider_id)
            connection.close()
            waited = 0.0
            with box.idle as idle:
                while waited < IDLE_FOR and not self.over.is_set():
                    news = idle.poll(timeout=5.0)
                    waited += 5.0
                    if any(b"EXISTS" in line for line in news):
                        fetching.ask_to_fetch(self.mailbox.pk, self.mailbox.provider_id)
                        connection.close()


class Watch:
    """The idlers of all mailboxes, kept in step with the list."""

    def __init__(self) -> None:
        self.idlers: dict[tuple[Any, ...], Idler] = {}

    @isolation.everything("every provider's mailboxes are waited at")
    def look(self) -> None:
        """Begin at new mailboxes, end at those that are gone or changed."""
        found = {
            _settings_of(box): box for box in Mailbox.objects.filter(is_active=True, arrival=Arrival.IMAP)
        }
        for key in [key for key in self.idlers if key not in found or not self.idlers[key].is_alive()]:
            self.idlers.pop(key).over.set()
        for key, box in found.items():
            if key not in self.idlers:
                self.idlers[key] = Idler(box)
                self.idlers[key].start()

    def end(self) -> None:
        """Tell all to end; they are not waited for."""
        for idler in self.idlers.values():
            idler.over.set()


def _settings_of(box: Mailbox) -> tuple[Any, ...]:
    return (box.pk, box.host, box.port, box.security, box.username, box.way, box.sealed_secret, box.folder)


def _protocol(place: Place, largest: int, loop: asyncio.AbstractEventLoop) -> Callable[[], SMTP]:
    kind = LMTP if place.lmtp else SMTP

    def make() -> SMTP:
        return kind(
            Receiver(),
            data_size_limit=largest,
            enable_SMTPUTF8=True,
            ident="Clausier",
            loop=loop,
            timeout=300,
        )

    return make


async def serve(places: list[Place], *, largest: int, over: asyncio.Event, ready: Callable[[], None]) -> None:
    """Listen and wait until `over`."""
    loop = asyncio.get_running_loop()
    servers = []
    for place in places:
        server = await loop.create_server(_protocol(place, largest, loop), host=place.host, port=place.port)
        servers.append(server)
    ready()
    watch = Watch()
    try:
        while not over.is_set():
            try:
                await _in_thread(watch.look)
            except DatabaseError as problem:
                logger.warning("the list of mailboxes cannot be read now: %s", problem)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), LOOK_EVERY)
    finally:
        watch.end()
        for server in servers:
            server.close()
