"""`clausier demo`: a demonstration installation, loaded once, then served on this machine."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from clausier import cluster
from clausier.cli import installation
from clausier.cli.serve import serve
from clausier.cli.speech import told
from clausier.cluster import Cluster
from clausier.demo import sign_ins
from clausier.supervise import Plan
from clausier.terms.outcome import Words

MADE_HERE = (
    "database",
    "database.new",
    "socket",
    "programs",
    "log",
    "run",
    "files",
    "static",
    "secrets",
    "keys",
)


PORT_HELP = Words(
    "port d’écoute (8000 par défaut, sinon le prochain libre)",
    "port to listen on (8000 by default, else the next free one)",
)
HELP = {
    "--fresh": Words("effacer la démonstration et la recharger", "erase the demonstration and load it again"),
    "--large": Words(
        "avec un client de plusieurs milliers de tickets\u202f; le chargement dure bien plus longtemps",
        "with a client of several thousand tickets; loading takes much longer",
    ),
    "--load-only": Words("charger les données sans servir", "load the data without serving"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = told(
        Words("servir une démonstration, données comprises", "serve a demonstration, data included")
    )
    for option, words in HELP.items():
        parser.add_argument(option, action="store_true", help=told(words))
    parser.add_argument("--port", type=int, help=told(PORT_HELP))


def run(args: argparse.Namespace) -> int:
    """0: stopped as asked; 1: it could not begin."""
    os.environ.setdefault("CLAUSIER_HOME", str(default_home()))
    if cluster.managed():
        installation.complain(
            Words(
                "La démonstration tourne sur sa propre base\u202f; retirez DATABASE_URL de l’environnement.",
                "The demonstration runs on a database of its own; remove DATABASE_URL from the environment.",
            )
        )
        return 1
    os.environ.setdefault("CLAUSIER_BACKUP_DAILY", "0")  # nothing to lose
    if args.fresh:
        with installation.database_errors_in_words():
            erase()
    if args.load_only:
        return load(large=args.large)
    plan = Plan(
        port=args.port or 8000,
        any_port=args.port is None,
        steps=(("migrate", "--static"), ("demo", "--load-only", *(["--large"] if args.large else []))),
        logs=cluster.home() / "log",
    )
    return serve(plan, announce=announce)


def default_home() -> Path:
    """`var` of the checkout we run from; elsewhere a directory beside the real installation's."""
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    return Path("~/.local/share/clausier-demo").expanduser()


def erase() -> None:
    """Remove the demonstration's data; raises AlreadyRunning while it is served."""
    held = Cluster.of_home()
    with held.held():
        for base in {held.data_directory, held.place.base}:
            for name in MADE_HERE:
                shutil.rmtree(base / name, ignore_errors=True)
        shutil.rmtree(held.place.socket, ignore_errors=True)


def load(*, large: bool) -> int:
    """Load the demonstration's data into an installation that has none."""
    with installation.ready("app"):
        from clausier.demo.load import load_once
        from clausier.foundation import clock

        installation.say(
            Words(
                "Données de démonstration\u00a0: une année de travail, la première fois seulement…",
                "Demonstration data: a year of work, the first time only…",
            )
        )
        load_once(at=clock.now(), large=large)
    return 0


def announce(port: int) -> None:
    """Print the address and who may sign in."""
    installation.say(
        Words(
            f"\nClausier est ouvert\u00a0: http://localhost:{port}/\n",
            f"\nClausier is open: http://localhost:{port}/\n",
        )
    )
    for line in sign_ins.SIGN_INS:
        installation.say(line)
    installation.say(Words("Ctrl-C pour arrêter.", "Ctrl-C stops it."))
