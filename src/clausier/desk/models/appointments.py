"""Who comes when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from clausier.desk.models.tickets import Ticket
from clausier.desk.states import AppointmentState
from clausier.directory.models import Site
from clausier.foundation.models import Person, Provider


class Appointment(models.Model):
    """When a technician comes, where. Only after the pre-diagnosis (imri VI.3)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="appointments")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    technician = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=AppointmentState.choices)
    asked_by_client = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["provider", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.ticket} {self.starts_at:%Y-%m-%d %H:%M}"
