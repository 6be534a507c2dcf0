"""How Django's queries become SQL here: as for PostgreSQL, but for rows written together.

Django hands several rows over as one array a column, to spare the server some planning. psycopg writes such
arrays in Python, sign by sign, and rulings and events are long JSON: rows of values cost a tenth of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLUpdateCompiler,
)
from django.db.models.sql import compiler

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]


class SQLInsertCompiler(compiler.SQLInsertCompiler):  # not PostgreSQL's own: see above
    """Rows of values as they are, where no column needs more than its value."""

    def assemble_as_sql(self, fields: Sequence[Any], value_rows: Sequence[Sequence[Any]]) -> Any:
        plain = all(field is not None and not hasattr(field, "get_placeholder") for field in fields)
        if plain and not any(hasattr(value, "as_sql") for row in value_rows for value in row):
            return [["%s"] * len(fields)] * len(value_rows), value_rows
        return super().assemble_as_sql(fields, value_rows)  # type: ignore[misc]
