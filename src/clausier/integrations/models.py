"""What machines are let in with, and whom they are told: tokens, kept answers, webhooks and deliveries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Agency, Client
from clausier.foundation.models import JournalEntry, Person, Provider


class ApiToken(models.Model):
    """A key with which a machine acts as a person: staff, or, with `client`, someone at a client's.

    The secret is shown once; its SHA-256 is kept (256 random bits need no slow hash). `prefix` names the
    token in public. `scopes` are words of the vocabulary of permissions: it may do these and no others.
    `last_used_at` is coarse: see `services.LAST_USE_COUNTS_EVERY`.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="api_tokens")
    label = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix})"


class Screen(models.Model):
    """A screen on the wall: whoever knows its address sees how the desk stands, and nothing else of it.

    The address is shown once; its SHA-256 is kept. `agency` narrows it to the tickets of one. `last_seen_at`
    is coarse: see `services.LAST_USE_COUNTS_EVERY`.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    label = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix})"


class StoredAnswer(models.Model):
    """What the API answered to an act that came with an idempotency key: a repeat gets it word for word.

    `client` is the token's: an answer is seen where the token is.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    answered_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key


class Webhook(models.Model):
    """An address that is told of acts: those of `codes`, as the journal names them ("desk.*", "*").

    The `secret` that signs is kept sealed (`foundation/secrets.py`): a copy of the database alone
    forges nothing. A webhook made before that has none until it is renewed: its secret is derived from
    `nonce`.
    """

    sealed_columns: ClassVar[tuple[str, ...]] = ("secret",)

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    codes = models.JSONField()
    secret = models.CharField(max_length=300, blank=True)
    nonce = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["provider"], condition=Q(is_active=True, removed_at=None), name="webhook_listening"
            )
        ]

    def __str__(self) -> str:
        return self.label


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", _("à remettre")
    DELIVERED = "delivered", _("remise")
    GIVEN_UP = "given-up", _("abandonnée")


class WebhookDelivery(models.Model):
    """One event for one address. `body` is what is signed and sent, the same at each attempt.

    `entry` is the act it tells of, None for a trial; `client` is whose file that act belongs to. `next_at` is
    when the next attempt is due.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="+", null=True)
    code = models.CharField(max_length=60)
    public_id = models.UUIDField(unique=True)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "entry"], name="an_event_goes_once")]
        indexes = [models.Index(fields=["webhook", "-id"]), models.Index(fields=["made_at"])]

    def __str__(self) -> str:
        return f"{self.code} → {self.webhook}"


class DeliveryAttempt(models.Model):
    """One try: what the other side answered, or why there was no answer. `milliseconds` it took.

    `client` is the delivery's: an answer may repeat what was sent.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField()
    error = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.delivery} {self.status or self.error}"
