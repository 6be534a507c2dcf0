"""The order of invented time: open hours counted back from the moment of loading, and scripts played in it.

A script is a generator. It yields the instant at which it wants to go on; what stands after the `yield`
happens then, with the clock held there. All scripts are played together, in the order of their instants,
so that numbers, journal and ledgers come out as they would have, had people worked.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.terms.book import Book
from clausier.terms.calendar import Calendar, calendar_of
from clausier.terms.instants import instant, seconds_of

Answer = TypeVar("Answer")

Piece = Generator[datetime, datetime, Answer]
"""A part of a script that hands something back to the part that asked for it."""

Script = Piece[None]

FAR_BACK = timedelta(days=200)


def play(scripts: Iterable[Script], until: datetime) -> int:
    """Play `scripts`, each piece at its own instant; return how many pieces there were.

    A script that asks for an instant before its last one goes on at that last one. What would come after
    `until` has not happened yet.
    """
    order = count()
    waiting = [(next(script), next(order), script) for script in scripts]
    heapq.heapify(waiting)
    pieces = 0
    while waiting:
        at, _, script = heapq.heappop(waiting)
        pieces += 1
        with clock.held_at(at):
            try:
                wanted = script.send(at)
            except StopIteration:
                continue
        if wanted <= until:
            heapq.heappush(waiting, (max(wanted, at), next(order), script))
    return pieces


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar, read from the moment of loading outwards."""

    calendar: Calendar
    now: datetime

    @classmethod
    def of(cls, book: Book, term: str, region: str, now: datetime) -> Hours:
        """The opening hours `term` of `book` where the holidays of `region` are kept."""
        return cls(calendar_of(book, term, region), now)

    def ago(self, minutes: int) -> datetime:
        """The latest instant from which `minutes` of open time have run until now."""
        now = seconds_of(self.now)
        left = minutes * 60
        for start, end in reversed(self.calendar.segments(now - int(FAR_BACK.total_seconds()), now)):
            if end - start >= left:
                return instant(end - left)
            left -= end - start
        raise ValueError("no open time so far back")

    def after(self, at: datetime, minutes: int) -> datetime:
        """The instant at which `minutes` of open time have run since `at`."""
        return instant(self.calendar.add(seconds_of(at), minutes * 60))

    def visit(self, minutes: int) -> datetime:
        """An appointment some open minutes from now, on five minutes, while it is open."""
        return self.visit_from(self.now, minutes)

    def visit_from(self, at: datetime, minutes: int) -> datetime:
        """As `visit`, counted from `at`."""
        then = self.after(at, minutes)
        return self.opening(then + timedelta(minutes=-then.minute % 5))

    def opening(self, at: datetime) -> datetime:
        """`at` when it is open, else the next opening."""
        return instant(self.calendar.next_opening(seconds_of(at)))

    def morning(self, days_back: int, hour: int = 9, minute: int = 30) -> datetime:
        """An open instant on the day `days_back` before now, or on the next one worked."""
        on = (self.now - timedelta(days=days_back)).date()
        return self.opening(datetime(on.year, on.month, on.day, hour, minute, tzinfo=PARIS))
