"""Reading recurring work: the plans, their next dates, what became of those that passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from django.db.models import Max, QuerySet

from clausier.contracts import queries as contracts
from clausier.desk import facts as desk
from clausier.desk import policies as desk_policies
from clausier.directory.models import Client
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.recurring import policies
from clausier.recurring.models import Occurrence, Plan
from clausier.recurring.policies import Coming, Works
from clausier.terms.book import Book
from clausier.terms.calendar import calendar_of

CATALOGUE: Final = "services.catalogue."
HOURS: Final = ("hours.onsite", "hours.phone")
SHOWN: Final = 3


def plans(actor: Actor) -> QuerySet[Plan]:
    """The plans that `actor` may read, of clients by name: on a client's side those it is shown."""
    found = Plan.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0, shown_to_client=True)
    if not actor.may("recurring.read"):
        found = found.none()
    return found.select_related(
        "client__agency", "provider__book", "site", "contract__book", "assignee"
    ).order_by("client__sort_key", "title", "pk")


def running(actor: Actor) -> QuerySet[Plan]:
    """Those that have not ended."""
    return plans(actor).filter(ended_at=None)


def occurrences(actor: Actor) -> QuerySet[Occurrence]:
    """What became of the dates that came, the latest first, of the plans that `actor` may read."""
    return (
        Occurrence.objects.filter(plan__in=plans(actor).order_by().values("pk"))
        .select_related("plan__client", "plan__site", "ticket__assignee")
        .order_by("-due_on", "-pk")
    )


def working_days(plan: Plan) -> Works:
    """Which days are worked for the plan: by the hours of visits in its terms, else by those of the phone."""
    terms = desk.terms_for(plan.provider, plan.contract, plan.client.agency)
    holidays = desk_policies.holidays_of(plan.site, plan.client.agency)
    term = next((name for name in HOURS if terms.book.has(name)), None)
    if term is None:
        return lambda on: on.weekday() < 5
    return calendar_of(terms.book, term, holidays).works


def written_until(plan: Plan) -> date | None:
    """The last date of which something became; None before the first."""
    found: date | None = plan.occurrences.aggregate(last=Max("planned_on"))["last"]
    return found


def next_dates(plan: Plan, today: date, count: int = SHOWN) -> list[Coming]:
    """The dates that come next; none while it is paused or once it has ended."""
    if plan.paused_at or plan.ended_at:
        return []
    since = max(plan.from_on, plan.starts_on)
    last = written_until(plan)
    found = policies.coming(plan, working_days(plan), since)
    ahead = (one for one in found if one.due_on >= today and (last is None or one.planned_on > last))
    return list(islice(ahead, count))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its next dates, and the last thing that became of it."""

    plan: Plan
    next: list[Coming]
    last: Occurrence | None


def rows(found: QuerySet[Plan], today: date) -> list[PlanRow]:
    """Plans with what surrounds them."""
    return [
        PlanRow(
            plan,
            next_dates(plan, today),
            plan.occurrences.select_related("ticket").order_by("-planned_on").first(),
        )
        for plan in found
    ]


# The catalogue of services


def book_of(client: Client, at: datetime) -> Book:
    """The terms that say which services there are: of the client's contract, else of the provider."""
    on = at.astimezone(PARIS).date()
    contract = contracts.contract_in_force(client, on)
    return desk.terms_for(client.provider, contract, client.agency).book


def services_of(book: Book, language: str) -> list[tuple[str, str]]:
    """The services of the catalogue, by their word; none where the terms have no catalogue (ims)."""
    return [
        (name.removeprefix(CATALOGUE), book.timeline(name)[-1].label.to(language))
        for name in sorted(book.names(CATALOGUE))
    ]


def service_label(plan: Plan, language: str) -> str:
    """The service of the plan in the words of its terms; "" for none."""
    if not plan.service:
        return ""
    book = desk.terms_for(plan.provider, plan.contract, plan.client.agency).book
    known: Mapping[str, Any] = dict(services_of(book, language))
    return str(known.get(plan.service, plan.service))
