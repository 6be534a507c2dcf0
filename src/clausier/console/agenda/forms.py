"""The forms of dates: a duty looked at, reminders, calendar addresses."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.agenda.models import DutyState, FeedScope
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person
from clausier.pages.forms import ActForm, DayField, LongText


class DutyForm(ActForm):
    """How a duty stands."""

    state = forms.ChoiceField(label=_("Ce devoir est"), choices=DutyState.choices, widget=forms.RadioSelect)
    note = LongText(
        label=_("Ce qui a été constaté"),
        required=False,
        max_length=500,
        help_text=_("Le client le lit sur son portail."),
    )
    checked_on = DayField(label=_("Constaté le"))
    next_on = DayField(
        label=_("À revérifier le"),
        required=False,
        help_text=_("Vide : un an plus tard s’il est respecté, un mois plus tard sinon."),
    )

    rows = (("state",), ("note",), ("checked_on", "next_on"))


class DaysField(forms.CharField):
    """Days before, as one types them: « 90, 30, 7 »."""

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ", ".join(str(one) for one in value or ())

    def clean(self, value: Any) -> list[int]:  # type: ignore[override]
        """The days. Raises ValidationError."""
        words = re.split(r"[\s,;]+", super().clean(value).strip())
        if any(word and not re.fullmatch(r"\d{1,3}", word) for word in words):
            raise forms.ValidationError(_("Écrivez des nombres de jours, comme 90, 30, 7."))
        return [int(word) for word in words if word]


class ReminderForm(ActForm):
    """When the staff are reminded, and who."""

    notice_days = DaysField(
        label=_("Avant un dernier jour de préavis, à … jours"),
        required=False,
        max_length=60,
        help_text=_("Par exemple : 90, 30, 7. Vide : jamais."),
    )
    renewal_days = DaysField(
        label=_("Avant une reconduction, à … jours"),
        required=False,
        max_length=60,
        help_text=_("Par exemple : 30."),
    )
    tells_missed = forms.BooleanField(label=_("aussi ce qui a été manqué"), required=False)
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("Prévenir, en plus des propriétaires"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    rows = (("notice_days", "renewal_days"), ("tells_missed",), ("people",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = foundation.staff(actor).order_by().values("person")
        self.fields["people"].queryset = Person.objects.filter(pk__in=staff).order_by("full_name")  # type: ignore[attr-defined]


class ClientReminderForm(ActForm):
    """Whether a client is reminded, and where."""

    is_on = forms.BooleanField(label=_("rappeler ses échéances à ce client"), required=False)
    tells_missed = forms.BooleanField(label=_("aussi ses devoirs qui ne sont pas respectés"), required=False)
    to = forms.CharField(
        label=_("À quelles adresses"),
        required=False,
        max_length=2000,
        help_text=_("Une par ligne. Vide : son correspondant informatique."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_to(self) -> list[str]:
        """The addresses, one a line."""
        return [line.strip() for line in re.split(r"[\n,;]+", self.cleaned_data["to"]) if line.strip()]


class FeedForm(ActForm):
    """A calendar address to make."""

    scope = forms.ChoiceField(label=_("Ce qu’elle montre"), choices=FeedScope.choices)
    about = forms.ModelChoiceField(
        Client.objects.none(), label=_("Quel client"), required=False, empty_label=_("aucun en particulier")
    )
    label = forms.CharField(
        label=_("Où elle sert"), max_length=80, required=False, help_text=_("Par exemple : téléphone.")
    )

    rows = (("scope", "about"), ("label",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = directory.clients_visible_to(actor).filter(ended_on=None).order_by("sort_key")
        self.fields["about"].queryset = clients  # type: ignore[attr-defined]
