"""`clausier upgrade`: from an older database to this program, backup first, with a way back."""

from __future__ import annotations

import argparse

from clausier import cluster
from clausier.cli import installation, migrate
from clausier.terms.outcome import Words

FAILED = 3  # the units do not start again what ends so


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="dire ce qui serait fait, et le répéter sur une copie de la base privée",
    )
    parser.add_argument("--static", action="store_true", help="rassembler aussi les fichiers statiques")


def run(args: argparse.Namespace) -> int:
    """0: up to date now, or the rehearsal went well; 1: refused, or the rehearsal failed.

    3: a migration failed and the data is as it was; trying again by itself would help nobody.
    """
    with installation.care_errors_in_words(), installation.ready("owner"):
        from clausier.care import upgrade

        waiting = upgrade.waiting()
        if args.dry_run:
            return dry_run(waiting)
        if args.static:
            migrate.collect_static()
        if not waiting or upgrade.is_first():
            migrate.migrate()  # settles the rights in any case
            return tell_nothing() if not waiting and not args.static else 0
        return upgrade_now(len(waiting))


def tell_nothing() -> int:
    installation.say(Words("La base est déjà à jour.", "The database is up to date already."))
    return 0


def dry_run(waiting: list[str]) -> int:
    """The plan, and on the private cluster its rehearsal on a copy."""
    from clausier.care import upgrade

    for name in waiting:
        installation.say(Words(f"à appliquer\u00a0: {name}", f"to apply: {name}"))
    if not waiting:
        return tell_nothing()
    if cluster.managed():
        installation.say(
            Words(
                "Pas de répétition sur une base gérée ailleurs\u00a0: faites-la sur une copie, "
                "avec DATABASE_URL et DATABASE_OWNER_URL.",
                "No rehearsal on a managed database: do it on a copy, with DATABASE_URL and "
                "DATABASE_OWNER_URL.",
            )
        )
        return 0
    if upgrade.is_first():
        return 0
    rehearsed = upgrade.rehearse()
    if not rehearsed.well:
        installation.complain(
            Words(
                f"La répétition sur une copie a échoué\u00a0:\n{rehearsed.said}",
                f"The rehearsal on a copy failed:\n{rehearsed.said}",
            )
        )
        return 1
    seconds = f"{rehearsed.seconds:.0f}"
    installation.say(
        Words(
            f"La répétition sur une copie a réussi en {seconds}\u00a0s. Rien n’a été changé.",
            f"The rehearsal on a copy went well, in {seconds} s. Nothing was changed.",
        )
    )
    return 0


def upgrade_now(count: int) -> int:
    """Backup, migrations, and how to go back."""
    from clausier.care import upgrade
    from clausier.foundation import clock

    try:
        made = upgrade.upgrade(migrate.migrate, now=clock.now())
    except upgrade.UpgradeFailed as problem:
        installation.complain(problem.says)
        return FAILED
    installation.say(
        Words(
            f"{count} migration(s) appliquée(s). Pour revenir\u00a0: arrêtez tout, reprenez l’ancien "
            f"programme, puis clausier restore --replace {made.path}",
            f"{count} migration(s) applied. The way back: stop everything, take the former program again, "
            f"then clausier restore --replace {made.path}",
        )
    )
    return 0
