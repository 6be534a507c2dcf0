"""What a ticket is owed by when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.desk.states import PromiseState
from clausier.foundation.models import Provider, Ruling


class PromiseKind(models.TextChoices):
    """A promise comes from the terms; a target is the provider's own and is labelled so."""

    PROMISE = "promise", _("promesse")
    TARGET = "target", _("objectif interne")


class Promise(models.Model):
    """What a ticket is owed by when, as last replayed from its events. The facts are the events; this row
    is the answer, kept for lists. Seconds are open seconds of the promise's calendar."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=10, choices=PromiseKind.choices)
    commitment = models.CharField(max_length=40)
    calendar = models.CharField(max_length=20)
    holidays = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    promised_seconds = models.PositiveIntegerField()
    used_seconds = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=PromiseState.choices, default=PromiseState.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="one_promise_of_a_kind")]
        indexes = [
            models.Index(fields=["provider", "state", "due_at"]),
            models.Index(
                fields=["provider", "due_at", "ticket"],
                condition=Q(state="running", due_at__isnull=False),
                name="clocks_by_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.commitment}"
