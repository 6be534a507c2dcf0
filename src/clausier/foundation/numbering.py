"""Numbers of tickets, contracts, clients, documents. Invoices will have their own, without gaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.db import connection, models

from clausier.foundation.models import Counter, Provider

NOWHERE = 1_500_000_000
"""From where a rehearsal counts: numbers that nobody has, so that it waits for nobody and holds up nobody."""

NEXT = """
    insert into foundation_counter (provider_id, series, last) values ($%d, $%d, $%d)
    on conflict (provider_id, series) do update set last = foundation_counter.last + 1
    returning last
"""
RESERVED = "array(select nextval(pg_get_serial_sequence($%d, 'id')) from generate_series(1, $%d))"

_rehearsed: ContextVar[Iterator[int] | None] = ContextVar("rehearsed", default=None)


def next_number(provider: Provider, series: str, *, start: int = 1) -> int:
    """The next number of `series`; one statement, so two acts never get the same."""
    if (numbers := _rehearsed.get()) is not None:
        return next(numbers)
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(NEXT % (1, 2, 3), [provider.pk, series, start])
    return int(cursor.fetchone()[0])


def reserve(
    provider: Provider, series: str, *wanted: tuple[type[models.Model], int]
) -> tuple[int, list[list[int]]]:
    """The next number of `series`, and ids that so many rows of each model will bear, in one statement.

    What is written together can then name each other.
    """
    rehearsed = _rehearsed.get()
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(
        _reservation(len(wanted), counts=rehearsed is None),
        [
            *(one for model, count in wanted for one in (model._meta.db_table, count)),
            *([provider.pk, series, 1] if rehearsed is None else []),
        ],
    )
    number, *ids = cursor.fetchone()
    return number if rehearsed is None else next(rehearsed), ids


@cache
def _reservation(kinds: int, *, counts: bool) -> str:
    """The statement that reserves ids of so many kinds and, where it `counts`, a number."""
    ids = ", ".join(RESERVED % (place, place + 1) for place in range(1, 2 * kinds, 2))
    if not counts:
        return f"select null, {ids}"
    places = tuple(range(2 * kinds + 1, 2 * kinds + 4))
    return f"with given as ({NEXT % places}) select (select last from given), {ids}"  # noqa: S608 - of ours


def start_at(provider: Provider, series: str, first: int) -> None:
    """Have `series`, in which no number was given yet, begin at `first`."""
    Counter.objects.update_or_create(provider=provider, series=series, defaults={"last": first - 1})


@contextmanager
def rehearsed() -> Iterator[None]:
    """Numbers that are given to nothing, for acts that will be rolled back: no series is held meanwhile."""
    token = _rehearsed.set(iter(range(NOWHERE, 2**31)))
    try:
        yield
    finally:
        _rehearsed.reset(token)
