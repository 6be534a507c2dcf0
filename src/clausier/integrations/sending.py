"""Sending a delivery: the signature, the guard against addresses inside, one attempt, the waits between.

Addresses inside are kept off by `foundation.outward`. Redirections are not followed, and no proxy of the
environment is used.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.foundation import outward
from clausier.foundation.outward import Guard, Unreachable
from clausier.integrations.models import WebhookDelivery

TASK: Final = "integrations.deliver"
WAITS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60)
)
"""Between an attempt and the next; after the last the delivery is given up, two days in all."""
TIMEOUT: Final = 10.0  # seconds, for each of connecting, writing, reading
LONGEST_ANSWER: Final = 500  # bytes that are read of what comes back: the log shows them, nobody else does


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: a status, or an error."""

    status: int | None
    milliseconds: int
    error: str = ""
    text: str = ""

    @property
    def accepted(self) -> bool:
        """2xx: the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def queue(delivery: WebhookDelivery, *, attempt: int, at: datetime | None = None) -> None:
    """Defer the attempt, inside the transaction under way; at once, or `at` that instant."""
    app.configure_task(TASK, schedule_at=at).defer(
        delivery=delivery.pk, attempt=attempt, provider_id=delivery.provider_id
    )


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a dot and the body."""
    signed = f"{timestamp}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def checked_url(url: str, *, private: bool) -> str:
    """`url`, if events may go there by its looks; what its name resolves to is checked at each attempt.

    Raises Unreachable.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Unreachable(_("Cette adresse ne se lit pas.")) from None
    if not host or len(url) > 500 or parts.username or not url.isascii() or not url.isprintable():
        raise Unreachable(_("Cette adresse ne se lit pas."))
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise Unreachable(_("Les événements ne partent que par https."))
    if not private and outward.is_inside(host):
        raise Unreachable(_("Cette adresse est celle d’un réseau privé."))
    return url


def attempt(url: str, *, secret: str, delivery: WebhookDelivery, at: datetime) -> Answer:
    """Post the delivery once, signed at `at`; never raises for what the other side does."""
    body, timestamp = delivery.body.encode(), int(at.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Clausier-Webhook/1",
        "Clausier-Event": delivery.code,
        "Clausier-Delivery": str(delivery.public_id),
        "Clausier-Timestamp": str(timestamp),
        "Clausier-Signature": signature(secret, timestamp, body),
    }
    return post(url, headers=headers, body=body)


def post(url: str, *, headers: dict[str, str], body: bytes) -> Answer:
    """Post `body` once to an address outside, under the guard; never raises for what the other side does."""
    private = settings.WEBHOOKS_MAY_GO_PRIVATE
    begun = time.monotonic()
    try:
        checked_url(url, private=private)
        with httpcore.ConnectionPool(network_backend=Guard(private=private), max_connections=1) as pool:
            status, text = _post(pool, url, headers, body)
    except Unreachable as problem:
        return Answer(None, _since(begun), error=problem.says[:200])
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as problem:
        says = f"{type(problem).__name__} {problem}".strip()
        return Answer(None, _since(begun), error=says[:200])
    return Answer(status, _since(begun), text=text)


def _post(pool: httpcore.ConnectionPool, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)
    with pool.stream(
        "POST",
        url,
        headers=[(name.encode(), value.encode()) for name, value in headers.items()],
        content=body,
        extensions={"timeout": timeout},
    ) as response:
        read, begun = b"", time.monotonic()
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= LONGEST_ANSWER or time.monotonic() - begun > TIMEOUT:
                break
        text = read[:LONGEST_ANSWER].decode("utf-8", "replace").replace("\x00", "\ufffd")
        return response.status, text


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
