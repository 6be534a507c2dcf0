"""Secrets at rest: AES-256-GCM under keys that have names, so that keys can be replaced.

A sealed text reads `key id:base64(nonce, ciphertext)`. It is bound to its place (`table.column`): moved to
another column it does not open. Keys live in a file beside the data, never in the database and never in a
backup, or in the environment where several machines share them:

    k1 <32 bytes in base64>
    k2 <32 bytes in base64>

one a line; the last one seals, all of them open.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
NONCE_BYTES = 12


class SecretsError(Exception):
    """A key is missing or unreadable, or a sealed text is not what it claims to be."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by name, oldest first; the last one seals."""

    keys: dict[str, bytes]

    @property
    def current(self) -> str:
        """The name of the key that seals."""
        return next(reversed(self.keys))

    def seal(self, text: str, place: str) -> str:
        """`text` encrypted for `place`, a `table.column`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), place.encode())
        return f"{self.current}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """The text back. Raises SecretsError for an unknown key, another place or an altered text."""
        name, _, rest = sealed.partition(":")
        if name not in self.keys:
            raise SecretsError(f"no key {name!r}: is the key file the right one?")
        try:
            raw = base64.urlsafe_b64decode(rest.encode())
            opened = AESGCM(self.keys[name]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as problem:
            raise SecretsError(
                f"a secret of {place} does not open: altered, or not of this place"
            ) from problem
        return opened.decode()


def seal(text: str, place: str) -> str:
    """`text` encrypted for `place` with the current key."""
    return keyring().seal(text, place)


def unseal(sealed: str, place: str) -> str:
    """The text back; see `Keyring.open`."""
    return keyring().open(sealed, place)


def key_of(sealed: str) -> str:
    """The name of the key that `sealed` needs."""
    return sealed.partition(":")[0]


def keyring() -> Keyring:
    """The keys of this installation; the first is made at its first use. Read again when the file changes."""
    if settings.DATA_KEYS:
        return _parsed(settings.DATA_KEYS.replace(",", "\n"), "CLAUSIER_DATA_KEYS")
    path = Path(settings.DATA_KEYS_FILE)
    if not path.exists():
        _write(path, {"k1": secrets.token_bytes(KEY_BYTES)}, replace=False)
    found = path.stat()
    return _of_file(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=4)
def _of_file(path: Path, changed: int, inode: int) -> Keyring:
    """The file as it was at `changed`; both numbers are there to tell one state of the file from the next."""
    return _parsed(path.read_text(encoding="ascii"), str(path))


def add_key() -> str:
    """A new key, which seals from now on; return its name. Raises SecretsError for keys not in our file."""
    if settings.DATA_KEYS:
        raise SecretsError("the keys come from CLAUSIER_DATA_KEYS: add the new one there")
    keys = dict(keyring().keys)
    name = f"k{1 + max((int(one[1:]) for one in keys if one[1:].isdigit()), default=0)}"
    _write(Path(settings.DATA_KEYS_FILE), keys | {name: secrets.token_bytes(KEY_BYTES)}, replace=True)
    return name


def _parsed(text: str, source: str) -> Keyring:
    keys: dict[str, bytes] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, value = line.partition(" ")
        try:
            key = base64.b64decode(value.strip().encode(), validate=True)
        except (binascii.Error, ValueError) as problem:
            raise SecretsError(f"{source}: key {name!r} is not base64") from problem
        if len(key) != KEY_BYTES or ":" in name:
            raise SecretsError(f"{source}: key {name!r} is not {KEY_BYTES} bytes under a plain name")
        keys[name] = key
    if not keys:
        raise SecretsError(f"{source}: no key")
    return Keyring(keys)


def _write(path: Path, keys: Mapping[str, bytes], *, replace: bool) -> None:
    """Written aside, then put in place whole; without `replace`, the first of two processes wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = "".join(f"{name} {base64.b64encode(key).decode()}\n" for name, key in keys.items())
    handle, fresh = tempfile.mkstemp(dir=path.parent)  # readable by its owner alone
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    if replace:
        os.replace(fresh, path)
        return
    with suppress(FileExistsError):
        os.link(fresh, path)
    os.unlink(fresh)
