"""What every kind of line has: its fields, how one line is brought in, how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from clausier.directory.names import fold
from clausier.foundation.actors import Actor
from clausier.terms.outcome import plain
from clausier.transfer.cells import Fault, Reader, written
from clausier.transfer.errors import BuiltUpon
from clausier.transfer.known import Known
from clausier.transfer.models import Duplicates, ImportedLine

Values = Mapping[str, Any]
"""What a line says, read: the fields that are mapped and not empty."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind: its heading in our outline, how its cell is read, other headings it goes by."""

    name: str
    label: Any
    read: Reader
    example: Any
    says: Any = ""
    required: bool = False
    also: tuple[str, ...] = ()

    def goes_by(self, heading: str) -> bool:
        asked = fold(heading)
        return asked in {fold(str(self.label)), fold(self.name), *(fold(word) for word in self.also)}


@dataclass(frozen=True, slots=True)
class Made:
    """What a line became. `before` and `after` are what an update replaced and wrote."""

    did: str  # created, changed, skipped
    row: models.Model
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    former_key: str = ""


@dataclass(slots=True)
class Bringing:
    """The work of one file: who brings, when, on which day of moving in, what is known, what was made."""

    by: Actor
    at: datetime
    duplicates: str
    known: Known
    day: date | None = None
    former_tool: str = ""
    lines: dict[tuple[str, int], int] = field(default_factory=dict)

    def remember(self, line: int, row: models.Model) -> None:
        """The line that made or changed a row: another line about the same is an error of the file."""
        self.lines[_name(row)] = line

    def met_again(self, row: models.Model, at_fault: str, update: Callable[[], Made] | None = None) -> Made:
        """What becomes of a line that is known as `row`, by what was chosen. Raises Fault."""
        first = self.lines.get(_name(row))
        if first is not None:
            raise Fault(
                _("La ligne %(line)s de ce fichier dit déjà la même chose.") % {"line": first}, at_fault
            )
        if self.duplicates == Duplicates.SKIP:
            return Made("skipped", row)
        if self.duplicates == Duplicates.UPDATE and update is not None:
            return update()
        raise Fault(
            _("« %(name)s » est déjà là : choisissez de passer les lignes connues, ou retirez celle-ci.")
            % {"name": row},
            at_fault,
        )


def _name(row: models.Model) -> tuple[str, int]:
    return row._meta.model_name or "", row.pk


@dataclass(frozen=True, slots=True)
class LineKind:
    """A kind of line. `updates`: known rows can be updated; `on_the_day`: it is taken over on the day of
    moving in. `take_back` undoes a line that created, `put_back` one that changed."""

    key: str
    fields: tuple[Field, ...]
    bring: Callable[[Values, Bringing], Made]
    take_back: Callable[[ImportedLine, Bringing], None]
    put_back: Callable[[ImportedLine, Bringing], None] | None = None
    on_the_day: bool = False
    refusals: Mapping[str, str] = field(default_factory=dict)  # a service's field → ours, where they differ

    def is_example(self, cells: Iterable[Any]) -> bool:
        """Whether a line is the one that our outline shows, left where it stood.

        One cell may differ: the kind of contract is taken from the provider's own book.
        """
        examples = {fold(str(one.example)) for one in self.fields if one.example}
        said = {fold(written(cell)) for cell in cells if cell is not None}
        return len(said & examples) > 2 and len(said - examples) < 2

    @property
    def updates(self) -> bool:
        return self.put_back is not None

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


def guessed(kind: LineKind, headings: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """Which column each field is in: as it was chosen before, else by the headings."""
    found: dict[str, int] = {}
    for number, heading in enumerate(headings):
        chosen = remembered.get(fold(heading))
        if chosen and kind.field(chosen) and chosen not in found:
            found[chosen] = number
    for one in kind.fields:
        for number, heading in enumerate(headings):
            if one.name not in found and number not in found.values() and one.goes_by(heading):
                found[one.name] = number
    return found


# What kinds that can be updated share


def facts_of(row: models.Model, names: Sequence[str]) -> dict[str, Any]:
    """The values of a row as JSON; another row by its key."""
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.pk if isinstance(value, models.Model) else plain(value) for name, value in values.items()
    }


def changed(row: Any, update: Callable[..., Any], changes: Mapping[str, Any]) -> Made:
    """Update `row`; what was there before and what is there now are kept."""
    former = facts_of(row, list(changes))
    update(**changes)
    row.refresh_from_db()
    now = facts_of(row, list(changes))
    differing = {name: value for name, value in now.items() if value != former[name]}
    if not differing:
        return Made("skipped", row)
    return Made("changed", row, {name: former[name] for name in differing}, differing)


def still_as_written(row: models.Model, line: ImportedLine) -> None:
    """Raises BuiltUpon when what an update wrote was changed since."""
    if facts_of(row, list(line.after)) != dict(line.after):
        raise BuiltUpon(_("« %(name)s » a changé depuis l’import.") % {"name": row})
