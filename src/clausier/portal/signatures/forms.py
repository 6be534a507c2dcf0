"""The forms under a paper that is to be signed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, DayField, LongText, PaperField
from clausier.signatures.services import Scan

DRAWN, TYPED = "drawn", "typed"


class SignForm(ActForm):
    """Who signs, the code that was sent, the signature itself, the words agreed to.

    Without script nothing is drawn: `means` stays typed, and the name is the signature.
    """

    name = forms.CharField(
        label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    role = forms.CharField(
        label=_("En qualité de"),
        max_length=120,
        help_text=_("Par exemple : gérante, directeur informatique."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    code = forms.CharField(
        label=_("Code reçu par courriel"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    means = forms.ChoiceField(
        label=_("Votre signature"),
        choices=[(TYPED, _("Écrire mon nom")), (DRAWN, _("Dessiner"))],
        initial=TYPED,
        widget=forms.RadioSelect,
    )
    drawing = forms.CharField(required=False, widget=forms.HiddenInput)
    sha256 = forms.CharField(widget=forms.HiddenInput)
    consent = forms.BooleanField(error_messages={"required": _("Cochez cette case pour signer.")})

    def strokes(self) -> str:
        """What was drawn; "" when the name was typed, `[]` when drawing was chosen and nothing drawn."""
        said = self.cleaned_data
        return (said["drawing"] or "[]") if said["means"] == DRAWN else ""


class ScanForm(ActForm):
    """The paper that was printed, signed, stamped and photographed."""

    rows = (("signed_by", "signed_as"), ("signed_on",), ("scan",))
    signed_by = forms.CharField(label=_("Signé par"), max_length=120)
    signed_as = forms.CharField(label=_("En qualité de"), max_length=120, required=False)
    signed_on = DayField(label=_("Signé le"))
    scan = PaperField(label=_("Le papier signé"), help_text=_("PDF, photo JPEG ou PNG, 15 Mo au plus."))

    def field_of(self, refused: Refusal) -> str | None:
        return {"content": "scan", "name": "signed_by", "role": "signed_as"}.get(
            refused.field or "", refused.field
        )

    def paper(self) -> Scan:
        """What the services take."""
        said: dict[str, Any] = self.cleaned_data
        return Scan(
            name=said["signed_by"],
            role=said["signed_as"],
            signed_on=said["signed_on"],
            file_name=said["scan"].name,
            content=said["scan"].read(),
        )


class DeclineForm(ActForm):
    """Why one does not sign."""

    reason = LongText(label=_("Pourquoi"), max_length=500)
