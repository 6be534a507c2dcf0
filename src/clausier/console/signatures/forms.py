"""The forms of signatures: asking, entering what came on paper, signing for the provider, the certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, DayField, LongText, PaperField, end_of
from clausier.signatures.services import Scan

FIELDS_OF_SCAN = {"content": "paper", "name": "signed_by", "role": "signed_as", "received_at": "received_on"}


class AskForm(ActForm):
    """A PDF that somebody of the client is asked to sign."""

    rows = (("purpose",), ("paper",), ("signer",), ("signer_name", "signer_email"), ("until",))
    purpose = forms.CharField(
        label=_("Ce qui est à signer"),
        max_length=200,
        help_text=_("Le titre que lit le signataire, par exemple : Avenant au contrat C-0012."),
    )
    paper = forms.FileField(
        label=_("Document"), widget=forms.FileInput(attrs={"accept": ".pdf"}), help_text=_("Un PDF.")
    )
    signer = forms.ModelChoiceField(
        Contact.objects.none(),
        label=_("Signataire"),
        required=False,
        empty_label=_("une autre personne"),
    )
    signer_name = forms.CharField(label=_("Son nom"), required=False, max_length=120)
    signer_email = forms.EmailField(label=_("Son adresse"), required=False)
    until = DayField(
        label=_("À signer jusqu’au"), required=False, help_text=_("Ce jour compris. Vide : sans terme.")
    )

    def __init__(self, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = directory.contacts(client, clock.today())  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        said = self.cleaned_data
        return {
            "purpose": said["purpose"],
            "content": said["paper"].read(),
            "file_name": said["paper"].name,
            "signer": said["signer"],
            "signer_name": said["signer_name"],
            "signer_email": said["signer_email"],
            "valid_until": end_of(said["until"]),
        }

    def field_of(self, refused: Refusal) -> str | None:
        return {"document": "paper", "valid_until": "until"}.get(refused.field or "", refused.field)


class RecordForm(ActForm):
    """A paper that came back signed and stamped."""

    rows = (("signed_by", "signed_as"), ("signed_on", "received_on"), ("paper",))
    signed_by = forms.CharField(label=_("Signé par"), max_length=120)
    signed_as = forms.CharField(label=_("En qualité de"), max_length=120, required=False)
    signed_on = DayField(label=_("Daté du"))
    received_on = DayField(
        label=_("Reçu le"),
        required=False,
        help_text=_("Vide : aujourd’hui. L’échéance se compte à la réception."),
    )
    paper = PaperField(label=_("Le papier numérisé"), help_text=_("PDF, JPEG ou PNG, 15 Mo au plus."))

    def field_of(self, refused: Refusal) -> str | None:
        return FIELDS_OF_SCAN.get(refused.field or "", refused.field)

    def scan(self) -> Scan:
        """The paper, as services take it."""
        said = self.cleaned_data
        return Scan(
            name=said["signed_by"],
            role=said["signed_as"],
            signed_on=said["signed_on"],
            file_name=said["paper"].name,
            content=said["paper"].read(),
        )


class CountersignForm(ActForm):
    """In which quality one signs for the provider."""

    role = forms.CharField(
        label=_("Votre qualité"),
        max_length=120,
        required=False,
        help_text=_("Par exemple : gérante. Elle est écrite sur la page de signature."),
    )


class ReasonForm(ActForm):
    """Why."""

    reason = LongText(label=_("Pourquoi"), max_length=500, required=False)


class DeadlineForm(ActForm):
    """Until when."""

    until = DayField(
        label=_("À signer jusqu’au"), required=False, help_text=_("Ce jour compris. Vide : sans terme.")
    )

    def field_of(self, refused: Refusal) -> str | None:
        return "until" if refused.field == "valid_until" else refused.field


class BringForm(ActForm):
    """A certificate in a `.p12` file, and what opens it."""

    content = forms.FileField(
        label=_("Fichier du certificat"),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx"}),
        help_text=_("Un fichier .p12 ou .pfx, avec sa clé."),
    )
    password = forms.CharField(
        label=_("Son mot de passe"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
