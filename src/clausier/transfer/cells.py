"""What stands in a cell, read as French people and their tools write it; what cannot be read says why.

A reader takes the cell's value (text, or what a workbook gives: a number, a date) and returns the value or
raises `Fault`, whose sentence says what would be right. None stands for an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from babel.dates import get_month_names
from django.utils.translation import gettext as _

from clausier.directory.names import fold
from clausier.foundation.clock import PARIS

Reader = Callable[[Any], Any]

FIRST_YEAR, LAST_YEAR = 1950, 2100
LONGEST_SHOWN = 60
SPACES = re.compile(r"\s+")  # the narrow and no-break ones too
NUMERIC = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
DAY = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
DAY_IN_WORDS = re.compile(r"(\d{1,2})(?:er)? ([a-z.]+) (\d{4})")
HOUR = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})?(?:\s*:\s*(\d{2}))?(?:[.,]\d+)?")
YES = frozenset({"oui", "o", "vrai", "x", "1", "yes", "y", "true"})
NO = frozenset({"non", "n", "faux", "0", "no", "false"})


class Fault(ValueError):
    """A cell, or a line, that cannot be right; the sentence says what would be. `field` is whose cell it is,
    where the reader of the cell does not know it already."""

    def __init__(self, says: str, field: str | None = None) -> None:
        super().__init__(says)
        self.says = says
        self.field = field


def shown(value: Any) -> str:
    """The cell as a fault quotes it."""
    text = written(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def written(value: Any) -> str:
    """The cell as text, on its lines, without outer blanks; whole numbers without « .0 »."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes") if value.time() != time() else value.date().isoformat()
    text = str(value).strip()
    # What our own lists put before a text that a spreadsheet would take for a formula.
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def line_of_text(most: int) -> Reader:
    """A text on one line, of `most` signs."""

    def read(value: Any) -> str:
        return _bounded(" ".join(written(value).split()), most)

    return read


def text(most: int) -> Reader:
    """A text of several lines, of `most` signs."""

    def read(value: Any) -> str:
        return _bounded(written(value), most)

    return read


def _bounded(found: str, most: int) -> str:
    if len(found) > most:
        raise Fault(
            _("Ce texte fait %(count)s signes : %(most)s au plus.") % {"count": len(found), "most": most}
        )
    if "\x00" in found:
        raise Fault(_("Ce texte contient un signe qui ne s’écrit pas : recopiez-le."))
    return found


def digits(width: int) -> Reader:
    """A number that is a name (SIREN, postcode): a workbook that took it for a quantity lost its zeros."""

    def read(value: Any) -> str:
        found = SPACES.sub("", written(value))
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = found.zfill(width)
        return _bounded(found, 40)

    return read


def phone(value: Any) -> str:
    """A telephone number; nine figures from a workbook lost their first zero."""
    found = written(value)
    if isinstance(value, int | float) and len(found) == 9:
        return f"0{found}"
    return _bounded(found, 40)


def decimal(value: Any) -> Decimal:
    """A number with at most two decimals, after a comma or a point; blanks part thousands."""
    if isinstance(value, bool):
        raise Fault(_("Écrivez un nombre, par exemple 1234,50."))
    if isinstance(value, int | float):
        found = Decimal(str(value))
    else:
        bare = SPACES.sub("", written(value)).replace("−", "-").replace("'", "")
        bare = re.sub(r"(?i)(points?|pts?|€|eur)\.?$", "", bare)
        found = _number(bare)
    if found != found.quantize(Decimal("0.01")):
        raise Fault(_("Deux décimales au plus : écrivez 1234 ou 1,23."))
    if abs(found) >= Decimal(10) ** 8:
        raise Fault(_("Ce nombre est trop grand."))
    return found.quantize(Decimal("0.01"))


def _number(bare: str) -> Decimal:
    if not NUMERIC.fullmatch(bare):
        raise Fault(_("Écrivez un nombre, par exemple 1234,50."))
    last = max(bare.rfind(","), bare.rfind("."))
    if last < 0:
        return Decimal(bare)
    mark, other = bare[last], "," if bare[last] == "." else "."
    if bare.count(mark) > 1:  # 1.234.567: all of them part thousands
        whole, fraction = bare.replace(mark, ""), ""
        if other in bare:
            raise Fault(_("Écrivez un nombre, par exemple 1234,50."))
    else:
        whole, fraction = bare[:last].replace(other, ""), bare[last + 1 :]
    try:
        return Decimal(f"{whole}.{fraction}" if fraction else whole)
    except InvalidOperation:
        raise Fault(_("Écrivez un nombre, par exemple 1234,50.")) from None


def whole(value: Any) -> int:
    """A whole number, zero or more."""
    found = decimal(value)
    if found != found.to_integral_value() or found < 0 or found > 1_000_000:
        raise Fault(_("Écrivez un nombre entier, par exemple 12."))
    return int(found)


def yes_or_no(value: Any) -> bool:
    """« oui » or « non », and what tools write for them."""
    if isinstance(value, bool):
        return value
    found = fold(written(value))
    if found in YES or found in NO:
        return found in YES
    raise Fault(_("Écrivez oui ou non."))


def day(value: Any) -> date:
    """A day: 23/11/2026, 23-11-26, 2026-11-23, 23 novembre 2026, or a workbook's own."""
    if isinstance(value, datetime):
        return _sane(value.date())
    if isinstance(value, date):
        return _sane(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _sane(_of_serial(float(value)).date())
    return _day_of(written(value).split("T")[0].split(" ")[0] if _has_hour(value) else written(value))


def instant(value: Any) -> datetime:
    """An instant in the time of Paris: 23/11/2026 14:30, 2026-11-23T14:30; a day alone is its midnight."""
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _local(_of_serial(float(value)))
    found = written(value)
    if "T" in found or re.search(r"[+-]\d\d:\d\d$", found):
        try:
            return _local(datetime.fromisoformat(found))
        except ValueError:
            pass
    spoken = re.sub(r"(?i)\s+à\s+", " ", found)
    hour = HOUR.search(spoken)
    bare = spoken[: hour.start()] if hour else spoken
    at = _time_of(hour) if hour else time()
    return datetime.combine(_day_of(bare.strip(" ,T")), at, PARIS)


def _has_hour(value: Any) -> bool:
    return bool(HOUR.search(written(value)))


def _time_of(found: re.Match[str]) -> time:
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    try:
        return time(hours, minutes, seconds)
    except ValueError:
        raise Fault(_("Une heure s’écrit 14:30.")) from None


def _local(found: datetime) -> datetime:
    _sane(found.date())
    return found.replace(tzinfo=PARIS) if found.tzinfo is None else found.astimezone(PARIS)


def _of_serial(serial: float) -> datetime:
    """The day that workbooks count from the end of 1899."""
    if not 1 <= serial < 100_000:
        raise Fault(_("Écrivez une date, par exemple 23/11/2026."))
    return datetime(1899, 12, 30) + timedelta(seconds=round(serial * 86400))  # noqa: DTZ001 - local by nature


def _day_of(found: str) -> date:
    marked = DAY.fullmatch(found.strip())
    if marked:
        return _in_order(*(int(part) for part in marked.groups()), begins_with_year=len(marked[1]) == 4)
    spoken = DAY_IN_WORDS.fullmatch(fold(re.sub(r"^[^\d]*", "", found)))
    if spoken and (month := _months().get(spoken[2].rstrip("."))):
        return _made(int(spoken[3]), month, int(spoken[1]))
    raise Fault(_("Écrivez une date, par exemple 23/11/2026."))


def _in_order(first: int, month: int, last: int, *, begins_with_year: bool) -> date:
    year, on = (first, last) if begins_with_year else (last, first)
    if month > 12 >= on:
        raise Fault(
            _("Le jour vient avant le mois : écrivez %(right)s.") % {"right": f"{month:02}/{on:02}/{year}"}
        )
    return _made(year + 2000 if year < 100 else year, month, on)


def _made(year: int, month: int, on: int) -> date:
    try:
        return _sane(date(year, month, on))
    except ValueError as problem:
        if isinstance(problem, Fault):
            raise
        raise Fault(_("Ce jour n’existe pas dans le calendrier.")) from None


def _sane(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Fault(_("L’année %(year)s est hors du temps attendu.") % {"year": found.year})
    return found


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """French names of months, whole and shortened, without accents."""
    names: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for number, name in get_month_names(width, locale="fr").items():  # type: ignore[arg-type]
            names[fold(name).rstrip(".")] = number
    return names


def one_of(choices: Mapping[str, Any], also: Mapping[str, str] = {}) -> Reader:
    """One of the values of a list, by its key or its word; `also` are other words, folded."""

    def read(value: Any) -> str:
        asked = fold(written(value))
        for key, label in choices.items():
            if asked in (fold(key), fold(str(label))):
                return key
        if asked in also:
            return also[asked]
        raise Fault(_("Écrivez l’un de ceux-ci : %(list)s.") % {"list": in_a_row(choices.values())})

    return read


def in_a_row(words: Any, most: int = 12) -> str:
    """Some words as a fault lists them."""
    listed = [str(word) for word in words]
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")


EMPTY: Final = frozenset({"", "-", "–", "—", "n/a", "null", "#n/a"})


def is_empty(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and value.strip().lower() in EMPTY)
