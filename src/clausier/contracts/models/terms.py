"""The terms of a contract as they were kept: the first, then one for each tacit renewal."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from clausier.contracts.models.contracts import Contract
from clausier.directory.models import Client
from clausier.foundation.models import Provider, Ruling


class ContractTerm(models.Model):
    """A term of a contract as it stands from the day `as_of` on, both its days included.

    `ordinal` 0 is the initial one. What changes the running term (a derogation) adds a row with another
    `as_of`; a paper that comes in about days past adds a whole `walk` of rows, and only the highest stands.
    `ruling` is why it ends and when notice is due, `announce_ruling` why changes of equipment are announced
    by `announce_by`.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="terms")
    walk = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    notice_by = models.DateField()
    announce_by = models.DateField(null=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")
    announce_ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "walk", "as_of"], name="a_term_is_kept_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="contract_term_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "ends_on"]),
            models.Index(fields=["provider", "notice_by"]),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.starts_on} – {self.ends_on}"
