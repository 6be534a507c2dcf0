"""`clausier restore FILE`: a backup into an empty installation, checked before and after."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausier import cluster
from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FICHIER", help="une sauvegarde de «\u00a0clausier backup\u00a0»"
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="remplacer ce que la base contient (services arrêtés)\u202f; rien n’est fusionné",
    )


def run(args: argparse.Namespace) -> int:
    """0: restored and proven whole; 1: refused, or something does not hold."""
    if args.replace:
        must_be_stopped()
    with installation.care_errors_in_words(), installation.ready("owner"):
        from clausier.care import safekeeping
        from clausier.cli import migrate
        from clausier.foundation import clock

        path = args.file.resolve()
        manifest = safekeeping.restore(path, replace=args.replace)
        migrate.migrate()  # a backup of an older program is brought to this one; the rights are settled
        proof = safekeeping.prove(manifest)
        safekeeping.note_restored(path, manifest, at=clock.now())
        lost = sorted(set(manifest.secrets) - set(safekeeping.secret_names()))
    installation.say(
        Words(
            f"Restauré et relu\u00a0: {proof.entries} écriture(s) de journal, {proof.files} fichier(s), "
            f"tels qu’au {manifest.made_at}.",
            f"Restored and read again: {proof.entries} journal entries, {proof.files} file(s), "
            f"as they stood at {manifest.made_at}.",
        )
    )
    if lost:
        names = ", ".join(lost)
        installation.complain(
            Words(
                f"Remettez aussi dans secrets/\u00a0: {names}. Sans la clé qui les a chiffrées, "
                "des données restent illisibles.",
                f"Put back into secrets/ as well: {names}. Without the key that encrypted it, "
                "data stays unreadable.",
            )
        )
    for fault in proof.faults:
        installation.complain(Words(f"Ne tient pas\u00a0: {fault}", f"Does not hold: {fault}"))
    return 1 if proof.faults else 0


def must_be_stopped() -> None:
    """Refuse while `clausier serve` holds the private database, connected at this moment or not."""
    with installation.database_errors_in_words():
        if not cluster.managed():
            with cluster.Cluster.of_home().held():
                pass
