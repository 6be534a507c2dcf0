"""Bytes, kept once under their SHA-256; what was stored is read back and checked against its name."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from clausier.foundation import rows
from clausier.foundation.models import Provider, StoredFile

_aside: ContextVar[dict[str, bytes] | None] = ContextVar("aside", default=None)


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
    stored = written(
        content, provider=provider, name=name, content_type=content_type, at=at, client_id=client_id
    )
    rows.add([stored])
    return stored


def written(
    content: bytes,
    *,
    provider: Provider,
    name: str,
    content_type: str,
    at: datetime,
    client_id: int | None = None,
) -> StoredFile:
    """The row of `content`, whose bytes are kept; itself not stored yet."""
    digest = hashlib.sha256(content).hexdigest()
    _write(place(provider.pk, digest), content)
    return StoredFile(
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
    path = place(file.provider_id, file.sha256)
    aside = _aside.get() or {}
    if path in aside:
        return aside[path]
    with default_storage.open(path) as opened:
        content: bytes = opened.read()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DamagedFile(file.sha256)
    return content


@contextmanager
def kept_aside() -> Iterator[None]:
    """Within the block what is stored stays in memory, and is gone after it: for what is rolled back."""
    before = _aside.set({})
    try:
        yield
    finally:
        _aside.reset(before)


def _write(path: str, content: bytes) -> None:
    """Keep the bytes at `path`, whole or not at all: a program that is killed leaves no half file behind."""
    aside = _aside.get()
    if aside is not None:
        aside[path] = content
        return
    if default_storage.exists(path) and default_storage.size(path) == len(content):
        return
    try:
        target = Path(default_storage.path(path))
    except NotImplementedError:  # not a folder of this machine: that storage puts things in place whole
        default_storage.save(path, ContentFile(content))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=target.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(fresh, 0o644)
        os.replace(fresh, target)
    except BaseException:
        os.unlink(fresh)
        raise


def holds(file: StoredFile, *, deep: bool) -> bool:
    """Whether the bytes are there and, with `deep`, whether they are those that were stored."""
    if not deep:
        return default_storage.exists(place(file.provider_id, file.sha256))
    try:
        read(file)
    except (FileNotFoundError, DamagedFile):
        return False
    return True
