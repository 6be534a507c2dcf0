"""Who has a ticket before their eyes."""

from __future__ import annotations

from django.db import models

from clausier.desk.models.tickets import Ticket
from clausier.foundation.models import Person, Provider


class Presence(models.Model):
    """That one of the staff reads a ticket, or writes on it: true for less than a minute, then forgotten.

    The table is unlogged: a heartbeat costs the server no log, and a crash may empty it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    writing = models.CharField(max_length=8, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="one_presence_each")]

    def __str__(self) -> str:
        return f"{self.ticket} {self.person}"
