"""Keeping an outcome beside its consequence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from clausier.foundation import rows
from clausier.foundation.models import InstalledBook, Provider, Ruling
from clausier.terms.outcome import Outcome


def keep(
    outcome: Outcome,
    *,
    provider: Provider,
    book: InstalledBook,
    about: models.Model,
    at: datetime,
    client_id: int | None = None,
    label: str = "",
) -> Ruling:
    """Store `outcome`, so that its "why?" can be shown for ever."""
    ruling = of(outcome, provider=provider, book=book, about=about, at=at, client_id=client_id, label=label)
    rows.add([ruling])
    return ruling


def keep_all(rulings: Iterable[Ruling]) -> None:
    """Store what `of` made, in one statement."""
    rows.add(list(rulings))


def of(
    outcome: Outcome,
    *,
    provider: Provider,
    book: InstalledBook,
    about: models.Model,
    at: datetime,
    client_id: int | None = None,
    label: str = "",
) -> Ruling:
    """The ruling that `outcome` is, about a row that is stored; itself not stored yet."""
    return rows.made(
        Ruling,
        provider=provider,
        client_id=client_id,
        rule=outcome.rule,
        outcome=outcome.as_json(),
        book=book,
        subject_kind=about._meta.model_name or "",
        subject_id=about.pk,
        subject_label=(label or str(about))[:120],
        made_at=at,
    )
