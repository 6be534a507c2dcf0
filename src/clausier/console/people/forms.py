"""The forms of the staff: someone new, another role, agency and skills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.directory import queries as directory
from clausier.directory.models import Agency, Grade
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person
from clausier.foundation.permissions import ROLE_NAMES, STAFF, may
from clausier.pages.forms import ActForm

ROLES = [(role.value, ROLE_NAMES[role]) for role in STAFF]


class NewMemberForm(ActForm):
    """Someone joins the staff: by an invitation, or with their own accord where they have an account."""

    full_name = forms.CharField(label=_("Nom"), max_length=120)
    email = forms.CharField(
        label=_("Adresse électronique"),
        max_length=254,
        help_text=_("Une invitation y part. À qui a déjà un compte, une lettre demande son accord."),
    )
    role = forms.ChoiceField(label=_("Rôle"), choices=ROLES, initial="technician")
    agency = forms.ModelChoiceField(
        label=_("Agence"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("aucune en particulier"),
    )
    skills = forms.CharField(
        label=_("Compétences"), required=False, help_text=_("Séparées par des virgules.")
    )

    rows = (("full_name",), ("email",), ("role", "agency"), ("skills",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]


class MemberForm(ActForm):
    """What a member of staff does, from where."""

    role = forms.ChoiceField(label=_("Rôle"), choices=ROLES)
    agency = forms.ModelChoiceField(
        label=_("Agence"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("aucune en particulier"),
    )
    skills = forms.CharField(
        label=_("Compétences"), required=False, help_text=_("Séparées par des virgules.")
    )
    grade = forms.ChoiceField(
        label=_("Taux horaire sans contrat"),
        choices=Grade.choices,
        required=False,
        help_text=_("Le prix de l’heure est celui de votre livre pour ce taux."),
    )

    rows = (("role", "agency"), ("skills",), ("grade",))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]


class LeaveForm(ActForm):
    """Someone leaves: who takes over what they had in hand."""

    successor = forms.ModelChoiceField(
        label=_("Qui reprend le travail en cours"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("personne, rien n’est en cours"),
    )

    def __init__(self, actor: Actor, leaving: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = [role.value for role in STAFF if may(role, "desk.work")]
        colleagues = foundation.staff(actor).filter(role__in=workers).exclude(person=leaving)
        self.fields["successor"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            pk__in=colleagues.values("person")
        ).order_by("full_name")


def names_in(text: str) -> list[str]:
    """« Windows Server, téléphonie IP » as a list."""
    return [name.strip() for name in text.split(",") if name.strip()]
