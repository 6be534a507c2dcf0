"""What clients think of what was done for them: asked once for a ticket, answered in one click."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.directory.models import Client, Contact
from clausier.foundation.models import Person, Provider


class Mark(models.IntegerChoices):
    """How it went, in the client's eyes."""

    BAD = 1, _("pas satisfait")
    FAIR = 2, _("moyennement satisfait")
    GOOD = 3, _("satisfait")


class SurveySettings(models.Model):
    """Whether clients are asked, how often, and where the links lead. Without a row nobody is.

    `percent` of the closed tickets are asked about; a person is left in peace for `quiet_days` after being
    asked; a mark may be changed for `changeable_days` after it was given.
    """

    provider = models.OneToOneField(Provider, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=False)
    percent = models.PositiveSmallIntegerField(default=100)
    quiet_days = models.PositiveSmallIntegerField(default=7)
    changeable_days = models.PositiveSmallIntegerField(default=14)
    site_url = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider}"


class SurveyOptOut(models.Model):
    """That a client is never asked."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="survey_opt_out")
    since_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.client)


class Survey(models.Model):
    """The question put about a closed ticket, once, and its answer.

    `technician` had the ticket when it was closed. A bad mark waits until someone of the staff has
    `handled` it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="survey")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    technician = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField()
    mark = models.PositiveSmallIntegerField(choices=Mark.choices, null=True, blank=True)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "-asked_at"], name="survey_latest"),
            models.Index(fields=["contact", "-asked_at"], name="survey_of_contact"),
            models.Index(
                fields=["provider", "ticket"],
                condition=Q(mark=1, handled_at=None),
                name="survey_to_handle",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket)
