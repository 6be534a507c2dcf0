"""What is asked before anything is done: who would take a ticket and why, whether an hour wakes someone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from clausier.contracts import queries as contracts
from clausier.contracts.models import EquipmentClass
from clausier.desk import facts as desk
from clausier.desk import policies as desk_policies
from clausier.desk.facts import DESK_HOURS, Terms
from clausier.desk.models import PhoneCall, Ticket
from clausier.desk.states import TicketState
from clausier.directory.models import Agency, Site
from clausier.foundation.models import Membership, Provider
from clausier.foundation.permissions import Role
from clausier.roster import policies, queries
from clausier.roster.models import CallOutReason, GivenInTurn, RosterSettings
from clausier.roster.policies import Candidate
from clausier.terms import rules
from clausier.terms.calendar import calendar_of
from clausier.terms.instants import instant, seconds_of
from clausier.terms.outcome import Outcome

MINUTE = 60
HOURS = f"hours.{DESK_HOURS}"


# Who takes a ticket


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who may take a ticket, the best placed first, and who is away; `needed` are the skills asked for."""

    needed: tuple[str, ...]
    ranked: tuple[Candidate, ...]
    away: tuple[Candidate, ...]
    in_turn: bool

    @property
    def best(self) -> Candidate | None:
        """Whom the proposal names; None where nobody is there."""
        return self.ranked[0] if self.ranked else None


def proposal(ticket: Ticket, at: datetime, *, in_turn: bool = False) -> Proposal:
    """Who would take the ticket at `at`: technicians, or all who work on tickets where there is none."""
    needed = tuple(queries.needs_of(ticket))
    team = list(
        Membership.objects.working()
        .filter(provider_id=ticket.provider_id, role__in=queries.WORKERS, person__is_active=True)
        .select_related("person", "profile__agency")
        .prefetch_related("profile__skills")
    )
    technicians = [one for one in team if one.role == Role.TECHNICIAN] or team
    ids = [one.person_id for one in technicians]
    loads, counts = _loads(ticket, ids)
    given = dict(
        GivenInTurn.objects.filter(provider_id=ticket.provider_id, person__in=ids).values_list(
            "person_id", "at"
        )
    )
    away = queries.away_at(ticket.provider, at)
    candidates = [_candidate(one, ticket, needed, loads, counts, given, away) for one in technicians]
    return Proposal(
        needed=needed,
        ranked=tuple(policies.ranked(candidates, in_turn=in_turn)),
        away=tuple(one for one in candidates if one.absent_until is not None),
        in_turn=in_turn,
    )


def _loads(ticket: Ticket, people: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """What each has open, weighed and counted; the ticket itself does not count."""
    rows = (
        Ticket.objects.filter(provider_id=ticket.provider_id, assignee__in=people)
        .exclude(state=TicketState.CLOSED)
        .exclude(pk=ticket.pk)
        .values_list("assignee_id", "priority")
        .annotate(n=Count("pk"))
    )
    loads: dict[int, int] = defaultdict(int)
    counts: dict[int, int] = defaultdict(int)
    for person, priority, number in rows:
        assert person is not None
        loads[person] += policies.weight(priority) * number
        counts[person] += number
    return loads, counts


def _candidate(
    member: Membership,
    ticket: Ticket,
    needed: tuple[str, ...],
    loads: dict[int, int],
    counts: dict[int, int],
    given: dict[int, datetime],
    away: dict[int, datetime],
) -> Candidate:
    profile = getattr(member, "profile", None)
    skills = {skill.name for skill in profile.skills.all()} if profile else set()
    agency: Agency | None = profile.agency if profile else None
    last = given.get(member.person_id)
    return Candidate(
        person_id=member.person_id,
        name=member.person.full_name,
        missing=tuple(name for name in needed if name not in skills),
        has=tuple(name for name in needed if name in skills),
        same_agency=agency is not None and agency.pk == ticket.agency_id,
        agency=agency.name if agency else "",
        load=loads.get(member.person_id, 0),
        open_count=counts.get(member.person_id, 0),
        last_given=seconds_of(last) if last else 0,
        absent_until=away.get(member.person_id),
    )


# Whether an hour calls someone out


@dataclass(frozen=True, slots=True)
class Wanted:
    """Why the on-call is wanted. `outcome` is what the client's own terms say of that minute."""

    reason: str
    outcome: Outcome | None
    terms: Terms | None


def wanted_for_ticket(ticket: Ticket, at: datetime, settings: RosterSettings) -> Wanted | None:
    """Why the ticket calls the on-call out at `at`; None while the house is open, or if nothing asks.

    The client's terms, derogations laid over them, say whether that hour is theirs; where they do not, only
    the house's own practice on priorities does.
    """
    if house_is_open(ticket.provider, ticket.agency, at):
        return None
    terms = desk.terms_for(ticket.provider, ticket.contract, ticket.agency)
    outcome = _open_minute(terms, ticket.site, ticket.agency, at)
    if outcome is not None and int(outcome.value) > 0:
        return Wanted(CallOutReason.TERMS, outcome, terms)
    if settings.urgent_priority is not None and ticket.priority <= settings.urgent_priority:
        return Wanted(CallOutReason.PRIORITY, outcome, terms if outcome else None)
    return None


def wanted_for_call(call: PhoneCall, at: datetime) -> Wanted | None:
    """Why an unanswered call does: a known client whose terms open that hour."""
    if call.client is None or house_is_open(call.provider, call.client.agency, at):
        return None
    client = call.client
    contract = desk.covering_contract(client, EquipmentClass.WORKSTATION, desk_policies.day_of(at))
    terms = desk.terms_for(call.provider, contract, client.agency)
    site = call.contact.site if call.contact else None
    outcome = _open_minute(terms, site, client.agency, at)
    if outcome is not None and int(outcome.value) > 0:
        return Wanted(CallOutReason.TERMS, outcome, terms)
    return None


def house_is_open(provider: Provider, agency: Agency, at: datetime) -> bool:
    """Whether the agency answers the phone then, by the provider's own book; always where it says nothing."""
    book = contracts.provider_book(provider, agency)
    if not book.has(HOURS):
        return True
    return calendar_of(book, HOURS, agency.holidays).is_open(seconds_of(at))


def _open_minute(terms: Terms, site: Site | None, agency: Agency, at: datetime) -> Outcome | None:
    """How much of the minute from `at` is open on the phone hours of these terms; None without such hours."""
    if not terms.book.has(HOURS):
        return None
    asked = {
        "calendar": DESK_HOURS,
        "from": at,
        "to": instant(seconds_of(at) + MINUTE),
        "holidays": desk_policies.holidays_of(site, agency),
    }
    return rules.ask("elapsed", terms.book, asked)
