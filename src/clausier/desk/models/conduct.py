"""How an intervention was conducted: what stopped one, and what the client was told of each step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clausier.desk.models.events import TicketEvent
from clausier.desk.models.tickets import Ticket
from clausier.directory.models import Channel, Client, Contact
from clausier.foundation.models import Person, Provider


class StoppedIntervention(models.Model):
    """That an intervention was stopped, and on which of the book's grounds (imri VIII).

    `reason` is the book's key, empty where the book lists none; labels are kept in both languages, for books
    change. A client's duty that was not met has its key, words and clause (imri IX).
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="stopped_interventions")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="stops")
    event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=60, blank=True)
    label_fr = models.CharField(max_length=200, blank=True)
    label_en = models.CharField(max_length=200, blank=True)
    note = models.TextField()
    duty = models.CharField(max_length=60, blank=True)
    duty_fr = models.CharField(max_length=300, blank=True)
    duty_en = models.CharField(max_length=300, blank=True)
    duty_clause = models.CharField(max_length=20, blank=True)
    promise_waits = models.BooleanField()
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [models.Index(fields=["client", "-at"], name="stops_of_client")]

    def __str__(self) -> str:
        return str(self.ticket)


class Notice(models.Model):
    """That the client is told of a step, once, on the contact's channel (ims 6.3b).

    One by mail is in the outbox under the same event; one by phone waits until someone called. `due_at` is
    None where no practice of the book gives a delay.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="notices")
    event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, related_name="notice")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    number = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "made_at"], condition=Q(told_at=None), name="notices_to_tell")
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.contact}"
