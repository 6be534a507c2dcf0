"""The directory of the backups: which lie there, which are kept, when the next is due.

A backup's name says when it was made, in UTC, and for what: `clausier-20261122T013000Z.tar`,
`clausier-20261122T091500Z-before-upgrade.tar`. Files of other names are none of ours.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clausier import cluster, options
from clausier.foundation.clock import PARIS

NAME = re.compile(r"clausier-(\d{8}T\d{6}Z)(?:-([a-z-]+))?\.tar")
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup on the shelf."""

    path: Path
    made_at: datetime
    reason: str

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days, weeks and months keep a backup, the newest of each."""

    days: int
    weeks: int
    months: int

    @classmethod
    def of_settings(cls) -> Rule:
        return cls(
            *(options.value(f"CLAUSIER_BACKUP_KEEP_{period}") for period in ("DAYS", "WEEKS", "MONTHS"))
        )


def directory() -> Path:
    """Where backups go: `CLAUSIER_BACKUPS`, else `backups/` of the data directory."""
    named: Path | None = options.value("CLAUSIER_BACKUPS")
    return named or cluster.home() / "backups"


def name_for(made_at: datetime, reason: str = "") -> str:
    """The file name of a backup made at that instant; `reason` is a lower-case word or two."""
    tail = f"-{reason}" if reason else ""
    return f"clausier-{made_at.astimezone(UTC).strftime(STAMP)}{tail}.tar"


def kept(where: Path) -> list[Kept]:
    """The backups of a directory, oldest first; none when it is not there."""
    if not where.is_dir():
        return []
    found = []
    for path in where.iterdir():
        if match := NAME.fullmatch(path.name):
            made_at = datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)
            found.append(Kept(path, made_at, match[2] or ""))
    return sorted(found, key=lambda one: (one.made_at, one.path.name))


def due(now: datetime, at: tuple[int, int], last: datetime | None) -> bool:
    """Whether the day's backup is still to be made: the hour `at` (in Paris) has come, and none was since."""
    here = now.astimezone(PARIS)
    begins = here.replace(hour=at[0], minute=at[1], second=0, microsecond=0)
    return here >= begins and (last is None or last < begins)


def to_keep(made: Iterable[datetime], rule: Rule) -> set[datetime]:
    """The instants that stay: the newest of each of the last days, weeks and months that have one."""
    newest_first = sorted(set(made), reverse=True)
    periods: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (rule.days, lambda at: at.astimezone(PARIS).date()),
        (rule.weeks, lambda at: at.astimezone(PARIS).isocalendar()[:2]),
        (rule.months, lambda at: (at.astimezone(PARIS).year, at.astimezone(PARIS).month)),
    )
    stay = set(newest_first[:1])  # whatever the rule, never the last one
    for count, period in periods:
        firsts: dict[Hashable, datetime] = {}
        for at in newest_first:
            firsts.setdefault(period(at), at)
        stay.update(list(firsts.values())[:count])
    return stay


def prune(where: Path, rule: Rule) -> list[Kept]:
    """Remove the backups that the rule does not keep; return them."""
    there = kept(where)
    stay: Collection[datetime] = to_keep((one.made_at for one in there), rule)
    gone = [one for one in there if one.made_at not in stay]
    for one in gone:
        one.path.unlink(missing_ok=True)
    return gone


def sweep(where: Path, now: datetime) -> None:
    """Remove what a backup that was killed a day ago or more left behind."""
    for left in [*where.glob(".backup-*"), *where.glob("clausier-*.tar.part")]:
        if datetime.fromtimestamp(left.stat().st_mtime, UTC) < now - timedelta(days=1):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
