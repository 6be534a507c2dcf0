"""`clausier backup`: one file with the database and the stored files, made, listed or checked."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, metavar="FICHIER", help="écrire ici plutôt que dans le répertoire"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="les sauvegardes présentes")
    what.add_argument("--verify", type=Path, metavar="FICHIER", help="relire une sauvegarde, octet par octet")
    what.add_argument("--prune", action="store_true", help="appliquer la règle de conservation")
    what.add_argument(
        "--if-due", action="store_true", help="celle du jour si son heure est venue, puis la règle"
    )
    parser.add_argument("--json", action="store_true", help="réponse en JSON")


def run(args: argparse.Namespace) -> int:
    """0: done; 1: it could not be done, or a stored file is missing from the backup."""
    with installation.care_errors_in_words():
        if args.list:
            return show_list(args)
        if args.verify:
            return verify(args)
        if args.prune:
            return prune(args)
        return make(args)


def show_list(args: argparse.Namespace) -> int:
    """Each backup on the shelf, newest last."""
    from clausier.care import shelf

    there = shelf.kept(shelf.directory())
    if args.json:
        facts = [
            {
                "file": str(one.path),
                "made_at": one.made_at.isoformat(),
                "reason": one.reason,
                "bytes": one.size,
            }
            for one in there
        ]
        print(json.dumps(facts, indent=2))
        return 0
    for one in there:
        print(f"{one.path}  {installation.size(one.size).to(installation.language())}")
    return 0


def verify(args: argparse.Namespace) -> int:
    """Read a backup again; needs neither database nor Django."""
    from clausier.care import archive

    manifest = archive.verify(args.verify)
    if args.json:
        print(json.dumps(manifest.as_json(), ensure_ascii=False, indent=2))
        return 1 if manifest.missing else 0
    installation.say(
        Words(
            f"Entière\u00a0: {len(manifest.members)} élément(s), faite le {manifest.made_at} "
            f"par Clausier {manifest.version}.",
            f"Whole: {len(manifest.members)} member(s), made at {manifest.made_at} "
            f"by Clausier {manifest.version}.",
        )
    )
    return tell_missing(manifest.missing)


def prune(args: argparse.Namespace) -> int:
    """Keep by the rule of the settings."""
    from clausier.care import shelf

    gone = shelf.prune(shelf.directory(), shelf.Rule.of_settings())
    for one in gone:
        installation.say(Words(f"Retirée\u00a0: {one.path}", f"Removed: {one.path}"))
    return 0


def make(args: argparse.Namespace) -> int:
    """Make one now, or the day's if it is due."""
    with installation.ready("owner"):
        from clausier.care import safekeeping
        from clausier.foundation import clock

        now = clock.now()
        if args.if_due:
            made = safekeeping.make_if_due(now=now)
        else:
            made = safekeeping.make(now=now, target=args.out and args.out.resolve())
            safekeeping.note_made(made, at=now)
    if made is None:
        return 0
    if args.json:
        print(
            json.dumps({"file": str(made.path), "bytes": made.size, "missing": list(made.manifest.missing)})
        )
        return 1 if made.manifest.missing else 0
    size = installation.size(made.size)
    installation.say(
        Words(
            f"Sauvegarde faite et relue\u00a0: {made.path} ({size.fr}). "
            "Elle ne contient aucun secret\u00a0: gardez secrets/ à part.",
            f"Backup made and read back: {made.path} ({size.en}). "
            "It holds no secret: keep secrets/ apart from it.",
        )
    )
    return tell_missing(made.manifest.missing)


def tell_missing(missing: tuple[str, ...]) -> int:
    """Name the stored files that a backup lacks; 1 when there are some."""
    for place in missing:
        installation.complain(
            Words(
                f"Absent ou altéré dans files/\u00a0: {place}",
                f"Missing from files/ or altered: {place}",
            )
        )
    return 1 if missing else 0
