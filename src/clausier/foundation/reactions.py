"""What follows from acts: jobs deferred inside the act's own transaction.

The table stands in `wiring.py`, which hands it over when the program starts: nothing down here knows what
follows. A job takes the id of the journal entry as `entry`, and that of its provider as `provider_id`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from procrastinate.contrib.django import app

from clausier.foundation.models import JournalEntry

_table: tuple[Reaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """The task that follows acts of these journal codes; None: every act of a provider.

    `wanted` is asked inside the act, and must be quick: a job nobody needs is not deferred.
    """

    task: str
    codes: frozenset[str] | None = None
    wanted: Callable[[JournalEntry], bool] = lambda entry: True


def connect(table: Sequence[Reaction]) -> None:
    """Follow acts by this table from now on, in this process."""
    global _table
    _table = tuple(table)


def follow(entry: JournalEntry) -> None:
    """Defer what follows from the act that wrote `entry`; a roll-back takes it along."""
    for reaction in _table:
        if (reaction.codes is None or entry.code in reaction.codes) and reaction.wanted(entry):
            app.configure_task(reaction.task).defer(entry=entry.pk, provider_id=entry.provider_id)
