"""Calls, and who is to be called back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.directory.models import Client, Contact
from clausier.foundation.models import Person, Provider, Ruling, StoredFile


class CallState(models.TextChoices):
    """Where a phone call stands."""

    RINGING = "ringing", _("sonne")
    ANSWERED = "answered", _("décroché")
    MISSED = "missed", _("manqué")
    VOICEMAIL = "voicemail", _("message vocal")


class PhoneCall(models.Model):
    """A phone call: told by the telephone system, or logged by whoever spoke.

    `reference` is the telephone system's own name for the call, empty for one logged by hand. `number` is
    the other side's: E.164, or an extension as it was given, empty when withheld. `line` is the provider's.
    `changed_at` is when the system last told of it. A missed call or a voicemail waits until `settled_at`;
    a call answered or logged by hand waits for nobody.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="calls", null=True)
    reference = models.CharField(max_length=80, blank=True)
    is_outgoing = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=CallState.choices)
    number = models.CharField(max_length=20, blank=True)
    line = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    audio = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", null=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    settled_note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="a_call_told_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "began_at"],
                condition=Q(settled_at=None, state__in=("missed", "voicemail"), is_outgoing=False),
                name="calls_to_return",
            ),
            models.Index(
                fields=["provider", "changed_at"],
                condition=Q(settled_at=None, state__in=("ringing", "answered"), is_outgoing=False),
                name="calls_live",
            ),
            models.Index(fields=["provider", "-id"], name="calls_latest"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("numéro masqué"))


class Callback(models.Model):
    """That someone is to be called back (ims 6.2, 6.3): by when, why, and when it was done.

    It stands on a ticket, or on a call that nobody answered. `number` is what to dial, empty where none is
    known.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="callbacks", null=True)
    call = models.OneToOneField(PhoneCall, on_delete=models.PROTECT, related_name="callback", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(done_at=None), name="one_callback_due_a_ticket"
            )
        ]
        indexes = [
            models.Index(fields=["provider", "due_at"], condition=Q(done_at=None), name="callbacks_due")
        ]

    def __str__(self) -> str:
        return f"{self.ticket or self.call} {self.name}"
