"""The forms of a point account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.pages.forms import ActForm
from clausier.prepaid.models import EntryKind

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


class OpenForm(ActForm):
    low_at = PointsField(label=_("Alerter sous"), initial=Decimal(100), help_text=_("en points"))


class CreditForm(ActForm):
    rows = (("points", "kind"),)
    points = PointsField(label=_("Points"))
    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[(kind.value, kind.label) for kind in (EntryKind.PURCHASE, EntryKind.OPENING)],
    )
    label = forms.CharField(label=_("Libellé, lu par le client"), required=False, max_length=200)


class CorrectForm(ActForm):
    points = PointsField(label=_("Points, avec leur signe"))
    label = forms.CharField(label=_("Raison, lue par le client"), required=False, max_length=200)
