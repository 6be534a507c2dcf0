"""The forms of a point account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.pages.forms import ActForm, DayField
from clausier.prepaid.models import EntryKind, PointAccount

SIGNS = str.maketrans({"−": "-", "+": None, "\u202f": None, "\u00a0": None, " ": None})


class PointsField(forms.DecimalField):
    """Points with a comma or a point, « − 26,67 » as well as "26.67"."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("Indiquez un nombre de points, par exemple 400 ou 26,67.")
        kwargs.setdefault("error_messages", {"invalid": wrong, "required": wrong})
        super().__init__(max_digits=10, decimal_places=2, localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.translate(SIGNS) if isinstance(value, str) else value)


class PriceField(forms.DecimalField):
    """An amount in euros, with a comma or a point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("Indiquez un montant, par exemple 480 ou 480,50.")
        kwargs.setdefault("error_messages", {"invalid": wrong})
        super().__init__(max_digits=12, decimal_places=2, localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        cleaned = value.translate(SIGNS).replace("€", "") if isinstance(value, str) else value
        return super().to_python(cleaned)


class AddressesField(forms.CharField):
    """Mail addresses, one a line or apart by commas; checked by the act."""

    widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        return [one.strip() for one in text.replace(",", "\n").replace(";", "\n").split("\n") if one.strip()]


class OpenForm(ActForm):
    low_at = PointsField(label=_("Alerter sous"), initial=Decimal(100), help_text=_("en points"))


class CreditForm(ActForm):
    rows = (("points", "kind"), ("price", "reference"), ("bought_on", "expires_on"))
    points = PointsField(label=_("Points"))
    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[(kind.value, kind.label) for kind in (EntryKind.PURCHASE, EntryKind.OPENING)],
    )
    label = forms.CharField(label=_("Libellé, lu par le client"), required=False, max_length=200)
    price = PriceField(label=_("Prix hors taxes, en euros"), required=False)
    reference = forms.CharField(label=_("Devis ou commande"), required=False, max_length=80)
    bought_on = DayField(label=_("Acheté le"), required=False, help_text=_("aujourd’hui si vide"))
    expires_on = DayField(
        label=_("Sert jusqu’au"), required=False, help_text=_("vide : ce que dit le contrat")
    )


class CorrectForm(ActForm):
    points = PointsField(label=_("Points, avec leur signe"))
    label = forms.CharField(label=_("Raison, lue par le client"), required=False, max_length=200)


class AlertsForm(ActForm):
    rows = (("low_at", "forecast_days", "expiry_days"),)
    low_at = PointsField(label=_("Alerter sous"), help_text=_("en points"))
    forecast_days = forms.IntegerField(
        label=_("Épuisement prévu dans"), min_value=0, max_value=365, help_text=_("jours ; 0 : jamais")
    )
    expiry_days = forms.IntegerField(
        label=_("Péremption dans"), min_value=0, max_value=365, help_text=_("jours ; 0 : jamais")
    )
    client_to = AddressesField(
        label=_("Chez le client"), required=False, help_text=_("vide : le correspondant informatique")
    )
    staff_to = AddressesField(
        label=_("Dans votre équipe"), required=False, help_text=_("vide : ceux qui créditent des points")
    )

    @classmethod
    def of(cls, account: PointAccount) -> AlertsForm:
        """The form with what is settled."""
        names = ("low_at", "forecast_days", "expiry_days", "client_to", "staff_to")
        return cls(initial={name: getattr(account, name) for name in names}, auto_id="alerts_%s")


class PlanForm(ActForm):
    rows = (("day", "language"),)
    is_active = forms.BooleanField(label=_("Envoyer le relevé de chaque mois"), required=False)
    day = forms.IntegerField(
        label=_("Le jour du mois suivant"), min_value=1, max_value=28, initial=3, help_text=_("de 1 à 28")
    )
    language = forms.ChoiceField(label=_("Langue"), choices=[("fr", _("français")), ("en", _("anglais"))])
    to = AddressesField(
        label=_("Destinataires"), required=False, help_text=_("vide : ceux des alertes chez le client")
    )

    @classmethod
    def of(cls, account: PointAccount) -> PlanForm:
        """The form with what is planned."""
        plan = getattr(account, "plan", None)
        names = ("day", "language", "to", "is_active")
        initial = {name: getattr(plan, name) for name in names} if plan else {"is_active": True}
        return cls(initial=initial, auto_id="plan_%s")


class MonthForm(ActForm):
    month = forms.ChoiceField(label=_("Mois"))

    def __init__(self, *args: Any, months: Iterable[tuple[date, str]], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="month_%s", **kwargs)
        field: Any = self.fields["month"]
        field.choices = [(one.isoformat(), label) for one, label in months]

    def clean_month(self) -> date:
        return date.fromisoformat(self.cleaned_data["month"])


class TransferForm(ActForm):
    rows = (("points", "to"),)
    points = PointsField(label=_("Points"))
    to = forms.ModelChoiceField(PointAccount.objects.none(), label=_("Vers le contrat"))
    label = forms.CharField(label=_("Libellé, lu par le client"), required=False, max_length=200)

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="transfer_%s", **kwargs)
        field: Any = self.fields["to"]
        field.queryset = others


class DeclineForm(ActForm):
    answer = forms.CharField(label=_("Réponse, lue par le client"), required=False, max_length=300)


class AllowForm(ActForm):
    reason = forms.CharField(label=_("Pourquoi aller au-delà du solde"), required=False, max_length=300)
