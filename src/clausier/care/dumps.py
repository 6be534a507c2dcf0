"""pg_dump and pg_restore, on the private cluster or on a managed PostgreSQL."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from clausier import cluster
from clausier.care.errors import AlreadyData, InUse, ProgramFailed
from clausier.postgresql import Programs
from clausier.terms.outcome import Words

REHEARSAL = "clausier_rehearsal"


@dataclass(frozen=True, slots=True)
class Database:
    """One database and the role it is reached as."""

    address: str  # libpq's, without the password
    password: str
    role: str

    @classmethod
    def as_owner(cls, name: str | None = None) -> Database:
        """The installation's database (or another one beside it) as the role that owns the tables."""
        return cls._of(cluster.database_settings("owner"), name)

    @classmethod
    def as_reader_of_all(cls) -> Database:
        """The installation's database as a role that no row is hidden from.

        In the private cluster its superuser; in a managed one the owner, who owns every table.
        """
        found = cluster.database_settings("owner")
        return cls._of(found if cluster.managed() else found | {"USER": cluster.SUPERUSER})

    @classmethod
    def _of(cls, found: Mapping[str, Any], name: str | None = None) -> Database:
        address = make_conninfo(
            dbname=name or found["NAME"],
            user=found["USER"],
            host=found["HOST"] or None,
            port=found["PORT"] or None,
            **found.get("OPTIONS", {}),
        )
        return cls(address, found.get("PASSWORD", ""), found["USER"])

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of its own, each statement on its own."""
        return psycopg.connect(self.address, password=self.password or None, autocommit=True)


def dump(database: Database, path: Path) -> None:
    """Write the database to `path` in pg_dump's custom format. Raises ProgramFailed."""
    _run(
        database,
        "pg_dump",
        "--format=custom",
        "--exclude-table-data=isolation.scope_key",
        "--no-password",
        f"--file={path}",
        database.address,
    )


def load(database: Database, path: Path) -> None:
    """Read a dump into an empty database, all of it or nothing. Raises ProgramFailed."""
    _run(
        database,
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        "--no-password",
        f"--dbname={database.address}",
        str(path),
    )


def is_empty(database: Database) -> bool:
    """Whether the schema `public` holds no table."""
    with database.connect() as connection:
        found = connection.execute(
            "select 1 from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        ).fetchone()
    return found is None


def must_be_empty(database: Database) -> None:
    """Raise AlreadyData when the database holds tables."""
    if not is_empty(database):
        raise AlreadyData(
            Words(
                "La base contient déjà des données\u202f: rien n’est restauré par-dessus. Prenez un "
                "répertoire de données vide (CLAUSIER_HOME) ou une base vide, ou remplacez "
                "tout avec --replace.",
                "The database already holds data: nothing is restored over it. Take an empty data directory "
                "(CLAUSIER_HOME) or an empty database, or replace everything with --replace.",
            )
        )


def must_be_alone(database: Database, app_role: str) -> None:
    """Raise InUse while the program's own processes are connected."""
    with database.connect() as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and usename = %s",
            [app_role],
        ).fetchone()
    if row and row[0] and database.role != app_role:
        raise InUse(
            Words(
                f"{row[0]} connexion(s) du programme sont ouvertes\u00a0: arrêtez d’abord clausier serve et "
                "clausier worker, sur chaque machine.",
                f"{row[0]} connection(s) of the program are open: first stop clausier serve and "
                "clausier worker, on every machine.",
            )
        )


def empty(database: Database) -> None:
    """Drop everything that the role owns in the database."""
    with database.connect() as connection:
        connection.execute("drop owned by current_user cascade")


def make_rehearsal() -> Database:
    """An empty database beside the installation's own, in the private cluster. See `end_rehearsal`."""
    end_rehearsal()
    with cluster.Cluster.of_home().connect() as connection:
        connection.execute(
            sql.SQL("create database {} owner {}").format(
                sql.Identifier(REHEARSAL), sql.Identifier(cluster.OWNER)
            )
        )
    return Database.as_owner(REHEARSAL)


def end_rehearsal() -> None:
    """Drop the rehearsal's database, if there is one."""
    with cluster.Cluster.of_home().connect() as connection:
        connection.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(REHEARSAL))
        )


def _run(database: Database, program: str, *words: str) -> None:
    programs = Programs.for_account(None, cluster.home())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [programs.directory / program, *words],
            env=kept | ({"PGPASSWORD": database.password} if database.password else {}),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as problem:
        raise ProgramFailed(
            Words(
                f"{program} ne démarre pas depuis {programs.directory}\u00a0: {problem.strerror}.",
                f"{program} does not run from {programs.directory}: {problem.strerror}.",
            )
        ) from problem
    if done.returncode:
        said = done.stderr.strip()[-2000:]
        raise ProgramFailed(
            Words(f"{program} n’a pas abouti\u00a0:\n{said}", f"{program} did not succeed:\n{said}")
        )
