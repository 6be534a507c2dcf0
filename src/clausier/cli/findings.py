"""What `clausier verify` finds in a file, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from clausier.terms.outcome import Words


class UnreadableFile(Exception):
    """The file cannot be read as what it claims to be."""

    def __init__(self, says: Words) -> None:
        super().__init__(says.en)
        self.says = says


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a file is what it was: in a sentence, in lines that say more, and in `facts` for machines.

    `certificates` are the fingerprints (SHA-256, hexadecimal) of those who sealed it.
    """

    is_intact: bool
    verdict: Words
    lines: tuple[Words, ...]
    facts: dict[str, Any]
    certificates: frozenset[str] = frozenset()

    def refused(self, why: Words) -> Finding:
        """The same file, that does not hold for the reason `why`."""
        return replace(self, is_intact=False, verdict=why, lines=(self.verdict, *self.lines))
