"""Where the replayers put what they find, one fact after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from clausier.overview.replay.result import Change, Clock, Kind, Line, Side
from clausier.terms.errors import TermsError
from clausier.terms.outcome import Words


class Ledger:
    """Sums by contract (by client where there is none), the changes, and what could not be ruled."""

    def __init__(self) -> None:
        self.lines: dict[tuple[int | None, int], Line] = {}
        self.changes: list[Change] = []
        self._unruled: Counter[tuple[Kind, Words]] = Counter()

    def line(self, contract: int | None, client: int) -> Line:
        """The line of a contract; of a client, where it has none."""
        key = (contract, 0 if contract else client)
        found = self.lines.get(key)
        if found is None:
            found = self.lines[key] = Line(None, None)
        return found

    def clock(self, kind: Kind, line: Line, before: Clock, after: Clock) -> bool:
        """Count one clock; say whether it stands otherwise."""
        line.facts += 1
        line.before[kind].states[before.state] += 1
        line.after[kind].states[after.state] += 1
        if before.state != after.state:
            line.others += 1
        elif before.due != after.due:
            line.moved += 1
        else:
            return False
        return True

    def amount(self, kind: Kind, line: Line, before: Decimal, after: Decimal) -> bool:
        """Count one amount of points or euros; say whether it differs."""
        line.facts += 1
        sums = line.amounts[kind]
        sums.before += before
        sums.after += after
        line.others += before != after
        return before != after

    def day(self, line: Line, before: Side, after: Side) -> bool:
        """Count one day of a contract; say whether it moves."""
        line.facts += 1
        line.others += before != after
        return before != after

    def unruled(self, kind: Kind, refused: TermsError | Words, count: int = 1) -> None:
        """Facts that the book does not rule, with the sentence that says why."""
        says = refused.message if isinstance(refused, TermsError) else refused
        self._unruled[kind, says] += count

    def told(self) -> Iterator[tuple[Kind, Words, int]]:
        """What was not ruled, the most frequent first."""
        for (kind, says), count in self._unruled.most_common():
            yield kind, says, count
