"""The account strip: what is left, what this entry takes, and how fast it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BAR, GAP, HEIGHT = 20.0, 6.0, 36.0  # pixels of the drawing


@dataclass(frozen=True, slots=True)
class Week:
    """Points used in one week; `begins_on` its Monday."""

    begins_on: date
    used: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """A points account beside an entry not yet saved (`entry` 0 when there is none).

    `weeks` are the last weeks, oldest first, the current one last. `exhausted_on` is when the account runs
    dry at this pace, None when it does not.
    """

    before: Decimal
    entry: Decimal
    weeks: Sequence[Week] = ()
    exhausted_on: date | None = None
    alert_at: Decimal | None = None
    why_url: str = ""

    @property
    def after(self) -> Decimal:
        return self.before - self.entry

    @property
    def taken(self) -> Decimal:
        """The entry as a movement of the account: negative."""
        return -self.entry

    @property
    def average(self) -> Decimal:
        """Points a week, on the weeks shown."""
        if not self.weeks:
            return Decimal(0)
        return sum((week.used for week in self.weeks), Decimal(0)) / len(self.weeks)

    @property
    def missing(self) -> Decimal:
        """How far under zero it is; negative while something is left."""
        return -self.after

    @property
    def low(self) -> bool:
        return self.alert_at is not None and self.after < self.alert_at


@dataclass(frozen=True, slots=True)
class WeekBar:
    x: float
    y: float
    height: float
    added_y: float = 0.0
    added: float = 0.0


@dataclass(frozen=True, slots=True)
class WeekBars:
    width: float
    height: float
    bars: tuple[WeekBar, ...]


def bars_of(account: Account) -> WeekBars:
    """The weekly bars, this entry stacked on the last one."""
    totals = [week.used for week in account.weeks]
    if totals:
        totals[-1] += account.entry
    highest = max([*totals, Decimal(1)])
    bars = []
    for index, week in enumerate(account.weeks):
        height = max(1.5, float(week.used / highest) * HEIGHT)
        added = float(account.entry / highest) * HEIGHT if index == len(account.weeks) - 1 else 0.0
        x = index * (BAR + GAP)
        y = HEIGHT - height
        gap = 1.0 if added else 0.0
        bars.append(
            WeekBar(
                round(x, 2),
                round(y, 2),
                round(height, 2),
                round(y - added - gap + min(gap, added), 2),
                round(max(0.0, added - gap), 2),
            )
        )
    return WeekBars(max(BAR, len(bars) * (BAR + GAP) - GAP), HEIGHT, tuple(bars))
