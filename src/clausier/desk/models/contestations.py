"""What a client says is wrong in the work recorded, and what became of it (ims 7.2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.desk.models.work import WorkEntry
from clausier.desk.states import ContestationState
from clausier.directory.models import Client, Contact
from clausier.foundation.models import Person, Provider, Ruling


class ContestationChannel(models.TextChoices):
    """How the contestation came."""

    PORTAL = "portal", _("portail")
    PHONE = "phone", _("téléphone")
    MAIL = "mail", _("courriel")


class Contestation(models.Model):
    """Entries of one ticket that the client contests, with its reason, and the provider's answer.

    `made_at` is when the client said so, `author_name` who. `ruling` says, once it is rejected, whether the
    client's contestations are repeated by then; None where the terms count none.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contestations")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="contestations")
    state = models.CharField(max_length=10, choices=ContestationState.choices, default=ContestationState.OPEN)
    channel = models.CharField(max_length=10, choices=ContestationChannel.choices)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    author_name = models.CharField(max_length=120)
    reason = models.TextField()
    made_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "made_at"], condition=Q(state="open"), name="contests_open"),
            models.Index(fields=["client", "made_at"]),
        ]

    def __str__(self) -> str:
        return str(self.ticket)


class ContestedEntry(models.Model):
    """An entry that a contestation is about."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contestation = models.ForeignKey(Contestation, on_delete=models.PROTECT, related_name="contested")
    entry = models.ForeignKey(WorkEntry, on_delete=models.PROTECT, related_name="contested")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contestation", "entry"], name="entry_contested_once_each")
        ]

    def __str__(self) -> str:
        return str(self.entry)
