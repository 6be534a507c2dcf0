"""What stops a contract for good or for a while: its end and the cause, suspensions, force majeure."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models.contracts import Contract
from clausier.directory.models import DateRange
from clausier.foundation.models import Document, Provider, Ruling


class Party(models.TextChoices):
    """Whose act it is."""

    PROVIDER = "provider", _("le prestataire")
    CLIENT = "client", _("le client")
    BOTH = "both", _("les deux parties")


class EndCause(models.TextChoices):
    """Why a contract ends."""

    NOTICE = "notice", _("préavis")
    GROUND = "ground", _("résiliation pour motif")
    BREACH = "breach", _("mise en demeure restée sans effet")
    FORCE_MAJEURE = "force-majeure", _("force majeure")
    AGREEMENT = "agreement", _("accord des deux parties")


class InstantSpan(Func):
    """tstzrange(from, until), half-open, for exclusion constraints."""

    function = "TSTZRANGE"


class ForceMajeure(models.Model):
    """An impediment that a party declares (ims 7.5, 11; imri VIII): from its first day to its end, excluded.

    `clause` is the one that suspends the obligations meanwhile, "" where the book has none. `ruling` is the
    day on which it has lasted long enough to end the contract, where the book gives such a right.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="force_majeures")
    declared_by = models.CharField(max_length=10, choices=Party.choices)
    event = models.CharField(max_length=40, blank=True)
    description = models.TextField()
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("since_on")), name="force_majeure_lasts"
            ),
            ExclusionConstraint(
                name="one_force_majeure_at_a_time",
                expressions=[
                    (F("contract"), RangeOperators.EQUAL),
                    (DateRange(F("since_on"), F("until_on")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.since_on}"


class ServiceSuspension(models.Model):
    """That the provider stops the service for a while, on a ground of the book (imri XI, ims 7.4).

    `ground` is the term that gives it, `clause` its clause. Lifted: `until_at` is when it was over. Announced
    for a day to come, it has no `begun_at` yet; withdrawn before that day, it never has one, and is over
    where it was to begin.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="suspensions")
    ground = models.CharField(max_length=120)
    clause = models.CharField(max_length=20)
    reason = models.TextField()
    from_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    until_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    lifted_by = models.CharField(max_length=120, blank=True)
    lifted_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="suspension_lasts"
            ),
            ExclusionConstraint(
                name="suspended_once_at_a_time",
                expressions=[
                    (F("contract"), RangeOperators.EQUAL),
                    (InstantSpan(F("from_at"), F("until_at")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(
                fields=["from_at"], condition=Q(begun_at=None, until_at=None), name="suspensions_to_begin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.from_at:%Y-%m-%d}"

    @property
    def is_announced(self) -> bool:
        """Whether it is still to begin."""
        return self.begun_at is None and self.until_at is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was given up before it began."""
        return self.begun_at is None and self.until_at is not None


class ContractEnd(models.Model):
    """Why and when a contract ends: `ends_on` is its last day. One stands at most; undone, it stays readable.

    `ground` is the term of the book that gives the right, `clause` its clause. `effects` is what follows,
    each as {clause, says: [fr, en]}, as it was said then. `former_ends_on` is the last day it had before.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="ends")
    cause = models.CharField(max_length=20, choices=EndCause.choices)
    by_party = models.CharField(max_length=10, choices=Party.choices)
    ground = models.CharField(max_length=120, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    ends_on = models.DateField()
    former_ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    effects = models.JSONField(default=list)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=120, blank=True)
    undone_because = models.CharField(max_length=200, blank=True)
    undone_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(undone_at=None), name="one_end_of_a_contract"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.ends_on}"
