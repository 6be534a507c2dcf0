"""The forms of a client's file. Rules live in `directory.services`; here is only what is asked and how."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.directory import queries as directory
from clausier.directory.models import Agency, Channel, Client, Contact, HolidayRegion, PortalSection, Site
from clausier.foundation.actors import Actor
from clausier.foundation.permissions import CLIENT_SIDE, ROLE_NAMES
from clausier.pages.forms import ActForm, DayField, LongText, PhoneField


class FileForm(ActForm):
    """Who a client is, and its numbers in the registers."""

    name = forms.CharField(label=_("Nom"), max_length=200)
    former_name = forms.CharField(
        label=_("Ancien nom"), max_length=200, required=False, help_text=_("Retrouve le client au téléphone.")
    )
    agency = forms.ModelChoiceField(label=_("Agence"), queryset=Agency.objects.none(), empty_label=None)
    siren = forms.CharField(label=_("SIREN"), max_length=20, required=False)
    siret = forms.CharField(label=_("SIRET"), max_length=30, required=False)
    country = forms.CharField(label=_("Pays"), max_length=2, initial="FR", help_text=_("FR, BE, CH…"))
    vat_number = forms.CharField(label=_("Numéro de TVA"), max_length=30, required=False)
    registration_number = forms.CharField(
        label=_("Immatriculation"),
        max_length=40,
        required=False,
        help_text=_("À l’étranger, sans numéro de TVA."),
    )
    phone = PhoneField(label=_("Standard"))
    email = forms.CharField(label=_("Adresse électronique"), max_length=254, required=False)
    note = LongText(label=_("À savoir"), required=False)

    rows = (
        ("name",),
        ("former_name",),
        ("agency", "client_since_on", "ended_on"),
        ("siren", "siret"),
        ("country", "vat_number", "registration_number"),
        ("phone", "email"),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = directory.agencies(actor)  # type: ignore[attr-defined]


class ClientForm(FileForm):
    """A new client."""

    client_since_on = DayField(label=_("Client depuis le"), required=False)


class EditClientForm(FileForm):
    """The file later: when the client came does not change, when it leaves may be told."""

    ended_on = DayField(label=_("N’est plus client depuis le"), required=False)
    tells_steps = forms.BooleanField(
        label=_("prévenir ses personnes de chaque étape de leurs demandes"), required=False
    )

    @staticmethod
    def of(client: Client) -> dict[str, Any]:
        """What the form starts with."""
        names = [name for name in EditClientForm.base_fields if name != "agency"]
        return {name: getattr(client, name) for name in names} | {"agency": client.agency_id}


class SiteForm(ActForm):
    """A place of the client."""

    name = forms.CharField(label=_("Nom du site"), max_length=120)
    address = forms.CharField(label=_("Adresse"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Code postal"), max_length=10, required=False)
    city = forms.CharField(label=_("Ville"), max_length=80, required=False)
    zone = forms.IntegerField(label=_("Zone de déplacement"), min_value=1, max_value=99, initial=1)
    access_note = LongText(
        label=_("Accès"), required=False, help_text=_("Ce qu’un technicien doit savoir avant d’arriver.")
    )
    holiday_region = forms.ChoiceField(
        label=_("Jours fériés"),
        required=False,
        choices=[("", _("ceux de l’agence")), *HolidayRegion.choices],
        help_text=_("Seulement si le contrat nomme ceux du site."),
    )
    good_friday = forms.BooleanField(
        label=_("Vendredi saint férié"),
        required=False,
        help_text=_("Alsace-Moselle, communes qui ont un temple protestant ou une église mixte."),
    )
    is_third_party = forms.BooleanField(
        label=_("Locaux d’un tiers"),
        required=False,
        help_text=_("Son accord est demandé avant d’y intervenir."),
    )

    rows = (("name",), ("address",), ("postcode", "city", "zone"), ("access_note",), ("holiday_region",))

    @staticmethod
    def of(site: Site) -> dict[str, Any]:
        """What the form starts with."""
        return {name: getattr(site, name) for name in SiteForm.base_fields}


class ContactForm(ActForm):
    """Someone at the client's."""

    full_name = forms.CharField(label=_("Nom"), max_length=120)
    job_title = forms.CharField(label=_("Fonction"), max_length=120, required=False)
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("aucun en particulier")
    )
    phone = PhoneField(label=_("Ligne directe"))
    mobile = PhoneField(label=_("Mobile"))
    email = forms.CharField(label=_("Adresse électronique"), max_length=254, required=False)
    preferred_channel = forms.ChoiceField(label=_("Préfère"), choices=Channel.choices, initial=Channel.MAIL)

    rows = (("full_name", "job_title"), ("phone", "mobile"), ("email", "preferred_channel"))

    def __init__(self, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = directory.sites(client)  # type: ignore[attr-defined]

    @staticmethod
    def of(contact: Contact) -> dict[str, Any]:
        """What the form starts with."""
        names = [name for name in ContactForm.base_fields if name != "site"]
        return {name: getattr(contact, name) for name in names} | {"site": contact.site_id}


class DepartureForm(ActForm):
    """From when someone is no longer there."""

    left_on = DayField(label=_("N’y est plus à partir du"))


class CorrespondentForm(ActForm):
    """Who answers for the client's computing from now on."""

    contact = forms.ModelChoiceField(label=_("Personne"), queryset=Contact.objects.none(), empty_label=None)
    from_on = DayField(label=_("À partir du"), help_text=_("Le précédent l’est jusqu’à la veille."))

    def __init__(self, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = directory.contacts(client).filter(left_on=None)
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]


class SectionsForm(ActForm):
    """Which sections of the portal the client's people find."""

    sections = forms.MultipleChoiceField(
        label=_("Rubriques ouvertes"),
        choices=PortalSection.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Une rubrique fermée n’est ni montrée ni servie : son adresse ne répond plus."),
    )


class AccessForm(ActForm):
    """An account that may act for the client; someone of the file who has none is sent an invitation."""

    email = forms.CharField(
        label=_("Adresse du compte"),
        max_length=254,
        help_text=_("Une invitation y part. Qui a déjà un compte le garde."),
    )
    contact = forms.ModelChoiceField(
        label=_("C’est"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("personne de la fiche"),
    )
    role = forms.ChoiceField(
        label=_("Rôle"), choices=[(role.value, ROLE_NAMES[role]) for role in CLIENT_SIDE]
    )

    def __init__(self, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = directory.contacts(client).filter(left_on=None)  # type: ignore[attr-defined]
