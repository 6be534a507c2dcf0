"""The order of a hosted service (imri VII.4.1): what must be there before it is valid; debit mandates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clausier.contracts.models.contracts import Contract
from clausier.directory.models import Client
from clausier.foundation.models import Document, Provider


class Mandate(models.Model):
    """A client's mandate for direct debits: its reference, the account, the day it was signed, the paper.

    The IBAN is sealed; `iban_shown` is its country and its last digits, for eyes.
    """

    sealed_columns: ClassVar[tuple[str, ...]] = ("iban",)

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="mandates")
    reference = models.CharField(max_length=35)
    iban = models.TextField()
    iban_shown = models.CharField(max_length=20)
    bank = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="mandate_reference_once")
        ]

    def __str__(self) -> str:
        return self.reference


class HostedOrder(models.Model):
    """The order of a hosted contract: the opening promised, and since when the order is valid.

    Frozen once valid, with all that was ticked.
    """

    frozen_when: ClassVar[str] = "validated_at is not null"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="order")
    opening_on = models.DateField(null=True, blank=True)
    validated_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return str(self.contract)


class OrderItem(models.Model):
    """One thing of the checklist that is there: `key` is the book's word; who saw it, when, on what."""

    frozen_with: ClassVar[str] = "order"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    order = models.ForeignKey(HostedOrder, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=40)
    dated_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="order_item_once"),
            models.CheckConstraint(condition=Q(document=None) | Q(mandate=None), name="order_item_one_paper"),
        ]

    def __str__(self) -> str:
        return self.key
