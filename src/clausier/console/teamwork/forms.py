"""The small forms of working together on a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.console.tickets.forms import TicketForm
from clausier.console.tickets.forms import team as team_of
from clausier.contracts.models import EquipmentClass
from clausier.desk import queries as desk
from clausier.desk.models import Checklist, Impact, LinkKind, Nature, TagColour, Ticket, Urgency
from clausier.desk.services.linking import CHOSEN
from clausier.directory.models import Contact
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.foundation.models import Person
from clausier.pages.forms import ActForm, DayField, LongText


class FollowForm(TicketForm):
    """Who follows: one of the staff, or one of the client's people."""

    name = "follow"
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("De l’équipe"), required=False, empty_label="—"
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Chez le client"), required=False, empty_label="—"
    )

    def fill(self) -> None:
        self.among_team("person")
        self.among_contacts("contact")


class TagForm(TicketForm):
    """One tag more."""

    name = "tag"
    add = forms.CharField(label=_("Étiquette"), max_length=40)


class TaskForm(TicketForm):
    """Something to do."""

    name = "task"
    rows = (("title",), ("assignee", "due_on"))
    title = forms.CharField(label=_("À faire"), max_length=200)
    assignee = forms.ModelChoiceField(
        Person.objects.none(), label=_("Par"), required=False, empty_label=_("personne en particulier")
    )
    due_on = DayField(label=_("Pour le"), required=False)

    def fill(self) -> None:
        self.among_team("assignee")
        self.initial["assignee"] = self.ticket.assignee_id


class ChecklistForm(TicketForm):
    """A list made beforehand."""

    name = "checklist"
    checklist = forms.ModelChoiceField(Checklist.objects.none(), label=_("Liste"), empty_label=None)

    def fill(self) -> None:
        fitting = [one.pk for one in desk.checklists(self.actor, self.ticket)]
        self.shared("checklist", Checklist.objects.filter(pk__in=fitting).order_by("name"))
        self.initial["checklist"] = fitting[0] if fitting else None


class OtherField(forms.CharField):
    """Another ticket, by its number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=12, widget=widget, **kwargs)


class LinkForm(TicketForm):
    """The other ticket, and how it has to do with this one."""

    name = "link"
    rows = (("kind", "other"), ("internal",))
    kind = forms.ChoiceField(label=_("Ce ticket est"), choices=[(kind.value, kind.label) for kind in CHOSEN])
    other = OtherField(label=_("Ticket"))
    internal = forms.BooleanField(label=_("interne : le client ne voit pas ce lien"), required=False)

    def fill(self) -> None:
        self.initial.update({"internal": True, "kind": LinkKind.RELATES})

    @property
    def found(self) -> Ticket:
        return ticket_numbered(self.actor, self.cleaned_data["other"], "other")


def ticket_numbered(actor: Actor, typed: str, field: str) -> Ticket:
    """The ticket of a number as people type it. Raises InvalidInput naming `field`."""
    digits = typed.strip().lstrip("#").lstrip("0")
    found = desk.ticket_by_number(actor, int(digits)) if digits.isdecimal() and len(digits) < 10 else None
    if found is None:
        raise InvalidInput(str(_("Aucun ticket ne porte ce numéro.")), field=field)
    return found


class MergeForm(TicketForm):
    """Which ticket goes on, and why they are one."""

    name = "merge"
    into = OtherField(label=_("Continuer dans le ticket"))
    reason = forms.CharField(label=_("Pourquoi c’est la même chose"), required=False, max_length=200)

    @property
    def found(self) -> Ticket:
        return ticket_numbered(self.actor, self.cleaned_data["into"], "into")


class SplitForm(TicketForm):
    """The title of the new ticket; the messages are chosen beside it."""

    name = "split"
    title = forms.CharField(label=_("Titre du nouveau ticket"), max_length=200)

    def field_of(self, refused: Refusal) -> str | None:
        return refused.field


FORMS = (FollowForm, TagForm, TaskForm, ChecklistForm, LinkForm)


def fresh(ticket: Ticket, actor: Actor) -> dict[str, TicketForm]:
    """The forms of the panels as they start, by name."""
    return {form.name: form(ticket=ticket, actor=actor) for form in FORMS}


# The lists and tags themselves


class NewTagForm(ActForm):
    """A tag: its word, its colour."""

    rows = (("name", "colour"),)
    name = forms.CharField(label=_("Étiquette"), max_length=40)
    colour = forms.ChoiceField(label=_("Couleur"), choices=TagColour.choices)


class TagChangeForm(NewTagForm):
    """The same, and whether it is still offered."""

    retired = forms.BooleanField(label=_("ne plus proposer cette étiquette"), required=False)


class ChecklistWriteForm(ActForm):
    """A list: its name, its lines, and the tickets that it is proposed on."""

    rows = (("name",), ("equipment_class", "nature"), ("lines",))
    name = forms.CharField(label=_("Nom de la liste"), max_length=80)
    equipment_class = forms.ChoiceField(
        label=_("Proposée sur"), required=False, choices=[("", _("tout équipement")), *EquipmentClass.choices]
    )
    nature = forms.ChoiceField(
        label=_("Pour"), required=False, choices=[("", _("pannes et demandes")), *Nature.choices]
    )
    lines = LongText(label=_("Tâches, une par ligne"), widget=forms.Textarea(attrs={"rows": 8}))
    retired = forms.BooleanField(label=_("ne plus proposer cette liste"), required=False)

    def clean_lines(self) -> list[str]:
        return str(self.cleaned_data["lines"]).splitlines()


# Several tickets at once


class BulkForm(forms.Form):
    """What is done to the tickets chosen in the list."""

    assignee = forms.ModelChoiceField(
        Person.objects.none(), label=_("Confier à"), required=False, empty_label=_("personne")
    )
    tag = forms.CharField(label=_("Étiquette"), required=False, max_length=40)
    impact = forms.ChoiceField(
        label=_("Gênés"), required=False, choices=[("", _("inchangé")), *Impact.choices]
    )
    urgency = forms.ChoiceField(
        label=_("Peuvent travailler"), required=False, choices=[("", _("inchangé")), *Urgency.choices]
    )
    text = LongText(label=_("Ce qui a été fait, lu par le client"), required=False)
    leave_tasks = forms.BooleanField(label=_("laisser les tâches non faites"), required=False)

    def __init__(
        self, data: Any = None, *, actor: Actor | None = None, team: Sequence[tuple[str, str]] = ()
    ) -> None:
        """As `actor` fills it in; or to be shown, with ids and names of those who can be given a ticket."""
        super().__init__(data, auto_id="bulk_%s", label_suffix="")
        field = cast("forms.ModelChoiceField[Any]", self.fields["assignee"])
        if actor is not None:
            field.queryset = team_of(actor)
        else:
            field.choices = [("", field.empty_label), *team]
