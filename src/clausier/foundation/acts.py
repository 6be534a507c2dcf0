"""The form of every writing act: permission, the actor's scope, one transaction, keyword arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from clausier.foundation import isolation

P = ParamSpec("P")
R = TypeVar("R")


_whole: ContextVar[bool] = ContextVar("whole", default=False)


@contextmanager
def whole() -> Iterator[None]:
    """One transaction with the acts of the block: once one is refused, nothing of the block remains.

    So the acts need no way back of their own, and nothing may be asked of the database after a refusal. An
    act that goes through others, of which some may be refused, still does: they keep theirs.
    """
    token = _whole.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _whole.reset(token)


@contextmanager
def _one_transaction() -> Iterator[None]:
    savepoint = not _whole.get()
    token = _whole.set(False)
    try:
        with transaction.atomic(savepoint=savepoint):
            yield
    finally:
        _whole.reset(token)


def act(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a service of a function: `by` must carry `permission`, and all of it happens or nothing.

    It sees and writes the rows of `by`'s scope alone, whatever the scope around it.

    The function takes `by=Actor` and keyword arguments only, and writes one journal entry itself.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def service(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{function.__name__} takes keyword arguments only")
            actor: Any = kwargs["by"]
            actor.must(permission)
            with isolation.confined(actor.scope), _one_transaction():
                return function(**kwargs)  # type: ignore[call-arg]

        service.permission = permission  # type: ignore[attr-defined]
        return service

    return wrap
