"""The availability strip: twelve months, outages and windows to scale, what is left of the budget."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from clausier.foundation import wording
from clausier.pages.parts.labels import Lanes

DRAWN = 1100.0  # pixels on a desk


@dataclass(frozen=True, slots=True)
class Outage:
    """A stop of the service; `counted` when it is the provider's."""

    starts_at: datetime
    ends_at: datetime
    counted: bool = True


@dataclass(frozen=True, slots=True)
class ServiceYear:
    """A service year as of `today`, `ends_on` excluded; `allowed`, `down` in seconds, `rate` in percent."""

    starts_on: date
    ends_on: date
    today: date
    outages: Sequence[Outage]
    windows: Sequence[date]
    rate: Decimal
    target: Decimal
    down: int
    allowed: int
    state: str
    why_url: str = ""

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.down)

    @property
    def down_x(self) -> float:
        return round(min(100.0, 100 * self.down / max(1, self.allowed)), 2)


@dataclass(frozen=True, slots=True)
class Month:
    x: float
    width: float
    label: str
    gone: float  # width already passed


@dataclass(frozen=True, slots=True)
class OutageMark:
    x: float
    width: float
    counted: bool
    label: str
    shown: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Strip:
    months: tuple[Month, ...]
    outages: tuple[OutageMark, ...]
    windows: tuple[float, ...]


def strip_of(year: ServiceYear, language: str) -> Strip:
    """The drawing of `year`, in percents of its width."""
    total = (year.ends_on - year.starts_on).days

    def x(days: float) -> float:
        return round(100 * min(max(days / total, 0), 1), 3)

    lanes = Lanes(DRAWN, 1)
    marks = []
    for outage in sorted(year.outages, key=lambda one: one.starts_at - one.ends_at):
        begun = outage.starts_at.replace(tzinfo=None) - datetime.combine(year.starts_on, datetime.min.time())
        length = outage.ends_at - outage.starts_at
        at, width = x(begun / timedelta(days=1)), round(100 * (length / timedelta(days=1)) / total, 3)
        on = wording.day(outage.starts_at.date(), language, weekday=False)
        label = f"{on}, {wording.duration(length.total_seconds())}"
        room = lanes.place(at, label, anchors=("middle", "start", "end")) if outage.counted else None
        marks.append(
            OutageMark(at, width, outage.counted, label, room is not None, room.anchor if room else "middle")
        )
    return Strip(
        months=tuple(_months(year, x, language)),
        outages=tuple(sorted(marks, key=lambda mark: mark.x)),
        windows=tuple(x((on - year.starts_on).days) for on in year.windows),
    )


def _months(year: ServiceYear, x: Callable[[float], float], language: str) -> Iterator[Month]:
    start = year.starts_on
    while start < year.ends_on:
        following = min((start.replace(day=1) + timedelta(days=32)).replace(day=1), year.ends_on)
        left, right = x((start - year.starts_on).days), x((following - year.starts_on).days)
        gone = x((min(max(year.today, start), following) - year.starts_on).days) - left
        yield Month(left, round(right - left, 3), wording.month(start, language), round(gone, 3))
        start = following
