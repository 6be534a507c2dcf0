"""The promise clock: what was promised, how much open time is used, how much is left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

GAP = 9.0  # room of a closure in the bar, in pixels
SHORTEST = 3.0  # an open period is never drawn shorter, in pixels


class OpenPeriod(NamedTuple):
    """One stretch of open time inside the promise, in open seconds; `label` stands under it."""

    seconds: int
    used: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise, ready to be shown; its instants are local.

    `left` is open seconds, negative once late. `margin` is for a kept promise: seconds in hand when it was
    met (negative: met late). `subject` says what is promised (« sur site, 4 h ouvrées »). `note` replaces
    the headline where time is not what matters (« Attend le fournisseur »). `met_at`, `met_how` and
    `resumes_at` are shown by the states they belong to.
    """

    state: str
    due_at: datetime | None
    promised: int
    left: int
    periods: Sequence[OpenPeriod] = ()
    subject: str = ""
    note: str = ""
    why_url: str = ""
    margin: int = 0
    met_at: datetime | None = None
    met_how: str = ""
    resumes_at: datetime | None = None
    same_day: bool = False  # the due date is today: its hour is enough in a list

    @property
    def late(self) -> int:
        """Open seconds since the promise ran out."""
        return max(0, -self.left)

    @property
    def behind(self) -> int:
        """Open seconds behind the promise when it was met; negative when it was met early."""
        return -self.margin

    @property
    def used(self) -> int:
        """Open seconds used, never more than were promised."""
        return min(self.promised, max(0, self.promised - self.left))


class Stretch(NamedTuple):
    """A drawn piece of the bar, in pixels of its own width."""

    x: float
    width: float
    used: float
    tick: float | None  # where the hairline of the closure before it stands
    label: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of open time."""

    width: float
    height: float
    stretches: tuple[Stretch, ...] = field(default=())


Size = Literal["large", "card", "compact"]
NOMINAL: dict[str, tuple[float, float]] = {
    "large": (640.0, 8.0),
    "card": (188.0, 5.0),
    "compact": (204.0, 5.0),
}


def bar_of(clock: Clock, size: Size = "compact") -> Bar:
    """Where the pieces of `clock`'s bar stand: each as long as its share, a hairline for each closure."""
    width, height = NOMINAL[size]
    periods = [p for p in clock.periods if p.seconds > 0] or [OpenPeriod(max(clock.promised, 1), clock.used)]
    gap = min(GAP, width / (3 * len(periods)))
    room = width - gap * (len(periods) - 1)
    total = sum(period.seconds for period in periods)
    lengths = _at_least([room * period.seconds / total for period in periods], SHORTEST)
    stretches, x = [], 0.0
    for index, (period, length) in enumerate(zip(periods, lengths, strict=True)):
        used = length * min(period.used, period.seconds) / period.seconds
        tick = x - gap / 2 if index else None
        stretches.append(
            Stretch(
                round(x, 2),
                round(length, 2),
                round(used, 2),
                tick,
                period.label,
                index == 0,
            )
        )
        x += length + gap
    return Bar(width, height, tuple(stretches))


def _at_least(lengths: list[float], shortest: float) -> list[float]:
    """`lengths` with the short ones raised to `shortest`, taken from the others so that the sum stays."""
    if min(lengths) >= shortest:
        return lengths
    raised = [max(length, shortest) for length in lengths]
    excess = sum(raised) - sum(lengths)
    spare = sum(length - shortest for length in raised)
    if excess <= 0 or spare <= 0:
        return raised
    return [length - (length - shortest) * excess / spare for length in raised]
