"""What the commands on an installation share: its database up, Django ready, and one way of speaking."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from clausier import cluster
from clausier.cli.speech import complain, language, say
from clausier.postgresql import ClusterError
from clausier.terms.outcome import Words

__all__ = ["care_errors_in_words", "complain", "database_errors_in_words", "language", "ready", "say", "size"]


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
def care_errors_in_words() -> Iterator[None]:
    """Turn what care refuses into a sentence and exit status 1."""
    from clausier.care.errors import CareError

    try:
        yield
    except CareError as problem:
        complain(problem.says)
        raise SystemExit(1) from problem


def size(count: int) -> Words:
    """A number of bytes, in words."""
    if count < 1_000_000:
        kilo = max(1, round(count / 1000))
        return Words(f"{kilo}\u00a0ko", f"{kilo} kB")
    mega = f"{count / 1_000_000:.1f}"
    return Words(f"{mega.replace('.', ',')}\u00a0Mo", f"{mega} MB")


@contextmanager
def ready(role: str = "app") -> Iterator[None]:
    """The database up and Django ready for the length of the block, as database role `app` or `owner`."""
    os.environ["CLAUSIER_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clausier.settings")
    with database_errors_in_words(), cluster.running():
        import django  # here, so that the command line answers fast where Django is not needed

        django.setup()
        yield
