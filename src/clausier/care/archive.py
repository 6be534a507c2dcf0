"""A backup file: a plain tar with the dump, the stored files, and a manifest with the digest of each.

No secret ever goes in: neither `secrets/` nor `settings.env`. The manifest comes last, for it tells what was
really read; a tar without one was cut short and is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from clausier.care.errors import CareError, DamagedBackup
from clausier.terms.outcome import Words

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files/"
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    `members` is {name: SHA-256}, `migrations` the applied ones as "app.name", `chains` the last sealed
    position and hash of each journal chain ("" is the installation's), `missing` the stored files that could
    not be read when it was made, `secrets` the names of the secrets that lay beside, never their content.
    """

    made_at: str
    version: str
    reason: str
    migrations: tuple[str, ...]
    chains: dict[str, tuple[int, str]]
    secrets: tuple[str, ...]
    members: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "made_at": self.made_at,
            "version": self.version,
            "reason": self.reason,
            "migrations": list(self.migrations),
            "chains": {key: list(end) for key, end in self.chains.items()},
            "secrets": list(self.secrets),
            "members": self.members,
            "missing": list(self.missing),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Manifest:
        if found["format"] != FORMAT:
            raise ValueError(found["format"])
        return cls(
            made_at=str(found["made_at"]),
            version=str(found["version"]),
            reason=str(found["reason"]),
            migrations=tuple(found["migrations"]),
            chains={key: (int(end[0]), str(end[1])) for key, end in found["chains"].items()},
            secrets=tuple(found["secrets"]),
            members=dict(found["members"]),
            missing=tuple(found["missing"]),
        )


class Writer:
    """Adds members to a backup under way and notes their digests."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, str] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of the disk, in pieces."""
        with path.open("rb") as opened:
            self.members[name] = digest_of(opened)
            opened.seek(0)
            self._add(name, opened, path.stat().st_size)

    def add_bytes(self, name: str, content: bytes) -> None:
        self.members[name] = hashlib.sha256(content).hexdigest()
        self._add(name, io.BytesIO(content), len(content))

    def add_manifest(self, manifest: Manifest) -> None:
        """The last member."""
        content = json.dumps(manifest.as_json(), ensure_ascii=False, indent=1).encode()
        self._add(MANIFEST, io.BytesIO(content), len(content))

    def _add(self, name: str, content: IO[bytes], size: int) -> None:
        about = tarfile.TarInfo(name)
        about.size, about.mode = size, 0o600
        self._tar.addfile(about, content)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write a backup: beside its place first, and renamed into it once it is whole and on the disk."""
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def verify(path: Path) -> Manifest:
    """Read a whole backup and compare every byte with its manifest. Raises DamagedBackup, or CareError."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            manifest = _manifest(tar, path)
            found = {member.name: _digest_in(tar, member) for member in tar if member.name != MANIFEST}
    except (tarfile.TarError, EOFError) as problem:
        raise damaged(path, str(problem)) from problem
    except OSError as problem:
        raise CareError(
            Words(
                f"{path} ne se lit pas\u00a0: {problem.strerror}.",
                f"{path} cannot be read: {problem.strerror}.",
            )
        ) from problem
    for name in sorted(found.keys() | manifest.members.keys()):
        if found.get(name) != manifest.members.get(name):
            raise damaged(path, name)
    if DUMP not in found:
        raise damaged(path, DUMP)
    return manifest


def extract_dump(path: Path, target: Path) -> None:
    """Write the dump of a backup to `target`."""
    with tarfile.open(path, mode="r:") as tar, target.open("wb") as out:
        source = tar.extractfile(DUMP)
        if source is None:
            raise damaged(path, DUMP)
        while piece := source.read(CHUNK):
            out.write(piece)


def stored_files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The stored files of a backup: the place of each in the storage, and its bytes."""
    with tarfile.open(path, mode="r:") as tar:
        for member in tar:
            if member.name.startswith(FILES):
                source = tar.extractfile(member)
                if source is None:
                    raise damaged(path, member.name)
                yield member.name.removeprefix(FILES), source.read()


def digest_of(opened: IO[bytes]) -> str:
    """The SHA-256 of the rest of a file, read in pieces."""
    hashed = hashlib.sha256()
    while piece := opened.read(CHUNK):
        hashed.update(piece)
    return hashed.hexdigest()


def damaged(path: Path, what: str) -> DamagedBackup:
    return DamagedBackup(
        Words(
            f"La sauvegarde {path} est abîmée ou incomplète ({what})\u202f; rien n’a été touché. "
            "Prenez-en une autre.",
            f"The backup {path} is damaged or incomplete ({what}); nothing was touched. Take another one.",
        )
    )


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    try:
        source = tar.extractfile(MANIFEST)
        return Manifest.from_json(json.loads(source.read() if source else b""))
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as problem:
        raise damaged(path, MANIFEST) from problem


def _digest_in(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    source = tar.extractfile(member) if member.isfile() else None
    return digest_of(source) if source else ""
