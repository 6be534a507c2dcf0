"""What a book offers to choose from during a call: equipment classes with their promise, causes by nature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clausier.contracts.models import EquipmentClass
from clausier.desk.models import Impact, Nature, Urgency
from clausier.desk.policies import COMMITMENTS
from clausier.terms.book import Book

CAUSES = "coverage.causes."
ICONS = {
    EquipmentClass.SERVER: "server",
    EquipmentClass.NETWORK: "network",
    EquipmentClass.WORKSTATION: "monitor",
    EquipmentClass.PERIPHERAL: "printer",
    EquipmentClass.SMARTPHONE: "smartphone",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """An equipment class and what the terms promise for it."""

    value: str
    label: str
    icon: str
    says: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a ticket may be about, in the words of the book."""

    key: str
    label: str
    nature: str


def tiles(book: Book, on: date) -> list[Tile]:
    """The classes to choose from, each with the open hours promised for it on `on`."""
    return [_tile(book, EquipmentClass(value), on) for value in EquipmentClass.values]


def _tile(book: Book, equipment_class: EquipmentClass, on: date) -> Tile:
    label = str(equipment_class.label).capitalize()
    term = f"promise.{COMMITMENTS[equipment_class]}.within"
    icon = ICONS[equipment_class]
    if not book.has(term):
        return Tile(equipment_class.value, label, icon, _("aucun délai promis"))
    promised = book.read(term, on)
    hours = ngettext("%(hours)s h sur site", "%(hours)s h sur site", int(promised.value))
    return Tile(equipment_class.value, label, icon, hours % {"hours": promised.value}, promised.clause or "")


def causes(book: Book, equipment_class: str, on: date) -> list[Cause]:
    """The causes of the book that can be chosen for that class, in its order."""
    return list(_causes(book, equipment_class, on))


def _causes(book: Book, equipment_class: str, on: date) -> Iterator[Cause]:
    language = get_language() or "fr"
    for name in book.names(CAUSES):
        read = book.read(name, on)
        applies_to: Any = read.value.get("applies_to")
        if applies_to is None or equipment_class in applies_to:
            yield Cause(name.removeprefix(CAUSES), read.label.to(language), read.value["nature"])


def by_nature(found: list[Cause]) -> list[tuple[str, list[Cause]]]:
    """The same causes under « incident » and « demande », for a list with headings."""
    groups = [(str(nature.label).capitalize(), [c for c in found if c.nature == nature]) for nature in Nature]
    return [(label, members) for label, members in groups if members]


def chosen(found: list[Cause], key: str) -> Cause | None:
    """The cause of that key; the first one when it does not apply to the class."""
    return next((cause for cause in found if cause.key == key), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class GridRow:
    """The priorities of one impact; `cells` are (urgency, priority, whether it is the one chosen)."""

    impact: str
    label: str
    lit: bool
    cells: tuple[tuple[str, int, bool], ...]


def grid(book: Book, on: date, impact: str, urgency: str) -> list[GridRow]:
    """The provider's grid, the cell of the choice lit."""
    levels: Any = book.read("priority.grid", on).value
    return [
        GridRow(
            row.value,
            str(row.label),
            row.value == impact,
            tuple(
                (
                    column.value,
                    levels[row.value][column.value],
                    (row.value, column.value) == (impact, urgency),
                )
                for column in Urgency
            ),
        )
        for row in Impact
    ]
