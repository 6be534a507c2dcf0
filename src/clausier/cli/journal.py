"""`clausier journal`: read every chain from its origin, hold it against anchors, tell new ones."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausier.cli import installation
from clausier.terms.outcome import Words

if TYPE_CHECKING:
    from clausier.foundation.anchors import Anchor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=["verify", "seal", "anchor"],
        help="verify\u00a0: relire les chaînes\u202f; seal\u00a0: sceller maintenant\u202f; "
        "anchor\u00a0: sceller, et dire où finit chaque chaîne",
    )
    parser.add_argument(
        "--anchor",
        action="append",
        default=[],
        metavar="FICHIER|EMPREINTE",
        help="avec verify\u00a0: que rien n’a été coupé depuis cette ancre (fichier d’ancres, lettre, "
        "journal du programme, sauvegarde, ou empreinte de 64 signes)\u202f; plusieurs fois permis",
    )
    parser.add_argument("--json", action="store_true", help="réponse en JSON")


def run(args: argparse.Namespace) -> int:
    """0: every chain holds and every anchor stands; 1: a break was found, or an end is gone."""
    if args.anchor and args.act != "verify":
        installation.complain(Words("--anchor va avec verify.", "--anchor goes with verify."))
        return 2
    with installation.ready(), installation.care_errors_in_words():
        return answer(args)


def answer(args: argparse.Namespace) -> int:
    """What `run` does, once the database is up."""
    from clausier.foundation import anchors, clock, journal

    if args.act == "seal":
        print(f"{journal.seal_all()} écriture(s) scellée(s)")
        return 0
    if args.act == "anchor":
        journal.seal_all()
        at = clock.now()
        for end in anchors.ends():
            print(end.line(at))
        return 0
    given = [anchor for word in args.anchor for anchor in _anchors_in(word)]
    verdict = journal.verify()
    cut = anchors.cut_off(given)
    if args.json:
        json.dump(_as_json(verdict, given, cut), sys.stdout)
        print()
    else:
        _tell(verdict, given, cut)
    return 1 if verdict.breaks or cut else 0


def _as_json(verdict: Any, given: list[Anchor], cut: list[Anchor]) -> dict[str, Any]:
    return {
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
        "anchors": len(given),
        "cut": [{"chain": one.chain, "position": one.position, "hash": one.hash} for one in cut],
    }


def _tell(verdict: Any, given: list[Anchor], cut: list[Anchor]) -> None:
    print(
        f"{verdict.chains} chaîne(s), {verdict.entries} écriture(s) relue(s), "
        f"{verdict.unsealed} en attente de sceau."
    )
    for found in verdict.breaks:
        print(f"RUPTURE\u00a0: prestataire {found.provider_id}, position {found.position}, {found.says}")
    for one in cut:
        where = "" if one.chain is None else f"prestataire {one.chain or None}, position {one.position}, "
        print(f"COUPURE\u00a0: {where}le sceau {one.hash[:12]}… n’est plus là")
    if given and not cut:
        print(f"{len(given)} ancre(s) retrouvée(s)\u00a0: rien n’a été coupé jusque-là.")
    if not verdict.breaks and not cut:
        print("Le journal tient.")


def _anchors_in(word: str) -> tuple[Anchor, ...]:
    """The anchors that a word of the command line gives. Raises CareError when it gives none."""
    from clausier.care import archive, safekeeping
    from clausier.care.errors import CareError
    from clausier.foundation import anchors

    if re.fullmatch("[0-9a-f]{64}", word):
        return (anchors.Anchor(None, 0, word),)
    path = Path(word)
    if not path.is_file():
        raise CareError(
            Words(
                f"{word}\u00a0: ni fichier, ni empreinte de 64 signes (0-9, a-f).",
                f"{word}: neither a file nor a hash of 64 signs (0-9, a-f).",
            )
        )
    if path.suffix == ".tar":
        return safekeeping.anchors_of(archive.verify(path))
    found = anchors.read(path.read_text(encoding="utf-8", errors="replace"))
    if not found:
        raise CareError(Words(f"{word} ne contient aucune ancre.", f"{word} holds no anchor."))
    return found
