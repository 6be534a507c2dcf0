"""One change, told whole: what was ruled then, and what the book answers, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.desk import clocks
from clausier.desk import queries as desk
from clausier.desk.models import Promise, Ticket
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.models import Ruling
from clausier.overview.replay import deadlines, reading, work
from clausier.overview.replay.bearing import Place
from clausier.overview.replay.comparing import Case, read_only
from clausier.overview.replay.question import Question
from clausier.overview.replay.result import AMOUNTS, CLOCKS, DAYS
from clausier.terms import promise as kernel
from clausier.terms import rules
from clausier.terms.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Explained:
    """Both sides of a fact: the ruling that was kept, or the outcome as it stands; what the book answers.

    A side that has neither owes nothing. `contract` is None for work without one.
    """

    contract: Contract | None
    ticket: Ticket | None
    ruling: Ruling | None = None
    before: Outcome | None = None
    after: Outcome | None = None


def explain(actor: Actor, question: Question, kind: str, subject: int, now: datetime) -> Explained | None:
    """Both sides of the fact that `kind` and `subject` name (see `Change`); None where there is none such.

    Raises the `TermsError` of what the book does not rule.
    """
    with read_only():
        ticket = _ticket(actor, kind, subject)
        if ticket is None and kind not in DAYS:
            return None
        contract = ticket.contract if ticket else _contract(actor, subject)
        if ticket is None and contract is None:
            return None
        narrow = replace(question, contract=contract, client=ticket.client if ticket else None)
        case = Case(actor, narrow, now)
        if contract and not case.contracts:
            return None
        if kind in CLOCKS and ticket:
            return _clock(actor, case, kind, ticket)
        if kind in AMOUNTS and ticket:
            return (_points if kind == "points" else _hours)(actor, case, ticket, subject)
        return _day(case)


def _ticket(actor: Actor, kind: str, subject: int) -> Ticket | None:
    tickets = desk.tickets_visible_to(actor)
    if kind in CLOCKS:
        return tickets.filter(pk=subject).first()
    if kind == "points":
        return tickets.filter(sessions=subject).first()
    return tickets.filter(hourly_items=subject).first() if kind == "hourly" else None


def _contract(actor: Actor, subject: int) -> Contract | None:
    return contracts.contracts_visible_to(actor).filter(pk=subject).first()


def _ruling(actor: Actor, pk: int | None) -> Ruling | None:
    return foundation.rulings_visible_to(actor).filter(pk=pk).first() if pk else None


def _clock(actor: Actor, case: Case, kind: str, ticket: Ticket) -> Explained | None:
    owing = deadlines.Owing(case.bearing)
    told = reading.events_of([ticket.pk], kind)[ticket.pk]
    row = next((one for one in reading.clocks_of(case.scope, ticket.pk) if one.kind == kind), None)
    if row is not None:
        moves = clocks.in_order(clocks.written(told, kind))
        walked = deadlines.walked_of(row, moves, told, owing)
        after = _outcome(walked, case.now)
        if row.ended is None:
            promise = Promise.objects.select_related("ticket").get(ticket=ticket, kind=kind)
            before = desk.outcome_now(promise, case.now)
            return Explained(ticket.contract, ticket, before=before, after=after)
        return Explained(ticket.contract, ticket, _ruling(actor, row.ruling), after=after)
    anew = next(iter(reading.unpromised(case.scope, ticket.pk)), None) if kind == "promise" else None
    owed = deadlines.owed_anew(anew, owing) if anew else None
    if anew is None or owed is None:
        return None
    return Explained(
        ticket.contract, ticket, after=_outcome(deadlines.walked_anew(anew, owed, told), case.now)
    )


def _outcome(walked: deadlines.Walk, now: datetime) -> Outcome | None:
    if not walked.steps or walked.owed is None:
        return None
    return kernel.promise(walked.steps, now=max(now, walked.steps[-1].at))


def _points(actor: Actor, case: Case, ticket: Ticket, session: int) -> Explained | None:
    rows = list(reading.entries_of(case.scope, session))
    if not rows:
        return None
    place = Place(rows[0].contract, rows[0].agency)
    asked = {**work.points_asked(rows), "on": deadlines.local_day(rows[0].started)}
    after = rules.ask(work.SESSION_POINTS, case.bearing.terms(place), asked)
    return Explained(ticket.contract, ticket, _ruling(actor, rows[0].ruling), after=after)


def _hours(actor: Actor, case: Case, ticket: Ticket, item: int) -> Explained | None:
    row = next(iter(reading.hours_of(case.scope, item)), None)
    if row is None:
        return None
    terms = case.bearing.terms(Place(row.contract, row.agency))
    after = rules.ask(work.HOURLY_FEE, terms, {**work.hours_asked(row), "on": row.on})
    return Explained(ticket.contract, ticket, _ruling(actor, row.ruling), after=after)


def _day(case: Case) -> Explained | None:
    contract, on = case.contracts[0], case.question.last
    before = contracts.term_outcome(contract, on, contracts.effective_book(contract, on=on))
    after = contracts.term_outcome(contract, on, contracts.under_text(contract, case.bearing.book))
    return Explained(contract, None, before=before, after=after)
