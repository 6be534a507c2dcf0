"""What a client agreed to before its systems were touched, and each time they were."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.access.states import AgreementState
from clausier.directory.models import Client, Contact, Site
from clausier.foundation.models import Document, Person, Provider, Ruling


class AgreementKind(models.TextChoices):
    """What the client is asked for."""

    STEP = "step", _("passage à l’étape suivante")
    REMOTE = "remote", _("prise en main à distance")
    BACKUP = "backup", _("sauvegarde avant intervention")
    SITE = "site", _("intervention chez un tiers")


class How(models.TextChoices):
    """By which way the answer came."""

    PORTAL = "portal", _("au portail")
    LINK = "link", _("par le lien du courriel")
    PHONE = "phone", _("par téléphone")
    MAIL = "mail", _("par courriel")
    SPOKEN = "spoken", _("de vive voix")
    PAPER = "paper", _("par écrit")


class Agreement(models.Model):
    """A question put to the client and its answer: who said yes or no, when and how.

    (imri VII.3.3; ims 6.5, 8.) `ticket_id` is None for a standing one. A `backup` that is refused says that
    the client will not back up: work may go on, at the client's own risk. `until_at` is when it ends by
    itself, `ruling` the price that was shown. `site_url` is where the portal stands: the link of the mail
    begins with it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=10, choices=AgreementKind.choices)
    state = models.CharField(max_length=10, choices=AgreementState.choices)
    ticket_id = models.BigIntegerField(null=True)
    step = models.CharField(max_length=10, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    about = models.CharField(max_length=500, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)
    asked_of = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    site_url = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    answered_name = models.CharField(max_length=120, blank=True)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    recorded_by = models.CharField(max_length=120, blank=True)
    until_at = models.DateTimeField(null=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_name = models.CharField(max_length=120, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("given", "refused")) | Q(answered_at__isnull=False),
                name="an_answer_has_its_time",
            )
        ]
        indexes = [
            models.Index(fields=["ticket_id", "kind"], name="agreements_of_ticket"),
            models.Index(fields=["client", "kind"], condition=Q(ticket_id=None), name="standing_agreements"),
        ]

    def __str__(self) -> str:
        return str(AgreementKind(self.kind).label)


class RemoteTool(models.Model):
    """A software that the provider takes a machine over with; one out of use stays named where it served."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="remote_tool_once")]

    def __str__(self) -> str:
        return self.name


class RemoteSession(models.Model):
    """That someone was on a client's machine: who, with what, on what, why, under which consent (imri VI.2).

    `work_id` is the work session beside it, where there is one.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="remote_sessions")
    ticket_id = models.BigIntegerField()
    work_id = models.BigIntegerField(null=True)
    tool = models.ForeignKey(RemoteTool, on_delete=models.PROTECT, related_name="+")
    equipment = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    technician = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="sessions")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["technician", "ticket_id", "equipment"],
                condition=Q(ended_at=None),
                name="one_open_remote_session",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
                name="remote_session_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["ticket_id"], name="remote_of_ticket"),
            models.Index(fields=["client", "-started_at"], name="remote_of_client"),
        ]

    def __str__(self) -> str:
        return f"{self.tool} · {self.equipment}"
