"""The form of every writing act: permission, the actor's scope, one transaction, keyword arguments."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from clausier.foundation import isolation

P = ParamSpec("P")
R = TypeVar("R")


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
            with isolation.confined(actor.scope), transaction.atomic():
                return function(**kwargs)  # type: ignore[call-arg]

        service.permission = permission  # type: ignore[attr-defined]
        return service

    return wrap
