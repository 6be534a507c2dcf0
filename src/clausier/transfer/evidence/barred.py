"""What no bundle holds: the bytes that a dispute's file keeps out of court, wherever else they lie."""

from __future__ import annotations

import hashlib
import io
import zipfile
from email import message_from_bytes
from email.message import Message
from typing import Final

DEEPEST: Final = 3
LARGEST: Final = 200 * 1024 * 1024  # bytes of one member of an archive that is looked into


def holds(content: bytes, barred: frozenset[str], *, depth: int = 0) -> bool:
    """Whether `content` is one of `barred` (SHA-256) or brings one along, as a zip or a message does."""
    if not barred:
        return False
    if hashlib.sha256(content).hexdigest() in barred:
        return True
    if depth >= DEEPEST:
        return False
    if content[:4] == b"PK\x03\x04":
        return _in_archive(content, barred, depth + 1)
    return _is_message(content) and _in_message(message_from_bytes(content), barred, depth + 1)


def names(text: str, barred: frozenset[str]) -> bool:
    """Whether `text` tells the digest of one of `barred`."""
    return any(digest in text for digest in barred)


def _in_archive(content: bytes, barred: frozenset[str], depth: int) -> bool:
    """Whether a zip brings one along; one that cannot be looked into is taken to."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(
                one.file_size > LARGEST or holds(packed.read(one), barred, depth=depth)
                for one in packed.infolist()
            )
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
        return True


def _is_message(content: bytes) -> bool:
    head = content[:8192].lower()
    return b"\nmessage-id:" in head or head.startswith(
        (b"message-id:", b"received:", b"from:", b"return-path:")
    )


def _in_message(message: Message, barred: frozenset[str], depth: int) -> bool:
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and holds(payload, barred, depth=depth):
            return True
    return False
