"""From an older database to this program: what waits, a rehearsal, a backup first, and the way back."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg.conninfo import make_conninfo

from clausier import cluster, supervise
from clausier.care import archive, dumps, safekeeping
from clausier.care.dumps import Database
from clausier.care.errors import CareError
from clausier.care.safekeeping import Made
from clausier.foundation import journal
from clausier.terms.outcome import Words

REASON = "before-upgrade"


class UpgradeFailed(CareError):
    """A migration did not apply; the database is again as it was."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal on a copy: whether it went well, how long it took, what it said when it did not."""

    well: bool
    seconds: float
    said: str


def waiting() -> list[str]:
    """The migrations still to be applied, in their order, as "app.name"."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def is_first() -> bool:
    """Whether the database is still empty: nothing to save, nothing to go back to."""
    return dumps.is_empty(Database.as_owner())


def rehearse() -> Rehearsed:
    """Copy the private database, upgrade the copy by the program's own command, and drop it."""
    begun = time.monotonic()
    copy = dumps.make_rehearsal()
    try:
        with tempfile.TemporaryDirectory(dir=cluster.home(), prefix=".rehearsal-") as scratch:
            dumped = Path(scratch) / archive.DUMP
            dumps.dump(Database.as_reader_of_all(), dumped)
            dumps.load(copy, dumped)
        as_app = make_conninfo(copy.address, user=cluster.APP)
        done = subprocess.run(  # noqa: S603 - our own command
            supervise.clausier("migrate"),
            env={**os.environ, "DATABASE_OWNER_URL": copy.address, "DATABASE_URL": as_app},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        dumps.end_rehearsal()
    return Rehearsed(done.returncode == 0, time.monotonic() - begun, done.stderr.strip()[-2000:])


def upgrade(migrate: Callable[[], None], *, now: datetime) -> Made:
    """Back up, then `migrate`; should that fail, put the data back as it was.

    Returns the backup: the way back. Raises UpgradeFailed, InUse, or another CareError before any change.
    """
    dumps.must_be_alone(Database.as_owner(), cluster.app_role())
    before = safekeeping.applied_migrations()
    made = safekeeping.make(now=now, reason=REASON)
    try:
        migrate()
    except Exception as problem:
        _go_back(made)
        raise UpgradeFailed(
            Words(
                f"La mise à niveau a échoué ({problem})\u202f; la base est de nouveau comme avant. "
                "Reprenez l’ancien programme.",
                f"The upgrade failed ({problem}); the database is again as it was. "
                "Take the former program again.",
            )
        ) from problem
    applied = sorted(set(safekeeping.applied_migrations()) - set(before))
    journal.write_for_installation(
        code="care.upgraded", at=now, label=made.manifest.version, data={"migrations": applied}
    )
    safekeeping.note_made(made, at=now)
    return made


def _go_back(made: Made) -> None:
    connection.close()
    database = Database.as_owner()
    with tempfile.TemporaryDirectory(dir=cluster.home(), prefix=".restore-") as scratch:
        dumped = Path(scratch) / archive.DUMP
        archive.extract_dump(made.path, dumped)
        dumps.empty(database)
        dumps.load(database, dumped)
