"""`clausier journal verify`: read every chain of the journal from its origin."""

from __future__ import annotations

import argparse
import json
import sys

from clausier.cli import installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act", choices=["verify", "seal"], help="verify : relire les chaînes ; seal : sceller maintenant"
    )
    parser.add_argument("--json", action="store_true", help="réponse en JSON")


def run(args: argparse.Namespace) -> int:
    """0: every chain holds; 1: a break was found."""
    with installation.ready():
        return answer(args)


def answer(args: argparse.Namespace) -> int:
    """What `run` does, once the database is up."""
    from clausier.foundation import journal

    if args.act == "seal":
        print(f"{journal.seal_all()} écriture(s) scellée(s)")
        return 0
    verdict = journal.verify()
    if args.json:
        json.dump(
            {
                "chains": verdict.chains,
                "entries": verdict.entries,
                "unsealed": verdict.unsealed,
                "breaks": [
                    {
                        "provider": found.provider_id,
                        "position": found.position,
                        "entry": found.entry_id,
                        "says": found.says,
                    }
                    for found in verdict.breaks
                ],
            },
            sys.stdout,
        )
        print()
        return 1 if verdict.breaks else 0
    print(
        f"{verdict.chains} chaîne(s), {verdict.entries} écriture(s) relue(s), "
        f"{verdict.unsealed} en attente de sceau."
    )
    for found in verdict.breaks:
        print(f"RUPTURE : prestataire {found.provider_id}, position {found.position}, {found.says}")
    if not verdict.breaks:
        print("Le journal tient.")
    return 1 if verdict.breaks else 0
