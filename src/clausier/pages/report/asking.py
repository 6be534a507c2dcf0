"""The form that asks for a report: the period, and whose calls."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.desk import queries as desk
from clausier.desk.models import Tag
from clausier.directory import queries as directory
from clausier.directory.models import Agency, Client
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.overview.queries import Asked
from clausier.pages.forms import DayField

MONTHS_SHOWN = 3
OFFERED = 500
"""Clients offered while one types; any other is found by its number or its name all the same."""


class ReportForm(forms.Form):
    """A period of calls; for staff, also an agency, a tag, and a client by its number or its name."""

    du = DayField(label=gettext_lazy("Du"))
    au = DayField(label=gettext_lazy("Au"))
    agence = forms.ModelChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Agence"),
        required=False,
        empty_label=gettext_lazy("toutes"),
    )
    etiquette = forms.ModelChoiceField(
        Tag.objects.none(),
        label=gettext_lazy("Étiquette"),
        required=False,
        empty_label=gettext_lazy("toutes"),
    )
    client = forms.CharField(
        label=gettext_lazy("Client"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.TextInput(attrs={"list": "report-clients", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, actor: Actor, today: date) -> None:
        usual = {"du": months_back(today, MONTHS_SHOWN - 1).isoformat(), "au": today.isoformat()}
        super().__init__(usual | {key: value for key, value in data.items() if value}, label_suffix="")
        self.actor = actor
        self.asked: Asked | None = None
        if actor.is_client_side:
            del self.fields["agence"], self.fields["client"], self.fields["etiquette"]
        else:
            self.fields["etiquette"].queryset = desk.tags(actor)  # type: ignore[attr-defined]
            if not desk.tags(actor).exists():
                del self.fields["etiquette"]
            self.fields["agence"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]

    def clean_client(self) -> Client | None:
        said = self.cleaned_data["client"]
        if not said:
            return None
        number, _sep, _name = said.partition(" · ")
        clients = directory.clients_visible_to(self.actor)
        exact = clients.filter(number__iexact=number).first()
        named = [] if exact else list(directory.clients_named(self.actor, said)[:2])
        if exact is None and len(named) != 1:
            raise forms.ValidationError(
                _("Plusieurs clients répondent à ce nom : indiquez le numéro.")
                if named
                else _("Aucun client ne répond à ce nom ni à ce numéro.")
            )
        return exact or named[0]

    def clean(self) -> dict[str, Any]:
        """Raises what `Asked` refuses, beside the field at fault."""
        given = self.cleaned_data
        if not self.errors:
            try:
                self.asked = Asked(
                    given["du"], given["au"], given.get("agence"), given.get("client"), given.get("etiquette")
                )
            except InvalidInput as refused:
                self.add_error("au", refused.says)
        return given

    def offered(self) -> list[Client]:
        """Clients to choose from while typing."""
        return list(directory.clients_visible_to(self.actor).order_by("sort_key")[:OFFERED])


def months_back(today: date, months: int) -> date:
    """The first day of the month that lies so many months back."""
    month = today.year * 12 + today.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def usual_periods(today: date) -> list[tuple[str, date, date]]:
    """Periods one click away: their name, first and last day."""
    this = months_back(today, 0)
    last = months_back(today, 1)
    return [
        (_("Ce mois-ci"), this, today),
        (_("Le mois dernier"), last, this - timedelta(days=1)),
        (_("Trois mois"), months_back(today, MONTHS_SHOWN - 1), today),
        (_("Douze mois"), months_back(today, 11), today),
    ]
