"""The form of recurring work: what, for whom, on which days, what a stop leaves undone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.directory.models import Client, Site
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person
from clausier.pages.forms import ActForm, DayField, LongText
from clausier.recurring import queries
from clausier.recurring.models import CatchUp, ClosedDay, Plan, Rhythm
from clausier.recurring.services import PlanFacts
from clausier.roster import queries as roster

WEEKDAYS = (
    (0, _("lundi")),
    (1, _("mardi")),
    (2, _("mercredi")),
    (3, _("jeudi")),
    (4, _("vendredi")),
    (5, _("samedi")),
    (6, _("dimanche")),
)
WEEKS = (
    (1, _("première")),
    (2, _("deuxième")),
    (3, _("troisième")),
    (4, _("quatrième")),
    (-1, _("dernière")),
)


def _number(**kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=int, empty_value=None, required=False, **kwargs)


class PlanForm(ActForm):
    """Recurring work of a client."""

    title = forms.CharField(
        label=_("Ce qui revient"), max_length=160, help_text=_("Par exemple : contrôle des sauvegardes.")
    )
    service = forms.ChoiceField(label=_("Service"), required=False)
    equipment_class = forms.ChoiceField(label=_("Équipement"), choices=EquipmentClass.choices)
    equipment_label = forms.CharField(label=_("Son nom"), max_length=120, required=False)
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Site"), required=False, empty_label=_("aucun")
    )
    contract = forms.ModelChoiceField(
        Contract.objects.none(),
        label=_("Contrat"),
        required=False,
        empty_label=_("celui qui couvre l’équipement"),
    )
    assignee = forms.ModelChoiceField(
        Person.objects.none(), label=_("Confié à"), required=False, empty_label=_("personne")
    )
    rhythm = forms.ChoiceField(label=_("Revient"), choices=Rhythm.choices)
    every = forms.IntegerField(
        label=_("Toutes les … semaines, tous les … mois"), min_value=1, max_value=104, initial=1
    )
    weekday = _number(label=_("Jour de la semaine"), choices=WEEKDAYS)
    week_of_month = _number(label=_("Semaine du mois"), choices=WEEKS)
    month_day = forms.IntegerField(label=_("Date du mois"), min_value=1, max_value=31, required=False)
    starts_on = DayField(label=_("À partir du"))
    ends_on = DayField(label=_("Jusqu’au"), required=False)
    lead_days = forms.IntegerField(
        label=_("Ticket ouvert … jours avant"), min_value=0, max_value=90, initial=0
    )
    closed_day = forms.ChoiceField(label=_("Une date un jour fermé est"), choices=ClosedDay.choices)
    catch_up = forms.ChoiceField(label=_("Après un arrêt du programme"), choices=CatchUp.choices)
    description = LongText(label=_("Consignes"), required=False, max_length=10_000)
    checklist = LongText(
        label=_("À vérifier"), required=False, max_length=10_000, help_text=_("Une ligne par point.")
    )
    shown_to_client = forms.BooleanField(label=_("montré au client sur son portail"), required=False)

    rows = (
        ("title",),
        ("service", "assignee"),
        ("equipment_class", "equipment_label"),
        ("site", "contract"),
        ("rhythm", "every"),
        ("weekday", "week_of_month", "month_day"),
        ("starts_on", "ends_on", "lead_days"),
        ("closed_day", "catch_up"),
        ("description",),
        ("checklist",),
        ("shown_to_client",),
    )

    def __init__(self, actor: Actor, client: Client, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book = queries.book_of(client, clock.now())
        services = queries.services_of(book, get_language() or "fr")
        self.fields["service"].choices = [("", _("aucun en particulier")), *services]  # type: ignore[attr-defined]
        if not services:
            del self.fields["service"]
        self.fields["site"].queryset = client.sites.order_by("name")  # type: ignore[attr-defined]
        self.fields["contract"].queryset = client.contracts.order_by("number")  # type: ignore[attr-defined]
        self.fields["assignee"].queryset = roster.workers(actor)  # type: ignore[attr-defined]

    def facts(self) -> PlanFacts:
        """What the plan will say."""
        return PlanFacts(**self.cleaned_data)

    @staticmethod
    def of(plan: Plan) -> dict[str, Any]:
        """What the form starts with."""
        return {name: getattr(plan, name) for row in PlanForm.rows for name in row}


class PauseForm(ActForm):
    """Why nothing is opened for a while."""

    reason = forms.CharField(label=_("Raison"), max_length=200, required=False)
