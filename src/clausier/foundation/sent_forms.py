"""Forms that create happen once: sent again under the same key, they lead where they led the first time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from clausier.foundation.actors import Actor
from clausier.foundation.models import SentForm

FIELD: Final = "form_key"
KEPT: Final = timedelta(days=7)


def new_key() -> str:
    """The key that a page gives its form."""
    return uuid.uuid4().hex


def once(*, by: Actor, at: datetime, key: str, do: Callable[[], str]) -> str | None:
    """Where the form of `key` already led, without doing anything; None after doing it for the first time.

    `do` answers where it led, "" when it was refused: it may then be sent again. Key and act are one
    transaction; a second sending waits until the first has committed or was refused.
    """
    assert by.person is not None, "a form is sent by a person"
    with transaction.atomic():
        asked = SentForm(
            provider=by.provider, client_id=by.scope.client, person=by.person, key=key, sent_at=at
        )
        SentForm.objects.bulk_create([asked], ignore_conflicts=True)
        # Only this transaction sees a place without a location: it is the one that made it.
        place = SentForm.objects.get(provider=by.provider, person=by.person, key=key)
        if place.location:
            return place.location
        place.location = do()
        if place.location:
            place.save(update_fields=["location"])
        else:
            place.delete()
        return None


def forget(now: datetime) -> int:
    """Remove keys whose forms nobody sends again; how many."""
    return SentForm.objects.filter(sent_at__lt=now - KEPT).delete()[0]
