"""What takes longer than a page may: replays that somebody asked for, with what they found."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from clausier.foundation.models import Person, Provider


class ReplayState(models.TextChoices):
    """Where a replay stands."""

    WAITING = "waiting", _("en cours")
    READY = "ready", _("prêt")
    FAILED = "failed", _("échoué")


class KeptReplay(models.Model):
    """A replay that a person asked for: the question, and what was found once a job has answered it.

    `asked` is the question as its words (`services.words_of`), `content` what was found, packed, or null. It
    is its asker's alone, until `expires_at`. `client_id` stays null: no client sees it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    asked = models.JSONField()
    book_name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=ReplayState.choices, default=ReplayState.WAITING)
    failure = models.CharField(max_length=400, blank=True)
    content = models.BinaryField(null=True)
    facts = models.PositiveIntegerField(default=0)
    others = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["provider", "asked_by", "-id"], name="replays_of_a_person"),
            models.Index(fields=["expires_at"], name="replays_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.book_name} {self.asked['from_on']} {self.asked['to_on']}"

    @property
    def first(self) -> date:
        return date.fromisoformat(self.asked["from_on"])

    @property
    def last(self) -> date:
        return date.fromisoformat(self.asked["to_on"])

    @property
    def whose(self) -> str:
        """The number of the contract or the client that alone was asked about, "" for all."""
        return self.asked["contract"] or self.asked["client"]
