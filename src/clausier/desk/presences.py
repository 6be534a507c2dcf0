"""Who is on a ticket right now. Of the moment only: no act, no journal, forgotten within a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clausier.desk.models import Presence, Ticket
from clausier.foundation.actors import Actor

EVERY: Final = 15  # seconds between two signs of life of an open page
LASTS: Final = timedelta(seconds=3 * EVERY)
WRITING: Final = ("reply", "note", "call")


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else on the ticket; `writing` is what they write, empty while they read."""

    name: str
    writing: str


def note(ticket: Ticket, actor: Actor, *, writing: str, at: datetime) -> None:
    """The actor's page is open on the ticket; `writing` is what is being written there."""
    if actor.person is None or actor.is_client_side:
        return
    Presence.objects.bulk_create(
        [
            Presence(
                provider=actor.provider,
                ticket=ticket,
                person=actor.person,
                writing=writing if writing in WRITING else "",
                seen_at=at,
            )
        ],
        update_conflicts=True,
        unique_fields=["ticket", "person"],
        update_fields=["writing", "seen_at"],
    )


def others_on(ticket: Ticket, actor: Actor, *, at: datetime) -> list[Present]:
    """Who else of the staff is on the ticket, those who write first."""
    found = Presence.objects.filter(ticket=ticket, seen_at__gt=at - LASTS).exclude(person=actor.person)
    rows = found.select_related("person").order_by("-writing", "person__full_name")
    return [Present(row.person.full_name, row.writing) for row in rows]


def forget(at: datetime) -> int:
    """Remove what is no longer true; how many rows."""
    return Presence.objects.filter(seen_at__lte=at - LASTS).delete()[0]
