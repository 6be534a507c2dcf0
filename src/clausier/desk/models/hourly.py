"""Work by the hour, without a contract: what an invoice will take up (ims 7.1.1)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.desk.models.work import WorkSession
from clausier.directory.models import Client, Grade
from clausier.foundation.models import Provider, Ruling


class HourlyItem(models.Model):
    """What a validated session costs by the hour, or the counter-item of one. Never changed.

    `amount` is euros excl. VAT, negative for a counter-item, which names in `corrects` what it takes back.
    `km` is there and back. `worked_on` is the day of the work, by whose rates it was priced. Every item waits
    for an invoice; an invoice will name the items that it takes.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="hourly_items")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="hourly_items")
    session = models.ForeignKey(WorkSession, on_delete=models.PROTECT, related_name="hourly_items")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, related_name="counter_item", null=True)
    worked_on = models.DateField()
    at = models.DateTimeField()
    grade = models.CharField(max_length=20, choices=Grade.choices)
    minutes = models.PositiveIntegerField()
    zone = models.PositiveSmallIntegerField()
    km = models.DecimalField(max_digits=7, decimal_places=1)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(corrects=None), name="one_hourly_item_a_session"
            )
        ]
        indexes = [models.Index(fields=["provider", "worked_on"])]
        verbose_name = _("heure à facturer")

    def __str__(self) -> str:
        return f"{self.ticket} {self.amount}"
