"""What a contract covers on a day, and how it came to that: sites, classes, machines, people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from clausier.contracts import queries
from clausier.contracts.models import Contract, CoveredClass, CoveredItem, ItemKind
from clausier.directory.models import Site


@dataclass(frozen=True, slots=True)
class Change:
    """Something that began or stopped being covered, or whose quantity changed, on a day.

    `what` is an equipment class or the kind of an item; `before` and `after` count, 0 and 1 for an item.
    """

    on: date
    what: str
    name: str
    before: int
    after: int
    kind: Literal["class", "item"]


@dataclass(frozen=True, slots=True)
class Perimeter:
    """What `contract` covers on the day `on`. No site named: all of the client's."""

    contract: Contract
    on: date
    sites: tuple[Site, ...]
    covered: dict[str, int]
    items: tuple[CoveredItem, ...]
    changes: tuple[Change, ...]

    def named(self, kind: str) -> list[CoveredItem]:
        """The items of a kind, by their names."""
        return [item for item in self.items if item.kind == kind]

    @property
    def machines(self) -> list[CoveredItem]:
        """The virtual machines."""
        return self.named(ItemKind.VM)

    @property
    def users(self) -> list[CoveredItem]:
        """The named users."""
        return self.named(ItemKind.USER)


def perimeter_of(contract: Contract, on: date) -> Perimeter:
    """What is covered on a day, with every change before and after it, the latest first."""
    classes = list(contract.covered.order_by("equipment_class", "from_on", "pk"))
    items = list(contract.items.order_by("kind", "name", "from_on"))
    changes = sorted([*_of_classes(classes), *_of_items(items)], key=lambda one: one.on, reverse=True)
    return Perimeter(
        contract=contract,
        on=on,
        sites=tuple(contract.sites.order_by("name")),
        covered=queries.covered(contract, on),
        items=tuple(item for item in items if _covers(item, on)),
        changes=tuple(changes),
    )


def _covers(item: CoveredItem, on: date) -> bool:
    return item.from_on <= on and (item.until_on is None or on < item.until_on)


def _of_classes(rows: list[CoveredClass]) -> Iterator[Change]:
    before: dict[str, int] = {}
    for row in rows:
        # A row whose day of end is its day of beginning never held: a correction of the same day.
        if row.until_on == row.from_on:
            continue
        label = str(row.get_equipment_class_display())
        former = before.get(row.equipment_class, 0)
        if former != row.quantity:
            yield Change(row.from_on, row.equipment_class, label, former, row.quantity, "class")
        before[row.equipment_class] = row.quantity


def _of_items(rows: list[CoveredItem]) -> Iterator[Change]:
    for row in rows:
        yield Change(row.from_on, row.kind, row.name, 0, 1, "item")
        if row.until_on is not None:
            yield Change(row.until_on, row.kind, row.name, 1, 0, "item")
