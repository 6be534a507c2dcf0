"""Dates that bind: duties looked at, reminders and their proof, calendars read from outside."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract
from clausier.directory.models import Client, Contact
from clausier.foundation.models import InstalledBook, Person, Provider
from clausier.post.models import OutgoingMail

NOTICE_DAYS = (90, 30, 7)
RENEWAL_DAYS = (30,)


class DutyState(models.TextChoices):
    """How a duty of the client stood when somebody looked."""

    MET = "met", _("respecté")
    UNMET = "unmet", _("non respecté")
    NOT_CONCERNED = "not-concerned", _("sans objet")


class DutyCheck(models.Model):
    """That a duty of a client's (imri III, IX; ims 6.5, 8) was looked at: how it stood, by whom, and when it
    is looked at again.

    The latest of a duty is how it stands. Its words and clause are kept in both languages, for books change.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="duty_checks")
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=60)
    clause = models.CharField(max_length=20)
    says_fr = models.CharField(max_length=300)
    says_en = models.CharField(max_length=300)
    state = models.CharField(max_length=13, choices=DutyState.choices)
    note = models.CharField(max_length=500, blank=True)
    checked_on = models.DateField()
    next_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["client", "duty", "-id"], name="duty_as_it_stands")]

    def __str__(self) -> str:
        return f"{self.client} {self.duty}"


class ReminderSettings(models.Model):
    """How many days ahead a provider is reminded, and whether of what was missed. Without a row, the usual.

    `people` of the staff are reminded beside the owners.
    """

    provider = models.OneToOneField(Provider, on_delete=models.PROTECT, related_name="+")
    notice_days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    renewal_days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    tells_missed = models.BooleanField(default=True)
    people = ArrayField(models.BigIntegerField(), default=list, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider}"


class ClientReminders(models.Model):
    """That a client is reminded as well, and where: `to`, else its IT correspondent. No row: it is not."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="reminders")
    is_on = models.BooleanField(default=False)
    tells_missed = models.BooleanField(default=True)
    to = ArrayField(models.EmailField(), default=list, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.client}"


class ReminderLetter(models.Model):
    """One letter to one addressee, and its proof: `mail` says what became of the sending, `received_at` that
    the addressee pressed « j’ai bien reçu » behind its secret link, of which only the SHA-256 is kept.

    `client`: whose people it went to; None for the staff.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=120, blank=True)
    address = models.EmailField()
    mail = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["provider", "-id"])]

    def __str__(self) -> str:
        return self.address


class Stage(models.TextChoices):
    """What a reminder is of."""

    NOTICE = "notice", _("préavis")
    RENEWAL = "renewal", _("reconduction")
    MISSED = "missed", _("manqué")


class Reminder(models.Model):
    """That an addressee was reminded of one dated thing, at one stage, once.

    `key` names the thing and its date; `days` is the stage, in days before (None: it was missed).
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    letter = models.ForeignKey(ReminderLetter, on_delete=models.PROTECT, related_name="reminders")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", null=True)
    stage = models.CharField(max_length=8, choices=Stage.choices)
    key = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField(null=True)
    address = models.EmailField()
    due_on = models.DateField()
    says = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "key", "days", "address"],
                nulls_distinct=False,
                name="reminded_once_a_stage",
            )
        ]

    def __str__(self) -> str:
        return self.says


class FeedScope(models.TextChoices):
    """What a calendar address shows."""

    ALL = "all", _("tous les clients")
    CLIENT = "client", _("un client")
    MINE = "mine", _("ce qui me revient")


class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads dates; only its SHA-256 is kept.

    `client` is whose people the holder is of, None for the staff; `about` narrows a member of staff's to one
    client. `last_read_at` is coarse: see `services.feeds.READ_COUNTS_EVERY`.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80, blank=True)
    scope = models.CharField(max_length=6, choices=FeedScope.choices)
    about = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "person"], condition=Q(revoked_at=None), name="feeds_of_person")
        ]

    def __str__(self) -> str:
        return self.label or str(self.person)
