"""The day ruler of Today: the hours of the desk, the closures folded, the promises as shapes, now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from clausier.foundation import wording
from clausier.pages.parts.labels import Lanes
from clausier.pages.parts.states import WORDS

DRAWN = 1080.0  # pixels on a desk
FOLD = 5.6  # percent given to closed days between two open ones
FIRST_HOUR, LAST_HOUR = 8, 19
LANES = 5
SHAPE = 20.0  # pixels of a shape and its gap


@dataclass(frozen=True, slots=True)
class DeskDay:
    """One day and its hours as pairs of times; without hours it is closed and folded with its neighbours."""

    on: date
    phone: Sequence[tuple[time, time]] = ()
    onsite: Sequence[tuple[time, time]] = ()


@dataclass(frozen=True, slots=True)
class DeskPromise:
    """A promise of these days: when, its state, the client in a few letters, the ticket's address."""

    at: datetime
    state: str
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    row: Literal["phone", "onsite"]
    x: float
    width: float
    past: float  # the part already gone, in percent of the drawing


@dataclass(frozen=True, slots=True)
class DayHead:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Fold:
    x: float
    width: float
    label: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Shape:
    x: float
    lane: int
    before: bool
    state: str
    hour: str
    label: str
    url: str
    named: bool

    @property
    def word(self) -> Any:
        return WORDS.get(self.state, self.state)

    @property
    def y(self) -> int:
        return 4 + self.lane * 24


@dataclass(frozen=True, slots=True)
class Hour:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class DayRuler:
    heads: tuple[DayHead, ...]
    bars: tuple[Bar, ...]
    folds: tuple[Fold, ...]
    hours: tuple[Hour, ...]
    shapes: tuple[Shape, ...]
    now_x: float | None
    now: str
    lanes: int

    @property
    def promises_height(self) -> int:
        return 8 + max(1, self.lanes) * 24


def day_ruler_of(
    days: Sequence[DeskDay], promises: Sequence[DeskPromise], now: datetime, language: str
) -> DayRuler:
    """The drawing of consecutive `days`; instants are read in the offset they carry."""
    places, folds = _places(days, language)
    bars: list[Bar] = []
    for day in days:
        for row, spans in (("phone", day.phone), ("onsite", day.onsite)):
            for start, end in spans:
                left = _x(datetime.combine(day.on, start), places)
                right = _x(datetime.combine(day.on, end), places)
                if left is None or right is None:
                    continue
                at = now.replace(tzinfo=None)
                gone = (
                    right
                    if datetime.combine(day.on, end) <= at
                    else (_x(at, places) or left)
                    if datetime.combine(day.on, start) < at
                    else left
                )
                bars.append(Bar(row, left, round(right - left, 2), round(gone - left, 2)))  # type: ignore[arg-type]
    now_x = _x(now, places)
    shapes, lanes = _shapes(promises, places, now_x)
    hours = [Hour(place.x(h), str(h)) for place in places for h in range(FIRST_HOUR + 1, LAST_HOUR)]
    return DayRuler(
        heads=tuple(DayHead(place.left, wording.day(place.on, language)) for place in places),
        bars=tuple(bars),
        folds=tuple(folds),
        hours=tuple(hours),
        shapes=tuple(shapes),
        now_x=now_x,
        now=wording.hour(now),
        lanes=lanes,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an open day stands on the drawing."""

    on: date
    left: float
    width: float

    def x(self, hour: float) -> float:
        return round(self.left + self.width * (hour - FIRST_HOUR) / (LAST_HOUR - FIRST_HOUR), 2)


def _places(days: Sequence[DeskDay], language: str) -> tuple[list[_Place], list[Fold]]:
    """Open days share the width left by the folds."""
    runs: list[list[DeskDay]] = []
    for day in days:
        closed = not (day.phone or day.onsite)
        if runs and closed and not (runs[-1][0].phone or runs[-1][0].onsite):
            runs[-1].append(day)
        else:
            runs.append([day])
    open_days = sum(1 for run in runs if run[0].phone or run[0].onsite)
    width = (100 - FOLD * (len(runs) - open_days)) / max(1, open_days)
    places, folds, left = [], [], 0.0
    for run in runs:
        if run[0].phone or run[0].onsite:
            places.append(_Place(run[0].on, round(left, 2), width))
            left += width
        else:
            names = [wording.day(day.on, language).split(wording.NBSP)[0] for day in run]
            folds.append(
                Fold(
                    round(left, 2),
                    FOLD,
                    " ".join(names[:2]) if len(names) <= 2 else f"{names[0]}–{names[-1]}",
                )
            )
            left += FOLD
    return places, folds


def _x(at: datetime, places: Sequence[_Place]) -> float | None:
    place = next((place for place in places if place.on == at.date()), None)
    if place is None:
        return None
    hour = at.hour + at.minute / 60
    return place.x(min(max(hour, FIRST_HOUR), LAST_HOUR))


def _shapes(
    promises: Sequence[DeskPromise], places: Sequence[_Place], now_x: float | None
) -> tuple[list[Shape], int]:
    lanes = Lanes(DRAWN, LANES, gap=SHAPE)
    if now_x is not None:
        lanes.close(now_x)
    shapes = []
    for promise in sorted(promises, key=lambda one: one.at):
        x = _x(promise.at, places)
        if x is None:
            continue
        hour = wording.hour(promise.at)
        room = lanes.place(x, f"{hour} {promise.label}") or lanes.place(x, hour)
        named = room is not None
        before = room is not None and room.anchor == "end"
        shapes.append(
            Shape(
                x,
                room.lane if room else LANES,
                before,
                promise.state,
                hour,
                promise.label,
                promise.url,
                named,
            )
        )
    return shapes, max((shape.lane + 1 for shape in shapes), default=0)
