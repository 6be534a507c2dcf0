"""Quotes: one row for each version, frozen once issued, and where it stands beside it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.directory.models import Client, Contact, Site
from clausier.foundation.models import Document, InstalledBook, Provider, Ruling
from clausier.foundation.search import Searchable
from clausier.sales.models.catalogue import CatalogueItem, ItemKind, Period, Unit, Vat
from clausier.sales.states import QuoteState


class Quote(models.Model):
    """One version of a quote: what is offered to a client. Once issued it never changes (ims 5.1).

    `contract_kind` is the kind of contract that an order makes of it, in a word of the book; `contract` one
    that stands already, to whose account packs go. Validity is stated in days from reception or as a last
    day; where neither is, the book says it.
    """

    frozen_when: ClassVar[str] = "issued_at is not null"
    searchable: ClassVar[Searchable] = Searchable(
        kind="quote",
        title="t.title",
        words="t.introduction",
        codes="array[t.number]",
        at="coalesce(t.issued_at, t.made_at)",
        columns=("title", "number", "introduction", "issued_at", "client_id"),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="quotes")
    number = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    introduction = models.TextField(blank=True)
    vat_note = models.CharField(max_length=200, blank=True)
    contract_kind = models.CharField(max_length=40, blank=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    delivery_on = models.DateField(null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=2, default="fr")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number", "version"], name="quote_version_once"),
            models.CheckConstraint(
                condition=Q(valid_days=None) | Q(valid_until=None), name="quote_validity_said_once"
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None) | (Q(book__isnull=False) & Q(document__isnull=False)),
                name="an_issued_quote_has_its_paper",
            ),
        ]
        indexes = [models.Index(fields=["provider", "client"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """« D-0001 », from the second version on « D-0001-2 »."""
        return self.number if self.version == 1 else f"{self.number}-{self.version}"


class LineChoice(models.TextChoices):
    """Whether a line is part of the offer in any case."""

    FIRM = "firm", _("ferme")
    OPTION = "option", _("option")
    ALTERNATIVE = "alternative", _("au choix")


class QuoteLine(models.Model):
    """A line: what, how much, at which price. Money is excluding VAT.

    Of the alternatives that share a `group` the client takes exactly one; `proposed` is the one counted
    until they choose. `vat_rate` is the percentage in force on the day of issue.
    """

    frozen_with: ClassVar[str] = "quote"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    label = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    discount_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    period = models.CharField(max_length=8, choices=Period.choices)
    vat = models.CharField(max_length=14, choices=Vat.choices)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    choice = models.CharField(max_length=11, choices=LineChoice.choices, default=LineChoice.FIRM)
    group = models.CharField(max_length=40, blank=True)
    proposed = models.BooleanField(default=False)
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices, blank=True)
    points = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["quote", "position"],
                name="line_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class LineCost(models.Model):
    """What a unit of a line costs the provider: out of every client's sight."""

    frozen_with: ClassVar[str] = "quote"
    clients_read: ClassVar[str] = "false"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="costs")
    line = models.OneToOneField(QuoteLine, on_delete=models.CASCADE, related_name="cost")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    def __str__(self) -> str:
        return f"{self.line} {self.amount}"


class ProposedDerogation(models.Model):
    """A departure from one term of the book that the quote proposes for the contract to be."""

    frozen_with: ClassVar[str] = "quote"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="derogations")
    term = models.CharField(max_length=120)
    value = models.JSONField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quote", "term"], name="proposed_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.term


class ReceptionMeans(models.TextChoices):
    """How it is known that a client received a quote."""

    LINK = "link", _("devis ouvert par le client")
    LETTER = "letter", _("lettre")
    HANDED = "handed", _("remise en main propre")
    MAIL = "mail", _("réponse par courriel")


class Reception(models.Model):
    """That the client received a version: from that day on its validity is counted (ims 5.1)."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="receptions")
    received_on = models.DateField()
    means = models.CharField(max_length=8, choices=ReceptionMeans.choices)
    received_by = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.quote} {self.received_on}"


class Standing(models.Model):
    """Where a version stands: what becomes of it after its words are frozen. Frozen itself once ordered.

    `expires_on` is the last day on which it holds, known from reception or as stated; `ruling` says why.
    `chosen` are the lines that the client retains beside the firm ones; null while nobody chose.
    `reminded_at` is when the contact was reminded to choose.
    """

    frozen_when: ClassVar[str] = "ordered_at is not null"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="standing")
    state = models.CharField(max_length=10, choices=QuoteState.choices, default=QuoteState.DRAFT)
    received_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    chosen = ArrayField(models.BigIntegerField(), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    decline_reason = models.CharField(max_length=400, blank=True)
    signed_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ordered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "state"]),
            models.Index(
                fields=["provider", "expires_on"], condition=Q(state="issued"), name="standing_expiring"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quote} {self.state}"
