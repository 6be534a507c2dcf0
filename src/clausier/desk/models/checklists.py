"""What is still to be done on a ticket, and lists of it made beforehand."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from clausier.contracts.models import EquipmentClass
from clausier.desk.models.tickets import Nature, Ticket
from clausier.foundation.models import Person, Provider


class TicketTask(models.Model):
    """One thing to do on a ticket, by whom and by when; done, or dropped when the ticket closed without it.

    `checklist` is the name of the list that it came from.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=200)
    checklist = models.CharField(max_length=80, blank=True)
    position = models.PositiveIntegerField()
    assignee = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(dropped_at=None), name="a_task_is_done_or_dropped"
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "assignee"],
                condition=Q(done_at=None, dropped_at=None),
                name="tasks_to_do",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None and self.dropped_at is None


class Checklist(models.Model):
    """A list made beforehand: for tickets of a class or of a nature, or for any (empty)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices, blank=True)
    nature = models.CharField(max_length=10, choices=Nature.choices, blank=True)
    lines = ArrayField(models.CharField(max_length=200))
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("provider"), Lower("name"), name="a_checklist_is_named_once")
        ]

    def __str__(self) -> str:
        return self.name
