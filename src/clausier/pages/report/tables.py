"""The tables of a report, plain: for files that a spreadsheet opens and for paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clausier.pages.report.reading import Shown, tally_words


@dataclass(frozen=True, slots=True)
class Table:
    """One table. Values are figures, not their spelling; times are hours with two decimals."""

    key: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def tables(shown: Shown) -> list[Table]:
    """Every table of a report that has something to say."""
    made = [make(shown) for make in MAKERS]
    return [table for table in made if table.rows]


def _promises(shown: Shown) -> Table:
    rows = [
        [row.chip, row.says, *(figure.n for _label, figure in row.cells), row.rate] for row in shown.promises
    ]
    return Table(
        "promesses",
        _("Promesses par clause"),
        [_("Clause"), _("Promesse"), *tally_words().values(), _("Tenues (%)")],
        rows,
    )


def _kept(shown: Shown) -> Table:
    rows = [[row.says, *(figure.n for _label, figure in row.cells), row.rate] for row in shown.kept_rows]
    return Table(
        "promesses-par-periode",
        _("Promesses dans le temps"),
        [_("Période"), *tally_words().values(), _("Tenues (%)")],
        rows if shown.promises else [],
    )


def _times(shown: Shown) -> Table:
    rows = [
        [one.name, row.says, row.taken.count, hours(row.taken.median), hours(row.taken.ninetieth)]
        for one in shown.times
        for row in one.rows
        if row.taken.count
    ]
    headings = [
        _("Mesure"),
        _("Période"),
        _("Tickets"),
        _("Médiane (heures ouvertes)"),
        _("Neuf sur dix (heures ouvertes)"),
    ]
    return Table("delais", _("Délais"), headings, rows)


def _load(shown: Shown) -> Table:
    rows = [[row.hour, *(cell.figure.n for cell in row.cells), row.total] for row in shown.load]
    headings = [_("Heure"), *(name for name, _total in shown.weekdays), _("Total")]
    return Table("charge", _("Appels par heure et jour"), headings, rows)


def _points(shown: Shown) -> Table:
    rows = [
        [
            row.used.account.client.number,
            row.used.account.client.name,
            row.used.account.contract.number,
            row.used.deductions,
            row.used.points,
        ]
        for row in shown.points
    ]
    headings = [_("N° de client"), _("Client"), _("Contrat"), _("Décomptes"), _("Points")]
    return Table("points", _("Points par client"), headings, rows)


def _contestations(shown: Shown) -> Table:
    rows = [[label, figure.n] for label, figure in shown.contestations]
    return Table("contestations", _("Contestations"), [_("État"), _("Contestations")], rows)


MAKERS: tuple[Callable[[Shown], Table], ...] = (_promises, _kept, _times, _load, _points, _contestations)


def hours(seconds: int | None) -> Decimal | None:
    """Seconds as hours with two decimals."""
    return None if seconds is None else (Decimal(seconds) / 3600).quantize(Decimal("0.01"))
