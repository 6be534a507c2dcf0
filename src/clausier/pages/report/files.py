"""The tables of a report as one workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook

from clausier.pages.report.tables import Table
from clausier.transfer import sheets


def workbook_of(tables: Sequence[Table]) -> bytes:
    """A sheet for each table; an empty one where there is none, for a workbook must have a sheet."""
    book = Workbook(write_only=True)
    for table in tables:
        sheets.add_sheet(book, table.title, table.headings, table.rows)
    if not tables:
        book.create_sheet()
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
