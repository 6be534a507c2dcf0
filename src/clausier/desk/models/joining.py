"""Tickets that are one, and tickets that have to do with each other."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.foundation.models import Person, Provider


class Merge(models.Model):
    """That `ticket` was merged into another, which goes on for both; undone while nothing happened since.

    `former` is what the undoing puts back: the state of the merged ticket, the call and the clocks of the one
    that goes on. `last_event` is the last entry that the merge itself wrote.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="absorbed")
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    by_name = models.CharField(max_length=120)
    former = models.JSONField(default=dict)
    last_event = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(undone_at=None), name="a_ticket_is_merged_once"
            ),
            models.CheckConstraint(condition=~Q(ticket=F("into")), name="a_merge_takes_two"),
        ]
        indexes = [models.Index(fields=["into"], condition=Q(undone_at=None), name="merged_here")]

    def __str__(self) -> str:
        return f"{self.ticket} → {self.into}"


class LinkKind(models.TextChoices):
    """How a ticket has to do with another, said from its own side."""

    RELATES = "relates", _("en rapport avec")
    BLOCKS = "blocks", _("bloque")
    DUPLICATE = "duplicate", _("en double de")
    CAUSED_BY = "caused-by", _("causé par")
    SPLIT_FROM = "split-from", _("détaché de")


INVERSE: Final = {
    LinkKind.RELATES: _("en rapport avec"),
    LinkKind.BLOCKS: _("bloqué par"),
    LinkKind.DUPLICATE: _("a pour double"),
    LinkKind.CAUSED_BY: _("cause de"),
    LinkKind.SPLIT_FROM: _("a donné"),
}
"""The same, said from the other side."""


class TicketLink(models.Model):
    """That a ticket has to do with another; read from either side.

    `client_id` is that of both tickets; a link between two clients' is nobody's but the provider's own. Of an
    internal one the client sees nothing.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    is_internal = models.BooleanField(default=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="a_link_once"),
            models.CheckConstraint(condition=~Q(ticket=F("other")), name="a_link_takes_two"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind} {self.other}"
