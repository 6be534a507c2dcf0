"""How the wall says what the desk is at: few words, read from across the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from clausier.desk.models import Ticket
from clausier.overview.queries import Standing, Wall
from clausier.pages.clocks import brief_clock_of
from clausier.pages.parts.clock import Clock

SHOWN: Final = 9
"""Rows that a screen holds at its size of type."""
PEOPLE: Final = 8
VISITS: Final = 5


@dataclass(frozen=True, slots=True)
class WallRow:
    """One ticket that presses. Neither its title nor who called: the wall has other readers than the desk."""

    ticket: Ticket
    clock: Clock
    is_target: bool


def told(wall: Wall) -> dict[str, Any]:
    """What the page shows, cut to what a screen holds."""
    rows = [_row(one, wall) for one in wall.pressing[:SHOWN]]
    return {
        "rows": [row for row in rows if row],
        "more": max(0, len(wall.pressing) - SHOWN),
        "counts": [(state, wall.counts[state]) for state in ("late", "at-risk", "on-time")],
        "at_work": wall.at_work[:PEOPLE],
        "visits": wall.visits[:VISITS],
    }


def _row(one: Standing, wall: Wall) -> WallRow | None:
    if one.view is None:
        return None
    return WallRow(one.ticket, brief_clock_of(one.view, wall.now), one.is_target)
