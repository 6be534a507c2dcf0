"""Idempotency: an act that comes again with the same key is answered as the first time, and not done."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.integrations.errors import KeyReused
from clausier.integrations.models import ApiToken, StoredAnswer

KEPT: Final = timedelta(hours=24)
LONGEST_KEY: Final = 200
UNDER_WAY: Final = 0
"""The status of an answer whose act is not committed: nobody else ever reads it."""


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same request."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def begin(token: ApiToken, key: str, asked: str, *, at: datetime) -> tuple[StoredAnswer, bool]:
    """The place of the answer to `key`, and whether it is already there. Inside the act's transaction.

    A second request with the key waits here until the first one commits or rolls back. Raises KeyReused
    when the key came with another request within 24 hours.
    """
    StoredAnswer.objects.filter(token=token, key=key, answered_at__lt=at - KEPT).delete()
    try:
        with transaction.atomic():
            made = StoredAnswer.objects.create(
                provider_id=token.provider_id,
                token=token,
                key=key,
                fingerprint=asked,
                status=UNDER_WAY,
                body="",
                answered_at=at,
            )
            return made, False
    except IntegrityError:
        found = StoredAnswer.objects.get(token=token, key=key)
    if found.fingerprint != asked:
        raise KeyReused(
            _("Cette clé d’idempotence a déjà servi pour une autre demande."),
            field="Idempotency-Key",
            way_out=_("Prenez une clé neuve pour chaque nouvel acte."),
        )
    return found, True


def keep(place: StoredAnswer, status: int, body: str) -> None:
    """Write the answer where `begin` held its place; the act's commit makes it count."""
    StoredAnswer.objects.filter(pk=place.pk).update(status=status, body=body)
