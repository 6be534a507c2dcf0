"""Idempotency: an act that comes again with the same key is answered as the first time, and not done."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from clausier.integrations.errors import KeyReused
from clausier.integrations.models import ApiToken, StoredAnswer

KEPT: Final = timedelta(hours=24)
LONGEST_KEY: Final = 200
UNDER_WAY: Final = 0
"""The status of an answer whose act is not committed: nobody else ever reads it."""

HOLD: Final = """
    insert into integrations_storedanswer
        (provider_id, client_id, token_id, key, fingerprint, status, body, answered_at)
    values ($1, $2, $3, $4, $5, $6, '', $7)
    on conflict (token_id, key) do nothing
    returning id
"""
KEEP: Final = "update integrations_storedanswer set status = $1, body = $2 where id = $3"


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same request."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def begin(token: ApiToken, key: str, asked: str, *, at: datetime) -> tuple[StoredAnswer, bool]:
    """The place of the answer to `key`, and whether it is already there. Inside the act's transaction.

    A second request with the key waits here until the first one commits or rolls back. Raises KeyReused
    when the key came with another request within 24 hours.
    """
    place = _place(token, key, asked, at)
    if place is not None:
        return place, False
    found = StoredAnswer.objects.get(token=token, key=key)
    if found.answered_at < at - KEPT:
        found.delete()
        return begin(token, key, asked, at=at)
    if found.fingerprint != asked:
        raise KeyReused(
            _("Cette clé d’idempotence a déjà servi pour une autre demande."),
            field="Idempotency-Key",
            way_out=_("Prenez une clé neuve pour chaque nouvel acte."),
        )
    return found, True


def _place(token: ApiToken, key: str, asked: str, at: datetime) -> StoredAnswer | None:
    """A place made for the answer, in one statement; None when the key has one already."""
    made = StoredAnswer(
        provider_id=token.provider_id,
        client_id=token.client_id,
        token=token,
        key=key,
        fingerprint=asked,
        status=UNDER_WAY,
        answered_at=at,
    )
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(HOLD, [made.provider_id, made.client_id, token.pk, key, asked, UNDER_WAY, at])
    row = cursor.fetchone()
    made.pk = row[0] if row else None
    return made if row else None


def keep(place: StoredAnswer, status: int, body: str) -> None:
    """Write the answer where `begin` held its place; the act's commit makes it count."""
    connection.prepared().execute(KEEP, [status, body, place.pk])  # type: ignore[attr-defined]
