"""What the commands on an installation share: its database up, Django ready, and one way of speaking."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from clausier import cluster
from clausier.postgresql import ClusterError
from clausier.terms.outcome import Words


def language() -> str:
    """The language of the terminal: French where the environment says so or says nothing, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "fr" if value.startswith("fr") else "en"
    return "fr"


def say(words: Words) -> None:
    """Print one line, at once."""
    print(words.to(language()), flush=True)


def complain(words: Words) -> None:
    """Print one line on the error output."""
    print(words.to(language()), file=sys.stderr, flush=True)


@contextmanager
def database_errors_in_words() -> Iterator[None]:
    """Turn a database or a data directory that cannot be had into a sentence and exit status 1."""
    try:
        yield
    except ClusterError as problem:
        complain(problem.says)
        raise SystemExit(1) from problem
    except PermissionError as problem:
        complain(
            Words(
                f"{problem.filename}\u00a0: accès refusé. Lancez Clausier toujours avec le même compte.",
                f"{problem.filename}: permission denied. Always run Clausier as the same account.",
            )
        )
        raise SystemExit(1) from problem


@contextmanager
def ready(role: str = "app") -> Iterator[None]:
    """The database up and Django ready for the length of the block, as database role `app` or `owner`."""
    os.environ["CLAUSIER_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clausier.settings")
    with database_errors_in_words(), cluster.running():
        import django  # here, so that the command line answers fast where Django is not needed

        django.setup()
        yield
