"""How far a long transaction is, told from beside it: what it writes itself nobody sees before its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

from django.db import connections
from django.db.models import Model


@contextmanager
def told_of(row: Model, column: str) -> Iterator[Callable[[int], None]]:
    """`tell(count)` writes `count` in the row's column at once, over a connection of its own.

    The transaction around must not have touched the row.
    """
    model, key = type(row), row.pk

    def tell(count: int) -> None:
        model._default_manager.filter(pk=key).update(**{column: count})

    with ThreadPoolExecutor(max_workers=1) as beside:
        try:
            # In a copy of the context: the same scope, and the clock of a test.
            yield lambda count: beside.submit(copy_context().run, tell, count).result()
        finally:
            beside.submit(connections.close_all).result()
