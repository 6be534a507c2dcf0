"""What a client fills in: a new request, an answer, why one reopens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import EquipmentClass
from clausier.desk.models import Impact, Nature, Urgency
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, LongText
from clausier.portal.tickets.files import LIMITS, SeveralFiles


class WithFiles(ActForm):
    """A form that takes files and, on a phone, photos; both are cleaned to one list under `files`."""

    documents = SeveralFiles(label=_("Joindre des fichiers"), help_text=LIMITS)
    photos = SeveralFiles(label=_("Prendre une photo"), capture=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["files"] = [*cleaned.pop("documents", ()), *cleaned.pop("photos", ())]
        return cleaned


class NewForm(WithFiles):
    """A request: what happens, to what, whom it hinders."""

    title = forms.CharField(label=_("Que se passe-t-il ?"), max_length=200)
    description = LongText(label=_("Dites-en plus"), required=False)
    nature = forms.ChoiceField(
        label=_("C’est"),
        choices=[(Nature.INCIDENT, _("une panne")), (Nature.REQUEST, _("une demande"))],
        initial=Nature.INCIDENT,
    )
    equipment_class = forms.ChoiceField(
        label=_("Sur quoi ?"),
        choices=EquipmentClass.choices,
        initial=EquipmentClass.WORKSTATION,
    )
    equipment_label = forms.CharField(label=_("Nom de l’appareil"), max_length=120, required=False)
    impact = forms.ChoiceField(label=_("Qui est gêné ?"), choices=Impact.choices, initial=Impact.ONE)
    urgency = forms.ChoiceField(
        label=_("Peut-on travailler ?"), choices=Urgency.choices, initial=Urgency.DEGRADED
    )
    site = forms.ChoiceField(label=_("Où ?"), required=False)

    def __init__(self, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in directory.sites(client)}
        choices = [(key, site.name) for key, site in self.sites.items()]
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices if len(choices) == 1 else [("", _("je ne sais pas")), *choices]
        self.fields["title"].widget.attrs["autofocus"] = not self.is_bound

    def clean_site(self) -> Any:
        return self.sites.get(self.cleaned_data["site"])

    def field_of(self, refused: Refusal) -> str | None:
        # What the client did not choose is the book's: the fault stands beside what it depends on.
        return "nature" if refused.field == "cause" else refused.field


class ReplyForm(WithFiles):
    """An answer in the thread."""

    text = LongText(label=_("Votre message"))


class ReasonForm(ActForm):
    """Why a request is reopened."""

    reason = LongText(label=_("Qu’est-ce qui ne va pas encore ?"))


class CloseForm(ActForm):
    """A last word, when one closes."""

    text = LongText(label=_("Un mot pour finir"), required=False)
