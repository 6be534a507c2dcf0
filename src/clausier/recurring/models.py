"""Work that comes back (imri V): what, for whom, on which days, and what became of each of its dates."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk.models import Ticket
from clausier.directory.models import Client, Site
from clausier.foundation.models import Person, Provider


class Rhythm(models.TextChoices):
    """How the days of a plan follow each other."""

    WEEKS = "weeks", _("un jour de la semaine")
    MONTH_DAY = "month-day", _("une date du mois")
    MONTH_WEEKDAY = "month-weekday", _("un jour d’une semaine du mois")


class ClosedDay(models.TextChoices):
    """What becomes of a date on which the agency does not work."""

    LATER = "later", _("reportée au jour ouvré suivant")
    EARLIER = "earlier", _("avancée au jour ouvré précédent")
    SKIP = "skip", _("sautée")
    KEEP = "keep", _("gardée")


class CatchUp(models.TextChoices):
    """What becomes of dates that passed while nothing could be opened."""

    LATEST = "latest", _("seule la dernière est faite")
    ALL = "all", _("toutes sont faites")
    NONE = "none", _("aucune n’est faite")


class Plan(models.Model):
    """Recurring work of a client: one ticket for each of its dates, opened `lead_days` before.

    `service` is a word of the catalogue of the client's terms, where they have one. `checklist` is what is
    gone through, a line each. A date counts from `from_on`, which a resumption moves on: what was paused
    is not made up for.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="recurring_plans")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    checklist = models.TextField(blank=True)
    service = models.CharField(max_length=60, blank=True)
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices)
    equipment_label = models.CharField(max_length=120, blank=True)
    assignee = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    rhythm = models.CharField(max_length=13, choices=Rhythm.choices)
    every = models.PositiveSmallIntegerField(default=1)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    month_day = models.PositiveSmallIntegerField(null=True, blank=True)
    week_of_month = models.SmallIntegerField(null=True, blank=True)
    closed_day = models.CharField(max_length=8, choices=ClosedDay.choices, default=ClosedDay.LATER)
    lead_days = models.PositiveSmallIntegerField(default=0)
    catch_up = models.CharField(max_length=6, choices=CatchUp.choices, default=CatchUp.LATEST)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    from_on = models.DateField()
    shown_to_client = models.BooleanField(default=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "client"]),
            models.Index(fields=["id"], condition=Q(ended_at=None, paused_at=None), name="plan_running"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_on(self) -> date | None:
        """The last day on which a date may fall: the plan's own, or its contract's where that is sooner."""
        of_contract = self.contract.ends_on if self.contract else None
        return min(filter(None, (self.ends_on, of_contract)), default=None)


class Outcome(models.TextChoices):
    """What became of a date."""

    MADE = "made", _("ticket ouvert")
    MISSED = "missed", _("non faite")


class Occurrence(models.Model):
    """One date of a plan: `planned_on` as the rhythm gives it, `due_on` once closed days are minded.

    There is one at most for each date: it is what keeps a ticket from being opened twice.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="occurrences")
    planned_on = models.DateField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="occurrence", null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "planned_on"], name="a_date_comes_once")]

    def __str__(self) -> str:
        return f"{self.plan} {self.due_on}"
