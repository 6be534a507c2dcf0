"""The form of an agency: where it is, its holidays, and its own hours where the book leaves them open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Agency, HolidayRegion
from clausier.directory.services import HOURS_OF, WEEKDAYS
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, PeriodsField, PhoneField
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
    phone = PhoneField(label=_("Téléphone"))
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
                self.fields[_named(calendar, day)] = PeriodsField(label=str(DAY_NAMES[day]).capitalize())

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
            week = {day: typed.pop(_named(calendar, day), []) for day in WEEKDAYS}
            if any(week.values()):
                hours[calendar] = week
        return typed | ({"hours": hours or None} if self.open_calendars else {})

    @staticmethod
    def of(agency: Agency) -> dict[str, Any]:
        """What the form starts with."""
        names = ("name", "phone", "address", "holiday_region", "good_friday")
        weeks = {
            _named(calendar, day): periods
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
