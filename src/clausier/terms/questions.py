"""What a rule asks for: typed inputs, read from JSON or from Python, refused with their field named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from clausier.terms.errors import (
    EndBeforeStart,
    IllTyped,
    MissingInput,
    OutOfRange,
    UnknownInput,
    UnknownWord,
)
from clausier.terms.instants import instant, seconds_of
from clausier.terms.outcome import Words
from clausier.terms.phrases import say

FIRST_YEAR, LAST_YEAR = 1900, 2199
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_A_DAY = Words("un jour (2026-11-20)", "a day (2026-11-20)")
_AN_INSTANT = Words("un instant (2026-11-20T16:30)", "an instant (2026-11-20T16:30)")

# A reader turns what was given into what the rule computes with; `field` names the input in a refusal.
Reader = Callable[[Any, str], Any]


class Input(NamedTuple):
    """One input of a rule: its name, how it is read, what it is, and what stands in when left out."""

    name: str
    read: Reader
    label: Words
    required: bool = True
    default: Any = None


def wanted(name: str, read: Reader, fr: str, en: str) -> Input:
    """An input that must be given."""
    return Input(name, read, Words(fr, en))


def optional(name: str, read: Reader, fr: str, en: str, default: Any = None) -> Input:
    """An input that may be left out (or null)."""
    return Input(name, read, Words(fr, en), required=False, default=default)


def answers(inputs: Sequence[Input], given: Mapping[str, Any], within: str = "") -> dict[str, Any]:
    """The inputs, read. Raises the refusal of the first one at fault, unknown names first.

    `within` names the list that these inputs stand in: a refusal then names that list as its field.
    """
    read = {one.name: given.get(one.name) for one in inputs}
    if not given.keys() <= read.keys():
        raise _unexpected(next(name for name in given if name not in read), read, within)
    for one in inputs:
        name = one.name
        raw = read[name]
        if raw is not None:
            read[name] = one.read(raw, within or name)
        elif one.required:
            raise _missing(one, within)
        else:
            read[name] = one.default
    return read


def _unexpected(name: str, known: Iterable[str], within: str) -> UnknownInput:
    return UnknownInput(
        say(
            "« {name} » n’est pas attendu ici. Attendu : {known}.",
            "“{name}” is not expected here. Expected: {known}.",
            name=name,
            known=", ".join(known),
        ),
        within or name,
    )


def _missing(one: Input, within: str) -> MissingInput:
    return MissingInput(
        say(
            "Il manque « {name} » : {label}.",
            "“{name}” is missing: {label}.",
            name=one.name,
            label=one.label,
        ),
        within or one.name,
    )


def _ill(field: str, raw: Any, right: Words) -> IllTyped:
    shown = str(raw) if len(str(raw)) <= 40 else str(raw)[:40] + "…"
    return IllTyped(
        say(
            "« {field} » : {right} est attendu, pas « {raw} ».",
            "“{field}”: {right} is expected, not “{raw}”.",
            field=field,
            right=right,
            raw=shown,
        ),
        field,
    )


def _in_range(year: int, field: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutOfRange(
            Words(
                f"« {field} » : une année de {FIRST_YEAR} à {LAST_YEAR} est attendue, pas {year}.",
                f"“{field}”: a year from {FIRST_YEAR} to {LAST_YEAR} is expected, not {year}.",
            ),
            field,
        )


def day(raw: Any, field: str) -> date:
    """A day, as a date or ISO text (2026-11-20)."""
    if isinstance(raw, str) and len(raw) == 10:
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            raise _ill(field, raw, _A_DAY) from None
    elif isinstance(raw, date) and not isinstance(raw, datetime):
        found = raw
    else:
        raise _ill(field, raw, _A_DAY)
    _in_range(found.year, field)
    return found


def moment(raw: Any, field: str) -> datetime:
    """An instant, on the wall clock of Paris: a datetime, or ISO text with or without an offset."""
    if isinstance(raw, str) and _INSTANT.fullmatch(raw):
        try:
            raw = datetime.fromisoformat(raw)
        except ValueError:
            raise _ill(field, raw, _AN_INSTANT) from None
    if not isinstance(raw, datetime):
        raise _ill(field, raw, _AN_INSTANT)
    _in_range(raw.year, field)
    return instant(seconds_of(raw))


def month(raw: Any, field: str) -> str:
    """A calendar month (2026-11); `year_and_month` parts it."""
    match = _MONTH.fullmatch(raw) if isinstance(raw, str) else None
    if match is None or not 1 <= int(match[2]) <= 12:
        raise _ill(field, raw, Words("un mois (2026-11)", "a month (2026-11)"))
    _in_range(int(match[1]), field)
    return match[0]


def year_and_month(text: str) -> tuple[int, int]:
    """The two numbers of a month that was read."""
    return int(text[:4]), int(text[5:])


def year(raw: Any, field: str) -> int:
    """A calendar year."""
    found = whole()(raw, field)
    _in_range(found, field)
    return int(found)


def exact(raw: Any, field: str) -> Decimal:
    """A decimal number, as text, a Decimal or a whole number; never a float."""
    if isinstance(raw, str) and _DECIMAL.fullmatch(raw):
        return Decimal(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**15:
        return Decimal(raw)
    if isinstance(raw, Decimal) and _is_short(raw) and _DECIMAL.fullmatch(format(raw, "f")):
        return raw
    raise _ill(field, raw, Words('un nombre décimal ("12.50")', 'a decimal number ("12.50")'))


def _is_short(number: Decimal) -> bool:
    """False for what would fill the memory once written out (1E+999999)."""
    return number.is_finite() and -15 <= number.adjusted() <= 15


def at_least_zero(raw: Any, field: str) -> Decimal:
    """A decimal number, zero or more."""
    number = exact(raw, field)
    if number < 0:
        raise _too_small(field, 0)
    return number


def whole(least: int | None = None, most: int = 10**9) -> Reader:
    """A whole number, at least `least`, at most `most`."""

    def read(raw: Any, field: str) -> int:
        if isinstance(raw, Decimal) and _is_short(raw) and raw == raw.to_integral_value():
            raw = int(raw)
        if not isinstance(raw, int) or isinstance(raw, bool):
            raise _ill(field, raw, Words("un nombre entier", "a whole number"))
        if least is not None and raw < least:
            raise _too_small(field, least)
        if abs(raw) > most:
            raise OutOfRange(
                say(
                    "« {field} » : {most} au plus est attendu.",
                    "“{field}”: {most} at most is expected.",
                    field=field,
                    most=most,
                ),
                field,
            )
        return raw

    return read


def _too_small(field: str, least: int) -> OutOfRange:
    return OutOfRange(
        say(
            "« {field} » : {least} au moins est attendu.",
            "“{field}”: {least} at least is expected.",
            field=field,
            least=least,
        ),
        field,
    )


def flag(raw: Any, field: str) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise _ill(field, raw, Words("vrai ou faux (true, false)", "true or false"))
    return raw


def text(raw: Any, field: str) -> str:
    """Any text that is not empty."""
    if not isinstance(raw, str) or not raw.strip():
        raise _ill(field, raw, Words("un texte", "a text"))
    return raw


def word(*choices: str) -> Reader:
    """One word of a vocabulary."""

    def read(raw: Any, field: str) -> str:
        if not isinstance(raw, str):
            raise _ill(field, raw, Words("un mot", "a word"))
        if raw not in choices:
            raise unknown_word(raw, field, choices)
        return raw

    return read


def unknown_word(raw: str, field: str, choices: Iterable[str]) -> UnknownWord:
    """The refusal of a word, with the vocabulary it should be from."""
    return UnknownWord(
        say(
            "« {field} » : mot inconnu « {raw} ». Choix : {choices}.",
            "“{field}”: unknown word “{raw}”. Choices: {choices}.",
            field=field,
            raw=raw[:40],
            choices=", ".join(choices),
        ),
        field,
    )


def list_of(read: Reader) -> Reader:
    """A list, each item read the same way."""

    def read_all(raw: Any, field: str) -> tuple[Any, ...]:
        if not isinstance(raw, list | tuple):
            raise _ill(field, raw, Words("une liste", "a list"))
        return tuple(read(item, field) for item in raw)

    return read_all


def table_of(*inputs: Input) -> Reader:
    """A table of named values, in a list or alone."""

    def read(raw: Any, field: str) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            raise _ill(field, raw, Words("un tableau de valeurs nommées", "a table of named values"))
        return answers(inputs, raw, within=field)

    return read


def interval(raw: Any, field: str) -> tuple[datetime, datetime]:
    """Two instants, [start, end). Raises `EndBeforeStart`."""
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise _ill(field, raw, Words("un intervalle [début, fin]", "an interval [start, end]"))
    start, end = moment(raw[0], field), moment(raw[1], field)
    refuse_backward(seconds_of(start), seconds_of(end), field)
    return start, end


def refuse_backward(start: Any, end: Any, field: str) -> None:
    """Raise `EndBeforeStart`, on `field`, when `end` comes before `start`."""
    if end < start:
        raise EndBeforeStart(
            say(
                "« {field} » : la fin précède le début.",
                "“{field}”: the end comes before the start.",
                field=field,
            ),
            field,
        )
