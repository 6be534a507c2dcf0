"""`clausier search rebuild`: make what search finds anew, as the database's owner."""

from __future__ import annotations

import argparse

from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=["rebuild"],
        help="rebuild\u00a0: refaire de zéro ce que la recherche trouve\u202f; les actes attendent la fin",
    )


def run(args: argparse.Namespace) -> int:
    """0: every entry was made anew."""
    with installation.ready("owner"):
        from django.db import connection

        from clausier import search_index

        count = search_index.rebuild(connection)
        installation.say(
            Words(f"{count} entrée(s) de recherche refaite(s).", f"{count} search entries made anew.")
        )
    return 0
