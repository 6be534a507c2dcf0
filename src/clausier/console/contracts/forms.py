"""The forms of a contract: creating it, what it covers, a derogation, the acceptance of its terms."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.contracts import queries as contracts
from clausier.contracts import services, values
from clausier.contracts.models import AcceptanceMeans, Contract, EquipmentClass
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import books, clock
from clausier.foundation.actors import Actor
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, DayField, PaperField
from clausier.terms.book import Book
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
    """A written departure from one term of the book, and its paper."""

    term = forms.ChoiceField(label=_("Terme"))
    value = forms.CharField(
        label=_("Valeur du contrat"),
        help_text=_("Un nombre, oui ou non, un mot ; pour un tableau, du JSON avec les clés à changer."),
    )
    since_on = DayField(label=_("À partir du"))
    until_on = DayField(label=_("Jusqu’au"), required=False, help_text=_("Ce jour exclu. Vide : sans fin."))
    agreed_on = DayField(label=_("Accord signé le"), help_text=_("Une dérogation se convient d’avance."))
    reason = forms.CharField(label=_("Pourquoi"), max_length=200)
    document = PaperField(
        label=_("Document signé"),
        error_messages={"required": _("Une dérogation est écrite : joignez le document signé.")},
    )

    rows = (("term",), ("value",), ("since_on", "until_on", "agreed_on"), ("reason",), ("document",))

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = books.read(contract.book)
        self.fields["term"].choices = list(terms_by_clause(self.book))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What was typed for the value, read in the term's own type."""
        given = super().clean() or {}
        term, text = given.get("term"), given.get("value")
        if term and text is not None:
            own = self.book.timeline(term)[-1]
            try:
                given["value"] = values.typed(own.value, text)
            except values.NotOfThisType as wrong:
                refused: Refusal = services.wrong_value(own.unit, wrong.expected)
                self.add_error("value", refused.says)
        return given


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
