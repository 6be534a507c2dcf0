"""The minimum on a scale of minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MinuteScale:
    """Worked, minimum and accounted minutes, as percents of the scale `0…last`."""

    worked: int
    minimum: int
    accounted: int
    last: int

    def percent(self, minutes: int) -> float:
        return round(100 * minutes / self.last, 2)

    @property
    def worked_x(self) -> float:
        return self.percent(self.worked)

    @property
    def minimum_x(self) -> float:
        return self.percent(self.minimum)

    @property
    def accounted_x(self) -> float:
        return self.percent(self.accounted)

    @property
    def added_width(self) -> float:
        """What the minimum adds to the minutes worked."""
        return max(0.0, round(self.accounted_x - self.worked_x, 2))

    @property
    def graduations(self) -> tuple[tuple[float, int], ...]:
        step = self.last // 4 if self.last <= 120 else self.last // 3
        return tuple((self.percent(m), m) for m in range(0, self.last + 1, step))

    @property
    def minimum_before(self) -> bool:
        """Whether the word of the minimum stands before its tick."""
        return self.minimum < self.accounted or self.minimum_x > 70

    @property
    def accounted_before(self) -> bool:
        return self.accounted_x > 70


def scale_of(worked: int, minimum: int, accounted: int) -> MinuteScale:
    """The scale that holds all three: an hour, or as many half-hours as needed."""
    longest = max(worked, minimum, accounted, 1)
    last = 60 if longest <= 55 else -(-longest * 11 // 300) * 30
    return MinuteScale(worked, minimum, accounted, last)


def scale_from_part(part: Mapping[str, Any]) -> MinuteScale:
    """The scale of a `minimum` part of an outcome."""
    worked = part.get("minutes", part.get("worked", 0))
    return scale_of(int(worked), int(part["minimum"]), int(part["accounted"]))
