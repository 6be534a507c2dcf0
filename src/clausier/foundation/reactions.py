"""What follows from acts: jobs deferred inside the act's own transaction.

The table stands in `wiring.py`, which hands it over when the program starts: nothing down here knows what
follows. A job takes the id of the journal entry as `entry`, and that of its provider as `provider_id`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection

from clausier.foundation import compiled, jobs, rows
from clausier.foundation.compiled import Compiled
from clausier.foundation.models import JournalEntry

_table: tuple[Reaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """The task that follows acts of these journal codes; None: every act of a provider.

    A job nobody needs is not deferred. `asks` are questions of which one must have an answer: they are given
    the `provider`, the `client` and the `object` of the entry, and asked in one statement with those of the
    other reactions. `wanted` is asked after them, inside the act, and must be quick.
    """

    task: str
    codes: frozenset[str] | None = None
    asks: tuple[Compiled[Any], ...] = ()
    wanted: Callable[[JournalEntry], bool] = lambda entry: True


def connect(table: Sequence[Reaction]) -> None:
    """Follow acts by this table from now on, in this process."""
    global _table
    _table = tuple(table)


def follow(entry: JournalEntry) -> None:
    """Store `entry` and defer what follows from the act that it tells; a roll-back takes both along.

    Within `ahead`, the entry has its id at the end of that block, where what follows is deferred.
    """
    due = [one for one in _table if one.codes is None or entry.code in one.codes]
    asked = dict.fromkeys(question for one in due for question in one.asks)
    with connection.ahead():  # type: ignore[attr-defined]
        needed = compiled.answered(*asked, **_about(entry))
        stored = rows.adding([entry])
        connection.hasten()  # type: ignore[attr-defined]
        connection.at_end(partial(_defer, entry, due, stored, needed))  # type: ignore[attr-defined]


def _defer(
    entry: JournalEntry,
    due: Sequence[Reaction],
    stored: Callable[[], None],
    needed: Callable[[], set[Compiled[Any]]],
) -> None:
    stored()
    answers = needed()
    for one in due:
        if (not one.asks or not answers.isdisjoint(one.asks)) and one.wanted(entry):
            jobs.defer(one.task, entry=entry.pk, provider_id=entry.provider_id)


def _about(entry: JournalEntry) -> dict[str, int]:
    """What the questions are given; 0 is nobody's number."""
    return {
        "provider": entry.provider_id or 0,
        "client": entry.client_id or 0,
        "object": entry.object_id or 0,
    }
