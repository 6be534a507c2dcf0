"""The form of a webhook: where to, of what, at work or resting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.integrations.events import AREAS, EVENTS, EVERYTHING
from clausier.pages.forms import ActForm

AREA_NAMES = {
    "access": _("Accords et prises en main"),
    "agenda": _("Échéances"),
    "contracts": _("Contrats"),
    "desk": _("Tickets"),
    "directory": _("Clients"),
    "editions": _("Livre et valeurs de la loi"),
    "foundation": _("Équipe et réglages"),
    "integrations": _("API et webhooks"),
    "knowledge": _("Base de connaissances"),
    "lifecycle": _("Fins de contrat"),
    "overview": _("Et si ?"),
    "phone": _("Téléphone"),
    "post": _("Courrier"),
    "prepaid": _("Points"),
    "recurring": _("Travaux récurrents"),
    "roster": _("Absences et astreinte"),
    "sales": _("Devis et commandes"),
    "signatures": _("Signatures"),
    "transfer": _("Imports et exports"),
    "workshop": _("Atelier"),
}


class WebhookForm(ActForm):
    """An address to tell of acts."""

    label = forms.CharField(label=_("À qui il s’adresse"), max_length=80)
    url = forms.CharField(
        label=_("Adresse"),
        max_length=500,
        help_text=_("En https. Chaque événement y est posté en JSON, signé."),
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )
    codes = forms.MultipleChoiceField(
        label=_("Événements"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[(EVERYTHING, _("Tous les événements"))]
        + [(f"{area}.*", area) for area in AREAS]
        + list(EVENTS.items()),
    )

    rows: tuple[tuple[str, ...], ...] = (("label",), ("url",))

    def groups(self) -> list[dict[str, Any]]:
        """The boxes: everything, then each area with its events."""
        boxes = {str(box.data["value"]): box for box in self["codes"]}
        groups: list[dict[str, Any]] = [{"name": None, "whole": boxes[EVERYTHING], "boxes": []}]
        for area in AREAS:
            events = [box for code, box in boxes.items() if code in EVENTS and code.startswith(f"{area}.")]
            groups.append({"name": AREA_NAMES[area], "whole": boxes[f"{area}.*"], "boxes": events})
        return groups


class WebhookChanges(WebhookForm):
    """The same, with its rest."""

    is_active = forms.BooleanField(
        label=_("Au travail"),
        required=False,
        help_text=_("Décoché, aucun nouvel événement n’y est envoyé."),
    )

    rows = (("label",), ("url",), ("is_active",))
