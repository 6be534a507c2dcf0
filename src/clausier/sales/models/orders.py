"""Orders: what both have signed, for good, and the changes that both agreed to afterwards (ims 5.2, 7.3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.directory.models import Client
from clausier.foundation.models import Document, Provider
from clausier.sales.models.catalogue import ItemKind, Period, Unit, Vat
from clausier.sales.models.quotes import Quote
from clausier.sales.states import ChangeState


class Order(models.Model):
    """A quote that the client signed and the provider countersigned: only then is it one (ims 5.2)."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=20)
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="order")
    signed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=120)
    countersigned_at = models.DateTimeField()
    countersigned_by = models.CharField(max_length=120)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    delivery_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="order_number_once")]
        indexes = [models.Index(fields=["provider", "client"])]

    def __str__(self) -> str:
        return self.number


class SoldLine(models.Model):
    """What a line of an order and one of a change have in common."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    label = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    net = models.DecimalField(max_digits=14, decimal_places=2)
    period = models.CharField(max_length=8, choices=Period.choices)
    vat = models.CharField(max_length=14, choices=Vat.choices)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class OrderLine(SoldLine):
    """A line as it was ordered, its discount taken off in `net`. One-off lines wait to be invoiced."""

    append_only: ClassVar[bool] = True

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    detail = models.TextField(blank=True)
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices, blank=True)
    points = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)


class Side(models.TextChoices):
    """Who asks, or agrees."""

    CLIENT = "client", _("le client")
    PROVIDER = "provider", _("le prestataire")


class ChangeKind(models.TextChoices):
    """What is asked of an order."""

    CHANGE = "change", _("modification")
    SURCHARGE = "surcharge", _("travail en plus")
    CANCELLATION = "cancellation", _("annulation")


class OrderChange(models.Model):
    """A document of its own that changes or cancels an order once both have agreed; the order stays.

    Frozen once it is settled.
    """

    frozen_when: ClassVar[str] = "settled_at is not null"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    asked_by_side = models.CharField(max_length=8, choices=Side.choices)
    text = models.TextField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=ChangeState.choices, default=ChangeState.WAITING)
    client_agreed_at = models.DateTimeField(null=True, blank=True)
    client_agreed_by = models.CharField(max_length=120, blank=True)
    provider_agreed_at = models.DateTimeField(null=True, blank=True)
    provider_agreed_by = models.CharField(max_length=120, blank=True)
    signed_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="change_number_once"),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | (Q(client_agreed_at__isnull=False) & Q(provider_agreed_at__isnull=False)),
                name="a_change_needs_both",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.order}-M{self.number}"


class ChangeLine(SoldLine):
    """Work that comes on top of an order: its value, and nothing off what was ordered (ims 7.3)."""

    append_only: ClassVar[bool] = True

    change = models.ForeignKey(OrderChange, on_delete=models.PROTECT, related_name="lines")
