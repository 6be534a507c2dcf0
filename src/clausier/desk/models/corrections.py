"""That validated work was wrong: what it is replaced by, and why (ims 7.2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from clausier.desk.models.contestations import Contestation
from clausier.desk.models.work import WorkSession
from clausier.foundation.models import Person, Provider


class WorkCorrection(models.Model):
    """The counter-session of a validated session: it names what it corrects and gives everything of it back.

    `replacement` is the session as it should have been, validated with it; None where nothing should have
    been counted. `points` is what came back (positive), `amount` the euros excl. VAT that are no longer due;
    both None where the session had taken none. What the replacement takes stands on it.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    session = models.OneToOneField(WorkSession, on_delete=models.PROTECT, related_name="correction")
    replacement = models.OneToOneField(
        WorkSession, on_delete=models.PROTECT, related_name="corrects", null=True
    )
    contestation = models.ForeignKey(
        Contestation, on_delete=models.PROTECT, related_name="corrections", null=True
    )
    reason = models.TextField()
    points = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    by_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return str(self.session)
