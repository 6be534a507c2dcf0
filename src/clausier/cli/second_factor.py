"""`clausier second-factor`: take away a second factor that was lost, where no owner can (a sole owner's)."""

from __future__ import annotations

import argparse

from clausier.cli import installation
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `clausier second-factor`."""
    parser.add_argument("act", choices=["reset"], help="reset : effacer application, clés et codes")
    parser.add_argument("email", help="l’adresse du compte")


def run(args: argparse.Namespace) -> int:
    """0: taken away, sessions ended, the person told; 1: refused."""
    with installation.ready():
        return answer(args)


def answer(args: argparse.Namespace) -> int:
    """What `run` does, once the database is up."""
    from django.db import transaction
    from django.utils import translation

    from clausier.foundation import clock, second_factor
    from clausier.foundation.errors import Refusal
    from clausier.foundation.models import Person

    person = Person.objects.filter(email__iexact=args.email).first()
    if person is None:
        installation.complain(
            Words(f"Aucun compte n’a l’adresse {args.email}.", f"No account has the address {args.email}.")
        )
        return 1
    try:
        with translation.override(installation.language()), transaction.atomic():
            second_factor.reset_by_installation(person=person, at=clock.now())
    except Refusal as refused:
        installation.complain(Words(refused.says, refused.says))
        return 1
    installation.say(
        Words(
            f"Second facteur effacé et sessions fermées pour {person.full_name}.",
            f"The second factor of {person.full_name} is gone, their sessions are ended.",
        )
    )
    return 0
