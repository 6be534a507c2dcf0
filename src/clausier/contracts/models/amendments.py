"""Amendments: what both sides change in a contract, line by line, each a document of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models.contracts import Contract, EquipmentClass
from clausier.contracts.states import AmendmentState
from clausier.directory.models import Contact
from clausier.foundation.models import Document, Provider, Ruling


class AmendmentEffect(models.TextChoices):
    """When an amendment takes effect (imri XII)."""

    TERM = "term", _("à la fin du terme en cours")
    NEXT_TERM = "next-term", _("à la fin du terme suivant")
    AGREED_DAY = "agreed-day", _("un jour dont les deux parties conviennent")


class LinePeriod(models.TextChoices):
    """What the unit price of a line is for."""

    MONTH = "month", _("par mois")
    YEAR = "year", _("par an")
    ONCE = "once", _("une fois")


class Amendment(models.Model):
    """A change of a contract: numbered in the contract's own series, written, sent, agreed by both.

    The notice (`notice_by`, `term_ends_on`) is what the rule said when it was written, kept as `ruling`;
    both are empty for a contract without term. The database freezes the row once both agreed.
    """

    frozen_when: ClassVar[str] = "state in ('agreed', 'withdrawn')"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="amendments")
    number = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=160)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=AmendmentState.choices, default=AmendmentState.DRAFT)
    announced_on = models.DateField()
    effect = models.CharField(max_length=12, choices=AmendmentEffect.choices)
    effective_on = models.DateField()
    term_ends_on = models.DateField(null=True, blank=True)
    notice_by = models.DateField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=120)
    sent_at = models.DateTimeField(null=True, blank=True)
    paper = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    client_agreed_on = models.DateField(null=True, blank=True)
    client_signer = models.CharField(max_length=120, blank=True)
    client_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    provider_agreed_on = models.DateField(null=True, blank=True)
    provider_signer = models.CharField(max_length=120, blank=True)
    signed = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="amendment_number_once"),
            models.UniqueConstraint(fields=["contract", "position"], name="amendment_position_once"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_late(self) -> bool:
        """Whether the change was announced after the last day that the terms give for it."""
        return self.notice_by is not None and self.announced_on > self.notice_by

    @property
    def stage(self) -> AmendmentState:
        """How far it has come, its application included."""
        if self.state == AmendmentState.AGREED and hasattr(self, "application"):
            return AmendmentState.APPLIED
        return AmendmentState(self.state)


class AmendmentLine(models.Model):
    """What one line of an amendment adds or takes away, at which price excl. VAT for one, for a period."""

    frozen_with: ClassVar[str] = "amendment"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=160)
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices, blank=True)
    quantity = models.IntegerField()
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    period = models.CharField(max_length=6, choices=LinePeriod.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["amendment", "position"], name="amendment_line_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="amendment_line_changes_something"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def amount(self) -> Decimal:
        """Euros excl. VAT for the period; negative where something is taken away."""
        return self.quantity * self.unit_price


class AmendmentApplication(models.Model):
    """That a signed amendment changed what the contract covers, from its day on."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    amendment = models.OneToOneField(Amendment, on_delete=models.PROTECT, related_name="application")
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return str(self.amendment)
