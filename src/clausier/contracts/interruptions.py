"""What a book says of ending and of stopping for a while, and what stops a contract at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

from django.db.models import Q

from clausier.contracts.models import Contract, ContractEnd, ForceMajeure, ServiceSuspension
from clausier.foundation.clock import PARIS
from clausier.terms.book import Book, Reading
from clausier.terms.outcome import Words

GROUNDS: Final = "termination.grounds."
HINDRANCES: Final = "termination.hindrance.events"
AT_ONCE: Final = "termination.hindrance.effective"
LASTS: Final = "delays.force-majeure"
FORMAL_NOTICE: Final = "delays.formal-notice"
SUSPENDS: Final = "promise.suspension.force-majeure"
SUSPENSIONS: Final = ("promise.suspension.unpaid",)
"""Grounds on which a provider suspends its service by an act of its own."""


def grounds(book: Book, on: date, *, party: str, after_notice: bool) -> list[Reading]:
    """The grounds on which `party` may end a contract before its term, with or without a formal notice."""
    return [
        reading
        for name in book.names(GROUNDS)
        if (reading := book.read(name, on)).value["by"] in (party, "either")
        and bool(reading.value["notice_days"]) is after_notice
    ]


def hindrances(book: Book, on: date) -> list[Mapping[str, Any]]:
    """The events that the book itself takes for force majeure, as {key, label}; others may be it too."""
    return list(book.read(HINDRANCES, on).value) if book.has(HINDRANCES) else []


def effects(book: Book, on: date, says: Mapping[str, tuple[Any, Words]]) -> list[dict[str, Any]]:
    """Of `says`, {term: (its value, what follows from it)}, what holds in this book: {clause, says}."""
    found = []
    for term, (value, words) in says.items():
        if book.has(term) and (reading := book.read(term, on)).value == value:
            found.append({"clause": reading.clause, "says": list(words)})
    return found


@dataclass(frozen=True, slots=True)
class Interruption:
    """What stops a contract's service. `term` is what lets its promises wait, "" where nothing does."""

    kind: Literal["suspension", "force-majeure"]
    row: ServiceSuspension | ForceMajeure
    contract: Contract
    from_at: datetime
    until_at: datetime | None
    term: str
    clause: str
    says: str


def interruptions(contracts: Iterable[Contract], at: datetime) -> list[Interruption]:
    """What stops these contracts at the instant `at`, the earliest first."""
    own = [contract.pk for contract in contracts]
    suspended = ServiceSuspension.objects.filter(contract__in=own, from_at__lte=at)
    suspended = suspended.filter(Q(until_at=None) | Q(until_at__gt=at)).select_related("contract")
    on = at.astimezone(PARIS).date()
    hindered = ForceMajeure.objects.filter(contract__in=own, since_on__lte=on)
    hindered = hindered.filter(Q(until_on=None) | Q(until_on__gt=on)).select_related("contract")
    found = [*map(of_suspension, suspended), *map(of_force_majeure, hindered)]
    return sorted(found, key=lambda one: one.from_at)


def announced(contracts: Iterable[Contract], at: datetime) -> list[ServiceSuspension]:
    """The suspensions of these contracts that wait for their day at the instant `at`, the earliest first."""
    own = [contract.pk for contract in contracts]
    found = ServiceSuspension.objects.filter(contract__in=own, until_at=None, from_at__gt=at)
    return list(found.select_related("contract__client").order_by("from_at", "pk"))


def of_suspension(row: ServiceSuspension) -> Interruption:
    return Interruption(
        "suspension", row, row.contract, row.from_at, row.until_at, row.ground, row.clause, row.reason
    )


def of_force_majeure(row: ForceMajeure) -> Interruption:
    return Interruption(
        "force-majeure",
        row,
        row.contract,
        midnight(row.since_on),
        midnight(row.until_on) if row.until_on else None,
        SUSPENDS if row.clause else "",
        row.clause,
        row.description,
    )


def midnight(on: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(on, time(), PARIS)


def right_from(row: ForceMajeure) -> date | None:
    """The day from which either party may end the contract; None where the book gives no such right.

    Nor does it when the impediment was over before it had lasted long enough (ims 7.5).
    """
    if row.ruling is None:
        return None
    reached = date.fromisoformat(row.ruling.outcome["value"])
    if row.until_on is not None and row.until_on <= reached:
        return None
    return reached + timedelta(days=1)


def standing_ends(contracts: Iterable[Contract]) -> dict[int, ContractEnd]:
    """The end that stands of each of these contracts that has one."""
    own = [contract.pk for contract in contracts]
    found = ContractEnd.objects.filter(contract__in=own, undone_at=None)
    return {end.contract_id: end for end in found.select_related("ruling", "document")}
