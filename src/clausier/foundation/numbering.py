"""Numbers of tickets, contracts, clients, documents. Invoices will have their own, without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models

from clausier.foundation.models import Counter, Provider

NOWHERE = 1_500_000_000
"""From where a rehearsal counts: numbers that nobody has, so that it waits for nobody and holds up nobody."""

NEXT = """
    insert into foundation_counter (provider_id, series, last) values ($%d, $%d, $%d)
    on conflict (provider_id, series) do update set last = foundation_counter.last + 1
    returning last
"""
RESERVED = """array(
    select nextval((select pg_get_serial_sequence($%d, 'id')::regclass)) from generate_series(1, $%d)
)"""

# Not flushed to the disk by itself: what bears the number is flushed after it, and so it with that.
DRAW = """
    insert into foundation_counter (provider_id, series, last)
    select $1, $2, $3 from (select set_config('synchronous_commit', 'off', true)) unflushed
    on conflict (provider_id, series) do update set last = foundation_counter.last + 1
    returning last
"""
BACK = "update foundation_counter set last = last - 1 where provider_id = $1 and series = $2 and last = $3"

AHEAD = 25  # times what is wanted, of ids that are reserved at hand

_rehearsed: ContextVar[Iterator[int] | None] = ContextVar("rehearsed", default=None)
_stock: ContextVar[Stock | None] = ContextVar("stock", default=None)


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
    rehearsed, stock = _rehearsed.get(), _stock.get()
    if rehearsed is not None:
        return next(rehearsed), reserve_ids(*wanted)
    if stock is not None and stock.whose == (provider.pk, series):
        at_hand = stock.give()
        if at_hand is not None:
            return at_hand, reserve_ids(*wanted)
    places = range(2 * len(wanted) + 1, 2 * len(wanted) + 4)
    sql = f"with given as ({NEXT % tuple(places)}) select (select last from given), {_ids(len(wanted))}"  # noqa: S608
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(sql, [*_tables(wanted), provider.pk, series, 1])
    number, *ids = cursor.fetchone()
    return number, ids


def reserve_ids(*wanted: tuple[type[models.Model], int]) -> list[list[int]]:
    """Ids that so many rows of each model will bear: what is written together can then name each other."""
    stock = _stock.get()
    return stock.ids(wanted) if stock is not None else _reserved(wanted)


def _reserved(wanted: Sequence[tuple[type[models.Model], int]]) -> list[list[int]]:
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(f"select {_ids(len(wanted))}", _tables(wanted))
    return list(cursor.fetchone())


class Stock:
    """Numbers and ids at hand before the acts that give them begin.

    So no act waits for another that gives numbers of the same series to end. They are given in the order in
    which they were drawn; those that nothing came to bear are nobody's.
    """

    def __init__(self, provider_id: int, series: str) -> None:
        self.whose = provider_id, series
        self._drawn: Any = None
        self._ids: dict[type[models.Model], list[int]] = {}
        self._most: dict[type[models.Model], int] = {}

    def draw(self) -> None:
        """Have a number at hand; not within a transaction, whose end others would wait for.

        Where statements leave `ahead`, nobody waits for it.
        """
        if self._drawn is None and not connection.in_atomic_block:
            self._drawn = connection.prepared()  # type: ignore[attr-defined]
            self._drawn.execute(DRAW, [*self.whose, 1])

    def give(self) -> int | None:
        """The number, which is at hand no more; None where none was."""
        drawn, self._drawn = self._drawn, None
        return int(drawn.fetchone()[0]) if drawn is not None else None

    def ids(self, wanted: Sequence[tuple[type[models.Model], int]]) -> list[list[int]]:
        """As `reserve_ids`."""
        self._most |= {kind: max(count, self._most.get(kind, 0)) for kind, count in wanted}
        if any(len(self._ids.get(kind, ())) < count for kind, count in wanted):
            # Those of every kind: the others will be wanted next.
            all_kinds = [(kind, most * AHEAD) for kind, most in self._most.items()]
            self._ids = dict(zip(self._most, _reserved(all_kinds), strict=True))
        return [self._taken(kind, count) for kind, count in wanted]

    def _taken(self, kind: type[models.Model], count: int) -> list[int]:
        taken, self._ids[kind] = self._ids[kind][:count], self._ids[kind][count:]
        return taken


@contextmanager
def at_hand(provider_id: int, series: str) -> Iterator[Stock]:
    """Have what acts of the block give at hand. A number left over is the next again, where it still can."""
    stock = Stock(provider_id, series)
    token = _stock.set(stock)
    try:
        yield stock
    finally:
        _stock.reset(token)
        left = stock.give()
        if left is not None:
            cursor = connection.prepared()  # type: ignore[attr-defined]
            cursor.execute(BACK, [*stock.whose, left])


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
