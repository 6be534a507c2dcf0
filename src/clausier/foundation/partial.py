"""Models of which lists read a few columns of many rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db.models.base import ModelState


class ReadInPart:
    """Before `models.Model`: a row read in part (`only`) becomes a model by what was read of it alone.

    Django goes through all columns of such a row twice, and asks who listens; nobody does.
    """

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any
    ) -> Self:
        model: Any = cls
        if len(values) == len(model._meta.concrete_fields):
            return super().from_db(db, field_names, values, **options)  # type: ignore[misc]
        new = model.__new__(model)
        new.__dict__.update(zip(field_names, values, strict=True), _state=ModelState())
        new._state.adding, new._state.db = False, db
        found: Self = new
        return found
