"""Values of terms as they are kept in JSON and as they are typed, in the type that the book gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from clausier.terms.entries import shape_of

WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
LARGEST = 12
"""Powers of ten: no price, duration or count of the terms comes near."""


class NotOfThisType(Exception):
    """The value cannot be read as the term's own type; `expected` is a word of `terms.entries.SHAPES`."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def like(model: Any, stored: Any) -> Any:
    """`stored`, which came through JSON, in the types of `model`, the book's own value.

    A table keeps only keys that `model` has. Raises NotOfThisType.
    """
    if isinstance(model, Mapping):
        return _table_like(model, stored)
    if isinstance(model, list | tuple):
        if not isinstance(stored, list | tuple):
            raise NotOfThisType("list")
        return [like(model[0], item) if model else item for item in stored]
    if isinstance(model, date):
        return _day(stored)
    if shape_of(model) == "number":
        return _number(stored)
    if shape_of(model) != shape_of(stored):
        raise NotOfThisType(shape_of(model))
    return stored


def typed(model: Any, text: str) -> Any:
    """What a person typed for a term whose book value is `model`: « oui », « 4 », « 1,5 », or JSON.

    Raises NotOfThisType.
    """
    text = text.strip()
    if isinstance(model, bool):
        return _flag(text)
    if isinstance(model, date) or shape_of(model) in ("number", "text"):
        return like(model, text)
    try:
        return like(model, json.loads(text, parse_float=Decimal))
    except (ValueError, RecursionError):
        raise NotOfThisType(shape_of(model)) from None


def _table_like(model: Mapping[str, Any], stored: Any) -> dict[str, Any]:
    # Hours may be agreed for a day on which the book has none.
    known = WEEKDAYS if WEEKDAYS.issuperset(model) else frozenset(model)
    if not isinstance(stored, Mapping) or not stored or not known.issuperset(stored):
        raise NotOfThisType("table")
    any_day = next(iter(model.values()), ())
    return {key: like(model.get(key, any_day), value) for key, value in stored.items()}


def _number(stored: Any) -> int | Decimal:
    if isinstance(stored, bool) or not isinstance(stored, int | str | Decimal):
        raise NotOfThisType("number")
    text = re.sub(r"[\s\u00a0\u202f]", "", str(stored)).replace(",", ".").replace("−", "-")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise NotOfThisType("number") from None
    if not number.is_finite() or number.adjusted() > LARGEST:
        raise NotOfThisType("number")
    return int(number) if re.fullmatch(r"-?\d+", text) else number


def _day(stored: Any) -> date:
    try:
        return date.fromisoformat(str(stored))
    except ValueError:
        raise NotOfThisType("text") from None


def _flag(text: str) -> bool:
    word = text.casefold()
    if word in {"oui", "yes", "true", "1"}:
        return True
    if word in {"non", "no", "false", "0"}:
        return False
    raise NotOfThisType("flag")
