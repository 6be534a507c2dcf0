"""The journal: one entry for each act, chained afterwards, verifiable by anyone who holds a copy.

The hash of an entry is the SHA-256 of the previous hash and of the entry's canonical JSON. Sealing runs as
a job under an advisory lock per provider; acts only insert.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, Q

from clausier.foundation import clock, isolation, reactions, rows
from clausier.foundation.actors import Actor
from clausier.foundation.models import JournalEntry, JournalSeal, Person, Provider

ORIGIN = "0" * 64


def write(
    *,
    by: Actor,
    at: datetime,
    code: str,
    about: models.Model,
    client_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> JournalEntry:
    """Record that `by` did `code` about `about` at `at`; when it was written is kept as well.

    What follows from the act is deferred here, in its own transaction.
    """
    entry = rows.made(
        JournalEntry,
        provider=by.provider,
        client_id=_client_of(about, by) if client_id is None else client_id,
        at=at,
        written_at=clock.now(),
        actor=by.person,
        actor_name=by.name,
        actor_role=by.role,
        code=code,
        object_kind=about._meta.model_name or "",
        object_id=about.pk,
        object_label=str(about)[:200],
        data=(data or {}) | ({"token": by.token} if by.token else {}),
        request_id=by.request_id,
    )
    reactions.follow(entry)
    return entry


def _client_of(about: models.Model, by: Actor) -> int | None:
    """Whose file an act belongs to: that of what it is about, else of the client whose account did it."""
    about_client: int | None = getattr(about, "client_id", None)
    return about_client if about_client is not None else by.client_id


@isolation.everything("an entry of the installation belongs to no provider")
def write_for_installation(
    *,
    code: str,
    at: datetime,
    about: models.Model | None = None,
    label: str = "",
    data: dict[str, Any] | None = None,
    person: Person | None = None,
) -> JournalEntry:
    """Record an act that belongs to no provider (a provider created, a book installed).

    What is about no row (a backup made) has a `label` instead.
    """
    return JournalEntry.objects.create(
        at=at,
        written_at=clock.now(),
        actor=person,
        actor_name=person.full_name if person else "Clausier",
        actor_role="installation",
        code=code,
        object_kind=about._meta.model_name or "" if about else "",
        object_id=about.pk if about else None,
        object_label=str(about or label)[:200],
        data=data or {},
    )


def canonical(entry: JournalEntry) -> bytes:
    """What is hashed: every column of the entry, in one spelling."""
    facts = {
        "id": entry.pk,
        "provider": entry.provider_id,
        "client": entry.client_id,
        "at": entry.at.astimezone(UTC).isoformat(),
        "written_at": entry.written_at.astimezone(UTC).isoformat(),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "actor_role": entry.actor_role,
        "code": entry.code,
        "object": [entry.object_kind, entry.object_id, entry.object_label],
        "data": entry.data,
        "request_id": entry.request_id,
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def link(previous: str, entry: JournalEntry) -> str:
    """The hash of `entry` after `previous`."""
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def of_chain(provider_id: int | None) -> Q:
    """The entries, or seals, of one provider's chain; None is the installation's."""
    return Q(provider__isnull=True) if provider_id is None else Q(provider_id=provider_id)


def seal(provider_id: int | None, *, batch: int = 5000) -> int:
    """Chain the entries of one provider (None: the installation) that are not yet; return how many.

    Entries are taken in the order of their ids. One whose act commits late keeps a later position: the
    position is the order of sealing, not of time. Only one sealer works on a chain at a time.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [7_210_001, provider_id or 0])
        chain = JournalSeal.objects.filter(of_chain(provider_id))
        last = chain.order_by("-position").first()
        position, previous = (last.position, last.hash) if last else (0, ORIGIN)
        entries = list(JournalEntry.objects.filter(of_chain(provider_id), seal=None).order_by("id")[:batch])
        seals = []
        for entry in entries:
            position += 1
            hashed = link(previous, entry)
            seals.append(
                JournalSeal(
                    entry=entry,
                    provider_id=provider_id,
                    position=position,
                    previous=previous,
                    hash=hashed,
                    sealed_at=clock.now(),
                )
            )
            previous = hashed
        JournalSeal.objects.bulk_create(seals)
        return len(seals)


@isolation.everything("every chain is sealed, the installation's too")
def seal_all() -> int:
    """Seal every chain; return how many entries were sealed."""
    chains = [None, *Provider.objects.values_list("pk", flat=True)]
    return sum(seal(chain) for chain in chains)


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold."""

    provider_id: int | None
    position: int
    entry_id: int | None
    says: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: chains read, entries in them, entries waiting for their seal, breaks."""

    chains: int
    entries: int
    unsealed: int
    breaks: tuple[Break, ...]


@isolation.everything("every chain is read, the installation's too")
def verify() -> Verdict:
    """Read every chain from its origin and report each break; read-only."""
    return _verify([None, *Provider.objects.order_by("pk").values_list("pk", flat=True)])


def verify_of(provider: Provider) -> Verdict:
    """Read one provider's chain from its origin, and nothing of the others'."""
    return _verify([provider.pk])


def _verify(chains: list[int | None]) -> Verdict:
    breaks: list[Break] = []
    entries = unsealed = 0
    for chain in chains:
        for found in _breaks_of(chain):
            if isinstance(found, Break):
                breaks.append(found)
            else:
                entries += 1
        unsealed += JournalEntry.objects.filter(of_chain(chain), seal=None).count()
    return Verdict(chains=len(chains), entries=entries, unsealed=unsealed, breaks=tuple(breaks))


def _breaks_of(provider_id: int | None) -> Iterator[Break | int]:
    previous, expected = ORIGIN, 1
    seals = JournalSeal.objects.filter(of_chain(provider_id)).select_related("entry").order_by("position")
    for seal_ in seals.iterator(chunk_size=2000):
        if seal_.position != expected:
            yield Break(provider_id, expected, None, "missing")
            expected = seal_.position
        if seal_.previous != previous:
            yield Break(provider_id, seal_.position, seal_.entry_id, "not linked to the one before")
        if link(seal_.previous, seal_.entry) != seal_.hash:
            yield Break(provider_id, seal_.position, seal_.entry_id, "altered")
        yield seal_.position
        previous, expected = seal_.hash, expected + 1


def of(provider: Provider) -> models.QuerySet[JournalEntry]:
    """The entries of a provider, newest first."""
    return JournalEntry.objects.filter(provider=provider).select_related("seal").order_by(F("id").desc())
