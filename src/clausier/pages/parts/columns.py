"""Columns over time, stacked: drawn on the server, in percents across and pixels up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

HEIGHT = 160.0
WIDEST = 72.0  # percent of a slice that its column takes
LABELS = 14  # beyond so many slices, every other one is named, and so on
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Series:
    """One layer of the columns, from the ground up; `css` gives its colour."""

    label: str
    css: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One column: a value for each series, and where the things it counts are listed."""

    label: str
    values: Sequence[int]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    css: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A drawn column: `x` and `width` in percent of the plot, `middle` where its name stands.

    Where there is less room the names of odd ones go, then those of spare ones.
    """

    x: float
    width: float
    middle: float
    label: str
    is_odd: bool
    is_spare: bool
    pieces: tuple[Piece, ...]
    url: str
    says: str


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A plot ready to be drawn."""

    height: float
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    series: Sequence[Series]


def columns_of(
    slices: Sequence[Slice], series: Sequence[Series], tell: Callable[[int], str], *, unit: int = 1
) -> Columns:
    """The columns of `slices`; `tell` writes a value, and ticks fall on multiples of `unit`."""
    highest = max((sum(one.values) for one in slices), default=0)
    top, ticks = _scale(highest, unit)
    every = -(-len(slices) // LABELS) if slices else 1
    share = 100 / len(slices) if slices else 100
    columns = tuple(
        Column(
            x=round(index * share + share * (100 - WIDEST) / 200, 3),
            width=round(share * WIDEST / 100, 3),
            middle=round((index + 0.5) * share, 3),
            label=one.label if index % every == 0 else "",
            is_odd=(index // every) % 2 == 1,
            is_spare=(index // every) % 4 != 0,
            pieces=tuple(_pieces(one.values, series, top)),
            url=one.url,
            says=" · ".join(
                [one.label, *(f"{part.label} {tell(n)}" for part, n in zip(series, one.values, strict=True))]
            ),
        )
        for index, one in enumerate(slices)
    )
    drawn = tuple(Tick(round(HEIGHT * (1 - tick / top), 2), tell(tick)) for tick in ticks)
    return Columns(HEIGHT, columns, drawn, series)


def _pieces(values: Sequence[int], series: Sequence[Series], top: int) -> Any:
    ground = HEIGHT
    for part, value in zip(series, values, strict=True):
        height = HEIGHT * value / top
        ground -= height
        if value:
            # A hairline of paper parts two layers.
            yield Piece(part.css, round(ground, 2), round(max(1.0, height - 1), 2))


def _scale(highest: int, unit: int) -> tuple[int, list[int]]:
    """The value at the top and those of the lines: three to five steps of 1, 2 or 5 times a power of ten."""
    wanted = Decimal(max(1, -(-highest // unit))) / 4
    power = Decimal(1)
    while power * 10 <= wanted:
        power *= 10
    step = next((power * times for times in STEPS if power * times >= wanted), power * 10)
    size = max(1, int(step))
    count = max(1, -(-highest // (size * unit)))
    return count * size * unit, [size * unit * index for index in range(count + 1)]
