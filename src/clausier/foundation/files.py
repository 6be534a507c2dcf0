"""Bytes, kept once under their SHA-256; what was stored is read back and checked against its name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from clausier.foundation import rows
from clausier.foundation.models import Provider, StoredFile

# Flushing waits for the disk: meanwhile the act goes on, and waits before it commits.
_flushers: Final = ThreadPoolExecutor(4, thread_name_prefix="flush")
_pending: Final[dict[str, Future[None]]] = {}
"""What is not in place yet, by where it will be."""

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


def begin(content: bytes, *, provider: Provider) -> None:
    """Begin to keep bytes that are about to be `written`: the disk takes them in the meantime."""
    _write(place(provider.pk, hashlib.sha256(content).hexdigest()), content)


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
    return rows.made(
        StoredFile,
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
    if path in _pending:
        wait([_pending[path]])
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
    try:
        target = default_storage.path(path)
    except NotImplementedError:  # not a folder of this machine: that storage puts things in place whole
        if not default_storage.exists(path) or default_storage.size(path) != len(content):
            default_storage.save(path, ContentFile(content))
        return
    if (pending := _pending.get(path)) is not None:
        connection.at_end(partial(connection.wait_for, pending))  # type: ignore[attr-defined]
        return
    with suppress(FileNotFoundError):
        if os.stat(target).st_size == len(content):
            return
    handle, fresh = _begun_beside(target)
    try:
        os.fchmod(handle, 0o644)
        with open(handle, "wb", closefd=False) as file:
            file.write(content)
    except BaseException:
        os.close(handle)
        os.unlink(fresh)
        raise
    _pending[path] = done = _flushers.submit(_put_in_place, handle, fresh, target)
    done.add_done_callback(lambda _done: _pending.pop(path, None))
    connection.at_end(partial(connection.wait_for, done))  # type: ignore[attr-defined]


def _begun_beside(target: str) -> tuple[int, str]:
    """A new file in the folder of `target`, open, and its name."""
    folder = os.path.dirname(target)
    fresh = f"{folder}/.{token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        return os.open(fresh, flags), fresh
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
        return os.open(fresh, flags), fresh


def _put_in_place(handle: int, fresh: str, target: str) -> None:
    """Flush what was written to the disk, then give it its name."""
    try:
        os.fsync(handle)
        os.replace(fresh, target)
    except BaseException:
        os.unlink(fresh)
        raise
    finally:
        os.close(handle)


def holds(file: StoredFile, *, deep: bool) -> bool:
    """Whether the bytes are there and, with `deep`, whether they are those that were stored."""
    if not deep:
        return default_storage.exists(place(file.provider_id, file.sha256))
    try:
        read(file)
    except (FileNotFoundError, DamagedFile):
        return False
    return True
