"""Fetching a mailbox by IMAP: what is new is stored and committed before the server is told anything.

Messages are followed by their UID, not by their flags: what somebody read in a webmail is fetched too.
The first look takes what is unread; after the server has renumbered a folder, what came since the last look.
"""

from __future__ import annotations

import imaplib
import json
import logging
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpcore
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from imap_tools import A, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from clausier.foundation import clock, jobs, outward, secrets
from clausier.post import intake
from clausier.post.errors import NotConnected
from clausier.post.models import Afterwards, IncomingMail, Mailbox, Security, Way

logger = logging.getLogger(__name__)

FETCH: Final = "post.fetch"
PLACE: Final = "post_mailbox.sealed_secret"
TIMEOUT: Final = 30.0  # seconds, of each answer of the server
CHUNK: Final = 25  # messages stored in one transaction
PROBLEMS: Final = (
    OSError,
    ssl.SSLError,
    imaplib.IMAP4.error,
    ImapToolsError,
    httpcore.NetworkError,
    outward.Unreachable,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a mailbox found: messages in its folder, those unread, whether the server can IDLE."""

    messages: int
    unread: int
    idles: bool


def fetch(mailbox: Mailbox) -> int:
    """Store what is new in the mailbox; how many messages. What goes wrong is written on the mailbox."""
    try:
        with opened(mailbox) as box:
            stored = _take(mailbox, box)
            _mark(mailbox, box)
    except PROBLEMS as problem:
        _note_trouble(mailbox, said(problem))
        return 0
    Mailbox.objects.filter(pk=mailbox.pk).update(heard_at=clock.now(), trouble="", trouble_since_at=None)
    return stored


def look(mailbox: Mailbox) -> Seen:
    """Try the connection as `fetch` would make it. Raises NotConnected."""
    try:
        with opened(mailbox) as box:
            status: dict[str, int] = box.folder.status(mailbox.folder)
            if mailbox.afterwards == Afterwards.MOVED and not box.folder.exists(mailbox.kept_folder):
                raise NotConnected(
                    _("Le dossier « %(name)s » n’existe pas sur le serveur.") % {"name": mailbox.kept_folder},
                    field="kept_folder",
                )
            return Seen(
                messages=status.get("MESSAGES", 0),
                unread=status.get("UNSEEN", 0),
                idles="IDLE" in box.client.capabilities,
            )
    except PROBLEMS as problem:
        raise NotConnected(
            _("Le serveur ne nous laisse pas entrer : %(says)s") % {"says": said(problem)},
            field="host",
            way_out=_("Vérifiez le serveur, le port, le compte et son mot de passe."),
        ) from problem


def ask_to_fetch(mailbox: int, provider_id: int) -> bool:
    """Have a mailbox fetched soon; False when that was asked already."""
    with transaction.atomic():
        return jobs.defer_once(FETCH, lock=f"{FETCH}.{mailbox}", mailbox=mailbox, provider_id=provider_id)


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """The folder of the mailbox, open for writing. Raises one of PROBLEMS."""
    box = _connected(mailbox)
    try:
        if mailbox.way == Way.OAUTH2:
            box.xoauth2(mailbox.username, access_token(mailbox), initial_folder=mailbox.folder)
        else:
            box.login(
                mailbox.username, secrets.unseal(mailbox.sealed_secret, PLACE), initial_folder=mailbox.folder
            )
        yield box
    finally:
        with suppress(*PROBLEMS):
            box.logout()


def _connected(mailbox: Mailbox) -> BaseMailBox:
    if mailbox.security == Security.NONE:
        if mailbox.host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError(_("sans chiffrement, cette machine seulement"))
        return _PlainBox(mailbox.host, mailbox.port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if mailbox.security == Security.STARTTLS:
        return _StartTlsBox(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=context)
    return _TlsBox(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=context)


def may_be_inside(host: str) -> bool:
    """Whether the installation says that a mailbox may reach that host of the inner network."""
    return host.lower() in {one.lower() for one in settings.MAIL_INTERNAL_HOSTS}


class _Client(imaplib.IMAP4):
    """Connects to the address that was checked; the name stays what the certificate is held against."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return outward.connected(self.host, self.port, timeout or TIMEOUT, private=may_be_inside(self.host))


class _TlsClient(imaplib.IMAP4_SSL):
    """The same under TLS."""

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = outward.connected(self.host, self.port, timeout or TIMEOUT, private=may_be_inside(self.host))
        return self.ssl_context.wrap_socket(plain, server_hostname=self.host)


class _PlainBox(MailBoxUnencrypted):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _Client(self._host, self._port, timeout=self._timeout)


class _StartTlsBox(MailBoxStartTls):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Client(self._host, self._port, timeout=self._timeout)
        client.starttls(self._ssl_context)
        return client


class _TlsBox(MailBox):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _TlsClient(self._host, self._port, ssl_context=self._ssl_context, timeout=self._timeout)


def access_token(mailbox: Mailbox) -> str:
    """A fresh token of OAuth 2: by the refresh token, or for the application itself where there is none.

    Raises ValueError with what the server said, or httpcore's errors.
    """
    kept: dict[str, str] = json.loads(secrets.unseal(mailbox.sealed_secret, PLACE))
    asked = {"client_id": mailbox.oauth_client, "client_secret": kept.get("client_secret", "")}
    if mailbox.oauth_scope:
        asked["scope"] = mailbox.oauth_scope
    if kept.get("refresh_token"):
        asked |= {"grant_type": "refresh_token", "refresh_token": kept["refresh_token"]}
    else:
        asked["grant_type"] = "client_credentials"
    guard = outward.Guard(private=may_be_inside(urlsplit(mailbox.token_url).hostname or ""))
    with httpcore.ConnectionPool(network_backend=guard, max_connections=1) as pool:
        answer = pool.request(
            "POST",
            mailbox.token_url,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            content=urlencode(asked).encode(),
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)},
        )
    try:
        told: dict[str, Any] = json.loads(answer.content)
    except ValueError:
        told = {}
    if answer.status != 200 or "access_token" not in told:
        raise ValueError(
            f"OAuth 2: {answer.status} {told.get('error_description') or told.get('error', '')}"[:200]
        )
    if told.get("refresh_token") and told["refresh_token"] != kept.get("refresh_token"):
        # Some servers give another one each time, and the former ends.
        sealed = secrets.seal(json.dumps(kept | {"refresh_token": told["refresh_token"]}), PLACE)
        Mailbox.objects.filter(pk=mailbox.pk).update(sealed_secret=sealed)
    return str(told["access_token"])


# Taking


def _take(mailbox: Mailbox, box: BaseMailBox) -> int:
    validity = int(box.folder.status(mailbox.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    uids = _new_uids(mailbox, box, validity)
    stored = 0
    for start in range(0, len(uids), CHUNK):
        chunk = uids[start : start + CHUNK]
        came = list(_raw_messages(box, chunk))
        with transaction.atomic():
            arrivals = [
                intake.Came(raw, arrived_at=arrived_at, server_uid=uid) for uid, raw, arrived_at in came
            ]
            kept = intake.store_all(arrivals, mailbox=mailbox, at=clock.now())
            stored += sum(is_new for _mail, is_new in kept)
            Mailbox.objects.filter(pk=mailbox.pk).update(uid_validity=validity, last_uid=chunk[-1])
    if not uids and mailbox.uid_validity != validity:
        Mailbox.objects.filter(pk=mailbox.pk).update(uid_validity=validity, last_uid=_last_uid(box))
    return stored


def _new_uids(mailbox: Mailbox, box: BaseMailBox, validity: int) -> list[int]:
    """The UIDs to fetch, in order."""
    if mailbox.uid_validity == validity:
        # `n:*` answers the last message even when its number is below n.
        found = box.uids(f"UID {mailbox.last_uid + 1}:*")
        return sorted(uid for uid in map(int, found) if uid > mailbox.last_uid)
    mailbox.messages.exclude(server_uid=None).update(server_uid=None)
    if mailbox.uid_validity is None or mailbox.heard_at is None:
        return sorted(map(int, box.uids(A(seen=False))))
    since = (mailbox.heard_at - timedelta(days=1)).date()
    return sorted(map(int, box.uids(A(date_gte=since))))


def _last_uid(box: BaseMailBox) -> int:
    return max(map(int, box.uids("ALL")), default=0)


def _raw_messages(box: BaseMailBox, uids: list[int]) -> Iterator[tuple[int, bytes, datetime | None]]:
    """Number, bytes and date of arrival of messages, unread as they were."""
    asked = ",".join(map(str, uids))
    _status, answered = box.client.uid("fetch", asked, "(UID INTERNALDATE BODY.PEEK[])")
    for line in answered:
        if isinstance(line, tuple):
            number = re.search(rb"UID (\d+)", line[0])
            if number:
                yield int(number[1]), line[1], _internal_date(line[0])


def _internal_date(line: bytes) -> datetime | None:
    found = imaplib.Internaldate2tuple(line)
    return datetime.fromtimestamp(time.mktime(found), UTC) if found else None


def _mark(mailbox: Mailbox, box: BaseMailBox) -> None:
    """Tell the server what was stored; what a crash left untold the time before is told now."""
    waiting = dict(
        IncomingMail.objects.filter(mailbox=mailbox).exclude(server_uid=None).values_list("pk", "server_uid")
    )
    uids = [str(uid) for uid in waiting.values()]
    for start in range(0, len(uids), 200):
        some = uids[start : start + 200]
        if mailbox.afterwards == Afterwards.DELETED:
            box.delete(some)
        elif mailbox.afterwards == Afterwards.MOVED:
            box.move(some, mailbox.kept_folder)
        else:
            box.flag(some, ["\\Seen"], True)
    IncomingMail.objects.filter(pk__in=waiting).update(server_uid=None)


# Trouble


def _note_trouble(mailbox: Mailbox, says: str) -> None:
    logger.warning("mailbox %s: %s", mailbox.address, says)
    since = mailbox.trouble_since_at or clock.now()
    Mailbox.objects.filter(pk=mailbox.pk).update(trouble=says, trouble_since_at=since)


def said(problem: BaseException) -> str:
    """What went wrong, for people."""
    if isinstance(problem, outward.Unreachable):
        return problem.says
    if isinstance(problem, socket.gaierror):
        return _("ce nom de serveur n’existe pas")
    if isinstance(problem, TimeoutError | httpcore.TimeoutException):
        return _("pas de réponse en %(seconds)d secondes") % {"seconds": int(TIMEOUT)}
    if isinstance(problem, ConnectionRefusedError):
        return _("rien n’écoute sur ce port")
    text = str(problem) or type(problem).__name__
    return " ".join(text.replace("b'", "").split())[:280]
