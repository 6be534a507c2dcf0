"""Points bought in advance (ims 7.1.2): an account per contract, a ledger that only grows."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract
from clausier.directory.models import Client
from clausier.foundation.models import Document, Provider, Ruling
from clausier.foundation.search import Follows, Searchable
from clausier.post.models import OutgoingMail


class PointAccount(models.Model):
    """The points of a contract. Alert under `low_at` points, or when they run out within `forecast_days`.

    `client_to` and `staff_to` are the addresses told of it; empty, the client's IT correspondent and those
    who may credit points. `closed_on`: the contract is over and what remained is settled.
    """

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
    forecast_days = models.PositiveSmallIntegerField(default=14)
    expiry_days = models.PositiveSmallIntegerField(default=30)
    client_to = ArrayField(models.EmailField(), default=list, blank=True)
    staff_to = ArrayField(models.EmailField(), default=list, blank=True)
    closed_on = models.DateField(null=True)

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
    EXPIRY = "expiry", _("péremption")
    TRANSFER = "transfer", _("transfert")
    CLOSING = "closing", _("clôture du compte")


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


class PointPack(models.Model):
    """Points bought together: how many, when, at what price excluding VAT, and their last day.

    `entry` is the movement that brought them. `reference` is the quote or the order.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="packs")
    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT, related_name="packs")
    points = models.DecimalField(max_digits=10, decimal_places=2)
    bought_on = models.DateField()
    expires_on = models.DateField(null=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    reference = models.CharField(max_length=80, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_on"], condition=~Q(expires_on=None), name="pack_expires")]
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="pack_holds_points"),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("bought_on")),
                name="pack_expires_after_purchase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.bought_on}"


class PackDraw(models.Model):
    """What a movement of the balance does to a pack; signed. The draws of a movement add up to it.

    Without a pack: what no pack could give, owed until the next purchase. `ruling` says why these packs.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="draws")
    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT, related_name="draws")
    pack = models.ForeignKey(PointPack, on_delete=models.PROTECT, related_name="draws", null=True)
    points = models.DecimalField(max_digits=10, decimal_places=2)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)

    def __str__(self) -> str:
        return f"{self.pack} {self.points}"


class NoticeKind(models.TextChoices):
    """What both sides are told of."""

    LOW = "low", _("solde bas")
    EMPTY = "empty", _("compte épuisé")
    FORECAST = "forecast", _("épuisement proche")
    EXPIRY = "expiry", _("péremption proche")


class PointNotice(models.Model):
    """That an account crossed a threshold, or a day comes near: told once to both sides, with the letters.

    `entry` is the movement that crossed, or the last purchase before a forecast; `pack` is what expires on
    `due_on`. The letters prove the sending; `told_at` without a letter: there was nobody, or no mailbox.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT, related_name="+", null=True)
    pack = models.ForeignKey(PointPack, on_delete=models.PROTECT, related_name="+", null=True)
    balance = models.DecimalField(max_digits=10, decimal_places=2)
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    client_mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="+", null=True)
    staff_mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "entry"], condition=Q(pack=None), name="one_notice_a_crossing"
            ),
            models.UniqueConstraint(
                fields=["pack", "kind"], condition=~Q(pack=None), name="one_notice_a_pack"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.kind}"


class TopUpState(models.TextChoices):
    """Where a client's request for more points stands."""

    WAITING = "waiting", _("à traiter")
    CREDITED = "credited", _("créditée")
    DECLINED = "declined", _("écartée")


class TopUp(models.Model):
    """That a client asks for more points: how many if they said so. One at a time for an account."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="top_ups")
    points = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=TopUpState.choices, default=TopUpState.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT, related_name="+", null=True)
    letter = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(state="waiting"), name="one_top_up_waits")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.asked_at:%Y-%m-%d}"


class OverdraftLeave(models.Model):
    """That someone answers for work beyond the balance, on one thing (a ticket), with the reason."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="leaves")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "subject_kind", "subject_id"], name="one_leave_a_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.subject_label}"


class WorkBeyond(models.Model):
    """Work that points did not pay for, billed by the hour instead (ims 7.1.1): amount excluding VAT."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="beyond")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=120)
    points = models.DecimalField(max_digits=10, decimal_places=2)
    minutes = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="billed_beyond_once")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class StatementPlan(models.Model):
    """To whom the monthly statement of an account goes, on which day of the next month, in which language."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.OneToOneField(PointAccount, on_delete=models.PROTECT, related_name="plan")
    day = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=5, default="fr")
    to = ArrayField(models.EmailField(), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    since_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="statement_day_of_any_month")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.day}"


class MonthlyStatement(models.Model):
    """The statement of an account for a month (its first day), filed once."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    account = models.ForeignKey(PointAccount, on_delete=models.PROTECT, related_name="monthly")
    month = models.DateField()
    language = models.CharField(max_length=5)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "month"], name="one_statement_a_month")]

    def __str__(self) -> str:
        return f"{self.account} {self.month:%Y-%m}"


class StatementSending(models.Model):
    """That a monthly statement was sent: the letter, when, by whom."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    statement = models.ForeignKey(MonthlyStatement, on_delete=models.PROTECT, related_name="sendings")
    mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.statement} {self.mail}"
