"""The forms of the staff: someone new, another role, agency and skills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.directory import queries as directory
from clausier.directory.models import Agency
from clausier.foundation.actors import Actor
from clausier.foundation.permissions import ROLE_NAMES, STAFF
from clausier.pages.forms import ActForm

ROLES = [(role.value, ROLE_NAMES[role]) for role in STAFF]


class NewMemberForm(ActForm):
    """Someone joins the staff; an account that exists already keeps its password."""

    full_name = forms.CharField(label=_("Nom"), max_length=120)
    email = forms.CharField(label=_("Adresse électronique"), max_length=254)
    password = forms.CharField(
        label=_("Mot de passe provisoire"),
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_("Douze signes au moins. Sans effet si l’adresse a déjà un compte."),
    )
    role = forms.ChoiceField(label=_("Rôle"), choices=ROLES, initial="technician")
    agency = forms.ModelChoiceField(label=_("Agence"), queryset=Agency.objects.none(), required=False)
    skills = forms.CharField(
        label=_("Compétences"), required=False, help_text=_("Séparées par des virgules.")
    )

    rows = (("full_name",), ("email", "password"), ("role", "agency"), ("skills",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]


class MemberForm(ActForm):
    """What a member of staff does, from where."""

    role = forms.ChoiceField(label=_("Rôle"), choices=ROLES)
    agency = forms.ModelChoiceField(label=_("Agence"), queryset=Agency.objects.none(), required=False)
    skills = forms.CharField(
        label=_("Compétences"), required=False, help_text=_("Séparées par des virgules.")
    )

    rows = (("role", "agency"), ("skills",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]


def names_in(text: str) -> list[str]:
    """« Windows Server, téléphonie IP » as a list."""
    return [name.strip() for name in text.split(",") if name.strip()]
