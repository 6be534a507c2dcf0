"""Whether clients are asked, of how many tickets, how often."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.pages.forms import ActForm


class SettingsForm(ActForm):
    """How the provider asks its clients."""

    rows = (("is_on",), ("percent", "quiet_days", "changeable_days"))
    is_on = forms.BooleanField(
        label=_("Demander leur avis aux clients, à la clôture"),
        required=False,
        help_text=_("Une fois par ticket, par courriel et au portail. Le modèle se règle dans Courrier."),
    )
    percent = forms.IntegerField(
        label=_("Tickets concernés (%)"), min_value=1, max_value=100, help_text=_("100 : tous.")
    )
    quiet_days = forms.IntegerField(
        label=_("Repos entre deux demandes (jours)"),
        min_value=0,
        max_value=365,
        help_text=_("La même personne n’est pas redemandée avant."),
    )
    changeable_days = forms.IntegerField(
        label=_("Avis modifiable pendant (jours)"), min_value=0, max_value=365
    )
