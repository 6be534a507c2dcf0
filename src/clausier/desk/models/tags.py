"""Words by which the staff groups tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.foundation.models import Provider


class TagColour(models.TextChoices):
    """A small set that both themes know; a colour never says anything alone."""

    GREY = "grey", _("gris")
    BLUE = "blue", _("bleu")
    GREEN = "green", _("vert")
    AMBER = "amber", _("ambre")
    RED = "red", _("rouge")
    VIOLET = "violet", _("violet")


class Tag(models.Model):
    """A word of the provider's own; retired, it stays where it is and is offered no more."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    colour = models.CharField(max_length=8, choices=TagColour.choices, default=TagColour.GREY)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(F("provider"), Lower("name"), name="a_tag_is_named_once")]

    def __str__(self) -> str:
        return self.name


class TicketTag(models.Model):
    """That a ticket bears a tag, until `removed_at`. Staff only: a client is not told."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="taggings")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="taggings")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "tag"], name="a_tag_once_a_ticket")]
        indexes = [models.Index(fields=["tag"], condition=Q(removed_at=None), name="tickets_of_tag")]

    def __str__(self) -> str:
        return f"{self.ticket} {self.tag}"
