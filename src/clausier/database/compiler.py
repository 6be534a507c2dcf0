"""How Django's queries become SQL here: as for PostgreSQL, but for rows written together.

Django hands several rows over as one array a column, to spare the server some planning. psycopg writes such
arrays in Python, sign by sign, and rulings and events are long JSON: rows of values cost a tenth of that.
"""

from __future__ import annotations

from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLUpdateCompiler,
)
from django.db.models.sql.compiler import SQLInsertCompiler  # not PostgreSQL's own

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]
