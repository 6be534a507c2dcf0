"""Exact decimals, rounded half up, once, at the end of a line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Exact = Decimal | Fraction | int


def ratio(numerator: Exact, denominator: Exact) -> Fraction:
    """An exact quotient, to be rounded later."""
    over, under = numerator.as_integer_ratio()
    by, part = denominator.as_integer_ratio()
    return Fraction(over * part, under * by)


def rounded(number: Exact, places: int = 2) -> Decimal:
    """`number` with `places` decimals, half away from zero (0.005 → 0.01, −0.005 → −0.01)."""
    over, under = number.as_integer_ratio()
    whole = (2 * abs(over) * 10**places + under) // (2 * under)
    # Read from text, which is exact; arithmetic would round to the context's 28 digits.
    return Decimal(f"{whole if over >= 0 else -whole}E-{places}")
