"""That a service goes on past the end of its contract, until the client's data are given back (imri XIV)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from clausier.contracts.models.contracts import Contract
from clausier.contracts.models.endings import ContractEnd
from clausier.foundation.models import Provider


class Continuation(models.Model):
    """The service and its price go on from `since_on`, the day after the contract's end, until the return.

    `clause` is the one that says so. Settled: `until_on` is the last day of the service that went on, null
    where all was returned by the end, or where the end was undone (`settled_because`).
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="continuations")
    end = models.ForeignKey(
        ContractEnd, on_delete=models.PROTECT, related_name="continuations", null=True, blank=True
    )
    clause = models.CharField(max_length=20)
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    settled_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(settled_at=None), name="one_continuation_of_a_contract"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")), name="continuation_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.since_on}"
