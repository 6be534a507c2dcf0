"""Disputes: the step before court that a book may ask for (imri XV), and its confidential file."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, Party
from clausier.directory.models import Client
from clausier.foundation.models import Person, Provider, Ruling, StoredFile
from clausier.lifecycle.models.endings import LetterMeans, Returned
from clausier.lifecycle.states import DISPUTED, DisputeState


class ExpertBy(models.TextChoices):
    """Who named the expert."""

    JOINT = "joint", _("les deux parties")
    COURT = "court", _("le président du tribunal")


class Dispute(models.Model):
    """A difficulty over a contract, as a party raised it, and the amicable procedure of its book.

    `clause` is the one that asks for the procedure, "" under a book that asks for none: its dates stay
    empty then.
    The delay of reflection runs from the presentation of the complaint, conciliation from the referral to
    the expert; each ruling says why. `reader` is whom the owners gave this file to.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="disputes")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="disputes")
    number = models.CharField(max_length=20)
    from_party = models.CharField(max_length=10, choices=Party.choices)
    matter = models.CharField(max_length=200)
    complaint = models.TextField()
    clause = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=12, choices=DisputeState.choices, default=DisputeState.ANNOUNCED)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)

    means = models.CharField(max_length=10, choices=LetterMeans.choices, default=LetterMeans.PAPER)
    tracking = models.CharField(max_length=40, blank=True)
    posted_on = models.DateField(null=True, blank=True)
    presented_on = models.DateField(null=True, blank=True)
    handed_on = models.DateField(null=True, blank=True)
    returned = models.CharField(max_length=10, choices=Returned.choices, blank=True)
    returned_on = models.DateField(null=True, blank=True)

    reflection_ends_on = models.DateField(null=True, blank=True)
    reflection_ruling = models.ForeignKey(
        Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    expert_name = models.CharField(max_length=120, blank=True)
    expert_by = models.CharField(max_length=5, choices=ExpertBy.choices, blank=True)
    expert_proposed_by = models.CharField(max_length=10, choices=Party.choices, blank=True)
    provider_accepted_on = models.DateField(null=True, blank=True)
    client_accepted_on = models.DateField(null=True, blank=True)
    court_named_on = models.DateField(null=True, blank=True)

    referred_on = models.DateField(null=True, blank=True)
    conciliation_by = models.DateField(null=True, blank=True)
    extendable_to = models.DateField(null=True, blank=True)
    conciliation_ruling = models.ForeignKey(
        Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    extended_to = models.DateField(null=True, blank=True)
    extension_agreed_on = models.DateField(null=True, blank=True)

    ended_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=120, blank=True)

    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="dispute_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=DISPUTED) | Q(ended_on__isnull=False),
                name="an_ended_dispute_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extended_to__gt=models.F("conciliation_by")),
                name="an_extension_is_longer",
            ),
        ]
        indexes = [models.Index(fields=["provider", "-id"], name="disputes_latest")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in DISPUTED

    @property
    def last_day(self) -> date | None:
        """The last day of conciliation, its extension included; None before the referral."""
        return self.extended_to or self.conciliation_by

    @property
    def expert_is_named(self) -> bool:
        """Whether the expert has the mission: both accepted, or the court decided."""
        if self.expert_by == ExpertBy.COURT:
            return self.court_named_on is not None
        return self.provider_accepted_on is not None and self.client_accepted_on is not None


class PaperKind(models.TextChoices):
    """What a document of a dispute's file is."""

    COMPLAINT = "complaint", _("Lettre de réclamation")
    POSTAL_PROOF = "postal-proof", _("Preuve postale")
    ANSWER = "answer", _("Réponse à la réclamation")
    NAMING = "naming", _("Désignation de l’expert")
    REFERRAL = "referral", _("Saisine de l’expert")
    EXTENSION = "extension", _("Accord de prorogation")
    EXPERT_REPORT = "expert-report", _("Rapport de l’expert")
    EXCHANGE = "exchange", _("Échange pendant la procédure")
    SETTLEMENT = "settlement", _("Accord transactionnel")
    RECORD = "record", _("Constat de l’issue")
    EVIDENCE = "evidence", _("Pièce")


class PaperSource(models.TextChoices):
    """From whom a document came."""

    PROVIDER = "provider", _("nous")
    CLIENT = "client", _("le client")
    EXPERT = "expert", _("l’expert")
    COURT = "court", _("le tribunal")
    OTHER = "other", _("un tiers")


class DisputePaper(models.Model):
    """A document of a dispute's file, and whether it may be shown in court: settled once, never changed.

    `is_barred` by the clause (imri XV): the expert's report, what was disclosed in the procedure, the
    settlement. The same bytes are then barred wherever else they are filed. `client_id` is null, so that no
    client sees it, but for the letter that both parties have.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=14, choices=PaperKind.choices)
    title = models.CharField(max_length=200)
    dated_on = models.DateField()
    source = models.CharField(max_length=10, choices=PaperSource.choices)
    was_disclosed = models.BooleanField(default=False)
    is_barred = models.BooleanField()
    clause = models.CharField(max_length=20, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_barred=True)
                | (Q(was_disclosed=False) & ~Q(kind__in=["expert-report", "exchange", "settlement"])),
                name="what_was_disclosed_is_barred",
            )
        ]

    def __str__(self) -> str:
        return self.title


class DisputeNote(models.Model):
    """What somebody wrote into a dispute's file: a note, or who has to do with it.

    Of a person: `name`, `role`, `reached_at`; of a note: `text`. `client_id` stays null: no client sees it.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(blank=True)
    role = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120, blank=True)
    reached_at = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name or self.text[:60]
