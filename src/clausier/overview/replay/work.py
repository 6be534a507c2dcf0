"""Work: the points that each session would have taken, and what work by the hour would have cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from clausier.overview.replay import reading
from clausier.overview.replay.bearing import Asker, Bearing, Place
from clausier.overview.replay.ledger import Ledger
from clausier.overview.replay.reading import EntryRow, HourRow, Scope
from clausier.overview.replay.result import Change
from clausier.terms.book import Book
from clausier.terms.errors import TermsError
from clausier.terms.outcome import Words

SESSION_POINTS: Final = "session-points"
HOURLY_FEE: Final = "hourly-fee"
TRAVEL: Final = "hourly.travel"
NO_DISTANCE: Final = Words(
    "Le livre facture un déplacement qui était compris : ses kilomètres n’ont pas été relevés.",
    "The book charges for a trip that was included: its kilometres were not recorded.",
)


def replay_points(scope: Scope, bearing: Bearing, ledger: Ledger) -> None:
    """Every session of the period that points paid, at the book's rates."""
    asker, beyond = Asker.of(bearing, SESSION_POINTS), reading.beyond(scope.provider)
    for entries in _sessions(reading.entries_of(scope)):
        row = entries[0]
        key = (row.mode, *[(one.domain, one.minutes) for one in entries])
        place = Place(row.contract, row.agency)
        try:
            after = asker.value(place, bearing.day(row.started), lambda: points_asked(entries), key)  # noqa: B023
        except TermsError as refused:
            ledger.unruled("points", refused)
            continue
        worth = row.points + beyond[row.session] if row.session in beyond else row.points
        change = Change(
            "points",
            row.contract,
            row.client,
            row.ticket,
            row.session,
            row.started,
            worth,
            after,
            row.ruling,
        )
        ledger.amount(change, worth, after)


def _sessions(rows: Iterable[EntryRow]) -> Iterator[list[EntryRow]]:
    """The entries session by session, which is how they are read."""
    entries: list[EntryRow] = []
    for row in rows:
        if entries and entries[0].session != row.session:
            yield entries
            entries = []
        entries.append(row)
    if entries:
        yield entries


def points_asked(entries: Iterable[EntryRow]) -> Mapping[str, Any]:
    """The inputs of the rule for the entries of one session."""
    rows: Sequence[EntryRow] = list(entries)
    return {
        "mode": rows[0].mode,
        "entries": [
            {"minutes": row.minutes} | ({"domain": row.domain} if row.domain else {}) for row in rows
        ],
    }


def replay_hours(scope: Scope, bearing: Bearing, ledger: Ledger) -> None:
    """All work by the hour of the period, at the book's rates and travel."""
    asker = Asker.of(bearing, HOURLY_FEE)
    for row in reading.hours_of(scope):
        place = Place(row.contract, row.agency)
        try:
            if lacks_distance(row, bearing.terms(place)):
                ledger.unruled("hourly", NO_DISTANCE)
                continue
            key = (row.grade, row.minutes, row.zone, row.km)
            after = asker.value(place, row.on, lambda: hours_asked(row), key)  # noqa: B023
        except TermsError as refused:
            ledger.unruled("hourly", refused)
            continue
        change = Change(
            "hourly",
            row.contract,
            row.client,
            row.ticket,
            row.item,
            row.at,
            row.amount,
            after,
            row.ruling,
        )
        ledger.amount(change, row.amount, after)


def hours_asked(row: HourRow) -> Mapping[str, Any]:
    """The inputs of the rule for one piece of work."""
    return {"grade": row.grade, "minutes": row.minutes, "zone": row.zone, "km": row.km}


def lacks_distance(row: HourRow, terms: Book) -> bool:
    """Whether the terms charge for a trip whose kilometres nobody had to note."""
    if row.km or row.zone <= 1 or not terms.has(TRAVEL):
        return False
    travel: Any = terms.read(TRAVEL, row.on).value
    return row.zone > int(travel["included_zones"])
