"""Interest by half-year: each stretch of days as wide as it is long and as high as its rate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clausier.foundation import wording

HIGHEST = 84.0  # percent of the drawing, the rest is for its figure
NARROW_SLICE = 16.0  # percent of the width under which a slice keeps its figure but not its dates


@dataclass(frozen=True, slots=True)
class Slice:
    """One stretch at one rate; `x` and `width` in percent, `height` in percent of the highest rate."""

    x: float
    width: float
    height: float
    start: date
    end: date
    days: int
    rate: str
    legal: str
    clause: str
    floor: str
    by_floor: bool
    amount: str
    clause_top: float | None = None  # where the rate of the clause would stand, under the floor

    @property
    def top(self) -> float:
        """From the top of the drawing (0) to its ground (100)."""
        return round(100 - self.height, 2)

    @property
    def word_y(self) -> float:
        """Where its rate is written: just above it."""
        return round(self.top - 5, 2)

    @property
    def end_x(self) -> float:
        return round(self.x + self.width, 2)

    @property
    def clause_word_y(self) -> float:
        """Where the rate of the clause is written: under its dashes."""
        return round((self.clause_top or 0) + 14, 2)

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def roomy(self) -> bool:
        return self.width >= NARROW_SLICE


@dataclass(frozen=True, slots=True)
class Slices:
    slices: tuple[Slice, ...]
    any_floor: bool


def slices_of(parts: Iterable[Mapping[str, Any]], language: str) -> Slices | None:
    """The drawing of the `slice` parts of an outcome; None when it has none."""
    found = [part for part in parts if part.get("kind") == "slice"]
    total = sum(int(part["days"]) for part in found)
    if not found or total <= 0:
        return None
    highest = max(Decimal(str(part["rate"])) for part in found) or Decimal(1)
    slices, x = [], 0.0
    for part in found:
        width = 100 * int(part["days"]) / total
        rate = Decimal(str(part["rate"]))
        slices.append(_slice(part, x, width, float(rate / highest) * HIGHEST, highest, language))
        x += width
    return Slices(tuple(slices), any(one.by_floor for one in slices))


def _slice(
    part: Mapping[str, Any], x: float, width: float, height: float, highest: Decimal, language: str
) -> Slice:
    rate, clause, floor = (_decimal(part.get(name)) for name in ("rate", "clause_rate", "floor_rate"))
    by_floor = clause is not None and floor is not None and floor > clause
    return Slice(
        x=round(x, 2),
        width=round(width, 2),
        height=round(height, 2),
        start=date.fromisoformat(part["from"]),
        end=date.fromisoformat(part["to"]),
        days=int(part["days"]),
        rate=_percent(rate, language),
        legal=_percent(_decimal(part.get("legal_rate")), language),
        clause=_percent(clause, language),
        floor=_percent(floor, language),
        by_floor=by_floor,
        amount=wording.money(_decimal(part["amount"]) or Decimal(0), language),
        clause_top=round(100 - float(clause / highest) * HIGHEST, 2)
        if by_floor and clause is not None
        else None,
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _percent(value: Decimal | None, language: str) -> str:
    return "" if value is None else wording.percent(value, language, places=2)
