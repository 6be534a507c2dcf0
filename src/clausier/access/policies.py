"""What stands, from facts alone: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from clausier.access.models import Agreement
from clausier.access.states import AgreementState


def stands(agreement: Agreement, at: datetime) -> bool:
    """Whether the client's yes holds at `at`."""
    given = agreement.state == AgreementState.GIVEN
    return given and (agreement.until_at is None or at < agreement.until_at)


def latest(found: Iterable[Agreement]) -> Agreement | None:
    """The one asked or answered last."""
    return max(found, key=lambda one: one.pk, default=None)
