"""Both sides of a fact as panels: what was ruled then, and what the book answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clausier.overview.replay import Explained, Question
from clausier.pages.addresses import Addresses
from clausier.pages.parts.why import Panel
from clausier.pages.why.reading import panel_of_question, panel_of_ruling, panel_of_text


@dataclass(frozen=True, slots=True)
class Sides:
    """A panel for each side; None where it owes nothing."""

    before: Panel | None
    after: Panel | None


def sides_of(found: Explained, question: Question, addresses: Addresses, *, now: datetime) -> Sides:
    """The panels of a fact that was replayed."""
    after = panel_of_text(found.after, question.text.book, now=now) if found.after else None
    return Sides(before=_before(found, addresses, now), after=after)


def _before(found: Explained, addresses: Addresses, now: datetime) -> Panel | None:
    if found.ruling is not None:
        return panel_of_ruling(found.ruling, addresses, now=now)
    if found.before is None or found.contract is None:
        return None
    return panel_of_question(
        found.before.as_json(), addresses, book=found.contract.book, contract=found.contract, now=now
    )
