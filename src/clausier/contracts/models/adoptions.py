"""How a contract comes under another edition of the terms: the question to the client, the adoption."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models.contracts import Acceptance, Contract
from clausier.directory.models import Client
from clausier.foundation.models import InstalledBook, Provider


class AcceptanceRequest(models.Model):
    """That a client was asked to accept an edition of the terms (ims 9), and what it answered."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="acceptance_requests")
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="acceptance_requests", null=True, blank=True
    )
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    note = models.CharField(max_length=500, blank=True)
    acceptance = models.OneToOneField(
        Acceptance, on_delete=models.PROTECT, related_name="request", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "contract", "book"],
                condition=Q(acceptance=None, withdrawn_at=None),
                nulls_distinct=False,
                name="acceptance_asked_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.book}"


class AdoptionBasis(models.TextChoices):
    """What an adoption rests on."""

    ACCEPTANCE = "acceptance", _("accord du client")
    TACIT = "tacit", _("silence du client, là où le contrat le prévoit")


class EditionAdoption(models.Model):
    """That a contract comes under another edition from a day on: from which, to which, on what agreement.

    `void` are the derogations that the new edition leaves without object, by id: they hold no longer.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="adoptions")
    former = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    effective_on = models.DateField()
    basis = models.CharField(max_length=10, choices=AdoptionBasis.choices)
    acceptance = models.ForeignKey(
        Acceptance, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    void = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "effective_on"], name="adoption_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.contract} → {self.book}"
