"""What holds of a request, from facts alone: no database, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.permissions import Role
from clausier.signatures.models import SignatureRequest
from clausier.signatures.states import WAITING

REMIND_BEFORE: Final = timedelta(days=3)
REMIND_AFTER: Final = timedelta(days=7)
REMIND_APART: Final = timedelta(days=1)


def is_late(request: SignatureRequest, at: datetime) -> bool:
    """Whether the time in which the paper could be signed is over at `at`."""
    return request.valid_until is not None and not clock.is_after(request.valid_until, at)


def is_open(request: SignatureRequest, at: datetime) -> bool:
    """Whether the paper may be signed at `at`."""
    return request.state in WAITING and not is_late(request, at)


def reminder_is_due(request: SignatureRequest, reminded_at: datetime | None, at: datetime) -> bool:
    """Whether the signer is to be reminded at `at`, having been last at `reminded_at`.

    Once in the days before the end; where there is no end yet, once after a while.
    """
    if not is_open(request, at) or not request.site_url:
        return False
    if request.valid_until is None:
        return reminded_at is None and at >= request.asked_at + REMIND_AFTER
    since = request.valid_until - REMIND_BEFORE
    # Whoever was asked, or reminded, a day ago knows.
    told_at = max(request.asked_at, reminded_at or request.asked_at)
    is_told = reminded_at is not None and reminded_at >= since
    return at >= since and not is_told and at >= told_at + REMIND_APART


def is_signer(request: SignatureRequest, actor: Actor) -> bool:
    """Whether `actor` is who was asked: the bearer of the link, or that person signed in."""
    if not actor.is_client_side or actor.client_id != request.client_id:
        return False
    if actor.person is None:
        return True  # the door has checked the link
    if request.signer_id is not None and actor.contact_id == request.signer_id:
        return True
    return actor.person.email.casefold() == request.signer_email.casefold()


def bearer_of(request: SignatureRequest) -> Actor:
    """Who comes by the link of a letter: the person it was sent to, who may sign and read this, no more."""
    return Actor(
        provider=request.provider,
        role=Role.IT_CORRESPONDENT,
        client_id=request.client_id,
        contact_id=request.signer_id,
        label=request.signer_name,
        scopes=frozenset({"portal.sign", "signatures.read"}),
    )
