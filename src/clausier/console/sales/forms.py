"""The forms of the catalogue, of quotes and of orders."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.console.points.forms import SIGNS, PriceField
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.models import Provider
from clausier.pages.forms import ActForm, DayField, LongText, PaperField
from clausier.sales import queries
from clausier.sales.models import (
    CatalogueItem,
    ChangeKind,
    ItemKind,
    LineChoice,
    Period,
    Quote,
    ReceptionMeans,
    Side,
    Unit,
    Vat,
)
from clausier.sales.services import ItemFacts, QuoteFacts


class Figure(forms.DecimalField):
    """A number with a comma or a point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("Indiquez un nombre, par exemple 12 ou 1,5.")})
        super().__init__(max_digits=12, decimal_places=2, localize=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.normalize() if isinstance(value, Decimal) and not value % 1 else value

    def to_python(self, value: Any) -> Any:
        cleaned = value.translate(SIGNS).replace("%", "") if isinstance(value, str) else value
        return super().to_python(cleaned)


class ItemForm(ActForm):
    """What an item of the catalogue says."""

    kind = forms.ChoiceField(label=_("Ce que c’est"), choices=ItemKind.choices)
    code = forms.CharField(label=_("Référence"), max_length=20)
    name = forms.CharField(label=_("Désignation"), max_length=160)
    description = LongText(label=_("Description"), required=False, max_length=5000)
    unit = forms.ChoiceField(label=_("Unité"), choices=Unit.choices)
    period = forms.ChoiceField(label=_("Due"), choices=Period.choices)
    vat = forms.ChoiceField(label=_("TVA"), choices=Vat.choices)
    word = forms.ChoiceField(
        label=_("Dans vos conditions"),
        required=False,
        help_text=_("Une heure d’un taux de vos conditions prend leur prix."),
    )
    equipment_class = forms.ChoiceField(
        label=_("Classe couverte"),
        required=False,
        choices=[("", _("aucune")), *EquipmentClass.choices],
        help_text=_("Commandée, la redevance couvre autant d’équipements de cette classe."),
    )
    points = Figure(label=_("Points du carnet"), required=False)
    months = forms.IntegerField(
        label=_("Mois de validité des points"), required=False, min_value=1, max_value=1200
    )

    rows: tuple[tuple[str, ...], ...] = (
        ("kind", "code"),
        ("name",),
        ("description",),
        ("unit", "period", "vat"),
        ("word", "equipment_class"),
        ("points", "months"),
    )

    def __init__(self, provider: Provider, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book, on = contracts.provider_book(provider), clock.today()
        known = [
            (ItemKind(kind).label, words)
            for kind in (ItemKind.SERVICE, ItemKind.CHANGE, ItemKind.HOURLY)
            if (words := queries.words_of(book, kind, on))
        ]
        self.fields["word"].choices = [("", _("pas nommé")), *known]  # type: ignore[attr-defined]

    def facts(self) -> ItemFacts:
        """What the item will say."""
        return ItemFacts(**{one.name: self.cleaned_data[one.name] for one in fields(ItemFacts)})

    @staticmethod
    def of(item: CatalogueItem) -> dict[str, Any]:
        """What the form starts with."""
        return {one.name: getattr(item, one.name) for one in fields(ItemFacts)}


class NewItemForm(ItemForm):
    """A new item, and its first price."""

    amount = PriceField(
        label=_("Prix hors taxes"),
        required=False,
        help_text=_("Vide : celui de vos conditions, pour une heure qu’elles nomment."),
    )
    cost = PriceField(label=_("Coût d’achat"), required=False)
    since_on = DayField(label=_("À partir du"))

    rows = (*ItemForm.rows, ("amount", "cost", "since_on"))


class PriceForm(ActForm):
    """A price from a day on."""

    since_on = DayField(label=_("À partir du"))
    amount = PriceField(label=_("Prix hors taxes"))
    cost = PriceField(label=_("Coût d’achat"), required=False)

    rows = (("since_on", "amount", "cost"),)


class QuoteForm(ActForm):
    """What a quote says beside its lines."""

    title = forms.CharField(
        label=_("Objet"), max_length=160, help_text=_("Par exemple : infogérance de douze postes.")
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label=_("Destinataire"),
        required=False,
        empty_label=_("personne en particulier"),
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Site"), required=False, empty_label=_("tous les sites")
    )
    contract_kind = forms.ChoiceField(label=_("Contrat à faire"), required=False)
    contract = forms.ModelChoiceField(
        Contract.objects.none(), label=_("Contrat en cours"), required=False, empty_label=_("aucun")
    )
    starts_on = DayField(label=_("Début du contrat"), required=False)
    ends_on = DayField(label=_("Fin du contrat"), required=False)
    valid_days = forms.IntegerField(
        label=_("Valable … jours après réception"), required=False, min_value=1, max_value=3650
    )
    valid_until = DayField(label=_("ou jusqu’au"), required=False)
    delivery_on = DayField(label=_("Livraison vers le"), required=False, help_text=_("À titre indicatif."))
    language = forms.ChoiceField(label=_("Langue"), choices=[("fr", _("français")), ("en", _("anglais"))])
    introduction = LongText(label=_("Texte du devis"), required=False, max_length=10_000)
    vat_note = forms.CharField(
        label=_("Mention sans TVA"),
        required=False,
        max_length=200,
        help_text=_("Pourquoi une ligne ne porte pas de TVA."),
    )

    rows = (
        ("title",),
        ("contact", "site"),
        ("contract_kind", "starts_on", "ends_on"),
        ("contract", "delivery_on"),
        ("valid_days", "valid_until", "language"),
        ("introduction",),
        ("vat_note",),
    )

    def __init__(
        self, client: Client, kinds: list[tuple[str, str]], says: str, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["contact"].queryset = directory.contacts(client, today)  # type: ignore[attr-defined]
        self.fields["site"].queryset = directory.sites(client)  # type: ignore[attr-defined]
        self.fields["contract"].queryset = contracts.contracts_in_force(client, today)  # type: ignore[attr-defined]
        self.fields["contract_kind"].choices = [("", _("aucun")), *kinds]  # type: ignore[attr-defined]
        self.fields["valid_days"].help_text = says

    def facts(self) -> QuoteFacts:
        """What the quote will say."""
        return QuoteFacts(**{one.name: self.cleaned_data[one.name] for one in fields(QuoteFacts)})

    @staticmethod
    def of(quote: Quote) -> dict[str, Any]:
        """What the form starts with."""
        return {one.name: getattr(quote, one.name) for one in fields(QuoteFacts)}


class LineForm(forms.Form):
    """A line of a quote in the editor; an empty one is no line."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = forms.ModelChoiceField(
        CatalogueItem.objects.none(), label=_("Au catalogue"), required=False, empty_label=_("ligne libre")
    )
    label = forms.CharField(label=_("Désignation"), max_length=200, required=False)
    quantity = Figure(label=_("Quantité"), required=False)
    unit = forms.ChoiceField(label=_("Unité"), choices=Unit.choices, required=False)
    unit_price = PriceField(label=_("Prix unitaire hors taxes"), required=False)
    discount_percent = Figure(label=_("Remise en pour cent"), required=False)
    discount_amount = PriceField(label=_("Remise en euros"), required=False)
    vat = forms.ChoiceField(label=_("TVA"), choices=Vat.choices, required=False)
    period = forms.ChoiceField(label=_("Due"), choices=Period.choices, required=False)
    kind = forms.ChoiceField(label=_("Devient"), choices=ItemKind.choices, required=False)
    choice = forms.ChoiceField(label=_("Offre"), choices=LineChoice.choices, required=False)
    group = forms.CharField(label=_("Choix"), max_length=40, required=False)
    proposed = forms.BooleanField(label=_("compté d’avance"), required=False)
    equipment_class = forms.ChoiceField(
        label=_("Classe couverte"), required=False, choices=[("", _("aucune")), *EquipmentClass.choices]
    )
    points = Figure(label=_("Points du carnet"), required=False)
    months = forms.IntegerField(label=_("Mois de validité"), required=False, min_value=1, max_value=1200)
    cost = PriceField(label=_("Coût d’achat"), required=False)
    detail = forms.CharField(
        label=_("Détail"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )

    MORE = (
        "kind",
        "choice",
        "group",
        "proposed",
        "discount_amount",
        "equipment_class",
        "points",
        "months",
        "cost",
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = queries.items(actor)  # type: ignore[attr-defined]
        if not actor.may("sales.margin"):
            del self.fields["cost"]
        for name, field in self.fields.items():
            if name not in ("proposed", "id"):
                field.widget.attrs["class"] = "input"
                field.widget.attrs["aria-label"] = field.label

    def more(self) -> list[forms.BoundField]:
        """What is said of a line now and then."""
        return [self[name] for name in self.MORE if name in self.fields]

    @property
    def more_open(self) -> bool:
        """Whether something unusual is said there, or is at fault."""
        return any(self[name].errors for name in (*self.MORE, "detail") if name in self.fields)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that makes a line."""
        return not self.cleaned_data.get("label") and not self.cleaned_data.get("item")


class ReceptionForm(ActForm):
    """How the client received the quote."""

    received_on = DayField(label=_("Reçu le"))
    means = forms.ChoiceField(
        label=_("Comment"),
        choices=[one for one in ReceptionMeans.choices if one[0] != ReceptionMeans.LINK],
    )
    received_by = forms.CharField(label=_("Par qui"), max_length=120)

    rows = (("received_on", "means"), ("received_by",))


class AcceptForm(ActForm):
    """The quote that the client signed on paper."""

    signed_on = DayField(label=_("Signé le"))
    signer_name = forms.CharField(label=_("Signé par"), max_length=120)
    document = PaperField(label=_("Devis signé"))

    rows = (("signed_on", "signer_name"), ("document",))

    def field_of(self, refused: Any) -> str | None:
        own = {"signed_at": "signed_on", "received_at": "signed_on", "content": "document"}
        field = str(refused.field or "")
        return own.get(field, field) or None


class DeclineForm(ActForm):
    """Why the client does not want it."""

    said_by = forms.CharField(label=_("Dit par"), max_length=120, required=False)
    reason = forms.CharField(label=_("Raison"), max_length=400)


class DerogateForm(ActForm):
    """A departure from one term of the book that a quote proposes."""

    term = forms.ChoiceField(label=_("Terme"))
    value = forms.CharField(
        label=_("Valeur proposée"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Un nombre, oui ou non, ou la forme que montre le livre."),
    )
    reason = forms.CharField(label=_("Raison"), max_length=200)

    def __init__(self, terms: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"].choices = terms  # type: ignore[attr-defined]


class ChangeForm(ActForm):
    """What is asked of an order."""

    kind = forms.ChoiceField(label=_("Demande"), choices=ChangeKind.choices)
    asked_by_side = forms.ChoiceField(label=_("De la part de"), choices=Side.choices)
    text = LongText(label=_("Ce qui change"), max_length=10_000)
    for_lateness = forms.BooleanField(label=_("à cause d’un retard de livraison"), required=False)
    label = forms.CharField(
        label=_("Travail en plus"), max_length=200, required=False, help_text=_("Pour un supplément.")
    )
    quantity = Figure(label=_("Quantité"), required=False)
    unit_price = PriceField(label=_("Prix unitaire hors taxes"), required=False)

    rows = (("kind", "asked_by_side"), ("text",), ("for_lateness",), ("label", "quantity", "unit_price"))

    def field_of(self, refused: Any) -> str | None:
        field = str(refused.field or "")
        return "label" if field == "lines" else field.removeprefix("lines.0.") or None


class AgreeForm(AcceptForm):
    """The change that the client signed on paper."""

    document = PaperField(label=_("Document signé"))
