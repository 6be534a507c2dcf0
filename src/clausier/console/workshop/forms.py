"""The forms of the workshop: a machine comes in, waits, is lent, leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.desk.models import Ticket
from clausier.desk.timeline import Upload
from clausier.pages.forms import ActForm, DayField, LongText


class PicturesInput(forms.ClearableFileInput):
    """Several pictures at once, from the camera of a phone too."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Pictures, as services take them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PicturesInput(attrs={"accept": "image/*", "multiple": True}))
        super().__init__(required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        found = [super(PicturesField, self).clean(one, initial) for one in given]
        return [Upload(one.name, one.content_type or "", one.read()) for one in found if one]


class ReceiveForm(ActForm):
    """What is known of a machine that comes in."""

    label = forms.CharField(
        label=_("Machine"), max_length=120, help_text=_("Par exemple : portable Modèle 14, noir.")
    )
    serial = forms.CharField(label=_("Numéro de série"), max_length=80, required=False)
    accessories = forms.CharField(
        label=_("Accessoires"), max_length=300, required=False, help_text=_("Chargeur, sacoche, clé USB…")
    )
    condition = LongText(
        label=_("État constaté"),
        required=False,
        help_text=_("Ce que dira le bon : rayures, pannes."),
    )
    photos = PicturesField(label=_("Photos"), help_text=_("JPEG, PNG ou WebP, douze au plus."))
    brought_by = forms.CharField(label=_("Apportée par"), max_length=120)
    place = forms.CharField(label=_("Étagère"), max_length=40, required=False)
    due_on = DayField(label=_("À reprendre vers le"))
    code = forms.CharField(
        label=_("Code d’ouverture"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Gardé sous scellés ; chaque lecture est au journal ; oublié quand la machine part."),
    )
    ticket = forms.ModelChoiceField(label=_("Ticket"), queryset=Ticket.objects.none(), required=False)
    rows = (
        ("label", "serial"),
        ("accessories",),
        ("condition",),
        ("photos",),
        ("brought_by", "ticket"),
        ("place", "due_on"),
        ("code",),
    )

    def __init__(self, tickets: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].queryset = tickets  # type: ignore[attr-defined]
        self.fields["ticket"].label_from_instance = lambda one: f"{one} {one.title}"  # type: ignore[attr-defined]


class PhotosForm(ActForm):
    """Further pictures of a machine."""

    photos = PicturesField(label=_("Photos"))


class ChangeForm(ActForm):
    """Another shelf, another day."""

    place = forms.CharField(label=_("Étagère"), max_length=40, required=False)
    due_on = DayField(label=_("À reprendre vers le"))
    rows = (("place", "due_on"),)


class SignedForm(ActForm):
    """Who signed the receipt on paper."""

    name = forms.CharField(label=_("Signé par"), max_length=120)


class ReturnForm(ActForm):
    """To whom the machine is handed."""

    handed_to = forms.CharField(label=_("Remise à"), max_length=120)


class LendForm(ActForm):
    """A machine of the provider's that the client takes meanwhile."""

    label = forms.CharField(label=_("Machine prêtée"), max_length=120)
    serial = forms.CharField(label=_("Numéro de série"), max_length=80, required=False)
    accessories = forms.CharField(label=_("Accessoires"), max_length=300, required=False)
    lent_to = forms.CharField(label=_("Remise à"), max_length=120)
    due_on = DayField(label=_("À rendre avant le"))
    rows = (("label", "serial"), ("accessories",), ("lent_to", "due_on"))


class BackForm(ActForm):
    """What was found of a machine that came back."""

    condition = forms.CharField(label=_("État au retour"), max_length=300, required=False)
