"""The form of an agency: where it is, its holidays, and its own hours where the book leaves them open."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Agency, HolidayRegion
from clausier.directory.services import HOURS_OF, WEEKDAYS
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm
from clausier.terms.book import Book

DAY_NAMES = dict(
    zip(
        WEEKDAYS,
        (_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche")),
        strict=True,
    )
)
CALENDARS = {"phone": _("Heures au téléphone"), "onsite": _("Heures sur site")}


class AgencyForm(ActForm):
    """A place the provider works from."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)
    address = forms.CharField(label=_("Adresse"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    holiday_region = forms.ChoiceField(label=_("Jours fériés"), choices=HolidayRegion.choices)
    good_friday = forms.BooleanField(
        label=_("Vendredi saint férié"),
        required=False,
        help_text=_("Alsace-Moselle, communes qui ont un temple protestant ou une église mixte."),
    )

    rows = (("name", "phone"), ("address",), ("holiday_region",), ("good_friday",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_calendars = open_calendars(books.read(actor.provider.book))
        for calendar in self.open_calendars:
            for day in WEEKDAYS:
                self.fields[_named(calendar, day)] = forms.CharField(
                    label=str(DAY_NAMES[day]).capitalize(), required=False, max_length=80
                )

    def field_of(self, refused: Refusal) -> str | None:
        """The day at fault, where the hours are."""
        calendar, day = refused.facts.get("calendar"), refused.facts.get("day")
        return _named(calendar, day) if calendar and day else refused.field

    def weeks(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields of each calendar that the book leaves open."""
        return [
            (CALENDARS[calendar], [self[_named(calendar, day)] for day in WEEKDAYS])
            for calendar in self.open_calendars
        ]

    def laid_out(self) -> Any:
        """The fields of the agency itself; the weeks are drawn on their own."""
        for row in self.rows:
            yield [self[name] for name in row]

    def clean(self) -> dict[str, Any]:
        """The weeks as the kernel has them; none where every day was left empty."""
        typed = super().clean() or {}
        hours: dict[str, Any] = {}
        for calendar in self.open_calendars:
            week = {day: self._periods(calendar, day, typed) for day in WEEKDAYS}
            if any(week.values()):
                hours[calendar] = week
        return typed | ({"hours": hours or None} if self.open_calendars else {})

    def _periods(self, calendar: str, day: str, typed: dict[str, Any]) -> list[list[str]]:
        """« 8:00-12:00, 13:30-17:30 » as pairs of hours."""
        name = _named(calendar, day)
        periods = []
        for part in filter(None, (p.strip() for p in typed.pop(name, "").split(","))):
            found = re.fullmatch(
                r"(\d{1,2})[:h](\d{2})?\s*[-–à]\s*(\d{1,2})[:h](\d{2})?", part.replace("\u00a0", "")
            )
            if not found:
                self.add_error(name, _("Écrivez des plages comme 8:00-12:00, 13:30-17:30."))
                continue
            start, start_minute, end, end_minute = found.groups(default="00")
            periods.append([f"{int(start):02d}:{start_minute}", f"{int(end):02d}:{end_minute}"])
        return periods

    @staticmethod
    def of(agency: Agency) -> dict[str, Any]:
        """What the form starts with."""
        names = ("name", "phone", "address", "holiday_region", "good_friday")
        weeks = {
            _named(calendar, day): ", ".join(f"{start}-{end}" for start, end in periods)
            for calendar, week in (agency.hours or {}).items()
            for day, periods in week.items()
        }
        return {name: getattr(agency, name) for name in names} | weeks


def open_calendars(book: Book) -> list[str]:
    """The calendars whose hours `book` leaves to the provider."""
    return [
        name for name in HOURS_OF if (term := book.terms.get(f"hours.{name}")) is not None and term.practice
    ]


def _named(calendar: str, day: str) -> str:
    return f"hours_{calendar}_{day}"
