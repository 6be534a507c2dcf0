"""Numbers of tickets, contracts, clients, documents. Invoices will have their own, without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

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
    """The next number of `series` and, as `reserve_ids`, ids; in one statement."""
    rehearsed = _rehearsed.get()
    if rehearsed is not None:
        return next(rehearsed), reserve_ids(*wanted)
    places = range(2 * len(wanted) + 1, 2 * len(wanted) + 4)
    sql = f"with given as ({NEXT % tuple(places)}) select (select last from given), {_ids(len(wanted))}"  # noqa: S608
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(sql, [*_tables(wanted), provider.pk, series, 1])
    number, *ids = cursor.fetchone()
    return number, ids


def reserve_ids(*wanted: tuple[type[models.Model], int]) -> list[list[int]]:
    """Ids that so many rows of each model will bear: what is written together can then name each other."""
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(f"select {_ids(len(wanted))}", _tables(wanted))
    return list(cursor.fetchone())


def name(made: Sequence[models.Model], ids: Sequence[int]) -> None:
    """Give the rows the first of the ids that were reserved for them."""
    for row, pk in zip(made, ids, strict=False):
        row.pk = pk


def _ids(kinds: int) -> str:
    return ", ".join(RESERVED % (place, place + 1) for place in range(1, 2 * kinds, 2))


def _tables(wanted: Sequence[tuple[type[models.Model], int]]) -> list[str | int]:
    return [one for model, count in wanted for one in (model._meta.db_table, count)]


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
