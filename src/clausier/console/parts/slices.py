"""Interest by half-year: each stretch of days as wide as it is long and as high as its rate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clausier.foundation import wording

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

    @property
    def top(self) -> float:
        """From the top of the drawing (0) to its ground (100)."""
        return round(100 - self.height, 2)

    @property
    def word_y(self) -> float:
        """Where its rate is written: just above it."""
        return round(self.top - 5, 2)

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
        clause_rate, floor_rate = part.get("clause_rate"), part.get("floor_rate")
        slices.append(
            Slice(
                x=round(x, 2),
                width=round(width, 2),
                height=round(float(rate / highest) * 84, 2),
                start=date.fromisoformat(part["from"]),
                end=date.fromisoformat(part["to"]),
                days=int(part["days"]),
                rate=wording.percent(rate.normalize() if rate else rate, language),
                legal=_percent(part.get("legal_rate"), language),
                clause=_percent(clause_rate, language),
                floor=_percent(floor_rate, language),
                by_floor=floor_rate is not None
                and clause_rate is not None
                and Decimal(str(floor_rate)) > Decimal(str(clause_rate)),
                amount=wording.money(Decimal(str(part["amount"])), language),
            )
        )
        x += width
    return Slices(tuple(slices), any(one.by_floor for one in slices))


def _percent(value: Any, language: str) -> str:
    return "" if value is None else wording.percent(Decimal(str(value)), language)
