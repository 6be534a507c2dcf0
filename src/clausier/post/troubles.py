"""Addresses that mail comes back from."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import F, QuerySet

from clausier.directory.models import Contact
from clausier.foundation.actors import Actor
from clausier.foundation.models import Provider
from clausier.post.models import AddressTrouble, OutgoingMail
from clausier.post.reading.message import Letter
from clausier.post.states import OutboxState

LIFT: Final = """
    update post_addresstrouble set lifted_at = $1
    where provider_id = $2 and address = $3 and lifted_at is null
"""
_TEMPORARY: Final = re.compile(r"^4\.")
_ADDRESS: Final = re.compile(r"[^\s<>;]+@[^\s<>;]+")


def returned(letter: Letter, *, provider: Provider, at: datetime) -> None:
    """Note which address a report is about, and that our message came back. A mere delay is noted nowhere."""
    if letter.report.get("action", "").lower() in {"delayed", "delivered", "relayed", "expanded"}:
        return
    says = (letter.report.get("diagnostic-code") or letter.subject)[:300]
    ours = OutgoingMail.objects.filter(provider=provider, message_id__in=letter.returned_ids).first()
    if ours is not None:
        OutgoingMail.objects.filter(pk=ours.pk).update(
            state=OutboxState.RETURNED, answer=says, ended_at=at, next_at=None
        )
    address = _failed_address(letter, ours)
    if address:
        note(
            provider,
            address,
            says=says,
            permanent=not _TEMPORARY.match(letter.report.get("status", "5.0.0")),
            at=at,
        )


def _failed_address(letter: Letter, ours: OutgoingMail | None) -> str:
    """The address that failed; believed only where we wrote to it, or someone of a client has it."""
    told = " ".join(
        (
            letter.report.get("original-recipient", ""),
            letter.report.get("final-recipient", ""),
            letter.header("x-failed-recipients"),
            *letter.returned_to,
        )
    ).lower()
    found = _ADDRESS.findall(told)
    if ours is not None:
        return next((one for one in found if one in [*ours.to, *ours.cc]), ours.to[0] if ours.to else "")
    return ""


def note(provider: Provider, address: str, *, says: str, permanent: bool, at: datetime) -> None:
    """Mail to `address` came back once more."""
    lower = address.lower()
    standing = AddressTrouble.objects.filter(provider=provider, address=lower, lifted_at=None)
    if standing.update(count=F("count") + 1, last_at=at, says=says[:300], permanent=permanent):
        return
    contact = Contact.objects.filter(provider=provider, email__iexact=lower).order_by("left_on", "pk").first()
    AddressTrouble.objects.create(
        provider=provider,
        client_id=contact.client_id if contact else None,
        address=lower,
        permanent=permanent,
        says=says[:300],
        since_at=at,
        last_at=at,
    )


def lift(provider: Provider, address: str, *, at: datetime) -> int:
    """The address writes to us, or was mended: it is in no trouble; how many rows were lifted."""
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(LIFT, [at, provider.pk, address.lower()])
    lifted: int = cursor.rowcount
    return lifted


def standing(actor: Actor) -> QuerySet[AddressTrouble]:
    """The addresses that mail comes back from now, latest first."""
    return AddressTrouble.objects.filter(provider=actor.provider, lifted_at=None).order_by("-last_at")
