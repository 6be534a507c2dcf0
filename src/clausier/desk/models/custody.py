"""Machines in the provider's workshop, and machines lent meanwhile (imri V)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clausier.desk.models.tickets import Ticket
from clausier.desk.states import CustodyState
from clausier.directory.models import Client
from clausier.foundation.models import Document, Person, Provider, StoredFile


class Custody(models.Model):
    """A client's machine that the provider keeps, from the day it came in to the day it left.

    `code` is what opens the machine, sealed; it is wiped when the machine leaves. `place` is the shelf.
    `due_on` is the day from which a machine that stays is spoken of. `acknowledged_by` is who signed or
    confirmed the receipt on the client's side.
    """

    sealed_columns: ClassVar[tuple[str, ...]] = ("code",)

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="custodies")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="custodies", null=True)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=CustodyState.choices, default=CustodyState.HELD)
    label = models.CharField(max_length=120)
    serial = models.CharField(max_length=80, blank=True)
    accessories = models.CharField(max_length=300, blank=True)
    condition = models.TextField(blank=True)
    place = models.CharField(max_length=40, blank=True)
    code = models.TextField(blank=True)
    brought_by = models.CharField(max_length=120)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    ready_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)
    receipt = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=120, blank=True)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    handed_to = models.CharField(max_length=120, blank=True)
    return_receipt = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="custody_number_once")]
        indexes = [
            models.Index(
                fields=["provider", "due_on"], condition=Q(returned_at=None), name="machines_in_custody"
            )
        ]

    def __str__(self) -> str:
        return f"A-{self.number:04d}"


class CustodyPhoto(models.Model):
    """A picture of the machine as it came in."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    custody = models.ForeignKey(Custody, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.file.name


class MachineLoan(models.Model):
    """A machine of the provider's that a client has meanwhile: out, then back with what was found."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="machine_loans")
    custody = models.ForeignKey(Custody, on_delete=models.PROTECT, related_name="loans", null=True)
    label = models.CharField(max_length=120)
    serial = models.CharField(max_length=80, blank=True)
    accessories = models.CharField(max_length=300, blank=True)
    lent_to = models.CharField(max_length=120)
    lent_at = models.DateTimeField()
    lent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    receipt = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    back_at = models.DateTimeField(null=True)
    back_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    back_condition = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "due_on"], condition=Q(back_at=None), name="machines_lent")
        ]

    def __str__(self) -> str:
        return self.label
