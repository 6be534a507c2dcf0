"""What the rules say of a ticket or of work before anything is written; the acts ask the same way.

Nothing here writes. An assessment carries the effective terms it was made from, so that an act keeps its
outcomes as rulings of that very edition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import clocks, policies
from clausier.desk.clocks import Move, PromiseView
from clausier.desk.models import (
    Contestation,
    HourlyItem,
    Origin,
    PromiseKind,
    Ticket,
    Verdict,
    WorkMode,
    WorkSession,
)
from clausier.directory.models import Agency, Client, Grade, Site, StaffProfile
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook, Person, Provider
from clausier.prepaid import overdrafts
from clausier.prepaid import queries as prepaid
from clausier.prepaid.models import PointAccount
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.calendar import calendar_of
from clausier.terms.outcome import Outcome
from clausier.terms.promise import Owed


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that hold for a ticket: the effective book, and the installed edition under it."""

    book: Book
    installed: InstalledBook


def terms_for(provider: Provider, contract: Contract | None, agency: Agency, on: date | None = None) -> Terms:
    """The contract's effective terms; without a contract, the provider's book with its practices.

    `on` picks the edition that the contract was under on that day, the present one without it.
    """
    if contract is None:
        return Terms(contracts.provider_book(provider, agency=agency), provider.book)
    edition = contracts.edition_of(contract, on)
    return Terms(contracts.under_edition(contract, edition, agency), edition)


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
    return covering_among(contracts.contracts_with_terms(client, on), equipment_class, on)


def covering_among(in_force: Sequence[Contract], equipment_class: str, on: date) -> Contract | None:
    """As `covering_contract`, of the client's contracts in force."""
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


CHASE_CALENDAR = "hours.phone"


def chase_day(ticket: Ticket, at: datetime, days: int) -> date:
    """The day from which a supplier that was written to at `at` is chased: `days` worked ones later."""
    book = terms_for(ticket.provider, ticket.contract, ticket.agency).book
    if book.has(CHASE_CALENDAR):
        works = calendar_of(book, CHASE_CALENDAR, policies.holidays_of(ticket.site, ticket.agency)).works
    else:
        works = _is_weekday
    return policies.chase_day(policies.day_of(at), days, works)


def _is_weekday(on: date) -> bool:
    return on.isoweekday() <= FRIDAY


FRIDAY = 5


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
    origin: str = ""

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
            origin=ticket.origin,
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


def assess(request: Request, *, ended_on: date | None = None) -> Assessment:
    """Ask the rules for priority and coverage; `ended_on` is the last day of the contract that held before.

    Raises TermsError for a word the book does not know.
    """
    on = policies.day_of(request.called_at)
    terms = terms_for(request.provider, request.contract, request.client.agency, on)
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
            **({"contract_ended_on": ended_on} if ended_on else {}),
        },
    )
    return Assessment(request, terms, priority, coverage)


def owed(assessment: Assessment, verdict: str) -> dict[str, Owed]:
    """What each clock of a ticket would count by if `verdict` is retained; planned work has no target."""
    book, holidays = assessment.terms.book, assessment.request.holidays
    found: dict[str, Owed] = {}
    if (commitment := assessment.commitment(verdict)) is not None:
        found[PromiseKind.PROMISE] = Owed(book, commitment, holidays)
    # Nobody waits for a first answer to work that the provider planned itself.
    if assessment.request.origin != Origin.PLAN and book.has(f"target.{clocks.FIRST_ANSWER}"):
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
        views[kind], outcomes[kind] = clocks.standing_told(kind, steps, at)
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


HOURLY_RATES = "hourly.rates"
HOURLY_TRAVEL = "hourly.travel"


@dataclass(frozen=True, slots=True)
class Hourly:
    """By what work without a contract is priced. `km` is there and back; `is_charged`: travel costs."""

    grade: str
    zone: int
    km: Decimal
    is_charged: bool


def hourly_facts(
    technician: Person,
    ticket: Ticket,
    mode: str,
    *,
    grade: str = "",
    zone: int | None = None,
    km: Decimal | None = None,
) -> Hourly:
    """What was said, completed: the technician's grade, the site's zone, the distance of the last trip there.

    Only work on site travels.
    """
    if mode != WorkMode.ONSITE:
        return Hourly(grade or grade_of(technician, ticket.provider), 1, Decimal(0), False)
    if zone is None:
        zone = ticket.site.zone if ticket.site else 1
    on = policies.day_of(ticket.called_at)
    book = terms_for(ticket.provider, ticket.contract, ticket.agency, on).book
    travel: Any = book.read(HOURLY_TRAVEL, on).value if book.has(HOURLY_TRAVEL) else {"included_zones": zone}
    is_charged = zone > int(travel["included_zones"])
    if km is None:
        km = _last_distance(ticket.site) if is_charged else Decimal(0)
    return Hourly(grade or grade_of(technician, ticket.provider), zone, km, is_charged)


def grade_of(technician: Person, provider: Provider) -> str:
    """At which rate the technician's hours count; that of a technician where nothing says otherwise."""
    profile = StaffProfile.objects.filter(
        provider=provider, membership__person=technician, membership__ended_at=None
    ).first()
    return profile.grade if profile else Grade.TECHNICIAN


def _last_distance(site: Site | None) -> Decimal:
    """The kilometres of the last trip to the site, there and back; 0 where nobody drove there yet."""
    if site is None:
        return Decimal(0)
    last = HourlyItem.objects.filter(ticket__site=site, km__gt=0, corrects=None).order_by("-pk").first()
    return last.km if last else Decimal(0)


def fee_of(ticket: Ticket, asked: Hourly, minutes: int, at: datetime) -> Outcome:
    """The outcome of `hourly-fee` for work of that day."""
    terms = terms_for(ticket.provider, ticket.contract, ticket.agency, policies.day_of(at))
    return rules.ask(
        "hourly-fee",
        terms.book,
        {
            "grade": asked.grade,
            "minutes": minutes,
            "zone": asked.zone,
            "km": asked.km,
            "on": policies.day_of(at),
        },
    )


CONTEST_WITHIN = "intake.contest-within"
REPEATED = "repeated-contestation"


def contestable_until(ticket: Ticket, session: WorkSession) -> date | None:
    """The last day to contest a validated session; None where nothing limits it.

    The day of the validation is not counted. The texts leave it open: a limit is the provider's practice.
    """
    book = terms_for(ticket.provider, ticket.contract, ticket.agency).book
    if session.validated_at is None or not book.has(CONTEST_WITHIN):
        return None
    validated_on = policies.day_of(session.validated_at)
    days = int(book.read(CONTEST_WITHIN, validated_on).value)
    return validated_on + timedelta(days=days) if days else None


def repeated_contestation(ticket: Ticket, at: datetime) -> Outcome | None:
    """Whether the client contests repeatedly by the day of `at`; None where the terms count nothing."""
    book = terms_for(ticket.provider, ticket.contract, ticket.agency).book
    if not rules.RULES[REPEATED].can_be_asked_of(book):
        return None
    made = Contestation.objects.filter(client_id=ticket.client_id, made_at__lte=at).order_by("made_at", "pk")
    return rules.ask(
        REPEATED,
        book,
        {
            "on": policies.day_of(at),
            "contestations": [
                {"made_on": policies.day_of(made_at), "state": state}
                for made_at, state in made.values_list("made_at", "state")
            ],
        },
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


def beyond(
    ticket: Ticket,
    account: PointAccount,
    *,
    points: Decimal,
    at: datetime,
    balance: Decimal | None = None,
    accounted: int | None = None,
) -> Outcome:
    """What happens to work of `points` beyond the balance: by the terms, or as someone answers for it.

    `balance` is what is available by default: what other sessions will take is not there for this one.
    """
    return overdrafts.asked(
        terms_for(ticket.provider, ticket.contract, ticket.agency, policies.day_of(at)).book,
        points=points,
        balance=prepaid.available(account) if balance is None else balance,
        on=policies.day_of(at),
        granted=prepaid.has_leave(account, ticket),
        accounted=accounted,
    )


def points_of(ticket: Ticket, mode: str, entries: Sequence[Mapping[str, Any]], at: datetime) -> Outcome:
    """The outcome of `session-points` for the entries of one session or trip that started at `at`."""
    terms = terms_for(ticket.provider, ticket.contract, ticket.agency, policies.day_of(at))
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
