"""What the pages of point accounts show, gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from clausier.pages.parts.account import Account, Week
from clausier.prepaid import queries
from clausier.prepaid.models import PointAccount
from clausier.prepaid.queries import Statement, StatementLine

State = Literal["empty", "low", "fine", "over"]


def state_of(account: PointAccount, balance: Decimal, today: date) -> State:
    """Whether an account has run out, runs low, or neither; when its contract is over, nobody refills it."""
    if account.contract.ends_on and account.contract.ends_on < today:
        return "over"
    if balance <= 0:
        return "empty"
    return "low" if balance < account.low_at else "fine"


def strip_of(
    account: PointAccount, now: datetime, *, entry: Decimal = Decimal(0), why_url: str = ""
) -> Account:
    """The account strip: what is left, what `entry` would take, the weeks behind."""
    weeks = [Week(week.starts_on, week.points) for week in queries.weekly_burn(account, now)]
    return Account(
        before=queries.balance(account),
        entry=entry,
        weeks=weeks,
        exhausted_on=queries.exhaustion_on(account, now),
        alert_at=account.low_at,
        why_url=why_url,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """An account in the list."""

    account: PointAccount
    balance: Decimal
    state: State

    @classmethod
    def of(cls, account: PointAccount, balance: Decimal, today: date) -> Row:
        return cls(account, balance, state_of(account, balance, today))

    @property
    def wants_points(self) -> bool:
        return self.state in ("empty", "low")

    @property
    def rank(self) -> tuple[int, Decimal]:
        """Empty ones first, then low ones, each by what is left; the others keep the order of names."""
        order = ("empty", "low", "fine", "over").index(self.state)
        return (order, self.balance if self.wants_points else Decimal(0))


@dataclass(frozen=True, slots=True)
class Shown:
    """One account, as its page shows it: newest movements first."""

    account: PointAccount
    statement: Statement
    balance: Decimal
    available: Decimal
    state: State
    lines: Sequence[StatementLine]

    @classmethod
    def of(cls, account: PointAccount, statement: Statement, balance: Decimal, today: date) -> Shown:
        return cls(
            account=account,
            statement=statement,
            balance=balance,
            available=balance - statement.reserved,
            state=state_of(account, balance, today),
            lines=tuple(reversed(statement.lines)),
        )
