"""`clausier export`: everything of a provider, or of one client, in one file read without Clausier."""

from __future__ import annotations

import argparse
from pathlib import Path

from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `clausier export`."""
    parser.add_argument("--provider", required=True, help="le mot du prestataire dans les adresses")
    parser.add_argument("--to", required=True, type=Path, metavar="FICHIER", help="le zip à écrire")
    parser.add_argument("--client", metavar="NUMÉRO", help="un client seul, par son numéro")
    parser.add_argument(
        "--internal",
        action="store_true",
        help="pour un client : avec les notes internes, les objectifs et le journal",
    )


def run(args: argparse.Namespace) -> int:
    """0: written; 1: refused."""
    with installation.ready("app"):
        return answer(args)


def answer(args: argparse.Namespace) -> int:
    """What `run` does, once the database is up."""
    from clausier.directory.models import Client
    from clausier.foundation import clock, isolation
    from clausier.foundation.actors import program
    from clausier.foundation.models import Provider
    from clausier.transfer import making
    from clausier.transfer.tables import Wanted

    with isolation.everything("the word of a provider is looked up to learn whose data"):
        provider = Provider.objects.select_related("book").filter(slug=args.provider).first()
    if provider is None:
        installation.complain(
            Words(f"Aucun prestataire « {args.provider} ».", f"No provider “{args.provider}”.")
        )
        return 1
    with isolation.confined(isolation.of_provider(provider.pk)):
        client = None
        if args.client:
            client = Client.objects.filter(provider=provider, number=args.client).first()
            if client is None:
                installation.complain(
                    Words(f"Aucun client ne porte le numéro {args.client}.", f"No client {args.client}.")
                )
                return 1
        wanted = Wanted(provider, client, with_internal=client is None or args.internal)
        try:
            manifest = making.write_to(args.to, wanted, by=program(provider), at=clock.now())
        except FileExistsError:
            installation.complain(
                Words(
                    f"{args.to} existe déjà : donnez un autre nom.", f"{args.to} exists: give another name."
                )
            )
            return 1
        except OSError as problem:
            installation.complain(
                Words(f"{args.to} ne s’écrit pas : {problem.strerror}.", f"{args.to}: {problem.strerror}.")
            )
            return 1
    rows = sum(table["rows"] for table in manifest["tables"].values())
    count = len(manifest["tables"])
    size = installation.size(args.to.stat().st_size)
    installation.say(
        Words(
            f"{args.to} : {count} tables, {rows} lignes, {size.fr}.",
            f"{args.to}: {count} tables, {rows} rows, {size.en}.",
        )
    )
    return 0
