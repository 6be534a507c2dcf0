"""The dates of recurring work: those that came, and those to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from clausier.agenda.obligations import Asked, Obligation, State, kept
from clausier.desk.states import TicketState
from clausier.recurring import policies, queries
from clausier.recurring.models import Occurrence, Outcome, Plan


def recurring_work(asked: Asked) -> Iterator[Obligation]:
    """Each date of each plan: done once its ticket is closed, missed where none was opened or it is late."""
    came = queries.occurrences(asked.actor).filter(due_on__range=(asked.since, asked.until))
    for one in came.select_related("plan__client", "plan__contract__book", "ticket"):
        yield _item(one.plan, one.planned_on, one.due_on, _state(one, asked), one)
    for plan in queries.running(asked.actor).filter(paused_at=None):
        for planned, due in _ahead(plan, asked):
            yield _item(plan, planned, due, kept(False, due >= asked.today), None)


def _state(one: Occurrence, asked: Asked) -> State:
    if one.outcome == Outcome.MISSED or one.ticket is None:
        return "missed"
    return kept(one.ticket.state == TicketState.CLOSED, one.due_on >= asked.today)


def _ahead(plan: Plan, asked: Asked) -> Iterator[tuple[date, date]]:
    """The dates that come, of which nothing was written yet."""
    last = queries.written_until(plan)
    since = max(plan.from_on, plan.starts_on, last or plan.starts_on)
    found = policies.coming(plan, queries.working_days(plan), since)
    for one in takewhile(lambda one: one.planned_on <= asked.until, found):
        if (last is None or one.planned_on > last) and asked.since <= one.due_on <= asked.until:
            yield one.planned_on, one.due_on


def _item(plan: Plan, planned: date, due: date, state: State, came: Occurrence | None) -> Obligation:
    ticket = came.ticket if came else None
    book = plan.contract.book if plan.contract else None
    return Obligation(
        key=f"work:{plan.pk}:{planned.isoformat()}",
        kind="work",
        owed_by="provider",
        client=plan.client,
        contract=plan.contract,
        due_on=due,
        state=state,
        says=plan.title,
        place="ticket" if ticket else "plan",
        ident=str(ticket.number) if ticket else str(plan.pk),
        book=book.name if book else "",
        digest=book.digest if book else "",
        person=plan.assignee_id,
    )
