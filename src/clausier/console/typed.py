"""What an address or a half-filled form says, read without trusting it: what makes no sense is nothing."""

from __future__ import annotations

LONGEST = 18
"""Digits: more than that is no identifier and no count."""


def whole(text: str | None) -> int | None:
    """A whole number of ordinary length; None for anything else (« ² » is a digit, no number)."""
    text = text or ""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None


def among(text: str, numbers: range) -> int | None:
    """A whole number of that range; None for anything else."""
    number = whole(text)
    return number if number is not None and number in numbers else None
