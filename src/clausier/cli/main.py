"""The `clausier` command: a table of sub-commands, each imported only when it is asked for.

`clausier rule` must answer in a fraction of a second, so nothing here imports Django. Each module of the
table offers `add_arguments(parser)` and `run(args) -> int` (the exit status).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple


class Command(NamedTuple):
    """A sub-command: the module that does it, and one line of help."""

    module: str
    help: str


COMMANDS: dict[str, Command] = {
    "book": Command("clausier.cli.book", "lire et contrôler les livres de conditions générales"),
    "demo": Command("clausier.cli.demo", "servir une démonstration, données comprises"),
    "journal": Command("clausier.cli.journal", "vérifier la chaîne du journal"),
    "migrate": Command("clausier.cli.migrate", "mettre la base à niveau"),
    "rule": Command("clausier.cli.rule", "poser une question aux conditions générales"),
    "serve": Command("clausier.cli.serve", "servir : base privée, web et tâches de fond"),
    "worker": Command("clausier.cli.worker", "mener les tâches de fond"),
}


def build_parser(asked: str | None) -> argparse.ArgumentParser:
    """The parser, with the arguments of the sub-command `asked` only: the others stay unimported."""
    parser = argparse.ArgumentParser(
        prog="clausier", description="Les conditions générales s’exécutent, et chaque chiffre dit pourquoi."
    )
    subcommands = parser.add_subparsers(dest="command", metavar="COMMANDE", required=True)
    for name, command in COMMANDS.items():
        subparser = subcommands.add_parser(name, help=command.help, description=command.help)
        if name == asked:
            import_module(command.module).add_arguments(subparser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    asked = next((word for word in words if not word.startswith("-")), None)
    args = build_parser(asked).parse_args(words)
    try:
        status: int = import_module(COMMANDS[args.command].module).run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`head`, a pager) left: keep the interpreter from complaining again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
