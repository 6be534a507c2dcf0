"""Points bought in advance (ims 7.1.2): an account per contract, a ledger that only grows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract
from clausier.directory.models import Client
from clausier.foundation.models import Provider, Ruling
from clausier.foundation.search import Follows, Searchable


class PointAccount(models.Model):
    """The points of a contract. Alert under `low_at` points."""

    searchable: ClassVar[Searchable] = Searchable(
        kind="account",
        title="c.name",
        words="k.title",
        codes="array[k.number]",
        columns=("contract_id", "client_id"),
        joined=(
            "join directory_client c on c.id = t.client_id join contracts_contract k on k.id = t.contract_id"
        ),
        follows=(
            Follows(
                "directory_client",
                ("name",),
                "select a.id from prepaid_pointaccount a where a.client_id = new.id",
                inserts=False,
            ),
            Follows(
                "contracts_contract",
                ("number", "title"),
                "select a.id from prepaid_pointaccount a where a.contract_id = new.id",
                inserts=False,
            ),
        ),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="point_accounts")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="point_accounts")
    contract = models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="point_account")
    opened_on = models.DateField()
    low_at = models.DecimalField(max_digits=10, decimal_places=2, default=100)

    def __str__(self) -> str:
        return str(self.contract)


class EntryKind(models.TextChoices):
    """What moved the points. Reservations and releases do not change the balance, only what is available."""

    PURCHASE = "purchase", _("achat")
    OPENING = "opening", _("solde d’ouverture")
    RESERVATION = "reservation", _("réservation")
    RELEASE = "release", _("réservation levée")
    DEDUCTION = "deduction", _("décompte")
    CORRECTION = "correction", _("contre-écriture")


class PointEntry(models.Model):
    """One movement. Never changed; an error is undone by a counter-entry that names it.

    `points` is signed, 2 decimals. `subject` is what caused it, opaque, for it stands on a higher floor.
    `label_en` is empty where a person worded the label: it has one language, theirs.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20, choices=EntryKind.choices)
    points = models.DecimalField(max_digits=10, decimal_places=2)
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    label = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True, default="")
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="corrections", null=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    subject_label = models.CharField(max_length=120, blank=True)
    worked_minutes = models.PositiveIntegerField(null=True)
    accounted_minutes = models.PositiveIntegerField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["account", "at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(kind="deduction"),
                name="one_deduction_per_subject",
            ),
            models.CheckConstraint(condition=~Q(points=0), name="entry_moves_points"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.points}"

    @property
    def said(self) -> str:
        """The label in the reader's language."""
        return self.label_en if self.label_en and get_language() == "en" else self.label
