"""`clausier migrate`: bring the database to this version of the program, as its owner."""

from __future__ import annotations

import argparse

from clausier import cluster
from clausier.cli import installation
from clausier.terms.outcome import Words

LOCK = 7_210_002  # of PostgreSQL's advisory locks: two machines never migrate at once


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--static", action="store_true", help="rassembler aussi les fichiers statiques")
    parser.add_argument(
        "--check",
        action="store_true",
        help="ne rien changer\u202f; sortir en 1 s’il reste des migrations à appliquer",
    )


def run(args: argparse.Namespace) -> int:
    """0: the database is up to date; 1: it is not, with `--check`."""
    with installation.ready("app" if args.check else "owner"):
        if args.static:
            collect_static()
        if args.check:
            return check()
        migrate()
    return 0


def migrate() -> None:
    """Apply the migrations and settle the rights of the program's role."""
    from django.core.management import call_command
    from django.db import connection

    from clausier import grants
    from clausier.foundation import isolation

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
    with isolation.everything("a migration may move the rows of every provider"):
        call_command("migrate", interactive=False, verbosity=0)
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
    connection.close()  # and with it the lock


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
