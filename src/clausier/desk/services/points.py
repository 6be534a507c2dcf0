"""What work takes from the account of points, and what happens beyond the balance (ims 7.1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clausier.desk import facts, policies, queries
from clausier.desk.after_end import judged
from clausier.desk.models import EventKind, Ticket, Verdict, WorkSession
from clausier.desk.timeline import record
from clausier.foundation.actors import Actor
from clausier.foundation.models import Ruling
from clausier.prepaid import ledger, overdrafts
from clausier.prepaid import queries as prepaid_queries
from clausier.prepaid import services as prepaid
from clausier.prepaid.models import PointAccount
from clausier.terms.outcome import Outcome, Words

LEAST = Decimal("0.01")
"""The least that any work takes: whether anything more may be done at all."""


def check_start(ticket: Ticket, mode: str, *, at: datetime) -> None:
    """Refuse a start whose very minimum the account cannot pay, where the terms allow nothing beyond.

    Raises NotEnoughPoints. Without an account nothing is refused here: validation says that it is missing.
    """
    if ticket.verdict != Verdict.POINTS or (account := facts.account_of(ticket)) is None:
        return
    least = Decimal(str(facts.points_of(ticket, mode, [{"minutes": 1}], at).value))
    outcome = facts.beyond(ticket, account, points=least, at=at)
    overdrafts.refuse(outcome, points=least, left=prepaid_queries.available(account))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a session took: points, the balance around it, and why it went beyond, where it did."""

    points: Decimal
    before: Decimal
    after: Decimal
    beyond: Outcome
    ruling: Ruling | None


def take(
    session: WorkSession,
    ticket: Ticket,
    account: PointAccount,
    *,
    points: Decimal,
    label: Words,
    ruling: Ruling,
    worked_minutes: int,
    accounted_minutes: int,
    by: Actor,
    at: datetime,
) -> Taken:
    """Deduct what the account pays for, once; the rest by the terms.

    Raises NotEnoughPoints, AccountClosed.
    """
    held = ledger.hold_open(account, by)
    before = prepaid_queries.balance(held)
    outcome = facts.beyond(ticket, held, points=points, at=at, balance=before, accounted=accounted_minutes)
    overdrafts.refuse(outcome, points=points, left=before)
    kept = None
    if outcome.value["verdict"] != "covered":
        kept = overdrafts.keep(
            outcome,
            account=held,
            book=facts.terms_for(
                ticket.provider, ticket.contract, ticket.agency, policies.day_of(at)
            ).installed,
            subject=session,
            at=at,
        )
    if kept is not None and outcome.value["verdict"] == "billed":
        overdrafts.bill_beyond(outcome, account=held, ruling=kept, subject=session, at=at)
    deducted, after = outcome.value["deducted"], before
    if deducted:
        after = prepaid.deduct(
            account=held,
            points=deducted,
            subject=session,
            label=label,
            by=by,
            at=at,
            ruling=ruling,
            worked_minutes=worked_minutes,
            accounted_minutes=accounted_minutes,
        ).after
    return Taken(deducted, before, after, outcome, kept)


def warn(ticket: Ticket, account: PointAccount, taken: Taken, *, by: Actor, at: datetime) -> None:
    """Say on the timeline that the account passed under its threshold, or that work went beyond it."""
    value = taken.beyond.value
    if taken.ruling is not None:
        data = {"warning": "billed" if value["verdict"] == "billed" else "overdrawn"}
        if value["verdict"] == "billed":
            data |= {"minutes": str(value["minutes"]), "amount": str(value["amount"])}
    elif taken.after < account.low_at <= taken.before:
        data = {"warning": "low"}
    else:
        return
    record(
        ticket,
        EventKind.POINTS,
        by=by,
        at=at,
        data=data | {"balance": str(taken.after), "low_at": str(account.low_at)},
        internal=True,
        ruling=taken.ruling,
    )


def running_cost(session: WorkSession, ticket: Ticket, now: datetime) -> facts.WorkPreview:
    """What a session that still runs would take if it were stopped `now`, in the ticket's usual domain."""
    minutes = max(1, policies.whole_minutes(queries.session_seconds(session, now)))
    return facts.preview_work(
        judged(ticket, session.started_at).ticket, session.mode, [{"minutes": minutes}], session.started_at
    )
