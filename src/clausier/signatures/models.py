"""Papers that someone is asked to sign, how they were signed, and what the provider seals them with.

A request is about something by kind, id and label, for quotes, orders and records stand on higher floors.
What was signed is frozen: the request itself by its state, all beside it because its tables are append-only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Client, Contact
from clausier.foundation.models import Document, Person, Provider
from clausier.signatures.states import RequestState


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is about: the thing stands on a higher floor."""

    kind: str
    id: int
    label: str


class SignatureRequest(models.Model):
    """That a person is asked to sign one paper: exactly the bytes under `sha256`, until `valid_until`.

    `first_opened_at` is when the person opened the paper: the proof that it was received. `signed_at` is when
    the signature reached the provider. The provider's own signature is a row of its own (`countersignature`),
    for a signed request is frozen.
    """

    frozen_when: ClassVar[str] = "state in ('signed', 'declined', 'withdrawn')"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="signature_requests")
    about_kind = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    about_label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    signer = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    signer_name = models.CharField(max_length=120)
    signer_email = models.EmailField()
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    valid_until = models.DateTimeField(null=True)
    site_url = models.CharField(max_length=200, blank=True)
    first_opened_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False), name="a_signature_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="opened") | Q(first_opened_at__isnull=False),
                name="an_opening_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "about_kind", "about_id"], name="signatures_about"),
            models.Index(fields=["provider", "state", "-id"], name="signatures_by_state"),
            models.Index(fields=["document"], name="signatures_of_document"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.signer_name}"

    @property
    def about(self) -> About:
        return About(self.about_kind, self.about_id, self.about_label)

    @property
    def answer(self) -> Countersignature | None:
        """The provider's answer to what its client signed."""
        return getattr(self, "countersignature", None)

    @property
    def countersigned_at(self) -> datetime | None:
        """When the provider signed as well: from then on the paper binds both."""
        answer = self.answer
        return answer.at if answer and answer.is_given else None

    @property
    def signed_document(self) -> Document | None:
        """The paper with both signatures, sealed."""
        answer = self.answer
        return answer.document if answer else None

    @property
    def is_complete(self) -> bool:
        return self.countersigned_at is not None


class SignatureLink(models.Model):
    """A way to one paper without an account. Only the digest of the link's secret is kept."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    request = models.ForeignKey(SignatureRequest, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.request} · {self.made_at:%d/%m/%Y}"


class SignatureCode(models.Model):
    """A one-time code sent to the signer's address: its digest, how often it was tried, when it was right."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    request = models.ForeignKey(SignatureRequest, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    sent_to = models.EmailField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    frozen_when: ClassVar[str] = "confirmed_at is not null"

    def __str__(self) -> str:
        return f"{self.sent_to} · {self.sent_at:%d/%m/%Y %H:%M}"


class Means(models.TextChoices):
    """How the client's side signed."""

    DRAWN = "drawn", _("signature dessinée")
    TYPED = "typed", _("nom écrit au clavier")
    SCAN = "scan", _("papier signé et numérisé")


class Signature(models.Model):
    """The client's signature: who, how, when, from where, on exactly which bytes, with which proof.

    `drawing` is the path of an SVG of 600 × 200. `code` is the one-time code that was confirmed, none for a
    paper. `signed_on` is the day that a paper bears.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    request = models.OneToOneField(SignatureRequest, on_delete=models.PROTECT, related_name="signature")
    means = models.CharField(max_length=10, choices=Means.choices)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    drawing = models.TextField(blank=True)
    consent = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    signed_on = models.DateField(null=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    code = models.ForeignKey(SignatureCode, on_delete=models.PROTECT, related_name="+", null=True)
    scan = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True)
    recorded_by = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.name} · {self.request}"


class SealOrigin(models.TextChoices):
    """Where a certificate comes from."""

    LOCAL = "local", _("fait ici")
    BROUGHT = "brought", _("apporté")


class SealingCertificate(models.Model):
    """What a provider seals its papers with: a certificate and those above it (PEM), and its key, sealed.

    One serves at a time; retired ones stay, for their fingerprints stand on papers.
    """

    sealed_columns: ClassVar[tuple[str, ...]] = ("key",)
    clients_read: ClassVar[str] = "false"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=SealOrigin.choices)
    subject = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    chain = models.TextField()
    key = models.TextField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider"], condition=Q(retired_at=None), name="one_sealing_certificate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.fingerprint[:16]}"


class Countersignature(models.Model):
    """The provider's answer to what its client signed: it signs as well, or says why it does not.

    `document` is the paper with both signatures, sealed by the certificate of that fingerprint.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    request = models.OneToOneField(
        SignatureRequest, on_delete=models.PROTECT, related_name="countersignature"
    )
    is_given = models.BooleanField()
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_given=False) | Q(document__isnull=False), name="a_countersigned_paper_is_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.request}"


class TrailKind(models.TextChoices):
    """What happened to a request."""

    ASKED = "asked", _("signature demandée")
    SENT = "sent", _("lien envoyé")
    REMINDED = "reminded", _("rappel envoyé")
    OPENED = "opened", _("document ouvert")
    CODE_SENT = "code-sent", _("code envoyé")
    CODE_WRONG = "code-wrong", _("code refusé")
    SIGNED = "signed", _("signé")
    SCANNED = "scanned", _("papier signé reçu")
    DECLINED = "declined", _("refusé")
    DEADLINE = "deadline", _("échéance fixée")
    WITHDRAWN = "withdrawn", _("demande retirée")
    EXPIRED = "expired", _("échéance passée")
    COUNTERSIGNED = "countersigned", _("contresigné et scellé")
    NOT_COUNTERSIGNED = "not-countersigned", _("contresignature refusée")


class TrailEntry(models.Model):
    """One thing that happened to a request: when, who, from which address, with which program."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    request = models.ForeignKey(SignatureRequest, on_delete=models.PROTECT, related_name="trail")
    kind = models.CharField(max_length=20, choices=TrailKind.choices)
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["request", "id"], name="trail_of_request")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.at:%d/%m/%Y %H:%M}"
