"""The contract line: one horizontal line of a contract's life."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.utils.translation import gettext as _

from clausier.foundation import wording
from clausier.pages.parts.labels import LETTER, Anchor, Lanes, Room

DRAWN = 820.0  # pixels on a desk
LANES = 2
LANE_HEIGHT = 32
FLAG_LETTER = 0.86  # letters of the flag are smaller
TO_COME = 0.55  # of the running term, how much is shown after its end

Kind = Literal["start", "term", "amendment", "revision", "suspension", "announce", "notice", "end"]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the contract, both days included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, or will: an amendment, a revision, or a suspension of the service."""

    on: date
    kind: Literal["amendment", "revision", "suspension"]
    note: str


@dataclass(frozen=True, slots=True)
class ContractLife:
    """A contract as of `today`. The last term is the running one; `renews` says what follows it.

    `announce_by` is the last day for announcing changes of equipment. `is_ending`: the last day is the
    contract's own.
    """

    terms: Sequence[Term]
    today: date
    notice_by: date | None = None
    events: Sequence[Event] = ()
    renews: bool = True
    renewal_note: str = ""  # « 12 mois »
    announce_by: date | None = None
    is_ending: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """A point of the line and its words; `y` of the words from the line, negative above."""

    kind: Kind
    x: float
    on: str
    note: str
    room: Room | None
    above: bool
    past: bool

    @property
    def y(self) -> int:
        lane = self.room.lane if self.room else 0
        return -(34 + lane * LANE_HEIGHT) if self.above else 22 + lane * LANE_HEIGHT


@dataclass(frozen=True, slots=True)
class ContractLine:
    markers: tuple[Marker, ...]
    elapsed: float
    notice: float | None
    end: float
    today: str
    today_anchor: str
    above: int  # pixels above the line
    below: int
    renews: bool
    renewal_note: str

    @property
    def height(self) -> int:
        return self.above + self.below

    @property
    def flag_y(self) -> int:
        """How high above the line today's flag hangs."""
        return self.above

    @property
    def flag_width(self) -> int:
        return round(len(self.today) * LETTER * FLAG_LETTER) + 16

    @property
    def flag_x(self) -> int:
        """Left edge of the flag, from today's point."""
        return {"start": 0, "middle": -self.flag_width // 2, "end": -self.flag_width}[self.today_anchor]

    @property
    def flag_middle(self) -> int:
        return self.flag_x + self.flag_width // 2


def line_of(life: ContractLife, language: str) -> ContractLine:
    """The drawing of `life`, positions in percent. Raises ValueError for a contract without a term."""
    if not life.terms:
        raise ValueError("a contract line needs a term")
    first, last = life.terms[0].starts_on, life.terms[-1]
    span = (last.ends_on - last.starts_on).days
    horizon = (
        last.ends_on + timedelta(days=round(span * TO_COME))
        if life.renews
        else last.ends_on + timedelta(days=20)
    )
    total = max(1, (horizon - first).days)

    def x(on: date) -> float:
        return round(100 * min(max((on - first).days / total, 0), 1), 2)

    above, below = Lanes(DRAWN, LANES), Lanes(DRAWN, LANES)
    if life.renews:
        above.place(100, _("sans préavis reçu"), anchors=("end",))
    markers = []
    for on, kind, note, is_above in _points(life):
        lanes = above if is_above else below
        written = wording.day(on, language, year=True, weekday=False)
        anchors: tuple[Anchor, ...] = (
            ("start", "end") if kind in {"start", "term", "notice", "end"} else ("middle", "start", "end")
        )
        room = lanes.place(x(on), written, note, anchors=anchors)
        markers.append(Marker(kind, x(on), written, note, room, is_above, on <= life.today))
    return ContractLine(
        markers=tuple(sorted(markers, key=lambda marker: marker.x)),
        elapsed=x(life.today),
        notice=x(life.notice_by) if life.notice_by else None,
        end=x(last.ends_on),
        today=_("aujourd’hui, %(on)s") % {"on": wording.day(life.today, language, year=True)},
        today_anchor="start" if x(life.today) < 8 else "end" if x(life.today) > 92 else "middle",
        above=16 + above.used * LANE_HEIGHT,
        below=16 + max(1, below.used) * LANE_HEIGHT,
        renews=life.renews,
        renewal_note=life.renewal_note,
    )


def _points(life: ContractLife) -> list[tuple[date, Kind, str, bool]]:
    """The points of the line, the most important first: they get their words before the others."""
    last = life.terms[-1]
    points: list[tuple[date, Kind, str, bool]] = [
        (life.terms[0].starts_on, "start", _("début du premier terme"), False),
        (last.ends_on, "end", _("fin du contrat") if life.is_ending else _("fin du terme en cours"), False),
    ]
    if life.notice_by and life.notice_by == life.announce_by:
        points.append((life.notice_by, "notice", _("préavis et changements au plus tard"), True))
    elif life.notice_by:
        points.append((life.notice_by, "notice", _("préavis au plus tard"), True))
    if life.announce_by and life.announce_by != life.notice_by:
        points.append((life.announce_by, "announce", _("changements au plus tard"), False))
    points += [(term.starts_on, "term", _("reconduit"), False) for term in reversed(life.terms[1:])]
    points += [
        (event.on, event.kind, event.note, event.kind == "amendment")
        for event in sorted(life.events, key=lambda event: event.on, reverse=True)
    ]
    return points


def life_from_parts(parts: Sequence[dict[str, Any]], today: date) -> ContractLife | None:
    """The life told by the `term` parts of an outcome; None when it has none."""
    found = sorted((p for p in parts if p.get("kind") == "term"), key=lambda p: p["starts_on"])
    if not found:
        return None
    running = next((p for p in found if p.get("running")), found[-1])
    # A term after the running one is only announced: the dashes of the renewal say it.
    found = found[: found.index(running) + 1]
    terms = tuple(Term(date.fromisoformat(p["starts_on"]), date.fromisoformat(p["ends_on"])) for p in found)
    notice = running.get("notice_by")
    return ContractLife(terms, today, date.fromisoformat(notice) if notice else None)
