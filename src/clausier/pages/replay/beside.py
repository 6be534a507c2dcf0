"""Two replays of the same facts beside each other: what was, what either book makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clausier.overview.models import KeptReplay
from clausier.overview.replay import Line, Replay
from clausier.pages.replay.reading import figures_of


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure: as it was, and with either book."""

    label: Any
    unit: str
    before: Any
    first: Any
    second: Any

    @property
    def is_same(self) -> bool:
        return bool(self.first == self.second)


@dataclass(frozen=True, slots=True)
class LineBeside:
    """A contract, or a client without one, treated otherwise; None for a figure that it has not."""

    line: Line
    cells: list[Beside | None]


def may_compare(one: KeptReplay, other: KeptReplay) -> bool:
    """Whether both were asked of the same days and the same contracts."""
    words = ("from_on", "to_on", "client", "contract", "all_books")
    return one.pk != other.pk and all(one.asked[word] == other.asked[word] for word in words)


def beside(one: Line, other: Line) -> list[Beside]:
    """The figures of two lines of the same contract. What was is what the first replay found."""
    second = {figure.key: figure for figure in figures_of(other)}
    first = {figure.key: figure for figure in figures_of(one)}
    found = []
    for key in dict.fromkeys([*first, *second]):
        here, there = first.get(key), second.get(key)
        known = here or there
        assert known
        found.append(
            Beside(
                known.label,
                known.unit,
                known.before,
                here.after if here else 0,
                there.after if there else 0,
            )
        )
    return found


def beside_lines(one: Replay, other: Replay) -> list[LineBeside]:
    """The contracts that the two books treat otherwise."""
    heads = [figure.label for figure in beside(one.total, other.total)]
    theirs = {_key(line): line for line in other.lines}
    found = []
    for line in one.lines:
        match = theirs.get(_key(line))
        if match is None:
            continue
        cells = {figure.label: figure for figure in beside(line, match)}
        if any(not figure.is_same for figure in cells.values()):
            found.append(LineBeside(line, [cells.get(head) for head in heads]))
    return found


def _key(line: Line) -> tuple[int | None, int | None]:
    return (line.contract.pk if line.contract else None, line.client.pk if line.client else None)
