"""The form that asks for a replay: which book, over which days, of whose contracts."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clausier.contracts.models import Contract
from clausier.contracts.queries import contracts_visible_to
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.overview.replay import Choice, Question, choices, text_of
from clausier.pages.forms import DayField
from clausier.pages.report.asking import ReportForm
from clausier.terms.days import add_months

FIELDS = {"book": "livre", "to_on": "au"}
"""How the form calls what a question refuses."""


class ReplayForm(forms.Form):
    """A book, a period (the last twelve months unless said) and, if asked, one client or one contract."""

    livre = forms.ChoiceField(label=gettext_lazy("Livre"))
    du = DayField(label=gettext_lazy("Du"))
    au = DayField(label=gettext_lazy("Au"))
    client = forms.CharField(
        label=gettext_lazy("Client"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.TextInput(attrs={"list": "replay-clients", "autocomplete": "off"}),
    )
    contrat = forms.CharField(
        label=gettext_lazy("Contrat"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    tous = forms.BooleanField(
        label=gettext_lazy("Aussi les contrats qui suivent un autre livre"), required=False
    )

    clean_client = ReportForm.clean_client
    offered = ReportForm.offered

    def __init__(self, data: Any, *, actor: Actor, today: date) -> None:
        self.actor = actor
        self.choices = choices(actor)
        self.question: Question | None = None
        first = self.choices[0].key if self.choices else ""
        usual = {"livre": first, "du": add_months(today, -12).isoformat(), "au": today.isoformat()}
        super().__init__(usual | {key: value for key, value in data.items() if value}, label_suffix="")
        field: Any = self.fields["livre"]
        field.choices = [(one.key, named(one)) for one in self.choices]

    def clean_contrat(self) -> Contract | None:
        said = self.cleaned_data["contrat"]
        found = contracts_visible_to(self.actor).filter(number__iexact=said).first() if said else None
        if said and found is None:
            raise forms.ValidationError(_("Aucun contrat ne porte ce numéro."))
        return found

    def clean(self) -> dict[str, Any]:
        """Raises what `Question` refuses, beside the field at fault."""
        given = self.cleaned_data
        if not self.errors:
            try:
                self.question = Question(
                    text_of(self.actor, given["livre"]),
                    given["du"],
                    given["au"],
                    given["client"],
                    given["contrat"],
                    given["tous"],
                )
            except InvalidInput as refused:
                self.add_error(FIELDS.get(refused.field or "", "au"), refused.says)
        return given


def named(one: Choice) -> str:
    """« Brouillon, base imri/2013, pour le 1er janv. 2027 », or the name of an edition."""
    if one.draft is None:
        return f"{one.name} ({one.key[:8]})"
    on = wording.day(one.draft.effective_on, get_language() or "fr", year=True, weekday=False)
    return _("Brouillon, base %(base)s, pour le %(on)s") % {"base": one.name, "on": on}


def query_of(question: Question, **changed: str) -> str:
    """The query of an address that asks this question, with what is `changed` in it ("" takes out)."""
    return urlencode({key: value for key, value in (words_of(question) | changed).items() if value})


def words_of(question: Question) -> dict[str, str]:
    """A question as the form has it."""
    return {
        "livre": question.text.key,
        "du": question.first.isoformat(),
        "au": question.last.isoformat(),
        "client": question.client.number if question.client else "",
        "contrat": question.contract.number if question.contract else "",
        "tous": "on" if question.all_books else "",
    }
