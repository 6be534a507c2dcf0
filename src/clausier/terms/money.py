"""Exact decimals, rounded half up, once, at the end of a line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Exact = Decimal | Fraction | int


def ratio(numerator: Exact, denominator: Exact) -> Fraction:
    """An exact quotient, to be rounded later."""
    return Fraction(numerator) / Fraction(denominator)


def rounded(number: Exact, places: int = 2) -> Decimal:
    """`number` with `places` decimals, half away from zero (0.005 → 0.01, −0.005 → −0.01)."""
    scaled = Fraction(number) * 10**places
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    # Read from text, which is exact; arithmetic would round to the context's 28 digits.
    return Decimal(f"{whole if scaled >= 0 else -whole}E-{places}")
