"""What a contract covers by name: virtual machines, and the people who alone may use them (imri VII.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models.contracts import Contract
from clausier.foundation.models import Provider


class ItemKind(models.TextChoices):
    """What is covered under a name."""

    VM = "vm", _("machine virtuelle")
    USER = "user", _("utilisateur nommé")


class CoveredItem(models.Model):
    """One thing or person that a contract covers by name, from a day to another (excluded; null: still)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=4, choices=ItemKind.choices)
    name = models.CharField(max_length=120)
    detail = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind", "name"],
                condition=Q(until_on=None),
                name="covered_item_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="covered_item_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return self.name
