"""The ruler of days: one row a day, the hours on one scale, what was open, what was counted.

Positions are percents of the width of a row, so that one drawing fits a panel, a phone and a sheet of paper.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.foundation import wording

FIRST_HOUR, LAST_HOUR = 8, 19
LONG = 12  # rows; beyond, the middle is folded
KEPT = 5  # rows left at each end of a folded ruler
LABELLED_GAP = 7.0  # percent of the width under which a closure between two periods stays wordless


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a row: open, counted, used, left, or the closure at lunch."""

    kind: str
    x: float
    width: float
    label: str = ""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Tick:
    """An instant marked on a row: its words stand before the tick when `before`, else after."""

    x: float
    label: str
    before: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One day, or several closed days folded into one."""

    label: str
    seconds: int
    blocks: tuple[Block, ...] = ()
    ticks: tuple[Tick, ...] = ()
    closed: str = ""  # why nothing is open: « fermé », « Toussaint »
    holiday: bool = False
    fold: str = ""  # « 9 jours, 63 h 00 »
    says: str = ""  # the row in one sentence, for those who do not see it


@dataclass(frozen=True, slots=True)
class Hour:
    x: float
    label: str
    odd: bool


@dataclass(frozen=True, slots=True)
class Ruler:
    """The drawing. `split` when counted time parts in used and left; `sum` is its arithmetic in one line."""

    rows: tuple[Row, ...]
    hours: tuple[Hour, ...]
    split: bool
    has_holiday: bool
    sum: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant to mark on the ruler, and its word: « appel », « promesse »."""

    at: datetime
    word: str


def ruler_of(parts: Iterable[Mapping[str, Any]], marks: Sequence[Mark], language: str) -> Ruler | None:
    """The ruler of the `day` parts of an outcome; None when it has none."""
    days = [part for part in parts if part.get("kind") == "day"]
    if not days:
        return None
    scale = _Scale.over(days)
    rows = [_row(part, marks, scale, language) for part in days]
    return Ruler(
        rows=tuple(_fold_middle(_fold_closed(rows))),
        hours=tuple(
            Hour(scale.x(h), str(h), h % 2 == 1)
            for h in range(scale.first + 1, scale.last)
            if h != scale.last
        ),
        split=any("left" in part for part in days),
        has_holiday=any(row.holiday for row in rows),
        sum=_sum(rows),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Hours of the day to percents of a row."""

    first: int
    last: int

    @classmethod
    def over(cls, days: Sequence[Mapping[str, Any]]) -> "_Scale":
        spans = [hours for day in days for kind in ("open", "counted", "left") for hours in _hours(day, kind)]
        first = min([FIRST_HOUR, *(int(start) for start, _end in spans)])
        last = max([LAST_HOUR, *(-int(-end // 1) for _start, end in spans)])
        return cls(first, last)

    def x(self, hour: float) -> float:
        return round(100 * (hour - self.first) / (self.last - self.first), 3)


def _hours(part: Mapping[str, Any], kind: str) -> list[tuple[float, float]]:
    """The spans of one kind, in hours of the day; an end at midnight is 24."""
    spans = []
    for start, end in part.get(kind) or ():
        begun, ended = _hour_of(start), _hour_of(end)
        spans.append((begun, ended if ended > begun else 24.0))
    return spans


def _hour_of(written: str) -> float:
    """« 16:30 », « 16:30:00 » or an ISO instant: the hour of the day as a number."""
    at: time | datetime = datetime.fromisoformat(written) if "T" in written else time.fromisoformat(written)
    return at.hour + at.minute / 60 + at.second / 3600


def _row(part: Mapping[str, Any], marks: Sequence[Mark], scale: _Scale, language: str) -> Row:
    on = date.fromisoformat(part["day"])
    blocks = [*_blocks(part, "open", scale), *_lunch(part, scale)]
    for kind, drawn in _counted_kinds(part):
        blocks += [replace(block, kind=drawn) for block in _blocks(part, kind, scale)]
    closed, holiday = _closed_word(part, language)
    row = Row(
        label=wording.day(on, language).rsplit(wording.NBSP, 1)[0],
        seconds=int(part.get("seconds") or 0) + round(3600 * sum(e - b for b, e in _hours(part, "left"))),
        blocks=tuple(blocks),
        ticks=_ticks(on, marks, scale),
        closed=closed,
        holiday=holiday,
    )
    return replace(row, says=_sentence(row, part, on, language))


def _counted_kinds(part: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The counted spans of a day and how each is drawn: where some are left, what is counted is used."""
    return (("counted", "used"), ("left", "left")) if "left" in part else (("counted", "counted"),)


def _blocks(part: Mapping[str, Any], kind: str, scale: _Scale) -> list[Block]:
    return [
        Block(kind, scale.x(start), round(scale.x(end) - scale.x(start), 3))
        for start, end in _hours(part, kind)
    ]


def _lunch(part: Mapping[str, Any], scale: _Scale) -> list[Block]:
    """The closures between two open periods of a day, named when they hold noon or the hours after."""
    spans = sorted(_hours(part, "open"))
    closures = []
    for (_begun, closes), (opens, _ended) in pairwise(spans):
        if opens <= closes:
            continue
        width = scale.x(opens) - scale.x(closes)
        is_lunch = 11.5 <= closes <= 14.5 and width >= LABELLED_GAP
        closures.append(Block("closure", scale.x(closes), round(width, 3), _("déjeuner") if is_lunch else ""))
    return closures


def _ticks(on: date, marks: Sequence[Mark], scale: _Scale) -> tuple[Tick, ...]:
    todays = sorted((mark for mark in marks if mark.at.date() == on), key=lambda mark: mark.at)
    ticks = []
    for index, mark in enumerate(todays):
        x = scale.x(min(max(mark.at.hour + mark.at.minute / 60, scale.first), scale.last))
        crowded = len(todays) > 1
        before = (index == 0 and x > 25) if crowded else x > 60
        ticks.append(Tick(x, f"{mark.word} {wording.hour(mark.at)}", before))
    return tuple(ticks)


def _closed_word(part: Mapping[str, Any], language: str) -> tuple[str, bool]:
    reason = part.get("closed_because")
    if not reason and part.get("open"):
        return "", False
    holiday = part.get("holiday")
    if holiday:
        return str(holiday[1] if wording.is_english(language) and len(holiday) > 1 else holiday[0]), True
    return _("fermé"), False


def _sentence(row: Row, part: Mapping[str, Any], on: date, language: str) -> str:
    named = wording.long_day(on, language)
    if row.closed:
        return f"{named}{wording.NBSP}: {row.closed}."
    open_hours = ", ".join(f"{_written(start)}–{_written(end)}" for start, end in _hours(part, "open"))
    counted = _("compté") + f" {wording.duration(row.seconds)}"
    ticks = "".join(f" {tick.label}." for tick in row.ticks)
    return f"{named}{wording.NBSP}: " + _("ouvert") + f" {open_hours}, {counted}.{ticks}"


def _written(hour: float) -> str:
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _fold_closed(rows: Sequence[Row]) -> list[Row]:
    """Closed neighbours (a week-end) become one row; a holiday keeps its own and its name."""
    folded: list[tuple[Row, int]] = []
    for row in rows:
        plain_closed = bool(row.closed) and not row.holiday and not row.ticks
        if plain_closed and folded and folded[-1][1] and folded[-1][0].closed == row.closed:
            first, count = folded[-1]
            start = first.label.split("–")[0]
            joined = f"{start}–{row.label.rsplit(wording.NBSP, 1)[-1]}"
            folded[-1] = (
                replace(first, label=joined, says=f"{joined}{wording.NBSP}: {row.closed}."),
                count + 1,
            )
        else:
            folded.append((row, 1 if plain_closed else 0))
    return [row for row, _count in folded]


def _fold_middle(rows: list[Row]) -> list[Row]:
    """A long ruler keeps its two ends; what is between becomes one row that says how much it holds."""
    if len(rows) <= LONG:
        return rows
    middle = rows[KEPT:-KEPT]
    seconds = sum(row.seconds for row in middle)
    words = ngettext("%(count)s ligne repliée", "%(count)s lignes repliées", len(middle)) % {
        "count": len(middle)
    }
    label = f"{middle[0].label.split('–')[0]} – {middle[-1].label.split('–')[0]}"
    return [
        *rows[:KEPT],
        Row(
            label=label,
            seconds=seconds,
            fold=words,
            says=f"{label}{wording.NBSP}: {wording.duration(seconds)}.",
        ),
        *rows[-KEPT:],
    ]


def _sum(rows: Sequence[Row]) -> str:
    """« 0 h 30 + 3 h 30 = 4 h 00 », when short enough to be read."""
    terms = [row.seconds for row in rows if row.seconds]
    if not 2 <= len(terms) <= 4:
        return wording.duration(sum(terms))
    return " + ".join(map(wording.duration, terms)) + f" = {wording.duration(sum(terms))}"
