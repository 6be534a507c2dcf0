"""What lines add up to: each is rounded once, half up, then summed by period and by rate of VAT.

See docs/algorithms/quotes.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from clausier.sales.models import LineChoice, Period
from clausier.terms.money import ratio, rounded

ZERO = Decimal("0.00")
HUNDRED = 100


class Sold(Protocol):
    """What a sum reads of a line."""

    @property
    def period(self) -> str: ...

    @property
    def vat_rate(self) -> Decimal: ...


class Priced(Protocol):
    """What the amount of a line is made of."""

    @property
    def quantity(self) -> Decimal: ...

    @property
    def unit_price(self) -> Decimal: ...

    @property
    def discount_percent(self) -> Decimal: ...

    @property
    def discount_amount(self) -> Decimal: ...


def net_of(line: Priced) -> Decimal:
    """Quantity × price, less the percentage, less the amount; excluding VAT, rounded half up once."""
    whole = ratio(line.quantity, 1) * ratio(line.unit_price, 1)
    kept = whole * (1 - ratio(line.discount_percent, HUNDRED))
    return rounded(kept - ratio(line.discount_amount, 1))


@dataclass(frozen=True, slots=True)
class VatSum:
    """What one rate of VAT is laid on, and what it makes: rounded once, on the sum."""

    rate: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """What is due once, every month or every year."""

    period: str
    net: Decimal
    vats: tuple[VatSum, ...]

    @property
    def vat(self) -> Decimal:
        return sum((one.vat for one in self.vats), ZERO)

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    @property
    def label(self) -> str:
        return str(Period(self.period).label)


def totals(lines: Iterable[tuple[Sold, Decimal]]) -> list[Total]:
    """By period, in the order of `Period`, what `lines` (each with its net) add up to."""
    bases: defaultdict[str, defaultdict[Decimal, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for line, net in lines:
        bases[line.period][line.vat_rate] += net
    return [_total(period, bases[period]) for period in Period.values if period in bases]


def _total(period: str, bases: Mapping[Decimal, Decimal]) -> Total:
    vats = tuple(
        VatSum(rate, base, rounded(ratio(base, 1) * ratio(rate, HUNDRED)))
        for rate, base in sorted(bases.items(), reverse=True)
    )
    return Total(period, sum(bases.values(), ZERO), vats)


# What the client chooses


class Choosable(Protocol):
    """What a choice reads of a line."""

    pk: int
    choice: str
    group: str
    proposed: bool


def proposed(lines: Sequence[Choosable]) -> set[int]:
    """The options and alternatives counted until the client chooses: those proposed, of alternatives one."""
    found = {line.pk for line in lines if line.choice == LineChoice.OPTION and line.proposed}
    for members in groups(lines).values():
        found.add(next((line.pk for line in members if line.proposed), members[0].pk))
    return found


def groups(lines: Sequence[Choosable]) -> dict[str, list[Choosable]]:
    """The alternatives by their group, in the order of the lines."""
    found: dict[str, list[Choosable]] = {}
    for line in lines:
        if line.choice == LineChoice.ALTERNATIVE:
            found.setdefault(line.group, []).append(line)
    return found


def undecided(lines: Sequence[Choosable], chosen: set[int]) -> str | None:
    """The first group of which not exactly one is chosen; None when all are decided."""
    for group, members in groups(lines).items():
        if len([line for line in members if line.pk in chosen]) != 1:
            return group
    return None


def is_retained(line: Choosable, chosen: set[int]) -> bool:
    """Whether a line counts: a firm one always, the others when they are chosen."""
    return line.choice == LineChoice.FIRM or line.pk in chosen


# Margin


@dataclass(frozen=True, slots=True)
class Margin:
    """What is left of one period's sales after purchases, as far as costs are known."""

    period: str
    sales: Decimal
    cost: Decimal
    unknown: int

    @property
    def amount(self) -> Decimal:
        return self.sales - self.cost

    @property
    def percent(self) -> Decimal | None:
        """Of the sales, with one decimal; None without sales."""
        if not self.sales:
            return None
        return rounded(ratio(self.amount, 1) / ratio(self.sales, 1) * HUNDRED, 1)

    @property
    def label(self) -> str:
        return str(Period(self.period).label)


def margins(lines: Iterable[tuple[str, Decimal, Decimal | None]]) -> list[Margin]:
    """By period, of lines as (period, net, cost or None): lines of unknown cost are left out and counted."""
    sums: dict[str, list[Fraction | int]] = {}
    for period, net, cost in lines:
        one = sums.setdefault(period, [Fraction(0), Fraction(0), 0])
        if cost is None:
            one[2] += 1
        else:
            one[0], one[1] = one[0] + ratio(net, 1), one[1] + ratio(cost, 1)
    return [
        Margin(period, rounded(sums[period][0]), rounded(sums[period][1]), int(sums[period][2]))
        for period in Period.values
        if period in sums
    ]


# Validity


def has_expired(expires_on: date | None, today: date) -> bool:
    """A last day ends at midnight."""
    return expires_on is not None and today > expires_on
