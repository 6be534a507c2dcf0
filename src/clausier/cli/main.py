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
    on_installation: bool = True  # reads the settings of the data directory


COMMANDS: dict[str, Command] = {
    "backup": Command("clausier.cli.backup", "sauvegarder base et fichiers en un seul fichier"),
    "book": Command("clausier.cli.book", "lire et contrôler les livres de conditions générales", False),
    "demo": Command("clausier.cli.demo", "servir une démonstration, données comprises", False),
    "doctor": Command("clausier.cli.doctor", "examiner l’installation : ce qui va, ce qui ne va pas"),
    "export": Command("clausier.cli.export", "emporter les données d’un prestataire, ou d’un client"),
    "init": Command("clausier.cli.init", "fonder une installation : réglages, prestataire, services", False),
    "journal": Command("clausier.cli.journal", "vérifier la chaîne du journal"),
    "keys": Command("clausier.cli.keys", "clés du chiffrement\u00a0: voir, ajouter, remplacer"),
    "mail": Command(
        "clausier.cli.mail", "prendre des messages bruts à la main, et dire ce qu’ils deviennent"
    ),
    "migrate": Command("clausier.cli.migrate", "mettre la base à niveau"),
    "post": Command(
        "clausier.cli.post", "recevoir le courrier\u00a0: LMTP, SMTP, et l’attente des boîtes IMAP"
    ),
    "replay": Command("clausier.cli.replay", "rejouer un livre sur les faits d’une période : et si ?"),
    "restore": Command("clausier.cli.restore", "remettre une sauvegarde dans une installation vide"),
    "rule": Command("clausier.cli.rule", "poser une question aux conditions générales", False),
    "search": Command("clausier.cli.search", "refaire ce que la recherche trouve"),
    "second-factor": Command("clausier.cli.second_factor", "effacer le second facteur que quelqu’un a perdu"),
    "serve": Command("clausier.cli.serve", "servir : base privée, web et tâches de fond"),
    "settings": Command("clausier.cli.settings", "tous les réglages, leur type et leur valeur"),
    "token": Command("clausier.cli.token", "créer, lister et révoquer les jetons de l’API"),
    "upgrade": Command("clausier.cli.upgrade", "mettre à niveau, sauvegarde d’abord"),
    "verify": Command("clausier.cli.verify", "vérifier un document scellé, sur n’importe quel poste", False),
    "worker": Command("clausier.cli.worker", "mener les tâches de fond"),
}


def top_parser() -> argparse.ArgumentParser:
    """The parser that knows the names and the help of the sub-commands, and imports none of them."""
    parser = argparse.ArgumentParser(
        prog="clausier", description="Les conditions générales s’exécutent, et chaque chiffre dit pourquoi."
    )
    subcommands = parser.add_subparsers(dest="command", metavar="COMMANDE", required=True)
    for name, command in COMMANDS.items():
        subcommands.add_parser(name, help=command.help, add_help=False)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    is_asked = any(word in ("-h", "--help") for word in words)
    name = _in_terminals_language(top_parser(), is_asked).parse_args(words[:1]).command
    module = import_module(COMMANDS[name].module)
    parser = argparse.ArgumentParser(prog=f"clausier {name}", description=COMMANDS[name].help)
    parser.set_defaults(command=name)
    module.add_arguments(parser)
    _in_terminals_language(parser, is_asked)
    # Facts may follow options where the module says so; argparse forbids it beside sub-commands of its own.
    parse = parser.parse_intermixed_args if getattr(module, "INTERMIXED", False) else parser.parse_args
    args = parse(words[1:])
    if COMMANDS[name].on_installation and not settled():
        return 1
    try:
        status: int = module.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`head`, a pager) left: keep the interpreter from complaining again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _in_terminals_language(parser: argparse.ArgumentParser, is_asked: bool) -> argparse.ArgumentParser:
    """The parser; its help, where that is asked for, in English on a terminal that speaks no French."""
    if is_asked:
        from clausier.cli import helping, speech

        if speech.language() == "en":
            helping.put_into_english(parser)
    return parser


def settled() -> bool:
    """Lay the installation's settings out; False, and said, when one is not known or not understood."""
    from clausier import options
    from clausier.cli import speech

    try:
        options.settle()
    except options.SettingRefused as refused:
        speech.complain(refused.says)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
