"""The forms of a reversibility."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, Party
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.models import LANGUAGE_NAMES, Person
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import (
    DeviceKind,
    Letter,
    LetterMeans,
    ReturnedKind,
    Reversal,
    ReversalItem,
    ReversalStep,
    WipeMethod,
    WipeResult,
)
from clausier.lifecycle.services import Journey, Paper
from clausier.lifecycle.services.reversal import DeviceFacts, Effort, ItemFacts, StepFacts, WipingFacts
from clausier.pages.forms import ActForm, DayField, FactsForm, LongText, PaperField, paper_facts

WHOSE = ((Party.CLIENT.value, _("du client")), (Party.PROVIDER.value, _("à nous")))
NO_SECRET = _("N’écrivez ni mot de passe ni clé : ils se remettent à part et ne sont jamais gardés ici.")


class EffortForm(FactsForm):
    """What the return will take; the price may be revised with the index."""

    engineers = forms.IntegerField(label=_("Ingénieurs"), min_value=1, max_value=50, initial=1)
    days = forms.IntegerField(label=_("Jours de chacun"), min_value=0, max_value=365, initial=2)
    s0 = forms.DecimalField(
        label=_("Indice Syntec de base, S0"), required=False, max_digits=8, decimal_places=3
    )
    s1 = forms.DecimalField(
        label=_("Dernier indice Syntec, S1"),
        required=False,
        max_digits=8,
        decimal_places=3,
        help_text=_("Les deux indices révisent le prix comme la redevance ; laissez vide sans révision."),
    )

    EFFORT = (("engineers", "days"), ("s0", "s1"))
    NAMES = ("engineers", "days", "s0", "s1")

    def effort(self) -> Effort:
        """What was typed of it."""
        return Effort(**{name: self.cleaned_data[name] for name in self.NAMES})


class OpenForm(EffortForm):
    """A request by registered letter: one that came already, or one that is recorded now."""

    letter = forms.ChoiceField(label=_("Lettre qui demande la restitution"), required=False)
    means = forms.ChoiceField(label=_("Envoi"), choices=LetterMeans.choices)
    tracking = forms.CharField(label=_("Numéro de suivi"), max_length=60, required=False)
    presented_on = DayField(
        label=_("Première présentation le"),
        required=False,
        help_text=_("Pour une nouvelle lettre : le délai court de ce jour."),
    )
    scan = PaperField(label=_("Lettre numérisée"), required=False)
    scope = LongText(
        label=_("Ce qui est à rendre"),
        help_text=_("Les données, logiciels et comptes que le client demande, dans ses mots."),
    )
    wished_on = DayField(label=_("Date souhaitée par le client"), required=False)

    rows = (
        ("letter",),
        ("means", "tracking", "presented_on"),
        ("scan",),
        ("scope",),
        ("wished_on",),
        *EffortForm.EFFORT,
    )

    def __init__(self, contract: Contract, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letters = {str(one.pk): one for one in reversal_queries.requests_of(actor, contract)}
        self.fields["letter"].choices = [  # type: ignore[attr-defined]
            *((key, _letter(one)) for key, one in self.letters.items()),
            ("", _("une nouvelle lettre, notée ci-dessous")),
        ]

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        letter = self.letters.get(typed["letter"])
        journey = Journey(
            means=typed["means"], tracking=typed["tracking"], presented_on=typed["presented_on"]
        )
        return {
            "letter": letter,
            "journey": None if letter else journey,
            "scan": None if letter else _paper(self, "scan"),
            "scope": typed["scope"],
            "wished_on": typed["wished_on"],
            "effort": self.effort(),
        }


class EstimateForm(EffortForm):
    """An estimate made anew."""

    reason = forms.CharField(label=_("Pourquoi"), max_length=200)

    rows = EffortForm.EFFORT

    def facts(self) -> dict[str, Any]:
        return {"effort": self.effort(), "reason": self.cleaned_data["reason"]}


class ReasonForm(FactsForm):
    """Why."""

    reason = forms.CharField(label=_("Pourquoi"), max_length=200)


class StepForm(FactsForm):
    """A step of the plan."""

    title = forms.CharField(label=_("Ce qui est à faire"), max_length=160)
    owner = forms.ChoiceField(label=_("À qui revient l’étape"))
    due_on = DayField(label=_("À faire pour le"))

    rows = (("title",), ("owner", "due_on"))

    def __init__(self, reversal: Reversal, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"p{one.pk}": one for one in _people(actor)}
        contacts = directory.contacts(reversal.client, clock.today())
        self.contacts = {f"c{one.pk}": one for one in contacts}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (_("De notre côté"), [("provider", _("l’équipe")), *_named(self.people)]),
            (_("Chez le client"), [("client", _("le client")), *_named(self.contacts)]),
        ]

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        owner = typed["owner"]
        is_ours = owner == "provider" or owner in self.people
        return {
            "facts": StepFacts(
                title=typed["title"],
                party=Party.PROVIDER if is_ours else Party.CLIENT,
                due_on=typed["due_on"],
                person=self.people.get(owner),
                contact=self.contacts.get(owner),
            )
        }

    @staticmethod
    def of(step: ReversalStep) -> dict[str, Any]:
        owner = f"p{step.person_id}" if step.person_id else f"c{step.contact_id}" if step.contact_id else ""
        return {"title": step.title, "owner": owner or step.party, "due_on": step.due_on}


class StepDoneForm(FactsForm):
    """When a step was done."""

    done_on = DayField(label=_("Faite le"))
    note = forms.CharField(label=_("Note"), max_length=400, required=False, help_text=_("Le client la lit."))


class ItemForm(FactsForm):
    """Something to be returned."""

    kind = forms.ChoiceField(label=_("Nature"), choices=ReturnedKind.choices)
    title = forms.CharField(label=_("Ce qui est à rendre"), max_length=160, help_text=NO_SECRET)
    place = forms.CharField(label=_("Où c’est"), max_length=160, required=False)
    form = forms.CharField(label=_("Forme, format"), max_length=120, required=False)
    size = forms.CharField(label=_("Taille"), max_length=60, required=False)
    how = forms.CharField(label=_("Comment c’est rendu"), max_length=200, required=False)

    rows = (("kind", "title"), ("place", "form", "size"), ("how",))

    def facts(self) -> dict[str, Any]:
        return {"facts": ItemFacts(**self.cleaned_data)}

    @staticmethod
    def of(item: ReversalItem) -> dict[str, Any]:
        return {name: getattr(item, name) for name in ("kind", "title", "place", "form", "size", "how")}


class ReturnedForm(FactsForm):
    """That it was returned."""

    returned_on = DayField(label=_("Rendu le"))
    how = forms.CharField(label=_("Comment"), max_length=200, required=False, help_text=NO_SECRET)


class PaidForm(FactsForm):
    """That the supply invoices of a licence are paid, and that it may be transferred."""

    said_by = forms.CharField(label=_("Qui le dit"), max_length=120)
    reason = forms.CharField(
        label=_("À quoi on le voit"),
        max_length=200,
        help_text=_("Par exemple le numéro de la facture et la date du virement."),
    )
    is_transferable = forms.BooleanField(
        label=_("Le concédant permet de transférer cette licence au client"), required=False
    )


class RecordForm(FactsForm):
    """A delivery record."""

    delivered_on = DayField(label=_("Restitué le"))
    medium = forms.CharField(
        label=_("Support"), max_length=200, help_text=_("Par exemple : disque externe, numéro de série.")
    )
    medium_of = forms.ChoiceField(label=_("À qui est le support"), choices=WHOSE)
    remarks = LongText(label=_("Vos remarques"), required=False)
    signer = forms.ChoiceField(label=_("Qui signe pour le client"), required=False)
    signer_name = forms.CharField(label=_("Ou une autre personne"), max_length=120, required=False)
    signer_email = forms.EmailField(label=_("Son adresse"), required=False)
    language = forms.ChoiceField(label=_("Langue du bordereau"), choices=list(LANGUAGE_NAMES.items()))

    rows = (
        ("delivered_on", "medium_of"),
        ("medium",),
        ("remarks",),
        ("signer",),
        ("signer_name", "signer_email"),
    )

    def __init__(self, reversal: Reversal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = directory.contacts(reversal.client, clock.today()).exclude(email="")
        self.contacts = {str(one.pk): one for one in contacts}
        self.fields["signer"].choices = [  # type: ignore[attr-defined]
            ("", _("le correspondant informatique")),
            *_named(self.contacts),
        ]

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data) | {"signer": self.contacts.get(self.cleaned_data["signer"])}


class ReservationForm(FactsForm):
    """What the client finds missing or wrong."""

    text = LongText(
        label=_("Ce que le client réserve"), help_text=_("Dans ses mots : le bordereau le reprend.")
    )


class LiftForm(FactsForm):
    """That a reservation is lifted, with the client's writing."""

    because = forms.CharField(label=_("Ce qui a été fait"), max_length=400)
    document = PaperField(label=_("Accord écrit du client"), required=False)

    def facts(self) -> dict[str, Any]:
        return {"because": self.cleaned_data["because"], "document": _paper(self, "document")}


class DeviceForm(FactsForm):
    """Something that bears the client's data."""

    kind = forms.ChoiceField(label=_("Nature"), choices=DeviceKind.choices)
    label = forms.CharField(
        label=_("Support"), max_length=160, help_text=_("Marque et modèle, ou nom de la machine.")
    )
    serial = forms.CharField(
        label=_("Numéro de série"), max_length=80, help_text=_("Ou l’identifiant de ce qui n’en a pas.")
    )
    place = forms.CharField(label=_("Où il est"), max_length=160, required=False)

    rows = (("kind", "label"), ("serial", "place"))

    def facts(self) -> dict[str, Any]:
        return {"facts": DeviceFacts(**self.cleaned_data)}


class WipingForm(FactsForm):
    """How a device was wiped."""

    method = forms.ChoiceField(label=_("Méthode"))
    tool = forms.CharField(
        label=_("Outil"), max_length=160, required=False, help_text=_("Logiciel et version, ou machine.")
    )
    wiped_on = DayField(label=_("Le"))
    operator = forms.ChoiceField(label=_("Opérateur"))
    result = forms.ChoiceField(label=_("Résultat"), choices=WipeResult.choices)
    verifier = forms.ChoiceField(label=_("Vérifié par"), required=False)
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    rows = (("method", "tool"), ("operator", "wiped_on"), ("result", "verifier"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in _people(actor)}
        self.fields["method"].choices = [  # type: ignore[attr-defined]
            (key, f"{name} ({reversal_queries.LEVELS[WipeMethod(key)]})") for key, name in WipeMethod.choices
        ]
        self.fields["operator"].choices = list(_named(self.people))  # type: ignore[attr-defined]
        self.fields["verifier"].choices = [("", "—"), *_named(self.people)]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        typed["operator"] = self.people[typed["operator"]]
        typed["verifier"] = self.people.get(typed["verifier"])
        return {"facts": WipingFacts(**typed)}


class LanguageForm(FactsForm):
    """The language of a paper."""

    language = forms.ChoiceField(label=_("Langue du certificat"), choices=list(LANGUAGE_NAMES.items()))


def _people(actor: Actor) -> list[Person]:
    return [one.person for one in foundation.staff(actor)]


def _named(known: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key, one.full_name) for key, one in known.items()]


def _letter(letter: Letter) -> str:
    on = letter.presented_on
    return f"{letter.number}, {letter.get_kind_display()}, {on:%d/%m/%Y}" if on else letter.number


def _paper(form: ActForm, name: str) -> Paper | None:
    facts = paper_facts(form, name)
    if not facts["content"]:
        return None
    return Paper(facts["content"], facts["file_name"], facts["content_type"])
