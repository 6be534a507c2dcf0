"""What was typed of sessions as they should have been: their lines, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from clausier.console.tickets.sheets import Posted
from clausier.desk.models import WorkMode, WorkSession
from clausier.foundation.errors import InvalidInput
from clausier.pages.parts.rates import DOMAINS


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is typed; its names in the form."""

    pk: int
    minutes: Any
    domain: str
    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A session to correct: its lines as they stand or were typed, and whether it is taken back whole."""

    session: WorkSession
    lines: tuple[Line, ...]
    chosen: str
    domains: tuple[tuple[str, Any], ...]

    @property
    def has_domains(self) -> bool:
        return self.session.mode != WorkMode.PROJECT


KEEP, CHANGE, DROP = "keep", "change", "drop"


def sheet_of(session: WorkSession, data: QueryDict | None, *, default: str) -> Sheet:
    """The session's lines, with what was typed over them."""
    prefix = f"s{session.pk}"
    asked: Mapping[str, Any] = data or {}
    lines = []
    for index, entry in enumerate(session.entries.all()):
        name = f"{prefix}-{index}"
        lines.append(
            Line(
                pk=entry.pk,
                minutes=asked.get(f"{name}-minutes", entry.minutes),
                domain=asked.get(f"{name}-domain", entry.domain),
                text=asked.get(f"{name}-text", entry.text),
                name=name,
            )
        )
    chosen = asked.get(f"{prefix}-what", default)
    domains = tuple((name, labels[0]) for name, labels in DOMAINS.items())
    return Sheet(session, tuple(lines), chosen, domains)


def entries_of(sheet: Sheet, data: QueryDict) -> list[dict[str, Any]]:
    """What should have been written; nothing where the session is taken back whole. Raises InvalidInput."""
    if sheet.chosen == DROP:
        return []
    posted, found = Posted(data), []
    for line in sheet.lines:
        minutes = posted.number(f"{line.name}-minutes")
        if minutes is None or minutes < 0:
            raise InvalidInput(_("Indiquez les minutes de chaque ligne, 0 pour la retirer."), field="entries")
        if minutes:
            found.append(
                {
                    "minutes": minutes,
                    "domain": posted.text(f"{line.name}-domain"),
                    "text": posted.text(f"{line.name}-text"),
                }
            )
    if not found:
        raise InvalidInput(
            _("Il ne reste aucune minute : choisissez de reprendre la séance entière."), field="entries"
        )
    return found
