"""The forms of a contract: creating it, what it covers, a derogation, the acceptance of its terms."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.console.ownbook import values as typed_values
from clausier.contracts import queries as contracts
from clausier.contracts.models import AcceptanceMeans, Contract, EquipmentClass
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.editions.services import thawed
from clausier.foundation import books, clock
from clausier.foundation.actors import Actor
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, DayField, PaperField
from clausier.terms.book import Book
from clausier.terms.days import WEEKDAYS
from clausier.terms.telling import told

QUANTITY = "quantity_"
MOST = 1_000_000
"""Devices of a class under one contract: more is a slip of the keyboard."""


class ContractForm(ActForm):
    """A contract of `client` under the provider's present edition."""

    kind = forms.ChoiceField(label=_("Type"))
    title = forms.CharField(label=_("Intitulé"), max_length=120, required=False)
    starts_on = DayField(label=_("Commence le"))
    ends_on = DayField(
        label=_("Dernier jour"), required=False, help_text=_("Seulement si le contrat en fixe un lui-même.")
    )
    number = forms.CharField(
        label=_("Numéro"), max_length=20, required=False, help_text=_("Laissé vide, le suivant de la série.")
    )
    sites = forms.ModelMultipleChoiceField(
        label=_("Sites couverts"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, actor: Actor, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "fr"
        offered = contracts.kinds(books.read(actor.provider.book), clock.today())
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (key, name.to(language)) for key, name in offered.items()
        ]
        self.fields["sites"].queryset = directory.sites(client)  # type: ignore[attr-defined]
        for value, label in EquipmentClass.choices:
            self.fields[QUANTITY + value] = forms.IntegerField(
                label=str(label).capitalize(), min_value=0, max_value=MOST, required=False
            )
        quantities = tuple(QUANTITY + value for value in EquipmentClass.values)
        self.rows = (("kind", "title"), ("starts_on", "ends_on", "number"), ("sites",), quantities)

    def clean(self) -> dict[str, Any]:
        """Quantities by class, and no number where none was typed."""
        typed = super().clean() or {}
        asked = {value: typed.pop(QUANTITY + value, None) for value in EquipmentClass.values}
        covered = {value: quantity for value, quantity in asked.items() if quantity}
        return typed | {"covered": covered, "number": typed.get("number") or None}


class CoverForm(ActForm):
    """How many of a class the contract covers from a day on."""

    equipment_class = forms.ChoiceField(label=_("Classe"), choices=EquipmentClass.choices)
    quantity = forms.IntegerField(label=_("Quantité"), min_value=0, max_value=MOST)
    from_on = DayField(label=_("À partir du"))

    rows = (("equipment_class", "quantity", "from_on"),)


class DerogationForm(ActForm):
    """A written departure from one term of the book: its value in the term's own form, and its paper."""

    since_on = DayField(label=_("À partir du"))
    until_on = DayField(label=_("Jusqu’au"), required=False, help_text=_("Ce jour exclu. Vide : sans fin."))
    agreed_on = DayField(label=_("Accord signé le"), help_text=_("Une dérogation se convient d’avance."))
    reason = forms.CharField(label=_("Pourquoi"), max_length=200)
    document = PaperField(
        label=_("Document signé"),
        error_messages={"required": _("Une dérogation est écrite : joignez le document signé.")},
    )

    def __init__(self, contract: Contract, term: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book, self.term = books.read(contract.book), term
        model = contracts.model_of(contract.kind, self.book, term)
        if model is None:
            raise LookupError(term)
        self.value, self.unit, self.is_addition = thawed(model.value), model.unit, term not in self.book.terms
        made = typed_values.Fields(self.book, term, model.unit, {}, get_language() or "fr")
        made.of(self.value)
        self.value_names = list(made.made)
        self.fields = made.made | self.fields
        # What the form starts with gives way to what the caller starts with, and both to what was typed.
        self.initial = {**made.initial, **self.initial}
        self.rows = (("since_on", "until_on", "agreed_on"), ("reason",), ("document",))

    def value_fields(self) -> list[forms.BoundField]:
        """The fields of the value itself."""
        return [self[name] for name in self.value_names]

    def is_week(self) -> bool:
        """True of opening hours: seven fields side by side."""
        return self.unit == typed_values.HOURS

    def laid_out(self) -> Any:
        """The fields around the value, line by line."""
        own = set(self.value_names)
        return (row for row in super().laid_out() if not own & {field.name for field in row})

    def clean(self) -> dict[str, Any]:
        """The term and its value: of a table only what differs from the book."""
        given = super().clean() or {}
        facts = {name: value for name, value in given.items() if name not in self.value_names}
        if self.errors:
            return facts
        value = self._typed(given)
        if not self.is_addition:
            value = _differing(self.value, value)
        if value is None:
            self.add_error(self.value_names[0], _("C’est déjà ce que dit le livre : changez une valeur."))
        return facts | {"term": self.term, "value": value}

    def _typed(self, given: dict[str, Any]) -> Any:
        if self.is_week():
            # A day that both leave closed is named too: the book may open it.
            return {day: given.get(typed_values.name_of((day,)), []) for day in WEEKDAYS}
        return typed_values.read(self.value, given, self.unit)

    def field_of(self, refused: Refusal) -> str | None:
        return self.value_names[0] if refused.field == "value" else refused.field


def terms_by_clause(book: Book) -> Any:
    """The terms of the book under their clauses, in the order of the text, each with its present value."""
    language = get_language() or "fr"
    groups: dict[str, list[tuple[str, str]]] = {number: [] for number in (*book.clauses, "")}
    for name in book.names():
        own = book.timeline(name)[-1]
        said = shorten(told(book, own).to(language), 60, placeholder="…")
        groups.setdefault(own.clause or "", []).append((name, f"{own.label.to(language)} ({said})"))
    practices = groups.pop("")
    for number, terms in groups.items():
        if terms:
            clause = book.clauses.get(number)
            yield f"{number} {clause.title.to(language)}" if clause else number, terms
    yield _("Pratiques"), practices


def _differing(own: Any, typed: Any) -> Any:
    """What was typed, of a table only the keys that differ from `own`; None when nothing does."""
    if isinstance(own, dict) and isinstance(typed, dict):
        changed = {key: value for key, value in typed.items() if value != own.get(key, [])}
        return changed or None
    return None if typed == own else typed


class AcceptanceForm(ActForm):
    """Who accepted the terms, when and how."""

    accepted_on = DayField(label=_("Acceptées le"))
    means = forms.ChoiceField(label=_("Comment"), choices=AcceptanceMeans.choices)
    accepted_by = forms.ModelChoiceField(
        label=_("Par"), queryset=Contact.objects.none(), required=False, empty_label=_("personne de la fiche")
    )
    accepted_by_name = forms.CharField(
        label=_("Nom du signataire"),
        max_length=120,
        required=False,
        help_text=_("S’il n’est pas dans la fiche."),
    )
    document = PaperField(label=_("Document"), required=False)

    rows = (("accepted_on", "means"), ("accepted_by", "accepted_by_name"))

    def __init__(self, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accepted_by"].queryset = directory.contacts(client)  # type: ignore[attr-defined]
