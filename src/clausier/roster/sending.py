"""Carrying one message to one person: by mail, by a web service, by ntfy, into a file.

What carries messages has one way in, `Carrier.send`: the address and the text, and a receipt comes back. What
did not go out raises `NotSent`, which says why to people; whoever calls tries again. Web addresses are held
to the guard of webhooks: no private network, no redirection, the very address that was checked.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from clausier.foundation import secrets
from clausier.integrations import sending
from clausier.roster.models import Channel, Sender, SenderKind

HEADERS_PLACE: Final = "roster_sender.headers"
WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300))
"""Between an attempt and the next; after the last the message is given up."""

HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,60}")
OURS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection"})
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


class NotSent(Exception):
    """The message did not go out; `says` is for people."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the carrier says it did with the message."""

    reference: str


class Carrier(Protocol):
    """What carries messages of a channel."""

    def send(self, to: str, text: str, *, id: str) -> Receipt:
        """Hand over `text` for `to`; `id` is the same each time one message is tried. Raises NotSent."""
        ...


@dataclass(frozen=True, slots=True)
class ByMail:
    """A letter from the installation's own mail server."""

    subject: str

    def send(self, to: str, text: str, *, id: str) -> Receipt:
        """A letter; tried twice it shows once, its Message-ID being the same."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
        headers = {
            "Message-ID": f"<{id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Importance": "high",
            "X-Priority": "1",
        }
        try:
            EmailMessage(self.subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers).send()
        except OSError as problem:
            raise NotSent(f"{type(problem).__name__} {problem}"[:200]) from problem
        return Receipt(headers["Message-ID"])


@dataclass(frozen=True, slots=True)
class ByHttp:
    """A web service: a text posted to an address, with headers that carry its keys.

    In `body` the words {to}, {text} and {id} are replaced, as the content type of the headers writes them.
    """

    url: str
    headers: dict[str, str]
    body: str

    def send(self, to: str, text: str, *, id: str) -> Receipt:
        """Post the message. Raises NotSent for anything but a 2xx."""
        kind = next((value for name, value in self.headers.items() if name.lower() == "content-type"), JSON)
        written = filled(self.body, {"to": to, "text": text, "id": id}, kind)
        headers = {"Content-Type": f"{JSON}; charset=utf-8"} | self.headers
        return _posted(self.url, headers, written.encode())


@dataclass(frozen=True, slots=True)
class ByNtfy:
    """A server that speaks ntfy: the text is posted to the topic, which telephones listen to."""

    url: str
    headers: dict[str, str]

    def send(self, to: str, text: str, *, id: str) -> Receipt:
        """Post the text to the topic `to`, as urgent, so that it rings. Raises NotSent."""
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Priority": "urgent",
            "Tags": "rotating_light",
        }
        address = f"{self.url.rstrip('/')}/{quote(to, safe='')}"
        return _posted(address, headers | self.headers, text.encode())


@dataclass(frozen=True, slots=True)
class ToFile:
    """A line of JSON a message, at the end of a file of this machine: to try things out, and for tests."""

    path: Path

    def send(self, to: str, text: str, *, id: str) -> Receipt:
        """Add the line. Raises NotSent."""
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": id, "to": to, "text": text}, ensure_ascii=False) + "\n")
        except OSError as problem:
            raise NotSent(f"{type(problem).__name__} {problem}"[:200]) from problem
        return Receipt(self.path.name)


def carrier_of(sender: Sender | None, channel: str, *, subject: str) -> Carrier:
    """What carries that channel. Raises NotSent where nothing was set up for it."""
    if channel == Channel.MAIL:
        return ByMail(subject)
    if sender is None or not sender.is_active:
        raise NotSent(_("Aucun envoi n’est réglé pour ce canal."))
    if sender.kind == SenderKind.FILE:
        if not settings.ROSTER_FILE:
            raise NotSent(_("Le fichier des messages n’est pas permis sur cette installation."))
        return ToFile(Path(settings.ROSTER_FILE))
    headers = headers_of(sender)
    if sender.kind == SenderKind.NTFY:
        return ByNtfy(sender.url, headers)
    return ByHttp(sender.url, headers, sender.body)


def headers_of(sender: Sender) -> dict[str, str]:
    """The headers with their keys, unsealed."""
    text = secrets.unseal(sender.headers, HEADERS_PLACE) if sender.headers else ""
    return read_headers(text)


def read_headers(text: str) -> dict[str, str]:
    """« Name: value » lines. Raises ValueError with the line that is none, or that HTTP keeps for itself."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not value or not HEADER.fullmatch(name) or name.lower() in OURS:
            raise ValueError(line)
        if not value.isprintable() or not value.isascii():
            raise ValueError(line)
        found[name] = value
    return found


def filled(body: str, words: dict[str, str], kind: str) -> str:
    """`body` with {to}, {text} and {id} replaced, escaped as JSON strings or as form values are."""

    def written(word: str) -> str:
        if kind.startswith(FORM):
            return quote(word, safe="")
        return json.dumps(word, ensure_ascii=False)[1:-1] if JSON in kind else word

    return re.sub(r"\{(to|text|id)\}", lambda found: written(words[found[1]]), body)


def _posted(url: str, headers: dict[str, str], body: bytes) -> Receipt:
    answer = sending.post(url, headers={"User-Agent": "Clausier/1"} | headers, body=body)
    if not answer.accepted:
        raise NotSent((answer.error or f"HTTP {answer.status} {answer.text}".strip())[:200])
    return Receipt(f"HTTP {answer.status} {answer.text}".strip()[:200])
