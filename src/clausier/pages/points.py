"""What the pages of point accounts show, gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.foundation import wording
from clausier.foundation.clock import PARIS
from clausier.pages.parts.account import Account, Week
from clausier.pages.parts.columns import Columns, Series, Slice, columns_of
from clausier.pages.templatetags.words import language
from clausier.prepaid import ledger, overdrafts, papers, queries
from clausier.prepaid.models import PackDraw, PointAccount, PointNotice, PointPack, WorkBeyond
from clausier.prepaid.queries import Month, Statement, StatementLine
from clausier.terms import rules
from clausier.terms.outcome import Outcome

State = Literal["empty", "low", "fine", "over"]
ORDER_LINE = 1
POLICY_LINE = 2
"""Where the outcome of the drain order tells the order, and that of the overdraft the policy."""
SOON = timedelta(days=30)


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
    lines: Sequence[Line]

    @classmethod
    def of(cls, account: PointAccount, statement: Statement, balance: Decimal, today: date) -> Shown:
        return cls(
            account=account,
            statement=statement,
            balance=balance,
            available=balance - statement.reserved,
            state=state_of(account, balance, today),
            lines=tuple(reversed(_lines(statement))),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A movement, the balance after it, and what it did to which packs."""

    movement: StatementLine
    draws: Sequence[PackDraw]

    @property
    def entry(self) -> Any:
        return self.movement.entry

    @property
    def balance(self) -> Decimal:
        return self.movement.balance

    @property
    def drawn(self) -> str:
        """« lot du 14 mars 2026 : − 50,00 », where a movement took from packs; "" where it brought one."""
        return drawn_words(self.entry.points, self.draws)

    @property
    def order_ruling(self) -> int | None:
        """Why these packs, where there was a choice."""
        return next((draw.ruling_id for draw in self.draws if draw.ruling_id), None)


def _lines(statement: Statement) -> list[Line]:
    draws = queries.draws_of([line.entry for line in statement.lines])
    return [Line(line, draws.get(line.entry.pk, [])) for line in statement.lines]


def drawn_words(points: Decimal, draws: Sequence[PackDraw]) -> str:
    """From which packs points were taken, in the reader's language."""
    return papers.drawn(points, draws, language())


# Packs


@dataclass(frozen=True, slots=True)
class PackShown:
    """A pack in the list; `rank` is its place in the order in which packs drain, None once it is empty."""

    pack: PointPack
    left: Decimal
    rank: int | None
    state: Literal["next", "waits", "soon", "expired", "empty"]


@dataclass(frozen=True, slots=True)
class PacksShown:
    """The packs that hold points, in the order in which they drain, and those that are empty."""

    live: Sequence[PackShown]
    empty: Sequence[PackShown]
    beyond: Decimal
    order: Outcome

    @property
    def owed(self) -> Decimal:
        """What was taken beyond the packs, as a positive number."""
        return -self.beyond

    @property
    def order_words(self) -> str:
        """« la péremption la plus proche d’abord, puis le plus ancien »."""
        amount = self.order.because[ORDER_LINE].amount
        return amount.to(language()) if amount else ""

    @property
    def by_practice(self) -> bool:
        """True where the terms leave the order open and the provider set it."""
        return self.order.because[ORDER_LINE].source == "practice"


def packs_of(account: PointAccount, today: date) -> PacksShown:
    """Every pack of an account, as its page lists them."""
    every = queries.packs_of(account)
    holding = {str(one.pack.pk): one for one in every if one.left > 0}
    total = sum((one.left for one in holding.values()), Decimal(0))
    order = rules.ask(
        "point-drain",
        contracts.effective_book(account.contract),
        ledger.drain_facts(holding.values(), total, today),
    )
    ranked = [holding[draw["pack"]] for draw in order.value["draws"]]
    return PacksShown(
        live=[
            PackShown(one.pack, one.left, n, _pack_state(one, n, today)) for n, one in enumerate(ranked, 1)
        ],
        empty=[PackShown(one.pack, one.left, None, "empty") for one in every if one.left <= 0],
        beyond=queries.packs_left(account)[1],
        order=order,
    )


def _pack_state(one: queries.PackLeft, rank: int, today: date) -> Literal["next", "waits", "soon", "expired"]:
    last = one.pack.expires_on
    if last and last < today:
        return "expired"
    if last and last <= today + SOON:
        return "soon"
    return "next" if rank == 1 else "waits"


# Beyond the balance


@dataclass(frozen=True, slots=True)
class BeyondShown:
    """What happens beyond the balance, and what was billed by the hour instead of points."""

    outcome: Outcome
    items: Sequence[WorkBeyond]

    @property
    def words(self) -> str:
        """« admis et signalé »."""
        amount = self.outcome.because[POLICY_LINE].amount
        return amount.to(language()) if amount else ""

    @property
    def source(self) -> str:
        """Who says so: the terms, a derogation, or the provider's practice."""
        return self.outcome.because[POLICY_LINE].source

    @property
    def total(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))


def beyond_of(account: PointAccount, today: date) -> BeyondShown:
    """What the terms of the account say of one point more than it holds."""
    balance = queries.balance(account)
    outcome = overdrafts.asked(
        contracts.effective_book(account.contract),
        points=max(balance, Decimal(0)) + 1,
        balance=balance,
        on=today,
    )
    return BeyondShown(outcome, list(account.beyond.select_related("ruling").order_by("-pk")[:12]))


# The year


@dataclass(frozen=True, slots=True)
class YearShown:
    """Twelve months: drawn, and the same figures as a table."""

    months: Sequence[Month]
    plot: Columns

    @property
    def used(self) -> Decimal:
        return sum((month.used for month in self.months), Decimal(0))

    @property
    def moved(self) -> bool:
        return any(month.used or month.brought for month in self.months)


def year_of(account: PointAccount, now: datetime) -> YearShown:
    """What each of the last twelve months used."""
    months = queries.months(account, now)
    slices = [
        Slice(
            wording.month(month.starts_on, language())
            if month.starts_on.month != 1
            else wording.month(month.starts_on, language(), year=True),
            (int(max(month.used, Decimal(0)).to_integral_value()),),
        )
        for month in months
    ]
    return YearShown(
        months,
        columns_of(
            slices, (Series(_("points décomptés"), "median"),), lambda n: wording.number(n, language())
        ),
    )


# What is shown while one writes


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """The balance beside what is being written; `cost` is what a running session would take now."""

    account: PointAccount
    balance: Decimal
    available: Decimal
    state: State
    exhausted_on: date | None
    cost: Decimal | None = None
    cost_outcome: Outcome | None = None

    @property
    def after(self) -> Decimal:
        return self.available - (self.cost or Decimal(0))


def balance_line(
    account: PointAccount,
    now: datetime,
    *,
    cost: Decimal | None = None,
    outcome: Outcome | None = None,
) -> BalanceLine:
    """The balance of an account, as it stands beside what is being written."""
    balance = queries.balance(account)
    return BalanceLine(
        account=account,
        balance=balance,
        available=queries.available(account),
        state=state_of(account, balance, now.astimezone(PARIS).date()),
        exhausted_on=queries.exhaustion_on(account, now),
        cost=cost,
        cost_outcome=outcome,
    )


def notices_of(account: PointAccount) -> QuerySet[PointNotice]:
    """What both sides were told of an account, the latest first, with the letters that prove it."""
    found = account.notices.select_related("client_mail", "staff_mail", "pack")
    return found.order_by("-pk")
