"""Lists as files: CSV that French spreadsheets open, and XLSX; a text is never taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from clausier.foundation.clock import PARIS

CSV: Final = "csv"
XLSX: Final = "xlsx"
CONTENT_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA: Final = re.compile(r"[=+\-@\t\r]")
FIGURES: Final = re.compile(r"[+-]?[\d\s.,]+")
LONGEST_CELL: Final = 32_767  # signs: what a workbook takes
WIDEST: Final = 60

Row = Sequence[Any]


def safe(text: str) -> str:
    """`text` for a CSV: an apostrophe stands before what a spreadsheet would run as a formula."""
    return f"'{text}" if FORMULA.match(text) and not FIGURES.fullmatch(text) else text


def csv_of(headings: Sequence[Any], rows: Iterable[Row]) -> bytes:
    """A CSV with « ; », UTF-8 with its mark: decimals with a comma, days and instants as one types them."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";")
    writer.writerow([safe(str(heading)) for heading in headings])
    for row in rows:
        writer.writerow([_in_csv(value) for value in row])
    return made.getvalue().encode("utf-8-sig")


def _in_csv(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal() | float():
            return str(value).replace(".", ",")
        case datetime():
            return value.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")
        case date():
            return value.strftime("%d/%m/%Y")
        case int():
            return str(value)
    return safe(str(value))


def xlsx_of(headings: Sequence[Any], rows: Iterable[Row], *, title: str) -> bytes:
    """A workbook of one sheet: headings that stay in sight, figures as figures, days as days."""
    book = Workbook(write_only=True)
    add_sheet(book, title, headings, rows)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def add_sheet(
    book: Workbook, title: str, headings: Sequence[Any], rows: Iterable[Row], *, width: int = 22
) -> None:
    """Another sheet of a workbook that is only written to."""
    sheet = book.create_sheet(re.sub(r"[\[\]*?:/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings, start=1):
        wide = min(WIDEST, max(width, len(str(heading)) + 2))
        sheet.column_dimensions[get_column_letter(number)].width = wide
    sheet.append([_heading(sheet, str(heading)) for heading in headings])
    for row in rows:
        sheet.append([_in_workbook(sheet, value) for value in row])


def _heading(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E9EEF5")
    return cell


def _in_workbook(sheet: Any, value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | Decimal():
            return value
        case datetime():
            cell = WriteOnlyCell(sheet, value.astimezone(PARIS).replace(tzinfo=None))
            cell.number_format = "dd/mm/yyyy hh:mm"
            return cell
        case date():
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = "dd/mm/yyyy"
            return cell
    return _text(sheet, str(value))


def _text(sheet: Any, text: str) -> Any:
    """A cell that is a text, also when it begins as a formula does."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL])
    cell.data_type = "s"
    cell.number_format = "@"
    if "\n" in text or len(text) > WIDEST:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def made(form: str, headings: Sequence[Any], rows: Iterable[Row], *, title: str) -> bytes:
    """The list in the form asked for."""
    return xlsx_of(headings, rows, title=title) if form == XLSX else csv_of(headings, rows)
