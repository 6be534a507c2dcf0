"""Forms whose rules live in a service: what was typed stays, a refusal stands beside the field at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clausier.foundation import wording
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import Refusal
from clausier.pages.refusals import in_terms
from clausier.terms.errors import TermsError

Result = TypeVar("Result")


class ActForm(forms.Form):
    """The form of one act.

    `rows` lays the fields out, one tuple a line; fields left out follow, each on a line of its own.
    `refusal` is why the act was refused when no single field is at fault.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    refusal: Refusal | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.status = 200

    def act(self, service: Callable[..., Result], **given: Any) -> Result | None:
        """Check what was typed and do `service` with it and `given`; None when either was refused."""
        if not self.is_valid():
            self.status = 422
            return None
        return self.attempt(lambda: service(**given, **self.cleaned_data))

    def attempt(self, do: Callable[[], Result]) -> Result | None:
        """Do what the form asks; a refusal is shown by the form instead of raised."""
        try:
            return do()
        except (Refusal, TermsError) as error:
            refused = in_terms(error) if isinstance(error, TermsError) else error
            self.status = refused.status
            at_fault = self.field_of(refused)
            if at_fault in self.fields:
                self.add_error(at_fault, refused.says)
            if at_fault not in self.fields or refused.clause or refused.way_out:
                self.refusal = refused
            return None

    def field_of(self, refused: Refusal) -> str | None:
        """The field that a refusal is about; forms that ask in other words than the service say which."""
        return refused.field

    def laid_out(self) -> Iterator[list[forms.BoundField]]:
        """The fields line by line."""
        placed = {name for row in self.rows for name in row}
        for row in self.rows:
            found = [self[name] for name in row if name in self.fields]
            if found:
                yield found
        yield from ([self[name]] for name in self.fields if name not in placed)


class FactsForm(ActForm):
    """A form whose typed facts are those of a service."""

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return dict(self.cleaned_data)


def bound(
    request: HttpRequest, make: Callable[..., ActForm], *given: Any, initial: dict[str, Any] | None = None
) -> Any:
    """The form `make(*given)` with what was sent, or with what it starts with."""
    if request.method == "POST":
        return make(*given, request.POST, request.FILES)
    return make(*given, initial=initial)


class DayField(forms.DateField):
    """A day, by the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("Indiquez une date, par exemple 20/11/2026.")})
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)


def end_of(day: date | None) -> datetime | None:
    """The midnight at which a day that was chosen is over; None when none was."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS) if day else None


PERIOD = re.compile(r"(\d{1,2})[:h](\d{2})?\s*[-–à]\s*(\d{1,2})[:h](\d{2})?")


class PeriodsField(forms.CharField):
    """The open periods of a day: « 8:00-12:00, 13:30-17:30 » as pairs of hours; empty when closed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=80, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What is typed, or pairs of hours, as it is typed."""
        return value if isinstance(value, str) else ", ".join("-".join(pair) for pair in value or ())

    def clean(self, value: Any) -> list[list[str]]:  # type: ignore[override]
        """The pairs. Raises ValidationError."""
        periods = []
        for part in filter(None, (one.strip() for one in super().clean(value).split(","))):
            found = PERIOD.fullmatch(part.replace("\u00a0", ""))
            if not found:
                raise forms.ValidationError(_("Écrivez des plages comme 8:00-12:00, 13:30-17:30."))
            start, start_minute, end, end_minute = found.groups(default="00")
            periods.append([f"{int(start):02d}:{start_minute}", f"{int(end):02d}:{end_minute}"])
        return periods


class PhoneField(forms.CharField):
    """A telephone number, shown as people write it; the service keeps it as E.164."""

    widget = forms.TextInput(attrs={"type": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """« 01 99 00 12 34 », with ordinary spaces: it is there to be typed over."""
        return wording.phone(value).replace(wording.NBSP, " ") if value else value


class LongText(forms.CharField):
    """Several lines."""

    widget = forms.Textarea(attrs={"rows": 3})


class PaperField(forms.FileField):
    """A scanned or signed paper."""

    widget = forms.FileInput(attrs={"accept": ".pdf,image/*"})


def paper_facts(form: ActForm, name: str = "document") -> dict[str, Any]:
    """The bytes of an uploaded paper as services take them; empty when there is none."""
    paper = form.cleaned_data.get(name)
    if paper is None:
        return {"content": b"", "file_name": ""}
    return {
        "content": paper.read(),
        "file_name": paper.name,
        "content_type": paper.content_type or "application/octet-stream",
    }
