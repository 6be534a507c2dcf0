"""Where the replayers put what they find, one fact after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from operator import attrgetter

from clausier.overview.replay.result import Change, Clock, Kind, Line, Side
from clausier.terms.errors import TermsError
from clausier.terms.outcome import Words


class Ledger:
    """Sums by contract (by client where there is none), the changes, and what could not be ruled."""

    def __init__(self) -> None:
        self.lines: dict[tuple[int | None, int], Line] = {}
        self.others: list[Change] = []  # what ends otherwise
        self.moved: list[Change] = []  # what is merely due at another hour
        self._unruled: Counter[tuple[Kind, Words]] = Counter()

    def line(self, contract: int | None, client: int) -> Line:
        """The line of a contract; of a client, where it has none."""
        key = (contract, 0 if contract else client)
        found = self.lines.get(key)
        if found is None:
            found = self.lines[key] = Line(None, None)
        return found

    def clock(self, change: Change, before: Clock, after: Clock) -> None:
        """Count one clock, and keep the change where it is one."""
        line = self.line(change.contract, change.client)
        line.facts += 1
        line.before[change.kind].states[before.state] += 1
        line.after[change.kind].states[after.state] += 1
        if before.state != after.state:
            line.others += 1
            self.others.append(change)
        elif before.due != after.due:
            line.moved += 1
            self.moved.append(change)

    def amount(self, change: Change, before: Decimal, after: Decimal) -> None:
        """Count one amount of points or euros, and keep the change where it is one."""
        line = self.line(change.contract, change.client)
        sums = line.amounts[change.kind]
        sums.before += before
        sums.after += after
        self._count(change, line, before, after)

    def day(self, change: Change, before: Side, after: Side) -> None:
        """Count one day of a contract, and keep the change where it is one."""
        self._count(change, self.line(change.contract, change.client), before, after)

    def _count(self, change: Change, line: Line, before: Side, after: Side) -> None:
        line.facts += 1
        if before != after:
            line.others += 1
            self.others.append(change)

    def unruled(self, kind: Kind, refused: TermsError | Words, count: int = 1) -> None:
        """Facts that the book does not rule, with the sentence that says why."""
        says = refused.message if isinstance(refused, TermsError) else refused
        self._unruled[kind, says] += count

    def changes(self) -> list[Change]:
        """What ends otherwise, then what is merely due at another hour; the latest first."""
        latest = attrgetter("at", "subject")
        return [
            *sorted(self.others, key=latest, reverse=True),
            *sorted(self.moved, key=latest, reverse=True),
        ]

    def told(self) -> Iterator[tuple[Kind, Words, int]]:
        """What was not ruled, the most frequent first."""
        for (kind, says), count in self._unruled.most_common():
            yield kind, says, count
