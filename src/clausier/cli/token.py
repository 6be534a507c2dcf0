"""`clausier token`: make, list and revoke tokens of the API from the installation's own machine."""

from __future__ import annotations

import argparse
from datetime import timedelta

from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `clausier token`."""
    acts = parser.add_subparsers(dest="act", metavar="ACTE", required=True)
    create = acts.add_parser("create", help="créer un jeton, montré cette seule fois")
    create.add_argument("--provider", required=True, help="le mot du prestataire dans les adresses")
    create.add_argument("--as", dest="email", required=True, help="le courriel de qui il agit au nom")
    create.add_argument("--client", help="le numéro du client, pour une personne d’un client")
    create.add_argument("--label", required=True, help="à quoi il sert")
    create.add_argument("--scopes", required=True, help="ses droits, par virgules : desk.read,desk.open")
    create.add_argument("--days", type=int, default=365, help="sa durée en jours (365 par défaut)")
    listing = acts.add_parser("list", help="lister les jetons")
    listing.add_argument("--provider", required=True)
    revoke = acts.add_parser("revoke", help="révoquer un jeton")
    revoke.add_argument("--provider", required=True)
    revoke.add_argument("prefix", help="les douze signes qui suivent « clausier_ »")


def run(args: argparse.Namespace) -> int:
    """0: done; 1: refused."""
    with installation.ready("app"):
        from django.utils import translation

        from clausier.foundation import isolation
        from clausier.foundation.errors import Refusal
        from clausier.foundation.models import Provider

        with isolation.everything("the word of a provider is looked up to learn whose tokens"):
            provider = Provider.objects.filter(slug=args.provider).first()
        if provider is None:
            installation.complain(
                Words(f"Aucun prestataire « {args.provider} ».", f"No provider “{args.provider}”.")
            )
            return 1
        try:
            with (
                translation.override(installation.language()),
                isolation.confined(isolation.of_provider(provider.pk)),
            ):
                return {"create": _create, "list": _list, "revoke": _revoke}[args.act](args, provider)
        except Refusal as refused:
            installation.complain(Words(refused.says, refused.says))
            return 1


def _create(args: argparse.Namespace, provider: object) -> int:
    from clausier.directory.models import Client
    from clausier.foundation import clock
    from clausier.foundation.actors import program
    from clausier.foundation.models import Person, Provider
    from clausier.integrations import services

    assert isinstance(provider, Provider)
    person = Person.objects.filter(email__iexact=args.email).first()
    client = Client.objects.filter(provider=provider, number=args.client).first() if args.client else None
    if person is None or (args.client and client is None):
        installation.complain(
            Words(
                "Personne ou client inconnu de ce prestataire.",
                "This provider knows no such person or client.",
            )
        )
        return 1
    now = clock.now()
    made = services.create_token(
        by=program(provider),
        at=now,
        label=args.label,
        person=person,
        client=client,
        scopes=[scope for scope in args.scopes.split(",") if scope],
        expires_at=now + timedelta(days=min(args.days, 100_000)),
    )
    print(made.text)
    return 0


def _list(args: argparse.Namespace, provider: object) -> int:
    from clausier.foundation.actors import program
    from clausier.foundation.models import Provider
    from clausier.integrations import queries

    assert isinstance(provider, Provider)
    for token in queries.tokens(program(provider)):
        state = "revoked" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
        used = f"{token.last_used_at:%Y-%m-%d %H:00}" if token.last_used_at else "-"
        print(token.prefix, state, used, token.person.email, token.label, sep="\t")
    return 0


def _revoke(args: argparse.Namespace, provider: object) -> int:
    from clausier.foundation import clock
    from clausier.foundation.actors import program
    from clausier.foundation.models import Provider
    from clausier.integrations import queries, services

    assert isinstance(provider, Provider)
    by = program(provider)
    token = queries.tokens(by).filter(prefix=args.prefix).first()
    if token is None:
        installation.complain(Words("Aucun jeton de ce nom ici.", "No such token here."))
        return 1
    services.revoke_token(by=by, at=clock.now(), token=token)
    return 0
