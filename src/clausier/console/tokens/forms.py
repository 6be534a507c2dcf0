"""The form of a new token: what for, as whom, what it may do, until when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person
from clausier.foundation.permissions import MATRIX, PERMISSION_NAMES, ROLE_NAMES, Role
from clausier.pages.forms import ActForm, DayField

USUAL_LIFE = timedelta(days=365)
AREAS = {
    "access": _("Accords et prises en main"),
    "agenda": _("Échéances"),
    "books": _("Livres"),
    "contracts": _("Contrats"),
    "desk": _("Tickets"),
    "directory": _("Clients"),
    "disputes": _("Litiges"),
    "endings": _("Fins de contrat"),
    "hourly": _("Heures à facturer"),
    "installation": _("Installation"),
    "integrations": _("API et webhooks"),
    "journal": _("Journal"),
    "knowledge": _("Base de connaissances"),
    "people": _("Équipe"),
    "post": _("Courrier"),
    "prepaid": _("Points"),
    "recurring": _("Travaux récurrents"),
    "reports": _("Rapports"),
    "reversal": _("Réversibilité"),
    "roster": _("Absences et astreinte"),
    "rulings": _("Pourquoi"),
    "sales": _("Devis et commandes"),
    "satisfaction": _("Satisfaction"),
    "screens": _("Écrans muraux"),
    "signatures": _("Signatures"),
    "transfer": _("Imports et exports"),
    "workshop": _("Atelier"),
}


class TokenForm(ActForm):
    """A token to make. `acts_as` is a member of staff or an account of a client."""

    label = forms.CharField(
        label=_("À quoi sert ce jeton"), max_length=80, help_text=_("Par exemple : supervision, sauvegardes.")
    )
    acts_as = forms.ChoiceField(
        label=_("Il agit pour"),
        help_text=_("Le journal portera ce nom, et celui du jeton à côté."),
    )
    until = DayField(label=_("Jusqu’au"), help_text=_("Deux ans au plus. Ce jour-là compris."))
    scopes = forms.MultipleChoiceField(
        label=_("Ce qu’il peut faire"), widget=forms.CheckboxSelectMultiple, required=False
    )

    rows = (("label",), ("acts_as", "until"))

    def __init__(self, actor: Actor, today: date, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"until": today + USUAL_LIFE} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["acts_as"].choices = _accounts(actor)  # type: ignore[attr-defined]
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (word, PERMISSION_NAMES[word]) for word in MATRIX if actor.may(word)
        ]

    def scope_groups(self) -> list[tuple[Any, list[Any]]]:
        """The boxes, by what they are about."""
        found: dict[str, list[Any]] = {}
        for box in self["scopes"]:
            found.setdefault(str(box.data["value"]).partition(".")[0], []).append(box)
        return [(AREAS.get(area, area), boxes) for area, boxes in found.items()]

    def facts(self) -> dict[str, Any]:
        """What `create_token` takes."""
        kind, _sep, rest = self.cleaned_data["acts_as"].partition(":")
        client_id, _sep, person_id = rest.rpartition(":")
        client = None
        if kind == "client":
            client = directory.clients_visible_to(self.actor).get(pk=int(client_id))
        return {
            "label": self.cleaned_data["label"],
            "person": Person.objects.get(pk=int(person_id)),
            "client": client,
            "scopes": self.cleaned_data["scopes"],
            "expires_at": _end_of(self.cleaned_data["until"]),
        }


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _accounts(actor: Actor) -> list[Any]:
    """Whom a token may act for: the staff, then the people of clients, by client."""
    staff = [
        (f"staff:{member.person_id}", f"{member.person.full_name}, {ROLE_NAMES[Role(member.role)]}")
        for member in directory.team(actor)
    ]
    groups: list[Any] = [(_("Équipe"), staff)]
    for client in directory.clients_visible_to(actor).filter(accesses__ended_at=None).distinct():
        people = _people(client)
        if people:
            groups.append((client.name, people))
    return groups


def _people(client: Client) -> list[tuple[str, str]]:
    return [
        (
            f"client:{client.pk}:{access.person_id}",
            f"{access.person.full_name}, {ROLE_NAMES[Role(access.role)]}",
        )
        for access in directory.accesses(client)
    ]
