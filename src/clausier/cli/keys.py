"""`clausier keys`: the keys of what is encrypted at rest, by name, never by value."""

from __future__ import annotations

import argparse

from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=["list", "add", "rotate"],
        help="list\u00a0: les clés et ce qu’elles tiennent\u202f; add\u00a0: une clé neuve scelle désormais"
        "\u202f; rotate\u00a0: une clé neuve, et tout est rescellé avec elle",
    )


def run(args: argparse.Namespace) -> int:
    """0: done; 1: a key is missing or cannot be written."""
    with installation.ready():
        from clausier.foundation.secrets import SecretsError

        try:
            return {"list": show, "add": add, "rotate": rotate}[args.act]()
        except (SecretsError, OSError) as problem:
            installation.complain(Words(f"Clés\u00a0: {problem}", f"Keys: {problem}"))
            return 1


def show() -> int:
    """One line a key: its name, how many secrets need it, whether it seals."""
    from clausier.foundation import resealing, secrets

    ring, needed = secrets.keyring(), resealing.count()
    for name in ring.keys:
        seals = name == ring.current
        installation.say(
            Words(
                f"{name}\t{needed[name]} secret(s)" + ("\tscelle" if seals else ""),
                f"{name}\t{needed[name]} secret(s)" + ("\tseals" if seals else ""),
            )
        )
    lost = sorted(set(needed) - set(ring.keys))
    for name in lost:
        installation.complain(
            Words(
                f"{name}\u00a0: {needed[name]} secret(s), et la clé n’est pas là",
                f"{name}: {needed[name]} secret(s), and the key is not here",
            )
        )
    return 1 if lost else 0


def add() -> int:
    """A new key, which seals from now on; the others open what they sealed."""
    from clausier.foundation import secrets

    name = secrets.add_key()
    installation.say(Words(f"{name} scelle désormais.", f"{name} seals from now on."))
    return 0


def rotate() -> int:
    """A new key where the keys are in our file, then everything sealed again with the current one."""
    from django.conf import settings

    from clausier.foundation import resealing, secrets

    if not settings.DATA_KEYS:
        add()
    changed, ring = resealing.reseal(), secrets.keyring()
    former = ", ".join(name for name in ring.keys if name != ring.current) or "–"
    installation.say(
        Words(
            f"{changed} secret(s) rescellé(s) avec {ring.current}. Ne tiennent plus rien\u00a0: {former}.",
            f"{changed} secret(s) sealed again with {ring.current}. Holding nothing any more: {former}.",
        )
    )
    return 0
