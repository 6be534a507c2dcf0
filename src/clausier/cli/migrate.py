"""`clausier migrate`: bring the database to this version of the program, as its owner."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from clausier import cluster
from clausier.cli import installation
from clausier.terms.outcome import Words

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

LOCK = 7_210_002  # of PostgreSQL's advisory locks: two machines never migrate at once
PATIENCE = 600.0  # seconds that one waits for another


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--static", action="store_true", help="rassembler aussi les fichiers statiques")
    parser.add_argument(
        "--check",
        action="store_true",
        help="ne rien changer\u202f; sortir en 1 s’il reste des migrations à appliquer",
    )


def run(args: argparse.Namespace) -> int:
    """0: the database is up to date; 1: it is not, with `--check`, or others held it."""
    with installation.ready("app" if args.check else "owner"):
        from clausier.laying import Held

        if args.static:
            collect_static()
        if args.check:
            return check()
        try:
            migrate()
        except Held as problem:
            installation.complain(problem.says)
            return 1
    return 0


def migrate() -> None:
    """Apply the migrations and settle the rights of the program's role. Raises laying.Held."""
    from django.core.management import call_command
    from django.db import connection

    from clausier import grants, laying

    with laying.alone(connection, LOCK, within=PATIENCE, waiting=tell_of_another):
        apply(connection)
        call_command("createcachetable", verbosity=0)
        app = cluster.app_role()
        if connection.settings_dict["USER"] == app:
            installation.complain(
                Words(
                    "Attention\u00a0: le programme se connecte comme propriétaire de la base\u202f; "
                    "renseignez DATABASE_OWNER_URL pour séparer les deux rôles.",
                    "Warning: the program connects as the owner of the database; "
                    "set DATABASE_OWNER_URL to keep the two roles apart.",
                )
            )
        grants.settle(connection, app)


def apply(connection: BaseDatabaseWrapper) -> None:
    """Apply the migrations that wait, each in a transaction of its own; raises laying.Held.

    One that meets a table which a program at work holds gives up soon and is tried again: the program never
    stands in a ring with it, and nobody queues behind it for long.
    """
    from django.core.management import call_command
    from django.db import OperationalError

    from clausier import laying
    from clausier.foundation import isolation

    for tried in range(1, laying.TRIES + 1):
        with connection.cursor() as cursor:
            cursor.execute(f"set lock_timeout = '{laying.FEW_SECONDS}'")
        try:
            with isolation.everything("a migration may move the rows of every provider"):
                call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as problem:
            if not laying.is_locked(problem):
                raise
            if tried == laying.TRIES:
                raise laying.Held(laying.held_by(connection, "")) from problem
            time.sleep(laying.PAUSE)
            continue
        with connection.cursor() as cursor:
            cursor.execute("reset lock_timeout")
        return


def tell_of_another() -> None:
    installation.complain(
        Words(
            "Une autre migration est en cours sur cette base\u00a0: j’attends sa fin.",
            "Another migration is running on this database: waiting for its end.",
        )
    )


def check() -> int:
    """1 when migrations are waiting or the key changed, said in a line."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from clausier import fences

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        installation.complain(
            Words(
                f"{len(waiting)} migration(s) à appliquer\u00a0: lancez «\u00a0clausier migrate\u00a0».",
                f"{len(waiting)} migration(s) to apply: run “clausier migrate”.",
            )
        )
        return 1
    if not fences.opened_by_our_key():
        installation.complain(
            Words(
                "La base ne reconnaît pas la clé de cette installation\u00a0: "
                "lancez «\u00a0clausier migrate\u00a0».",
                "The database does not know this installation’s key: run “clausier migrate”.",
            )
        )
        return 1
    return 0


def collect_static() -> None:
    """Gather stylesheets, scripts and fonts where the web server serves them from."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
