"""The forms of disputes: the complaint, its steps, the file, and what goes into the evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.console.endings.forms import JourneyFields, JourneyForm, MatterForm
from clausier.contracts.models import Party
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.models import LANGUAGE_NAMES, Person
from clausier.foundation.permissions import Role
from clausier.lifecycle.models import Dispute, ExpertBy, PaperKind, PaperSource
from clausier.lifecycle.services import Paper
from clausier.lifecycle.states import DisputeState
from clausier.pages.forms import DayField, LongText, PaperField, paper_facts

PARTIES = ((Party.PROVIDER.value, _("nous")), (Party.CLIENT.value, _("le client")))


def _paper(form: MatterForm, name: str = "document") -> Paper | None:
    facts = paper_facts(form, name)
    return Paper(facts["content"], facts["file_name"], facts["content_type"]) if facts["content"] else None


class WithPaper(MatterForm):
    """A form one of whose fields, `document`, is a paper."""

    document = PaperField(label=_("Document"), required=False)

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "document": _paper(self)}


class _Complaint(forms.Form):
    matter = forms.CharField(label=_("Objet du litige"), max_length=200, help_text=_("En une ligne."))
    complaint = LongText(label=_("Réclamation motivée"), widget=forms.Textarea(attrs={"rows": 8}))


class OpenForm(_Complaint, MatterForm):
    """Our own complaint."""

    language = forms.ChoiceField(label=_("Langue de la lettre"), choices=list(LANGUAGE_NAMES.items()))


class RecordForm(_Complaint, JourneyFields):
    """The client's complaint, as its letter came."""

    scan = PaperField(label=_("Lettre numérisée"), required=False)

    rows = (("matter",), ("complaint",), *JourneyFields.LAID)

    def facts(self) -> dict[str, Any]:
        return {
            "matter": self.cleaned_data["matter"],
            "complaint": self.cleaned_data["complaint"],
            "journey": self.journey(),
            "scan": _paper(self, "scan"),
        }


class ComplaintJourneyForm(JourneyForm):
    """What became known of the complaint's journey."""

    @classmethod
    def known(cls, dispute: Dispute) -> dict[str, Any]:
        return {name: getattr(dispute, name) for name in cls.NAMES}


class ExpertForm(WithPaper):
    """Who the expert is, and how that was decided."""

    name = forms.CharField(label=_("Expert"), max_length=120)
    named_by = forms.ChoiceField(label=_("Désigné par"), choices=ExpertBy.choices)
    proposed_by = forms.ChoiceField(label=_("Proposé par"), choices=[("", "—"), *PARTIES], required=False)
    provider_accepted_on = DayField(label=_("Accepté par nous le"), required=False)
    client_accepted_on = DayField(label=_("Accepté par le client le"), required=False)
    court_named_on = DayField(label=_("Désigné par le tribunal le"), required=False)

    rows = (
        ("name", "named_by"),
        ("proposed_by", "provider_accepted_on", "client_accepted_on"),
        ("court_named_on",),
        ("document",),
    )

    @classmethod
    def known(cls, dispute: Dispute) -> dict[str, Any]:
        return {
            "name": dispute.expert_name,
            "named_by": dispute.expert_by or ExpertBy.JOINT.value,
            "proposed_by": dispute.expert_proposed_by,
            "provider_accepted_on": dispute.provider_accepted_on,
            "client_accepted_on": dispute.client_accepted_on,
            "court_named_on": dispute.court_named_on,
        }


class ReferralForm(WithPaper):
    """The day on which the expert has the matter."""

    referred_on = DayField(label=_("Expert saisi le"))


class ExtensionForm(WithPaper):
    """More time, by both."""

    extended_to = DayField(label=_("Conciliation prorogée jusqu’au"))
    agreed_on = DayField(label=_("Convenu le"))

    rows = (("extended_to", "agreed_on"), ("document",))


class OutcomeForm(WithPaper):
    """How it ended."""

    outcome = forms.ChoiceField(
        label=_("Issue"),
        choices=[
            (DisputeState.SETTLED.value, _("accord transactionnel signé")),
            (DisputeState.FAILED.value, _("échec : le tribunal peut être saisi")),
            (DisputeState.WITHDRAWN.value, _("abandonné par qui l’avait ouvert")),
        ],
    )
    ended_on = DayField(label=_("Le"))

    rows = (("outcome", "ended_on"), ("document",))


class PaperForm(WithPaper):
    """A document for the file, and whether it may be shown in court."""

    document = PaperField(label=_("Document"))
    kind = forms.ChoiceField(label=_("Ce que c’est"), choices=PaperKind.choices)
    title = forms.CharField(label=_("Titre"), max_length=200, required=False)
    dated_on = DayField(label=_("Daté du"))
    source = forms.ChoiceField(label=_("Vient de"), choices=PaperSource.choices)
    disclosed = forms.BooleanField(
        label=_("Révélé pendant la procédure amiable : écarté du tribunal"),
        required=False,
        help_text=_(
            "Le rapport de l’expert, les échanges de la procédure et l’accord le sont toujours. "
            "Ce choix est définitif."
        ),
    )

    rows = (("document",), ("kind", "source"), ("title", "dated_on"), ("disclosed",))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = PaperKind.EVIDENCE.value


class NoteForm(MatterForm):
    """A note."""

    text = LongText(label=_("Note"))


class PersonForm(MatterForm):
    """Somebody who has to do with the dispute."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    role = forms.CharField(
        label=_("Rôle"), max_length=80, help_text=_("Par exemple : avocat du client, assureur, expert.")
    )
    reached_at = forms.CharField(label=_("Où le joindre"), max_length=200, required=False)

    rows = (("name", "role"), ("reached_at",))


class ReaderForm(MatterForm):
    """The one person beside the owners who may open the file."""

    reader = forms.ChoiceField(label=_("Confié à"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = foundation.staff(actor).exclude(role=Role.OWNER).select_related("person")
        self.people: dict[str, Person] = {str(one.person_id): one.person for one in found}
        self.fields["reader"].choices = [  # type: ignore[attr-defined]
            ("", _("personne d’autre que les propriétaires")),
            *((key, person.full_name) for key, person in self.people.items()),
        ]

    def facts(self) -> dict[str, Any]:
        return {"reader": self.people.get(self.cleaned_data["reader"])}


class ScopeForm(MatterForm):
    """The period of the evidence, and whether with what only the staff reads."""

    from_on = DayField(label=_("Du"))
    until_on = DayField(label=_("Au, compris"))
    with_internal = forms.BooleanField(
        label=_("Avec nos notes internes et nos échanges avec les fournisseurs"), required=False
    )

    rows = (("from_on", "until_on"), ("with_internal",))

    def days(self) -> tuple[date, date]:
        """The period that was typed."""
        return self.cleaned_data["from_on"], self.cleaned_data["until_on"]
