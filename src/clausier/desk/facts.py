"""What the rules say of a ticket or of work before anything is written; the acts ask the same way.

Nothing here writes. An assessment carries the effective terms it was made from, so that an act keeps its
outcomes as rulings of that very edition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import clocks, policies
from clausier.desk.clocks import Move, PromiseView
from clausier.desk.models import PromiseKind, Ticket, Verdict, WorkMode
from clausier.directory.models import Agency, Client, Site
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook, Provider
from clausier.prepaid import queries as prepaid
from clausier.prepaid.models import PointAccount
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.outcome import Outcome
from clausier.terms.promise import Owed


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that hold for a ticket: the effective book, and the installed edition under it."""

    book: Book
    installed: InstalledBook


def terms_for(provider: Provider, contract: Contract | None, agency: Agency) -> Terms:
    """The contract's effective terms; without a contract, the provider's book with its practices."""
    if contract is None:
        return Terms(contracts.provider_book(provider, agency=agency), provider.book)
    return Terms(contracts.effective_book(contract, agency=agency), contract.book)


def classes_covered(contract: Contract, on: date) -> list[str]:
    """The equipment classes that a contract covers on a day.

    A contract paid in points that names none is not limited: it covers them all.
    """
    named = list(contracts.covered(contract, on))
    if named or not books.read(contract.book).has("points.rates"):
        return named
    return list(EquipmentClass.values)


def covering_contract(client: Client, equipment_class: str, on: date) -> Contract | None:
    """The contract in force that covers the class; failing that, the client's first in force."""
    in_force = contracts.contracts_with_terms(client, on)
    covering = (c for c in in_force if equipment_class in classes_covered(c, on))
    return next(covering, in_force[0] if in_force else None)


CAUSES = "coverage.causes."


def usual_cause(client: Client, equipment_class: str, nature: str, at: datetime) -> str | None:
    """What such a request is about until staff say better: the first cause of the terms that fits.

    None when the terms know nothing of that nature for that class.
    """
    on = policies.day_of(at)
    contract = covering_contract(client, equipment_class, on)
    return cause_under(terms_for(client.provider, contract, client.agency).book, equipment_class, nature, on)


def cause_under(book: Book, equipment_class: str, nature: str, on: date) -> str | None:
    """As `usual_cause`, under the terms that hold."""
    for name in book.names(CAUSES):
        value: Any = book.read(name, on).value
        fits = value.get("applies_to") is None or equipment_class in value["applies_to"]
        if value["nature"] == nature and fits:
            return name.removeprefix(CAUSES)
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """What the rules need to know of a ticket."""

    provider: Provider
    client: Client
    contract: Contract | None
    site: Site | None
    equipment_class: str
    impact: str
    urgency: str
    cause: str
    nature: str
    called_at: datetime

    @classmethod
    def of(cls, ticket: Ticket) -> Request:
        return cls(
            provider=ticket.provider,
            client=ticket.client,
            contract=ticket.contract,
            site=ticket.site,
            equipment_class=ticket.equipment_class,
            impact=ticket.impact,
            urgency=ticket.urgency,
            cause=ticket.cause,
            nature=ticket.nature,
            called_at=ticket.called_at,
        )

    @property
    def holidays(self) -> str:
        return policies.holidays_of(self.site, self.client.agency)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the terms say of a request."""

    request: Request
    terms: Terms
    priority: Outcome
    coverage: Outcome

    @property
    def proposed(self) -> str:
        """The verdict that the rule proposes."""
        return str(self.coverage.value)

    def commitment(self, verdict: str) -> str | None:
        """What is promised if `verdict` is retained; None when nothing is."""
        return policies.commitment_for(
            self.terms.book,
            nature=self.request.nature,
            verdict=verdict,
            equipment_class=self.request.equipment_class,
            contract=self.request.contract,
        )


def assess(request: Request) -> Assessment:
    """Ask the rules for priority and coverage. Raises TermsError for a word the book does not know."""
    terms = terms_for(request.provider, request.contract, request.client.agency)
    on = policies.day_of(request.called_at)
    priority = rules.ask(
        "priority", terms.book, {"impact": request.impact, "urgency": request.urgency, "on": on}
    )
    classes = classes_covered(request.contract, on) if request.contract else None
    coverage = rules.ask(
        "coverage",
        terms.book,
        {
            "equipment_class": request.equipment_class,
            "cause": request.cause,
            "contract_classes": classes,
            "on": on,
        },
    )
    return Assessment(request, terms, priority, coverage)


def owed(assessment: Assessment, verdict: str) -> dict[str, Owed]:
    """What each clock of a ticket would count by if `verdict` is retained; a target is always there."""
    book, holidays = assessment.terms.book, assessment.request.holidays
    found: dict[str, Owed] = {}
    if (commitment := assessment.commitment(verdict)) is not None:
        found[PromiseKind.PROMISE] = Owed(book, commitment, holidays)
    if book.has(f"target.{clocks.FIRST_ANSWER}"):
        priority = int(assessment.priority.value)
        found[PromiseKind.TARGET] = Owed(book, clocks.FIRST_ANSWER, holidays, priority)
    return found


@dataclass(frozen=True, slots=True)
class TicketPreview:
    """What a ticket would get if it were saved at that instant; `contract` is the one that would be taken.

    The views are the clocks as they would stand, ready to be shown.
    """

    contract: Contract | None
    priority: Outcome
    coverage: Outcome
    promise: Outcome | None
    target: Outcome | None
    promise_view: PromiseView | None
    target_view: PromiseView | None


def preview_ticket(
    actor: Actor,
    client: Client,
    contract: Contract | None,
    site: Site | None,
    equipment_class: str,
    impact: str,
    urgency: str,
    cause: str,
    nature: str,
    at: datetime,
    verdict: str | None = None,
) -> TicketPreview:
    """What would be written for a call at `at`, by the same code, without writing.

    `contract` None takes the one that covers, `verdict` None the one that the book proposes.
    """
    chosen = contract or covering_contract(client, equipment_class, policies.day_of(at))
    assessment = assess(
        Request(
            provider=actor.provider,
            client=client,
            contract=chosen,
            site=site,
            equipment_class=equipment_class,
            impact=impact,
            urgency=urgency,
            cause=cause,
            nature=nature,
            called_at=at,
        )
    )
    outcomes: dict[str, Outcome] = {}
    views: dict[str, PromiseView] = {}
    for kind, what in owed(assessment, verdict or assessment.proposed).items():
        steps = [Move(at=at, step="started", owed=what)]
        outcomes[kind] = clocks.replay(steps, at)
        views[kind] = clocks.standing(kind, steps, at)
    return TicketPreview(
        contract=chosen,
        priority=assessment.priority,
        coverage=assessment.coverage,
        promise=outcomes.get(PromiseKind.PROMISE),
        target=outcomes.get(PromiseKind.TARGET),
        promise_view=views.get(PromiseKind.PROMISE),
        target_view=views.get(PromiseKind.TARGET),
    )


@dataclass(frozen=True, slots=True)
class WorkPreview:
    """What a session would take. All but `outcome` are None where nothing is counted in points."""

    verdict: str
    outcome: Outcome | None
    worked_minutes: int
    accounted_minutes: int | None
    points: Decimal | None
    before: Decimal | None
    after: Decimal | None


def preview_work(
    ticket: Ticket, mode: str, entries: Sequence[Mapping[str, Any]], at: datetime | None = None
) -> WorkPreview:
    """What `entries` ([{domain, minutes}]) done in `mode` would take from the client's account.

    `at` is the start of the work, for the rates of that day (the call's by default). Raises TermsError
    naming the entry at fault.
    """
    worked = sum(int(entry["minutes"]) for entry in entries)
    if ticket.verdict != Verdict.POINTS:
        return WorkPreview(ticket.verdict, None, worked, None, None, None, None)
    outcome = points_of(ticket, mode, entries, at or ticket.called_at)
    points = Decimal(str(outcome.value))
    account = account_of(ticket)
    before = prepaid.balance(account) if account else None
    return WorkPreview(
        verdict=ticket.verdict,
        outcome=outcome,
        worked_minutes=worked,
        accounted_minutes=accounted_minutes(outcome),
        points=points,
        before=before,
        after=before - points if before is not None else None,
    )


DESK_HOURS = "phone"


def closing_seconds(ticket: Ticket, since: datetime, closed_at: datetime) -> int | None:
    """Open seconds from the call to the closing, on the service desk's hours of the ticket's own terms.

    None where these terms have no such hours. Work may be closed back to before the call: that is nothing.
    """
    book = terms_for(ticket.provider, ticket.contract, ticket.agency).book
    if not book.has(f"hours.{DESK_HOURS}"):
        return None
    asked = {
        "calendar": DESK_HOURS,
        "from": since,
        "to": max(since, closed_at),
        "holidays": policies.holidays_of(ticket.site, ticket.client.agency),
    }
    return int(rules.ask("elapsed", book, asked).value)


def account_of(ticket: Ticket) -> PointAccount | None:
    """The account of the ticket's contract; None when it has none."""
    if ticket.contract is None:
        return None
    return PointAccount.objects.filter(contract=ticket.contract).first()


def points_of(ticket: Ticket, mode: str, entries: Sequence[Mapping[str, Any]], at: datetime) -> Outcome:
    """The outcome of `session-points` for the entries of one session or trip that started at `at`."""
    terms = terms_for(ticket.provider, ticket.contract, ticket.agency)
    asked = [
        {"minutes": int(entry["minutes"])}
        | (
            {"domain": entry.get("domain") or policies.default_domain(mode, ticket.equipment_class)}
            if mode != WorkMode.PROJECT
            else {}
        )
        for entry in entries
    ]
    return rules.ask(
        "session-points", terms.book, {"mode": mode, "entries": asked, "on": policies.day_of(at)}
    )


def accounted_minutes(outcome: Outcome) -> int:
    """The minutes that were counted, minimum included."""
    return next(int(part.facts["accounted"]) for part in outcome.parts if part.kind == "minimum")
