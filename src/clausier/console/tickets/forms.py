"""The small forms of a ticket's page: fields named as the services name what they take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.access.models import How
from clausier.access.services import Answer
from clausier.console.call import offers
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import facts, policies
from clausier.desk.models import Impact, Step, Ticket, Urgency, Verdict, WorkMode
from clausier.desk.services import StepAgreement
from clausier.directory import queries as directory
from clausier.directory.models import Contact, Site
from clausier.foundation import queries as foundation
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person
from clausier.pages.forms import ActForm, DayField, LongText
from clausier.terms.book import Book

KINDS = (("reply", _("Répondre")), ("note", _("Note interne")), ("call", _("Appel")))
BY_STAFF = [(how.value, how.label) for how in (How.PHONE, How.SPOKEN, How.MAIL, How.PAPER)]
DIRECTIONS = (("in", _("le client a appelé")), ("out", _("nous avons appelé")))


def team(actor: Actor) -> QuerySet[Person]:
    """Those who can be given a ticket, by name."""
    return foundation.staff_who_may("desk.work", actor.provider.pk)


def terms_of(ticket: Ticket) -> Book:
    """The effective terms of a ticket."""
    return facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book


class TicketForm(ActForm):
    """A form on the page of a ticket. `name` tells its fields from those of the other forms there."""

    name: ClassVar[str] = ""

    def __init__(self, data: Any = None, *, ticket: Ticket, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{self.name}_%s", **kwargs)
        self.ticket, self.actor = ticket, actor
        self.called_on = policies.day_of(ticket.called_at)
        self.fill()

    def fill(self) -> None:
        """Set the choices and the starting values that depend on the ticket."""

    def among(self, name: str, found: QuerySet[Any]) -> None:
        """The rows that the field `name` chooses from."""
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = found

    def among_team(self, name: str) -> None:
        """The field `name` chooses from those who can be given the ticket."""
        self.shared(name, team(self.actor))

    def among_contacts(self, name: str) -> None:
        """The field `name` chooses from the client's people on the day of the call."""
        self.shared(name, directory.contacts(self.ticket.client, self.called_on))

    def among_sites(self, name: str) -> None:
        """The field `name` chooses from the client's sites."""
        self.shared(name, directory.sites(self.ticket.client))

    def shared(self, name: str, found: QuerySet[Any]) -> None:
        """Choices that many forms of a page offer: read once for all that are shown of this ticket.

        Django reads them anew for each question it has about a field.
        """
        self.among(name, found)
        if not self.is_bound:
            field = cast("forms.ModelChoiceField[Any]", self.fields[name])
            read: dict[Any, list[Any]] = self.ticket.__dict__.setdefault("_choices", {})

            def choices() -> list[tuple[Any, Any]]:
                if found.model not in read:
                    read[found.model] = list(found)
                blank: list[tuple[Any, Any]] = [] if field.empty_label is None else [("", field.empty_label)]
                return [*blank, *((one.pk, str(one)) for one in read[found.model])]

            field.choices = choices

    def offer(self, name: str, choices: Sequence[Any]) -> None:
        """The words that the field `name` chooses from."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class AssignForm(TicketForm):
    name = "assign"
    assignee = forms.ModelChoiceField(
        Person.objects.none(), label=_("Confier à"), required=False, empty_label=_("personne")
    )

    def fill(self) -> None:
        self.among_team("assignee")
        self.initial["assignee"] = self.ticket.assignee_id


class QualifyForm(TicketForm):
    name = "qualify"
    rows = (("equipment_class", "equipment_label"), ("impact", "urgency"), ("contract", "site"))
    equipment_class = forms.ChoiceField(label=_("Sur quoi"), choices=EquipmentClass.choices)
    equipment_label = forms.CharField(label=_("Équipement"), required=False, max_length=120)
    impact = forms.ChoiceField(label=_("Gênés"), choices=Impact.choices)
    urgency = forms.ChoiceField(label=_("Peuvent travailler"), choices=Urgency.choices)
    contract = forms.ModelChoiceField(
        Contract.objects.none(), label=_("Contrat"), required=False, empty_label=_("aucun contrat")
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Site"), required=False, empty_label=_("aucun site")
    )

    def fill(self) -> None:
        ticket = self.ticket
        self.among("contract", contracts.contracts_in_force(ticket.client, self.called_on))
        self.among_sites("site")
        for name in ("equipment_class", "equipment_label", "impact", "urgency"):
            self.initial[name] = getattr(ticket, name)
        self.initial.update({"contract": ticket.contract_id, "site": ticket.site_id})


class CoverForm(TicketForm):
    name = "cover"
    cause = forms.ChoiceField(label=_("De quoi s’agit-il"))
    verdict = forms.ChoiceField(label=_("Couverture retenue"), choices=Verdict.choices)
    reason = forms.CharField(
        label=_("Raison, si vous vous écartez de la proposition"), required=False, max_length=200
    )

    def fill(self) -> None:
        ticket = self.ticket
        found = offers.causes(terms_of(ticket), ticket.equipment_class, self.called_on)
        groups = [
            (nature, [(cause.key, cause.label) for cause in causes])
            for nature, causes in offers.by_nature(found)
        ]
        self.offer("cause", groups)
        self.initial.update(
            {"cause": ticket.cause, "verdict": ticket.verdict, "reason": ticket.verdict_reason}
        )


class FirstNumberForm(ActForm):
    """Where ticket numbers begin."""

    first = forms.IntegerField(
        label=_("Numéro du premier ticket"),
        min_value=1,
        help_text=_("Le dernier numéro de votre ancien outil, plus un."),
    )


class ClimbForm(TicketForm):
    """A step up, with what the client says of it."""

    name = "climb"
    rows = (("step",), ("reason",), ("agreement",), ("contact", "how"), ("why_none",))
    step = forms.ChoiceField(label=_("Passer à"))
    reason = forms.CharField(label=_("Pourquoi l’étape en cours ne suffit pas"))
    agreement = forms.ChoiceField(
        label=_("Accord du client"),
        choices=[
            ("given", _("il l’a donné")),
            ("asked", _("le lui demander, au portail et par courriel")),
            ("none", _("pas nécessaire")),
        ],
        required=False,
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Donné par"), required=False, empty_label="—"
    )
    how = forms.ChoiceField(label=_("Comment"), choices=BY_STAFF, required=False)
    why_none = forms.CharField(label=_("Pourquoi il n’en faut pas"), required=False, max_length=500)

    def fill(self) -> None:
        higher = [s for s in Step if policies.is_above(s.value, self.ticket.step)]
        self.offer("step", [(step.value, step.label) for step in higher])
        self.among_contacts("contact")
        included = self.ticket.verdict == Verdict.COVERED
        self.initial.update(
            {"contact": self.ticket.caller_id, "how": How.PHONE, "agreement": "none" if included else "given"}
        )

    def asked(self, site_url: str) -> dict[str, Any]:
        """What `climb` takes."""
        said = self.cleaned_data
        answer = Answer(True, said["how"] or How.PHONE, contact=said["contact"])
        way = said["agreement"]
        agreement = StepAgreement(way, answer, said["why_none"], site_url) if way else None
        return {"step": said["step"], "reason": said["reason"], "agreement": agreement}


class PrediagnosisForm(TicketForm):
    """One field a question of the book, kept as far as it was answered."""

    name = "prediagnosis"

    def fill(self) -> None:
        english = wording.is_english(get_language() or "fr")
        for question in policies.questions_of(terms_of(self.ticket), self.called_on):
            self.fields[question["key"]] = forms.CharField(
                label=question["label"]["en" if english else "fr"],
                required=False,
                initial=self.ticket.prediagnosis.get(question["key"], ""),
            )

    @property
    def missing(self) -> int:
        """How many questions are not answered yet."""
        return sum(not self.ticket.prediagnosis.get(key) for key in self.fields)


class HourField(forms.TimeField):
    """An hour of the day, by the browser's own field."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class AppointmentForm(TicketForm):
    name = "appointment"
    rows = (
        ("on", "starts_at", "ends_at"),
        ("assignee", "site"),
        ("asked_by_client",),
        ("asked_by", "reason"),
    )
    on = DayField(label=_("Jour"))
    starts_at = HourField(label=_("De"))
    ends_at = HourField(label=_("À"))
    assignee = forms.ModelChoiceField(Person.objects.none(), label=_("Qui se déplace"), empty_label="—")
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Où"), required=False, empty_label=_("site du ticket")
    )
    asked_by_client = forms.BooleanField(label=_("date demandée par le client"), required=False)
    asked_by = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Demandée par"), required=False, empty_label=_("l’appelant")
    )
    reason = forms.CharField(label=_("Raison"), required=False, max_length=500)

    def fill(self) -> None:
        self.among_team("assignee")
        self.among_sites("site")
        self.among_contacts("asked_by")
        self.initial.update({"assignee": self.ticket.assignee_id, "site": self.ticket.site_id})

    def start_on(self, now: datetime) -> None:
        """Propose tomorrow morning: the soonest that is not a rush."""
        tomorrow = (now.astimezone(PARIS) + timedelta(days=1)).date()
        self.initial.update({"on": tomorrow, "starts_at": time(9), "ends_at": time(10)})

    def asked(self) -> dict[str, Any]:
        """What `set_appointment` takes, the hours brought to instants of that day in Paris."""
        said = dict(self.cleaned_data)
        day = said.pop("on")
        for name in ("starts_at", "ends_at"):
            said[name] = datetime.combine(day, said[name], PARIS)
        said["technician"] = said.pop("assignee")
        return said


class CancelAppointmentForm(TicketForm):
    name = "cancel"
    reason = forms.CharField(label=_("Raison"), required=False)


class StartWorkForm(TicketForm):
    name = "start"
    mode = forms.ChoiceField(label=_("Mode"), choices=WorkMode.choices)


class CloseForm(TicketForm):
    name = "close"
    text = LongText(label=_("Ce qui a été fait, lu par le client"), required=False)
    leave_tasks = forms.BooleanField(label=_("laisser les tâches non faites"), required=False)

    def fill(self) -> None:
        if not self.ticket.tasks.filter(done_at=None, dropped_at=None).exists():
            del self.fields["leave_tasks"]


class ReopenForm(TicketForm):
    name = "reopen"
    reason = forms.CharField(label=_("Pourquoi le rouvrir"), required=False)


class WriteForm(TicketForm):
    """A reply, an internal note or a call."""

    name = "write"
    kind = forms.ChoiceField(choices=KINDS, initial="reply")
    text = LongText(label=_("Texte"), required=False)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    direction = forms.ChoiceField(choices=DIRECTIONS, initial="in", required=False)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), required=False, empty_label=_("personne en particulier")
    )

    def fill(self) -> None:
        self.among_contacts("contact")
        self.fields["contact"].label = _("Avec")
        self.initial["contact"] = self.ticket.caller_id


FORMS = (
    AssignForm,
    QualifyForm,
    CoverForm,
    ClimbForm,
    PrediagnosisForm,
    AppointmentForm,
    CancelAppointmentForm,
    StartWorkForm,
    CloseForm,
    ReopenForm,
    WriteForm,
)


def fresh(ticket: Ticket, actor: Actor, now: datetime) -> dict[str, TicketForm]:
    """Every form of the page as it starts, by name."""
    made: dict[str, TicketForm] = {form.name: form(ticket=ticket, actor=actor) for form in FORMS}
    cast(AppointmentForm, made[AppointmentForm.name]).start_on(now)
    return made
