"""The forms of suppliers and of cases at them. Rules live in the services; here is only what is asked."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.desk.models import CaseChannel, CaseOutcome, SupplierCase
from clausier.desk.services.supplier_cases import REPLACEMENT
from clausier.directory import queries as directory
from clausier.directory.models import Client, ReferenceKind, Supplier, SupplierKind
from clausier.foundation.actors import Actor
from clausier.foundation.models import LANGUAGE_NAMES
from clausier.pages.forms import ActForm, DayField, LongText, PhoneField

WRITTEN = (("letter", _("Écrire")), ("call", _("Appel")), ("note", _("Note interne")))
DIRECTIONS = (("out", _("nous les avons appelés")), ("in", _("ils ont appelé")))


class WordsField(forms.CharField):
    """Several values on a line, parted by commas or blanks."""

    def prepare_value(self, value: Any) -> Any:
        """What is typed, or the values as they are typed."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """The values."""
        return [one for one in re.split(r"[\s,;]+", super().clean(value)) if one]


class NumbersField(WordsField):
    """Several numbers, parted by commas or lines: a number may hold blanks."""

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """The numbers."""
        typed = forms.CharField.clean(self, value)
        return [one.strip() for one in re.split(r"[\n,;]+", typed) if one.strip()]


class SupplierForm(ActForm):
    """A supplier, and how its support is reached."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    kind = forms.ChoiceField(label=_("Ce qu’il est"), choices=SupplierKind.choices)
    email = forms.CharField(
        label=_("Adresse du support"),
        max_length=254,
        required=False,
        help_text=_("Les dossiers lui sont écrits à cette adresse."),
    )
    domains = WordsField(
        label=_("Domaines"),
        max_length=2000,
        required=False,
        help_text=_("Ceux d’où il écrit, séparés par des virgules : exemple.com, support.exemple.com."),
    )
    phone = PhoneField(label=_("Téléphone du support"))
    portal_url = forms.CharField(label=_("Portail du support"), max_length=300, required=False)
    customer_number = forms.CharField(label=_("Notre numéro de client"), max_length=80, required=False)
    hours = forms.CharField(label=_("Horaires"), max_length=200, required=False)
    answers_within_days = forms.IntegerField(
        label=_("Relancer après"),
        min_value=1,
        max_value=60,
        initial=2,
        help_text=_("Jours ouvrés sans réponse."),
    )
    language = forms.ChoiceField(label=_("On lui écrit en"), choices=list(LANGUAGE_NAMES.items()))
    note = LongText(label=_("À savoir"), required=False)

    rows = (
        ("name", "kind"),
        ("email", "domains"),
        ("phone", "portal_url"),
        ("customer_number", "hours"),
        ("answers_within_days", "language"),
    )


class EditSupplierForm(SupplierForm):
    """The file later: one may stop writing to it."""

    ended_on = DayField(label=_("On ne lui écrit plus depuis le"), required=False)

    @staticmethod
    def of(supplier: Supplier) -> dict[str, Any]:
        """What the form starts with."""
        return {name: getattr(supplier, name) for name in EditSupplierForm.base_fields}


class ReferenceForm(ActForm):
    """A client's number at a supplier's."""

    client = forms.ModelChoiceField(Client.objects.none(), label=_("Client"), empty_label="—")
    kind = forms.ChoiceField(label=_("Ce que c’est"), choices=ReferenceKind.choices)
    reference = forms.CharField(label=_("Numéro"), max_length=80)
    what = forms.CharField(label=_("Ce qu’il couvre"), max_length=200, required=False)
    ends_on = DayField(label=_("Valable jusqu’au"), required=False)

    rows = (("client", "kind"), ("reference", "ends_on"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "client", directory.clients_visible_to(actor).filter(ended_on=None))


class TellForm(ActForm):
    """What the portal says of suppliers."""

    shown = forms.BooleanField(
        label=_("Le portail dit depuis quand on attend un fournisseur"),
        required=False,
        help_text=_("« Chez l’opérateur depuis le… » : ni son nom, ni ce qui s’écrit."),
    )


class OpenCaseForm(ActForm):
    """What a supplier is asked, and by which way."""

    supplier = forms.ModelChoiceField(Supplier.objects.none(), label=_("Fournisseur"), empty_label="—")
    channel = forms.ChoiceField(label=_("Comment"), choices=CaseChannel.choices)
    subject = forms.CharField(label=_("Objet"), max_length=200)
    reference = forms.CharField(
        label=_("Leur numéro de dossier"),
        max_length=80,
        required=False,
        help_text=_("S’il est déjà connu. Leurs messages qui le portent viendront ici."),
    )
    text = LongText(label=_("Ce qu’on leur dit"), widget=forms.Textarea(attrs={"rows": 12}))

    rows = (("supplier", "channel"), ("subject", "reference"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "supplier", directory.suppliers(actor).filter(ended_on=None))


class WriteForm(ActForm):
    """A letter, a call or a note on a case."""

    name = "write"
    kind = forms.ChoiceField(choices=WRITTEN, initial="letter")
    text = LongText(label=_("Texte"), required=False)
    direction = forms.ChoiceField(label=_("Sens"), choices=DIRECTIONS, required=False)
    our_turn = forms.BooleanField(label=_("c’est à nous de continuer"), required=False)


class WaitForm(ActForm):
    """Until when one waits."""

    name = "wait"
    until_on = DayField(label=_("Attendre jusqu’au"))
    reason = forms.CharField(label=_("Pourquoi"), max_length=200, required=False)


class ChangeForm(ActForm):
    """The supplier's numbers, and a replacement."""

    name = "change"
    references = NumbersField(
        label=_("Leurs numéros de dossier"),
        max_length=900,
        required=False,
        help_text=_("Séparés par des virgules."),
    )
    rma_number = forms.CharField(label=_("Numéro de retour (RMA)"), max_length=80, required=False)
    returned_serial = forms.CharField(label=_("N° de série renvoyé"), max_length=80, required=False)
    returned_on = DayField(label=_("Renvoyé le"), required=False)
    replacement_serial = forms.CharField(label=_("N° de série reçu"), max_length=80, required=False)
    replaced_on = DayField(label=_("Reçu le"), required=False)

    rows = (
        ("references",),
        ("rma_number",),
        ("returned_serial", "returned_on"),
        ("replacement_serial", "replaced_on"),
    )

    @staticmethod
    def of(case: SupplierCase) -> dict[str, Any]:
        """What the form starts with."""
        return {"references": case.their_references} | {name: getattr(case, name) for name in REPLACEMENT}


class JoinForm(ActForm):
    """Another ticket that waits for the same."""

    name = "join"
    ticket = forms.IntegerField(
        label=_("Numéro du ticket"),
        min_value=1,
        help_text=_("La même panne chez un autre client, par exemple."),
    )


class EndForm(ActForm):
    """How it ended."""

    name = "end"
    outcome = forms.ChoiceField(label=_("Comment"), choices=CaseOutcome.choices)
    text = LongText(label=_("Ce qu’il faut en savoir"), required=False)


class ReopenForm(ActForm):
    """Why it goes on."""

    name = "reopen"
    reason = forms.CharField(label=_("Pourquoi le rouvrir"), max_length=200, required=False)


CASE_FORMS = (WriteForm, WaitForm, ChangeForm, JoinForm, EndForm, ReopenForm)


def fresh(case: SupplierCase) -> dict[str, ActForm]:
    """Every form of a case's page as it starts, by name."""
    starts: dict[str, dict[str, Any]] = {"change": ChangeForm.of(case)}
    return {made.name: made(initial=starts.get(made.name), auto_id=f"{made.name}_%s") for made in CASE_FORMS}


def among(form: forms.Form, name: str, found: Any) -> None:
    """The rows that the field `name` chooses from."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = found
