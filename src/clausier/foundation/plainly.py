"""Models of which much is read: many rows of a list, or what every message and request asks for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db.models.base import ModelState


class ReadPlainly:
    """Before `models.Model`: a row that is read becomes a model by what was read of it alone.

    Django goes through the columns once or twice more, and asks who listens; nobody does.
    """

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **_options: Any
    ) -> Self:
        model: Any = cls
        new = model.__new__(model)
        new.__dict__.update(zip(field_names, values, strict=True), _state=ModelState())
        new._state.adding, new._state.db = False, db
        found: Self = new
        return found
