"""A file as a table: CSV whatever its encoding and separator, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from clausier.transfer.cells import is_empty, shown, written
from clausier.transfer.errors import TooLarge, UnreadableFile

MOST_LINES: Final = 50_000
MOST_COLUMNS: Final = 200
MOST_UNPACKED: Final = 300 * 1024 * 1024  # bytes: a workbook that unpacks to more is a trap
SEPARATORS: Final = (";", ",", "\t", "|")
LOOKED_AT: Final = 50  # lines from which the separator is told
WORKBOOK: Final = b"PK\x03\x04"
OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
ENCODINGS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODING_NAMES: Final = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
SEPARATOR_NAMES: Final = {";": "« ; »", ",": "« , »", "\t": "tabulation", "|": "« | »"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its number as a spreadsheet shows it, and its cells."""

    number: int
    cells: tuple[Any, ...]

    def cell(self, column: int) -> Any:
        """The value of a column; None where it is empty or the line ends before."""
        value = self.cells[column] if column < len(self.cells) else None
        return None if is_empty(value) else value


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: its headings, its lines without the empty ones, and how it was read."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    form: str

    def samples(self) -> list[str]:
        """Of each column, the first cell that says something, shortened."""
        return [
            next((shown(cell) for line in self.lines if (cell := line.cell(column)) is not None), "")
            for column in range(len(self.headings))
        ]


def table_of(content: bytes) -> Table:
    """The table in a file. Raises UnreadableFile, TooLarge."""
    if not content:
        raise UnreadableFile(_("Ce fichier est vide."), field="file")
    if content.startswith(OLD_WORKBOOK):
        raise UnreadableFile(
            _("C’est un ancien classeur .xls, ou un classeur protégé."),
            field="file",
            way_out=_("Enregistrez-le au format .xlsx sans mot de passe, ou en CSV."),
        )
    rows, form = _of_workbook(content) if content.startswith(WORKBOOK) else _of_text(content)
    return _table(rows, form)


def _table(rows: Iterator[Sequence[Any]], form: str) -> Table:
    headings: tuple[str, ...] | None = None
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        if all(is_empty(value) for value in row):
            continue
        if headings is None:
            headings = _headings(row)
            continue
        if len(lines) == MOST_LINES:
            raise TooLarge(
                _("Ce fichier a plus de %(most)s lignes.")
                % {"most": f"{MOST_LINES:,}".replace(",", "\u202f")},
                field="file",
                way_out=_("Partagez-le en plusieurs fichiers."),
            )
        lines.append(Line(number, tuple(row[: len(headings)])))
    if headings is None or not lines:
        raise UnreadableFile(
            _("Il n’y a rien sous les titres de ce fichier.")
            if headings
            else _("Ce fichier ne contient aucune ligne."),
            field="file",
            way_out=_("La première ligne porte les titres des colonnes, les suivantes les données."),
        )
    return Table(headings, tuple(lines), form)


def _headings(row: Sequence[Any]) -> tuple[str, ...]:
    found = [" ".join(written(value).split())[:120] for value in row]
    while found and not found[-1]:
        found.pop()
    if len(found) > MOST_COLUMNS:
        raise TooLarge(_("Ce fichier a plus de %(most)s colonnes.") % {"most": MOST_COLUMNS}, field="file")
    return tuple(heading or _("Colonne %(number)s") % {"number": n} for n, heading in enumerate(found, 1))


# Text


def _of_text(content: bytes) -> tuple[Iterator[Sequence[Any]], str]:
    text, encoding = _decoded(content)
    separator = _separator(text)
    form = _("CSV, %(encoding)s, séparateur %(separator)s") % {
        "encoding": ENCODING_NAMES[encoding],
        "separator": SEPARATOR_NAMES[separator],
    }
    return _rows_of(text, separator), form


def _rows_of(text: str, separator: str) -> Iterator[Sequence[Any]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        raise UnreadableFile(
            _("Ce fichier ne se lit pas comme un CSV : un guillemet n’y est pas fermé."), field="file"
        ) from None


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding: by its mark, else UTF-8, else what French spreadsheets write."""
    marked = next((name for mark, name in ENCODINGS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise UnreadableFile(
        _("Ce fichier n’est ni un CSV ni un classeur .xlsx."),
        field="file",
        way_out=_("Dans votre outil, choisissez « Exporter en CSV » ou « Enregistrer sous .xlsx »."),
    )


def _separator(text: str) -> str:
    """The separator by which the first lines have the same number of cells, and more than one."""

    def fits(separator: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
        widths = []
        try:
            for row in rows:
                if any(row):
                    widths.append(len(row))
                if len(widths) == LOOKED_AT:
                    break
        except csv.Error:
            return 0, 0
        if not widths or widths[0] < 2:
            return 0, 0
        return sum(width == widths[0] for width in widths), widths[0]

    best = max(SEPARATORS, key=fits)
    return best if fits(best) != (0, 0) else ";"


# Workbooks


def _of_workbook(content: bytes) -> tuple[Iterator[Sequence[Any]], str]:
    _must_be_sane(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError):
        raise UnreadableFile(_("Ce classeur ne s’ouvre pas : il est abîmé."), field="file") from None
    if not book.worksheets:
        raise UnreadableFile(_("Ce classeur n’a pas de feuille de calcul."), field="file")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what tools write there is often wrong
    return sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), _("XLSX, feuille « %(name)s »") % {
        "name": sheet.title
    }


def _must_be_sane(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
    except zipfile.BadZipFile:
        raise UnreadableFile(_("Ce classeur ne s’ouvre pas : il est abîmé."), field="file") from None
    if unpacked > MOST_UNPACKED:
        raise TooLarge(_("Ce classeur est trop grand."), field="file")
