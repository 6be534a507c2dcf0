"""What was signed: the book a contract pins, what it covers and departs from, how terms were accepted."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Client, Contact, Site
from clausier.foundation.models import Document, InstalledBook, Provider
from clausier.foundation.plainly import ReadPlainly
from clausier.foundation.search import ALWAYS, Follows, Searchable


class Contract(ReadPlainly, models.Model):
    """A client's contract. `kind` is a word of the pinned book (managed, hosted, liberty, liberty-auto).

    The book is pinned by its digest: a new edition reaches the contract only through an act that says so.
    `book` holds from `book_since_on` (null: from the start) until `book_until_on` (excluded; null: until
    then); the editions of other days stand in its adoptions.

    `ends_on` is its last day. `ended_on` is the day of its end where the service goes on past it until the
    return of the client's data: `ends_on` is then null until all is returned (`Continuation`).
    """

    # What a question that reads them along found; None: they are read when they are asked for.
    covered_read: list[CoveredClass] | None = None
    derogations_read: list[Derogation] | None = None

    searchable: ClassVar[Searchable] = Searchable(
        kind="contract",
        title="t.title",
        words="concat_ws(' ', c.name, b.name, b.title_fr)",
        codes="array[t.number]",
        at=f"coalesce(t.ends_on::timestamp at time zone 'UTC', {ALWAYS})",
        columns=("title", "number", "book_id", "ends_on", "client_id"),
        joined=(
            "join directory_client c on c.id = t.client_id "
            "join foundation_installedbook b on b.id = t.book_id"
        ),
        follows=(
            Follows(
                "directory_client",
                ("name",),
                "select k.id from contracts_contract k where k.client_id = new.id",
                inserts=False,
            ),
        ),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="contracts")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120, blank=True)
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    book_since_on = models.DateField(null=True, blank=True)
    book_until_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    sites = models.ManyToManyField(Site, through="ContractSite", related_name="contracts", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="contract_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="contract_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def renewed_until(self) -> date | None:
        """The day after which no term follows: that of its end, whatever goes on until a return."""
        return self.ended_on or self.ends_on


class ContractSite(models.Model):
    """That a contract covers a place of its client."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "contracts_contract_sites"
        unique_together = [("contract", "site")]

    def __str__(self) -> str:
        return f"{self.contract} · {self.site}"


class EquipmentClass(models.TextChoices):
    """The classes a promise and a coverage depend on (imri IV). The book says what each is owed."""

    SERVER = "server", _("serveur")
    NETWORK = "network", _("réseau")
    WORKSTATION = "workstation", _("poste")
    PERIPHERAL = "peripheral", _("périphérique")
    SMARTPHONE = "smartphone", _("mobile")


class CoveredClass(ReadPlainly, models.Model):
    """How many of an equipment class the contract covers, from a day to another (null: still)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="covered")
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices)
    quantity = models.PositiveIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.quantity} {self.equipment_class}"


class Derogation(ReadPlainly, models.Model):
    """A written departure from one term of the book (ims 1, ims 3): its value, since when, the paper.

    Append-only: a derogation is ended by another that puts the book's value back.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="derogations")
    term = models.CharField(max_length=120)
    value = models.JSONField()
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.contract} {self.term}"


class AcceptanceMeans(models.TextChoices):
    """How the general terms were accepted (ims 9)."""

    PAPER = "paper", _("signature sur papier")
    ONLINE = "online", _("signature en ligne")
    MAIL = "mail", _("courriel d’accord")
    ORDER = "order", _("bon de commande signé")
    QUOTE_REQUEST = "quote-request", _("demande de devis confirmée")
    INTERVENTION = "intervention", _("demande d’intervention acceptée")


class Acceptance(models.Model):
    """That a client accepted an edition of the general terms: which (digest), when, how, by whom."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="acceptances")
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="acceptances", null=True, blank=True
    )
    book = models.ForeignKey(InstalledBook, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    accepted_on = models.DateField()
    means = models.CharField(max_length=20, choices=AcceptanceMeans.choices)
    accepted_by = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    accepted_by_name = models.CharField(max_length=120)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.client} {self.book} {self.accepted_on}"
