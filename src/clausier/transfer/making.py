"""Archives: everything of a provider, or of one client, in one zip that one understands without us.

`docs/export-format.md` says what is in it. It is read from one snapshot of the database.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from psycopg import IsolationLevel

from clausier import __version__
from clausier.foundation import files, isolation, journal
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import JournalEntry
from clausier.transfer import sheets, tables
from clausier.transfer.models import Archive, ArchiveState
from clausier.transfer.progress import told_of
from clausier.transfer.services import ARCHIVE_KEPT
from clausier.transfer.tables import Exported, Wanted

FORMAT: Final = "clausier-archive/1"
IN_MEMORY: Final = 8 * 1024 * 1024  # bytes of a table's JSON before it goes to a temporary file
README: Final = """\
Cette archive se lit sans Clausier : un zip de CSV, de JSON et de fichiers.
This archive is read without Clausier: a zip of CSV, JSON and files.

manifest.json     what is here: tables, columns, counts, digests (SHA-256) of every member
tables/NAME.csv   one table each: « ; » between cells, UTF-8 with its mark, headings first
tables/NAME.json  the same rows, exact: an array of objects
files/SHA256      files by the digest of their content; their names are in tables/foundation_storedfile
journal/          one line an act, with the hash that binds it to the one before

In a CSV an apostrophe stands before a text that a spreadsheet would run as a formula; the JSON has none.
Columns ending in _id refer to the column id of the table that the manifest names. Instants carry their
offset, days are YYYY-MM-DD, decimals have a point, empty cells are unknown or none.
To verify the journal: SHA-256(previous + canonical) is hash, for each line of journal/journal.jsonl.
"""

Tell = Callable[[int], None]


@dataclass(slots=True)
class Writer:
    """A zip being written, and what its members came to."""

    packed: zipfile.ZipFile
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def member(self, name: str) -> Iterator[_Digesting]:
        """Write one member; its size and digest are noted."""
        with self.packed.open(name, "w", force_zip64=True) as raw:
            digesting = _Digesting(raw)
            yield digesting
        self.members[name] = {"sha256": digesting.digest.hexdigest(), "size": digesting.size}

    def add(self, name: str, content: bytes) -> None:
        with self.member(name) as out:
            out.write(content)


class _Digesting:
    """Passes bytes on, and digests them on the way."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw, self.digest, self.size = raw, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.size += len(content)
        return self.raw.write(content)


@contextmanager
def snapshot() -> Iterator[None]:
    """One view of the database for the whole block, whatever others write meanwhile."""
    if connection.in_atomic_block:  # whoever is around has a transaction already
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    former, raw.isolation_level = raw.isolation_level, IsolationLevel.REPEATABLE_READ
    try:
        with transaction.atomic():
            yield
    finally:
        if not raw.closed:
            raw.isolation_level = former


def keep(archive: Archive, *, by: Actor, at: datetime) -> None:
    """Make `archive`, put it into storage for its time, and write down that it was made."""
    wanted = Wanted(archive.provider, archive.client, archive.with_internal)
    Archive.objects.filter(pk=archive.pk).update(all_tables=len(tables.of(wanted)), done_tables=0)
    with tempfile.NamedTemporaryFile(suffix=".zip") as made:
        with told_of(archive, "done_tables") as tell:
            write(made, wanted, by=by, at=at, tell=tell)
        made.seek(0)
        digest = hashlib.file_digest(made, "sha256").hexdigest()
        size = made.seek(0, os.SEEK_END)
        made.seek(0)
        place = default_storage.save(
            f"{archive.provider_id}/archives/{secrets.token_hex(16)}.zip", File(made)
        )
    with transaction.atomic():
        kept = Archive.objects.filter(pk=archive.pk, state=ArchiveState.WAITING).update(
            state=ArchiveState.READY,
            place=place,
            name=name_of(wanted, at),
            size=size,
            sha256=digest,
            made_at=at,
            expires_at=at + ARCHIVE_KEPT,
        )
        if kept:
            data = {"sha256": digest, "size": size}
            journal.write(by=by, at=at, code="transfer.archive_made", about=archive, data=data)
    if not kept:  # another run of the job was quicker
        default_storage.delete(place)


def name_of(wanted: Wanted, at: datetime) -> str:
    """What the file is called where it is saved."""
    whose = wanted.provider.slug + (f"-client-{wanted.client.number}" if wanted.client else "")
    return f"clausier-{whose}-{at.astimezone(PARIS):%Y-%m-%d}.zip"


def write_to(path: Path, wanted: Wanted, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Make an archive at `path`, which must not exist; returns its manifest. Raises FileExistsError."""
    with path.open("xb") as made:
        try:
            manifest = write(made, wanted, by=by, at=at, tell=lambda count: None)
        except BaseException:
            path.unlink()
            raise
    journal.write(
        by=by,
        at=at,
        code="transfer.archive_made",
        about=wanted.client or wanted.provider,
        client_id=wanted.client.pk if wanted.client else None,
        data={"by": "command line"},
    )
    return manifest


def write(made: Any, wanted: Wanted, *, by: Actor, at: datetime, tell: Tell) -> dict[str, Any]:
    """Write an archive into the open file `made`; returns its manifest. The journal is sealed first.

    A file whose bytes are missing or damaged is named in the manifest, and is no reason to have nothing.
    """
    journal.seal(wanted.provider.pk, batch=10_000_000)
    scope = isolation.Scope(provider=wanted.provider.pk, client=wanted.client.pk if wanted.client else None)
    with isolation.confined(scope), snapshot(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        writer = Writer(packed)
        writer.add("README.txt", README.encode())
        chosen = tables.of(wanted)
        counts: dict[str, int] = {}
        for number, table in enumerate(chosen, start=1):
            counts[table.name] = _write_table(writer, table)
            tell(number)
        missing = _write_files(writer, wanted)
        entries = _write_journal(writer, wanted) if wanted.client is None or wanted.with_internal else None
        manifest = _manifest(writer, wanted, chosen, counts, missing, entries, by=by, at=at)
        writer.add("manifest.json", _dumped(manifest, indent=1))
    return manifest


def _write_table(writer: Writer, table: Exported) -> int:
    """A table as CSV and as JSON; how many rows."""
    count = 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as exact:
        with writer.member(f"tables/{table.name}.csv") as out:
            out.write("\ufeff".encode())
            out.write(_csv_line(table.columns))
            for row in table.rows():
                out.write(_csv_line([_in_csv(value) for value in row.values()]))
                exact.write(b",\n" if count else b"[\n")
                exact.write(_dumped(row))
                count += 1
        exact.write(b"\n]\n" if count else b"[]\n")
        exact.seek(0)
        with writer.member(f"tables/{table.name}.json") as out:
            shutil.copyfileobj(exact, out)
    return count


def _csv_line(cells: list[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=";").writerow(cells)
    return line.getvalue().encode()


def _in_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return sheets.safe(_dumped(value).decode())
    return sheets.safe(str(value))


def _dumped(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str).encode()


def _write_files(writer: Writer, wanted: Wanted) -> list[str]:
    """The files of the rows that went out, once each; the digests of those that cannot be read."""
    missing: list[str] = []
    stored = next(table for table in tables.of(wanted) if table.model is tables.StoredFile)
    for digest in sorted({row["sha256"] for row in stored.rows()}):
        try:
            content = files.read(tables.StoredFile(provider_id=wanted.provider.pk, sha256=digest))
        except (FileNotFoundError, files.DamagedFile):
            missing.append(digest)
            continue
        writer.add(f"files/{digest}", content)
    return missing


def _write_journal(writer: Writer, wanted: Wanted) -> int:
    """One line an act, with what was hashed and its hash; how many."""
    found = JournalEntry.objects.filter(provider=wanted.provider)
    if wanted.client:
        found = found.filter(client_id=wanted.client.pk)
    count = 0
    with writer.member("journal/journal.jsonl") as out:
        for entry in found.select_related("seal").order_by("seal__position", "pk").iterator(chunk_size=2000):
            seal = getattr(entry, "seal", None)
            line = {
                "position": seal.position if seal else None,
                "previous": seal.previous if seal else None,
                "canonical": journal.canonical(entry).decode(),
                "hash": seal.hash if seal else None,
            }
            out.write(_dumped(line) + b"\n")
            count += 1
    return count


def _manifest(
    writer: Writer,
    wanted: Wanted,
    chosen: list[Exported],
    counts: dict[str, int],
    missing: list[str],
    entries: int | None,
    *,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    provider, client = wanted.provider, wanted.client
    return {
        "format": FORMAT,
        "program": f"clausier {__version__}",
        "made_at": at.astimezone(PARIS).isoformat(),
        "made_by": by.name,
        "provider": {
            "id": provider.pk,
            "slug": provider.slug,
            "name": provider.name,
            "siren": provider.siren,
        },
        "client": {"id": client.pk, "number": client.number, "name": client.name} if client else None,
        "with_internal": wanted.with_internal,
        "tables": {
            table.name: {"about": table.about, "rows": counts[table.name], "columns": table.described()}
            for table in chosen
        },
        "journal": {"entries": entries},
        "missing_files": missing,
        "left_out": {model._meta.db_table: why for model, why in tables.LEFT_OUT.items()},
        "members": dict(sorted(writer.members.items())),
    }
