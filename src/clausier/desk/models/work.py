"""What was worked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket, Verdict
from clausier.desk.states import SessionState
from clausier.directory.models import Client
from clausier.foundation.models import Person, Provider, Ruling


class WorkMode(models.TextChoices):
    """How work is done; a phone session counts as remote."""

    REMOTE = "remote", _("à distance")
    ONSITE = "onsite", _("sur site")
    PROJECT = "project", _("projet")


class WorkDomain(models.TextChoices):
    """On what (ims 7.1.2); none for project work."""

    WORKSTATION = "workstation", _("poste et bureautique")
    SERVER_NETWORK = "server-network", _("serveur et réseau")
    BUSINESS_SOFTWARE = "business-software", _("logiciel métier")


class WorkSession(models.Model):
    """One remote session or one trip: its entries are summed, the minimum applies once, it deducts once.

    Frozen once validated, by the database too; then only counter-sessions (ims 7.2).
    """

    frozen_when: ClassVar[str] = "state = 'validated'"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="sessions")
    technician = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="work_sessions")
    beneficiary = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    mode = models.CharField(max_length=10, choices=WorkMode.choices)
    state = models.CharField(max_length=10, choices=SessionState.choices)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    by_hand = models.BooleanField(default=False)
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    accounted_minutes = models.PositiveIntegerField(null=True, blank=True)
    points = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    points_before = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    points_after = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    validated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["technician"],
                condition=Q(state__in=["running"]),
                name="one_running_stopwatch_each",
            )
        ]

    def __str__(self) -> str:
        return str(self.ticket)


class WorkSpan(models.Model):
    """A stretch during which the stopwatch ran; a pause is the gap between two."""

    frozen_with: ClassVar[str] = "session"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    session = models.ForeignKey(WorkSession, on_delete=models.PROTECT, related_name="spans")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.session} {self.started_at:%H:%M}"


class WorkEntry(models.Model):
    """What was done in a session, in one domain: minutes worked, and the words the client reads."""

    frozen_with: ClassVar[str] = "session"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    session = models.ForeignKey(WorkSession, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField()
    domain = models.CharField(max_length=20, choices=WorkDomain.choices, blank=True)
    minutes = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="work_entry_at_least_a_minute"),
            models.UniqueConstraint(fields=["session", "position"], name="work_entry_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.minutes} min"
