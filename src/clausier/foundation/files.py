"""Bytes, kept once under their SHA-256; what was stored is read back and checked against its name."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from clausier.foundation.models import Provider, StoredFile


class DamagedFile(Exception):
    """The bytes under a digest are not those that were stored."""


def place(provider_id: int, sha256: str) -> str:
    return f"{provider_id}/{sha256[:2]}/{sha256}"


def store(
    content: bytes,
    *,
    provider: Provider,
    name: str,
    content_type: str,
    at: datetime,
    client_id: int | None = None,
) -> StoredFile:
    """Keep `content`; the same bytes are written once per provider."""
    digest = hashlib.sha256(content).hexdigest()
    path = place(provider.pk, digest)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    return StoredFile.objects.create(
        provider=provider,
        client_id=client_id,
        sha256=digest,
        name=name[:255],
        content_type=content_type,
        size=len(content),
        stored_at=at,
    )


def read(file: StoredFile) -> bytes:
    """The bytes. Raises DamagedFile when they are not those that were stored, or FileNotFoundError."""
    with default_storage.open(place(file.provider_id, file.sha256)) as opened:
        content: bytes = opened.read()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DamagedFile(file.sha256)
    return content


def holds(file: StoredFile, *, deep: bool) -> bool:
    """Whether the bytes are there and, with `deep`, whether they are those that were stored."""
    if not deep:
        return default_storage.exists(place(file.provider_id, file.sha256))
    try:
        read(file)
    except (FileNotFoundError, DamagedFile):
        return False
    return True
