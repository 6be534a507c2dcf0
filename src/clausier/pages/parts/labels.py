"""Placing the words of a drawing so that none covers another.

A drawing is as wide as its page lets it be; words are placed for the width it is drawn at on a desk, and a
narrow screen shows the list of the same facts instead.
"""

from dataclasses import dataclass
from typing import Literal

LETTER = 6.1  # pixels, the mean width of a letter at 12 px

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Room:
    """Where words stand: a lane (0 is nearest to the line), and how they hang on their point."""

    lane: int
    anchor: Anchor


class Lanes:
    """Words placed one after another, most important first, each in the first lane with room."""

    def __init__(self, width: float, lanes: int, gap: float = 14.0) -> None:
        self.width, self.gap = width, gap
        self.walls: list[float] = []
        self.taken: list[list[tuple[float, float]]] = [[] for _ in range(lanes)]

    def place(
        self, percent: float, *texts: str, anchors: tuple[Anchor, ...] = ("start", "end")
    ) -> Room | None:
        """The room for `texts` (stacked) at `percent` of the width; None when every lane is taken."""
        length = max(len(text) for text in texts) * LETTER
        at = percent * self.width / 100
        for lane, spans in enumerate(self.taken):
            for anchor in anchors:
                start = {"start": at, "middle": at - length / 2, "end": at - length}[anchor]
                end = start + length
                if start < -2 or end > self.width + 2 or any(start < wall < end for wall in self.walls):
                    continue
                if all(end + self.gap <= other or start >= last + self.gap for other, last in spans):
                    spans.append((start, end))
                    return Room(lane, anchor)
        return None

    def close(self, percent: float) -> None:
        """Let no words cross this place."""
        self.walls.append(percent * self.width / 100)

    @property
    def used(self) -> int:
        """How many lanes hold something."""
        return max((index + 1 for index, spans in enumerate(self.taken) if spans), default=0)
