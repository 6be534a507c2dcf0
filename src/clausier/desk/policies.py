"""What the desk decides from facts alone: no database, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk.models import Nature, Step, Ticket, Verdict, WorkDomain, WorkMode
from clausier.directory.models import Agency, Site
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.terms.book import Book
from clausier.terms.instants import seconds_of

STEPS: Final = tuple(Step.values)
PAID_BY_CONTRACT: Final = frozenset({Verdict.COVERED, Verdict.POINTS})

# What each class of equipment is promised (imri VI.3): a server or network outage, or anything a user holds.
COMMITMENTS: Final[dict[str, str]] = {
    EquipmentClass.SERVER: "onsite-server",
    EquipmentClass.NETWORK: "onsite-server",
    EquipmentClass.WORKSTATION: "onsite-workstation",
    EquipmentClass.PERIPHERAL: "onsite-workstation",
    EquipmentClass.SMARTPHONE: "onsite-workstation",
}

# The domain that work on a class is counted in when nobody says otherwise (ims 7.1.2).
DOMAINS: Final[dict[str, str]] = {
    EquipmentClass.SERVER: WorkDomain.SERVER_NETWORK,
    EquipmentClass.NETWORK: WorkDomain.SERVER_NETWORK,
    EquipmentClass.WORKSTATION: WorkDomain.WORKSTATION,
    EquipmentClass.PERIPHERAL: WorkDomain.WORKSTATION,
    EquipmentClass.SMARTPHONE: WorkDomain.WORKSTATION,
}


def day_of(at: datetime) -> date:
    """The day of an instant in Paris."""
    return at.astimezone(PARIS).date()


def holidays_of(site: Site | None, agency: Agency) -> str:
    """The region whose public holidays count: the site's where it names one, else the agency's."""
    return (site.holidays if site else "") or agency.holidays


def commitment_for(
    book: Book, *, nature: str, verdict: str, equipment_class: str, contract: Contract | None
) -> str | None:
    """What the terms promise for such a ticket; None when they promise nothing.

    A promise is for an incident whose repair the contract pays; a follow-up at a supplier's, a request and
    work without a contract have none.
    """
    if contract is None or nature != Nature.INCIDENT or verdict not in PAID_BY_CONTRACT:
        return None
    commitment = COMMITMENTS[equipment_class]
    return commitment if book.has(f"promise.{commitment}.within") else None


def is_above(step: str, other: str) -> bool:
    """Whether `step` is further up than `other` (imri VI.1–VI.3)."""
    return STEPS.index(step) > STEPS.index(other)


# Closing and reopening


def is_creator(actor: Actor, ticket: Ticket) -> bool:
    """Whether `actor` is the client's person who created the ticket: the caller, not the operator."""
    return ticket.caller_id is not None and actor.contact_id == ticket.caller_id


def may_close(actor: Actor, ticket: Ticket) -> bool:
    """Staff whose role closes, or the ticket's creator (ims 6.4)."""
    return actor.may("desk.close") and (not actor.is_client_side or is_creator(actor, ticket))


def reopens(closed_at: datetime, at: datetime, days: int) -> bool:
    """Whether a reply at `at` still reopens a ticket closed at `closed_at`; the last day is whole."""
    return day_of(at) <= day_of(closed_at) + timedelta(days=days)


# Cases at suppliers


def chase_day(since: date, days: int, works: Callable[[date], bool]) -> date:
    """The day from which a supplier is chased: the `days`th worked one after `since`."""
    day, found = since, 0
    while found < days:
        day += timedelta(days=1)
        found += works(day)
    return day


# Pre-diagnosis


def questions_of(book: Book, on: date) -> Sequence[Mapping[str, Any]]:
    """The questions to answer before an appointment, as {key, label}; none where the book asks for none."""
    if not book.has("prediagnosis.required") or not book.read("prediagnosis.required", on).value:
        return ()
    questions: Sequence[Mapping[str, Any]] = book.read("prediagnosis.questions", on).value
    return questions


def unanswered(questions: Iterable[Mapping[str, Any]], answers: Mapping[str, str]) -> list[str]:
    """The keys of the questions that have no answer yet."""
    return [q["key"] for q in questions if not str(answers.get(q["key"], "")).strip()]


# Work


def elapsed_seconds(start: datetime, end: datetime) -> int:
    """Seconds that passed, whatever the clocks did: two local instants would subtract as wall time."""
    return seconds_of(end) - seconds_of(start)


def whole_minutes(seconds: int) -> int:
    """Complete minutes, one at least: what a stopwatch shows is what is counted."""
    return max(1, seconds // 60)


def default_domain(mode: str, equipment_class: str) -> str:
    """The domain of an entry that names none; project work has no domain."""
    return "" if mode == WorkMode.PROJECT else DOMAINS[equipment_class]
