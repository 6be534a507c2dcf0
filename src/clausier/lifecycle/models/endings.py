"""How a contract comes to its end: notices, formal notices, the letters that carry them, and the evidence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, ContractEnd, ForceMajeure, Party, ServiceSuspension
from clausier.directory.models import Client
from clausier.foundation.models import Document, Provider, Ruling
from clausier.lifecycle.states import STANDING, FormalNoticeState, NoticeState


class EndingNotice(models.Model):
    """A notice that a party gives, by registered letter (imri VII, XIII).

    Judged from the first presentation of the letter: `notice_by` is the day it had to be presented by,
    `ruling` says why. `effective_on` is the contract's last day that follows: of the running term, or of the
    next one where the letter came late (`next_ruling`).
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="ending_notices")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="notices")
    from_party = models.CharField(max_length=10, choices=Party.choices)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.ANNOUNCED)
    note = models.TextField(blank=True)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    presented_on = models.DateField(null=True, blank=True)
    notice_by = models.DateField(null=True, blank=True)
    term_ends_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    next_ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    end = models.ForeignKey(
        ContractEnd, on_delete=models.PROTECT, related_name="notices", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)
    withdrawn_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state__in=STANDING), name="one_standing_notice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.given_at:%Y-%m-%d}"


class FormalNotice(models.Model):
    """A party called upon to perform, under threat of the end of the contract (ims 10).

    `ground` is the term of the book, `clause` its clause. The delay runs from the presentation of the letter
    to `comply_by`, `ruling` says why.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="formal_notices")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="formal_notices")
    from_party = models.CharField(max_length=10, choices=Party.choices)
    ground = models.CharField(max_length=120)
    clause = models.CharField(max_length=20)
    breach = models.TextField()
    state = models.CharField(max_length=14, choices=FormalNoticeState.choices, default=FormalNoticeState.SENT)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    presented_on = models.DateField(null=True, blank=True)
    comply_by = models.DateField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    complied_on = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    outcome = models.TextField(blank=True)
    end = models.ForeignKey(ContractEnd, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.contract} {self.given_at:%Y-%m-%d}"


class LetterKind(models.TextChoices):
    """What a letter is for."""

    NOTICE = "notice", _("Préavis")
    ACKNOWLEDGEMENT = "acknowledgement", _("Accusé de réception d’un préavis")
    TERMINATION = "termination", _("Résiliation")
    FORMAL_NOTICE = "formal-notice", _("Mise en demeure")
    SUSPENSION = "suspension", _("Suspension du service")
    LIFTING = "lifting", _("Levée de la suspension")
    FORCE_MAJEURE = "force-majeure", _("Force majeure")
    REVERSIBILITY = "reversibility", _("Demande de réversibilité")


class LetterMeans(models.TextChoices):
    """How a registered letter travels."""

    PAPER = "paper", _("recommandé papier")
    ELECTRONIC = "electronic", _("recommandé électronique")


class Returned(models.TextChoices):
    """Why a letter came back."""

    REFUSED = "refused", _("refusée")
    UNCLAIMED = "unclaimed", _("non réclamée")


class Letter(models.Model):
    """A registered letter, ours or one that came: what it said, as filed, and how it travelled.

    `document` is frozen: ours as it was issued, theirs as it was scanned. The days are recorded as they
    become known: posted, first presented (which is what counts as received), handed over or come back.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="letters")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="letters")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=LetterKind.choices)
    from_party = models.CharField(max_length=10, choices=Party.choices)
    language = models.CharField(max_length=2, default="fr")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    notice = models.ForeignKey(
        EndingNotice, on_delete=models.PROTECT, related_name="letters", null=True, blank=True
    )
    formal_notice = models.ForeignKey(
        FormalNotice, on_delete=models.PROTECT, related_name="letters", null=True, blank=True
    )
    end = models.ForeignKey(
        ContractEnd, on_delete=models.PROTECT, related_name="letters", null=True, blank=True
    )
    suspension = models.ForeignKey(
        ServiceSuspension, on_delete=models.PROTECT, related_name="letters", null=True, blank=True
    )
    force_majeure = models.ForeignKey(
        ForceMajeure, on_delete=models.PROTECT, related_name="letters", null=True, blank=True
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    present_by = models.DateField(null=True, blank=True)
    means = models.CharField(max_length=10, choices=LetterMeans.choices, default=LetterMeans.PAPER)
    tracking = models.CharField(max_length=40, blank=True)
    posted_on = models.DateField(null=True, blank=True)
    presented_on = models.DateField(null=True, blank=True)
    handed_on = models.DateField(null=True, blank=True)
    returned = models.CharField(max_length=10, choices=Returned.choices, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    proof = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    copied_at = models.DateTimeField(null=True, blank=True)
    copied_to = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="letter_number_once"),
        ]
        indexes = [models.Index(fields=["provider", "-id"], name="letters_latest")]

    def __str__(self) -> str:
        return self.number


class Evidence(models.Model):
    """What a ground rests on: a ticket of the desk (by kind, id and label), a document, or both's account."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    formal_notice = models.ForeignKey(
        FormalNotice, on_delete=models.PROTECT, related_name="evidence", null=True, blank=True
    )
    end = models.ForeignKey(
        ContractEnd, on_delete=models.PROTECT, related_name="evidence", null=True, blank=True
    )
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(formal_notice=None, end__isnull=False) | Q(formal_notice__isnull=False, end=None),
                name="evidence_of_one_matter",
            )
        ]

    def __str__(self) -> str:
        return self.object_label
