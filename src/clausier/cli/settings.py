"""`clausier settings`: every setting with its type, its default and its present value."""

from __future__ import annotations

import argparse
import json
import os

from clausier import options
from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--markdown", action="store_true", help="la table de docs/settings.md, en anglais")
    parser.add_argument("--json", action="store_true", help="réponse en JSON")


def run(args: argparse.Namespace) -> int:
    """0, always: what is not understood was refused before."""
    if args.markdown:
        print(options.table("en"), end="")
        return 0
    language = installation.language()
    shown = {option.name: present(option) for option in options.OPTIONS.values()}
    if args.json:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return 0
    for group in options.GROUPS:
        print(f"\n{group.title.to(language)}")
        for option in group.options:
            print(f"  {option.name} = {shown[option.name]}")
            print(f"      {option.says.to(language)}")
    return 0


def present(option: options.Option) -> str:
    """The value in force, as text; of a secret only that it is set."""
    given = os.environ.get(option.name)
    if option.secret:
        return Words("(renseigné)", "(set)").to(installation.language()) if given else ""
    return given or option.default
