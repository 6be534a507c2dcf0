"""Forms that are shown again at every step of filling them: the call and the work done.

They must be readable half filled, so they are only their values, read one by one: `Posted` turns text into
what a service takes and refuses in the service's own way (`InvalidInput`), `Sheet` shows it all again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput, Refusal


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form of a page. `values` are shown in its fields; `refusal` is why it was sent back."""

    values: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None

    fields: frozenset[str] = frozenset()

    @property
    def errors(self) -> dict[str, str]:
        """The sentence to show above the field at fault."""
        if self.refusal is None or self.refusal.field not in self.fields:
            return {}
        return {str(self.refusal.field): self.refusal.says}

    @property
    def whole(self) -> Refusal | None:
        """The refusal when no field of the form is at fault, or when it has more to say than a sentence."""
        if self.refusal is None or (self.errors and not self.refusal.clause and not self.refusal.way_out):
            return None
        return self.refusal

    @property
    def chip(self) -> str:
        """The clause that refuses, « IMRI VI.3 »."""
        if self.refusal is None or self.refusal.clause is None:
            return ""
        book, number = self.refusal.clause
        return f"{book.partition('/')[0].upper()} {number}"


def shown(data: QueryDict) -> dict[str, str]:
    """What a form sent, to be shown again. No field can hold the character NUL; nobody types it."""
    return {name: str(value).replace("\0", "") for name, value in data.items()}


class Posted:
    """What a form sent, field by field."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).replace("\0", "").strip()

    def number(self, name: str) -> int | None:
        """A whole number, None when nothing was typed."""
        typed = self.text(name)
        if not typed:
            return None
        try:
            return int(typed)
        except ValueError:
            raise InvalidInput(_("Indiquez un nombre entier."), field=name) from None

    def instant(self, name: str) -> datetime | None:
        """A date and an hour, local to Europe/Paris; None when nothing was typed."""
        return instant_of(self.text(name), name) if self.text(name) else None

    def on_day(self, day: str, hour: str) -> datetime:
        """An hour of a day. Raises InvalidInput naming `hour`."""
        return instant_of(f"{self.text(day)}T{_padded(self.text(hour))}", hour)

    def span(self, day: str, start: str, end: str) -> tuple[datetime, datetime]:
        """A day with two hours; an end at or before its start is on the next day only past midnight."""
        starts_at, ends_at = self.on_day(day, start), self.on_day(day, end)
        if ends_at <= starts_at:
            if starts_at.hour < EVENING or ends_at.hour >= MORNING:
                raise InvalidInput(_("La fin précède le début. Vérifiez les deux heures."), field=end)
            ends_at += timedelta(days=1)
        return starts_at, ends_at


YEARS = range(2000, 2200)
"""A year outside is a slip of the keyboard, and the calendar's own ends are near."""

EVENING, MORNING = 18, 8
"""Work that starts in the evening may end after midnight; at any other time a swapped hour is a slip."""


def _padded(hour: str) -> str:
    """« 9:05 » as 09:05."""
    return hour.replace("h", ":").replace(" ", "").zfill(5)


def instant_of(typed: str, name: str) -> datetime:
    """The instant that a datetime field sent. Raises InvalidInput naming `name`."""
    try:
        found = clock.read(typed)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.year not in YEARS:
        raise InvalidInput(_("Indiquez une date et une heure, par exemple 20/11/2026 16:30."), field=name)
    return found


def km_of(posted: Posted) -> Decimal | None:
    """The kilometres that were typed; None when nothing was. Raises InvalidInput naming `km`."""
    typed = posted.text("km").replace("\u202f", "").replace("\u00a0", "").replace(",", ".")
    if not typed:
        return None
    try:
        found = Decimal(typed)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise InvalidInput(_("Indiquez un nombre de kilomètres, par exemple 84,5."), field="km")
    return found
