"""Making a backup, putting one back, and proving that what was put back is whole.

All of it runs as the database's owner, with Django ready.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from clausier import cluster, options
from clausier.care import archive, dumps, shelf
from clausier.care.archive import Manifest
from clausier.care.dumps import Database
from clausier.care.errors import CareError, NewerBackup
from clausier.foundation import anchors, files, isolation, journal
from clausier.foundation.models import StoredFile
from clausier.terms.outcome import Words

STORED_PLACE = re.compile(r"\d+/[0-9a-f]{2}/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup just made, read back and found whole."""

    path: Path
    manifest: Manifest

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found after a restore: entries and files read again, and everything that does not hold."""

    entries: int
    files: int
    faults: tuple[str, ...]


# ---------------------------------------------------------------- making


@isolation.everything("a backup holds every provider")
def make(*, now: datetime, target: Path | None = None, reason: str = "") -> Made:
    """Make a backup at `target` (by default on the shelf, under the name of `now`), and read it back.

    Raises ProgramFailed, or CareError when the directory cannot be written.
    """
    path = target or shelf.directory() / shelf.name_for(now, reason)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, now, reason)
    except OSError as problem:
        raise CareError(
            Words(
                f"{path.parent} ne peut pas recevoir de sauvegarde\u00a0: {problem.strerror}.",
                f"{path.parent} cannot take a backup: {problem.strerror}.",
            )
        ) from problem
    return Made(path, archive.verify(path))


def _write(path: Path, now: datetime, reason: str) -> None:
    chains = {str(end.chain): (end.position, end.hash) for end in anchors.ends()}
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as scratch:
        dumped = Path(scratch) / archive.DUMP
        dumps.dump(Database.as_reader_of_all(), dumped)
        with archive.writing(path) as writer:
            writer.add_file(archive.DUMP, dumped)
            # After the dump: every file that the dump names is among them, perhaps with younger ones.
            missing = _add_stored_files(writer)
            writer.add_manifest(
                Manifest(
                    made_at=now.isoformat(),
                    version=version("clausier"),
                    reason=reason,
                    migrations=applied_migrations(),
                    chains=chains,
                    secrets=tuple(secret_names()),
                    members=writer.members,
                    missing=tuple(missing),
                )
            )


def note_made(made: Made, *, at: datetime) -> None:
    """Write a backup into the journal and its anchors into the log.

    Not before an upgrade, whose journal may be an older one.
    """
    manifest = made.manifest
    anchors.log(anchors_of(manifest))
    journal.write_for_installation(
        code="care.backup_made",
        at=at,
        label=made.path.name,
        data={
            "reason": manifest.reason,
            "bytes": made.size,
            "files": len(manifest.members) - 1,
            "missing": list(manifest.missing),
        },
    )


def anchors_of(manifest: Manifest) -> tuple[anchors.Anchor, ...]:
    """The ends of the journal's chains that a backup noted."""
    return tuple(
        anchors.Anchor(chain, position, hashed) for chain, (position, hashed) in manifest.chains.items()
    )


def make_if_due(*, now: datetime) -> Made | None:
    """The day's backup, when its hour has come and it is not there yet; then keep by the rule."""
    there = shelf.kept(shelf.directory())
    last = there[-1].made_at if there else None
    if not shelf.due(now, options.value("CLAUSIER_BACKUP_AT"), last):
        return None
    made = make(now=now)
    note_made(made, at=now)
    shelf.prune(shelf.directory(), shelf.Rule.of_settings())
    shelf.sweep(shelf.directory(), now)
    return made


def applied_migrations() -> tuple[str, ...]:
    """The migrations that the database has seen, as "app.name"."""
    return tuple(sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()))


def secret_names() -> list[str]:
    """The names of the secrets in the data directory: they go into no backup."""
    secrets = cluster.home() / "secrets"
    return sorted(path.name for path in secrets.iterdir()) if secrets.is_dir() else []


def _add_stored_files(writer: archive.Writer) -> list[str]:
    """Add every stored file; return the places of those that cannot be read or are not what was stored."""
    missing = []
    # These two columns only: before an upgrade the table may lack others that the model has.
    stored = StoredFile.objects.order_by("provider_id", "sha256").distinct()
    for provider_id, sha256 in stored.values_list("provider_id", "sha256").iterator(chunk_size=500):
        place = files.place(provider_id, sha256)
        try:
            content = files.read(StoredFile(provider_id=provider_id, sha256=sha256))
            writer.add_bytes(archive.FILES + place, content)
        except (FileNotFoundError, files.DamagedFile):
            missing.append(place)
    return missing


# ---------------------------------------------------------------- putting back


@isolation.everything("a backup holds every provider")
def restore(path: Path, *, replace: bool = False) -> Manifest:
    """Put a backup into an empty database, or with `replace` in the place of what is there.

    Nothing is touched before the whole file has been read and found right. With `replace` what is there is
    dumped first, and put back should the backup not load. Raises a CareError of `clausier.care.errors`.
    """
    manifest = archive.verify(path)
    _must_be_known(manifest)
    database = Database.as_owner()
    if replace:
        dumps.must_be_alone(database, cluster.app_role())
    else:
        dumps.must_be_empty(database)
    connection.close()
    with tempfile.TemporaryDirectory(dir=cluster.home(), prefix=".restore-") as scratch:
        dumped = Path(scratch) / archive.DUMP
        archive.extract_dump(path, dumped)
        if replace and not dumps.is_empty(database):
            _replace(database, dumped, Path(scratch) / "before.dump")
        else:
            dumps.load(database, dumped)
    _put_files(path)
    return manifest


def _replace(database: Database, dumped: Path, before: Path) -> None:
    dumps.dump(Database.as_reader_of_all(), before)
    dumps.empty(database)
    try:
        dumps.load(database, dumped)
    except CareError:
        dumps.empty(database)
        dumps.load(database, before)
        raise


def _must_be_known(manifest: Manifest) -> None:
    loader = MigrationLoader(None)
    known = {".".join(key) for key in loader.disk_migrations or {}}
    # A squashed migration stands in for those it replaces, which may be gone from the disk.
    known |= {".".join(key) for found in (loader.disk_migrations or {}).values() for key in found.replaces}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise NewerBackup(
            Words(
                f"Cette sauvegarde vient de Clausier {manifest.version}, qui connaît {unknown[0]}\u00a0; "
                "ce programme-ci ne la connaît pas. Restaurez-la avec cette version ou une plus récente.",
                f"This backup comes from Clausier {manifest.version}, which knows {unknown[0]}; "
                "this program does not. Restore it with that version or a newer one.",
            )
        )


def _put_files(path: Path) -> None:
    for place, content in archive.stored_files(path):
        if not STORED_PLACE.fullmatch(place):
            raise archive.damaged(path, place)
        if not default_storage.exists(place):
            default_storage.save(place, ContentFile(content))


# ---------------------------------------------------------------- proving


@isolation.everything("a backup holds every provider")
def prove(manifest: Manifest) -> Proof:
    """Read the journal from its origins and every stored file again, and hold them against the manifest."""
    verdict = journal.verify()
    faults = [
        f"journal {_chain(found.provider_id) or '0'}/{found.position}: {found.says}"
        for found in verdict.breaks
    ]
    faults += [
        f"journal {end.chain or '0'}/{end.position}: the end that the backup noted is not there"
        for end in anchors.cut_off(anchors_of(manifest))
    ]
    count = 0
    for stored in StoredFile.objects.iterator(chunk_size=500):
        place = files.place(stored.provider_id, stored.sha256)
        if files.holds(stored, deep=True):
            count += 1
        elif place not in manifest.missing:
            faults.append(f"file {place}: missing or altered")
    return Proof(verdict.entries, count, tuple(faults))


def note_restored(path: Path, manifest: Manifest, *, at: datetime) -> None:
    """Write into the journal that its own past was put back from a file."""
    journal.write_for_installation(
        code="care.restored", at=at, label=path.name, data={"made_at": manifest.made_at}
    )


def _chain(provider_id: int | None) -> str:
    return "" if provider_id is None else str(provider_id)
