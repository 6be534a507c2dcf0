"""What a webhook may ask to be told: the codes of the journal, with their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clausier.foundation.journal_words import ACTS

PING: Final = "integrations.ping"
EVERYTHING: Final = "*"

EVENTS: Final = ACTS
AREAS: Final = tuple(sorted({code.partition(".")[0] for code in EVENTS}))


def known(pattern: str) -> bool:
    """Whether `pattern` is an event, a whole area ("desk.*") or everything ("*")."""
    return pattern in EVENTS or pattern == EVERYTHING or pattern in {f"{area}.*" for area in AREAS}


def listens(patterns: Iterable[str], code: str) -> bool:
    """Whether one of `patterns` asks for `code`."""
    return not {EVERYTHING, code, f"{code.partition('.')[0]}.*"}.isdisjoint(patterns)
