"""The rate matrix: modes down, domains across, the cell of the choice lit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MODES: dict[str, tuple[Promise, str]] = {
    "remote": (_("À distance"), "monitor-dot"),
    "onsite": (_("Sur site"), "car"),
    "project": (_("Projet"), "file-text"),
}
DOMAINS: dict[str, tuple[Promise, Promise]] = {
    "workstation": (_("Poste et bureautique"), _("Poste")),
    "server-network": (_("Serveur et réseau"), _("Serveur")),
    "business-software": (_("Logiciel métier"), _("Logiciel")),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One rate. `value` is what a form sends (« remote:server-network »), `key` the digit that chooses it."""

    value: str
    rate: Any
    lit: bool
    tinted: bool
    key: str
    spans: int = 1


@dataclass(frozen=True, slots=True)
class MatrixRow:
    mode: str
    label: Any
    icon: str
    lit: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    label: Any
    short: Any
    lit: bool


@dataclass(frozen=True, slots=True)
class RateMatrix:
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    chosen: str = ""


def matrix_of(
    rates: Mapping[str, Any], domains: Sequence[str], *, mode: str | None = None, domain: str | None = None
) -> RateMatrix:
    """The matrix of `rates` {mode: {domain: rate}}; a mode with one rate for all domains spans its row."""
    rows, number = [], 0
    for name, by_domain in rates.items():
        label, icon = MODES.get(name, (name, "circle"))
        whole = not isinstance(by_domain, Mapping) or not set(by_domain) & set(domains)
        cells = []
        for column in [None] if whole else [d for d in domains if d in by_domain]:
            number += 1
            lit = name == mode and (whole or column == domain)
            rate = (
                (next(iter(by_domain.values())) if isinstance(by_domain, Mapping) else by_domain)
                if whole
                else by_domain[column]
            )
            tinted = not lit and not whole and (name == mode or (mode is not None and column == domain))
            value = name if column is None else f"{name}:{column}"
            cells.append(Cell(value, rate, lit, tinted, str(number), len(domains) if whole else 1))
        rows.append(MatrixRow(name, label, icon, name == mode, tuple(cells)))
    chosen = next((cell.value for row in rows for cell in row.cells if cell.lit), "")
    spanning = any(cell.lit and cell.spans > 1 for row in rows for cell in row.cells)
    columns = []
    for name in domains:
        label, short = DOMAINS.get(name, (name, name))
        columns.append(Column(label, short, lit=not spanning and name == domain))
    return RateMatrix(tuple(columns), tuple(rows), chosen)


def matrix_from_part(part: Mapping[str, Any]) -> RateMatrix:
    """The matrix of a `rate` part of an outcome."""
    return matrix_of(part["rates"], part["domains"], mode=part.get("mode"), domain=part.get("domain"))
