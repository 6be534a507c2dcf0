"""The priority grid: impact down, urgency across, the cell of the choice lit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class GridColumn:
    label: Any
    lit: bool


@dataclass(frozen=True, slots=True)
class GridCell:
    value: str  # « site:blocked »
    priority: Any
    column: Any
    lit: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    label: Any
    lit: bool
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class PriorityGrid:
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]


def grid_of(
    impacts: Sequence[tuple[str, Any]],
    urgencies: Sequence[tuple[str, Any]],
    priorities: Mapping[tuple[str, str], Any],
    *,
    impact: str | None = None,
    urgency: str | None = None,
) -> PriorityGrid:
    """The grid of `priorities` {(impact, urgency): priority}; impacts and urgencies are (key, label)."""
    columns = tuple(GridColumn(label, key == urgency and impact is not None) for key, label in urgencies)
    rows = tuple(
        GridRow(
            label,
            key == impact,
            tuple(
                GridCell(
                    f"{key}:{other}", priorities[key, other], other_label, key == impact and other == urgency
                )
                for other, other_label in urgencies
            ),
        )
        for key, label in impacts
    )
    return PriorityGrid(columns, rows)
