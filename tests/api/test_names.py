"""What the reference of the API knows by its name bears a name of its own."""

from __future__ import annotations

import typing
from collections import Counter
from enum import Enum
from typing import Any

from pydantic import BaseModel

from clausier.api.site import api


def sent_and_received() -> typing.Iterator[Any]:
    for router in api._get_bound_routers():
        for path in router.path_operations.values():
            for operation in path.operations:
                yield from operation.models
                yield from operation.response_models.values()


def shapes_of(kind: Any, known: set[type]) -> None:
    """Add to `known` every shape and every list of words that `kind` is made of."""
    for part in typing.get_args(kind):
        shapes_of(part, known)
    if isinstance(kind, type) and issubclass(kind, BaseModel | Enum) and kind not in known:
        known.add(kind)
        for field in getattr(kind, "model_fields", {}).values():
            shapes_of(field.annotation, known)


def test_no_two_operations_bear_one_name() -> None:
    """The reference, and addresses made from a name, would take one for the other."""
    names = Counter(
        operation.operation_id
        for router in api._get_bound_routers()
        for path in router.path_operations.values()
        for operation in path.operations
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_shapes_bear_one_name() -> None:
    """Of two, one would be described as the other."""
    known: set[type] = set()
    for kind in sent_and_received():
        shapes_of(kind, known)
    places: dict[str, set[str]] = {}
    for shape in known:
        places.setdefault(shape.__name__, set()).add(shape.__module__)
    assert len(known) > 400
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
