"""What each provider of the demo thinks of changing in its book: a draft, to be replayed over the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from clausier.demo.clockwork import Script
from clausier.demo.world import World
from clausier.editions import services as editions
from clausier.editions.services import TermChange
from clausier.foundation import books
from clausier.terms.outcome import Words

IN_FORCE_IN = 75  # days from the loading
QUICKER: Mapping[str, Any] = {"promise.onsite-server.within": 3, "promise.onsite-workstation.within": 6}
DEARER: Mapping[str, Any] = {
    "points.rates": {
        "remote": {"workstation": 60, "server-network": 85, "business-software": 80},
        "onsite": {"workstation": 75, "server-network": 100, "business-software": 95},
        "project": 80,
    },
    "points.minimum": {"remote": 20, "onsite": 30},
}


def thought_of(world: World) -> Iterator[Script]:
    """One script: the draft, left open."""
    yield _drafted(world)


def _drafted(world: World) -> Script:
    """Shorter promises where there are any; else dearer points."""
    at = yield world.day(4, 11, 20)
    by, base = world.the("owner"), world.provider.book
    said = books.read(base)
    draft = editions.start_draft(
        by=by, at=at, base=base, effective_on=(world.now + timedelta(days=IN_FORCE_IN)).date()
    )
    for name, value in (DEARER if said.has("points.rates") else QUICKER).items():
        term, clause = said.terms[name], said.timeline(name)[-1].clause or ""
        change = TermChange(value, clause, Words(term.label.fr, term.label.en))
        editions.change_term(by=by, at=at, draft=draft, name=name, change=change)
