"""What the provider sells, and what it has cost from each day on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import EquipmentClass
from clausier.foundation.models import Provider


class ItemKind(models.TextChoices):
    """What an item, and a line of a quote, becomes once it is ordered."""

    SERVICE = "service", _("prestation")
    FEE = "fee", _("redevance")
    PACK = "pack", _("carnet de points")
    GOODS = "goods", _("matériel ou licence")
    CHANGE = "change", _("changement au forfait")
    HOURLY = "hourly", _("travail à l’heure")


class Unit(models.TextChoices):
    """What a quantity counts."""

    PIECE = "piece", _("pièce")
    LUMP = "lump", _("forfait")
    WORKSTATION = "workstation", _("poste")
    SERVER = "server", _("serveur")
    VM = "vm", _("machine virtuelle")
    USER = "user", _("utilisateur")
    HOUR = "hour", _("heure")
    DAY = "day", _("jour")
    PACK = "pack", _("carnet")


class Period(models.TextChoices):
    """How often a price is due."""

    ONCE = "once", _("une fois")
    MONTHLY = "monthly", _("par mois")
    YEARLY = "yearly", _("par an")


class Vat(models.TextChoices):
    """Which rate of value-added tax; the law says how much it is on a day."""

    STANDARD = "standard", _("taux normal")
    INTERMEDIATE = "intermediate", _("taux intermédiaire")
    REDUCED = "reduced", _("taux réduit")
    SUPER_REDUCED = "super-reduced", _("taux particulier")
    NONE = "none", _("sans TVA")


class CatalogueItem(models.Model):
    """Something the provider offers, for new quotes; what was quoted keeps its own words and price.

    `word` is the book's own name of it, where the book has one: a service of imri V, a simple change of
    imri VI.5, a grade of ims 7.1.1, whose price is then read in the book and never typed.
    """

    clients_read: ClassVar[str] = "false"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    period = models.CharField(max_length=8, choices=Period.choices, default=Period.ONCE)
    vat = models.CharField(max_length=14, choices=Vat.choices, default=Vat.STANDARD)
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices, blank=True)
    word = models.CharField(max_length=60, blank=True)
    points = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "code"], name="item_code_once"),
            models.CheckConstraint(
                condition=~Q(kind=ItemKind.PACK) | Q(points__gt=0), name="a_pack_has_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Price(models.Model):
    """The price of an item from a day on, excluding VAT, and what it costs to buy; never changed.

    Of several for the same day, the last one written counts.
    """

    append_only: ClassVar[bool] = True
    clients_read: ClassVar[str] = "false"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="prices")
    since_on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["item", "since_on"])]

    def __str__(self) -> str:
        return f"{self.item} {self.since_on}"
