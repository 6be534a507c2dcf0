"""Giving a client back what is its own when its whole service ends (imri XIV): the file of a reversibility.

What was said is kept: estimates, wipings and certificates are added, never changed. Secrets have no place
here: an account is named, its password is not.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Continuation, Contract, ContractEnd, Party
from clausier.directory.models import Client, Contact
from clausier.foundation.models import Document, Person, Provider, Ruling
from clausier.lifecycle.models.endings import Letter
from clausier.lifecycle.states import RecordState, ReversalState


class Reversal(models.Model):
    """A reversibility: what is returned, by when and at what price, as `ruling` says.

    `received_on` is when the registered letter that asks for it was received: the delay runs from there.
    `due_on` is the day by which all is returned, `fee` the price without VAT; `price_ruling` says how it was
    revised with the index, where it was. `returned_on` is the day on which the last of it was returned.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="reversals")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="reversals")
    end = models.ForeignKey(
        ContractEnd, on_delete=models.PROTECT, related_name="reversals", null=True, blank=True
    )
    continuation = models.ForeignKey(
        Continuation, on_delete=models.PROTECT, related_name="reversals", null=True, blank=True
    )
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=ReversalState.choices, default=ReversalState.OPEN)
    clause = models.CharField(max_length=20, blank=True)
    scope = models.TextField()
    wished_on = models.DateField(null=True, blank=True)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="reversals")
    received_on = models.DateField()
    engineers = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    fee = models.DecimalField(max_digits=12, decimal_places=2)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    price_ruling = models.ForeignKey(
        Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    returned_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="reversal_number_once"),
            models.UniqueConstraint(
                fields=["contract"], condition=~Q(state="withdrawn"), name="one_reversal_of_a_contract"
            ),
        ]
        indexes = [models.Index(fields=["provider", "due_on"], name="reversals_due")]

    def __str__(self) -> str:
        return self.number


class ReversalEstimate(models.Model):
    """What was once estimated: engineers and days, and what followed. The last one holds."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, related_name="estimates")
    received_on = models.DateField()
    engineers = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    fee = models.DecimalField(max_digits=12, decimal_places=2)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")
    price_ruling = models.ForeignKey(
        Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.reversal} {self.engineers} × {self.days}"


class ReversalStep(models.Model):
    """A step of the plan: whose it is, by when, when it was done and by whom."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    party = models.CharField(max_length=10, choices=Party.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=400, blank=True)
    dropped_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) | Q(contact=None), name="a_step_has_one_owner_at_most"
            ),
        ]
        indexes = [models.Index(fields=["provider", "due_on"], name="reversal_steps_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def owner(self) -> str:
        """Who has it, by name; "" while only the party is known."""
        if self.person:
            return self.person.full_name
        return self.contact.full_name if self.contact else ""


class ReturnedKind(models.TextChoices):
    """What is returned."""

    DATA = "data", _("jeu de données")
    ACCOUNT = "account", _("compte")
    LICENCE = "licence", _("licence")
    DOMAIN = "domain", _("nom de domaine")
    CERTIFICATE = "certificate", _("certificat")
    EQUIPMENT = "equipment", _("matériel, support de logiciel")
    DOCUMENTATION = "documentation", _("documentation")


class ReversalItem(models.Model):
    """Something of the client's to be returned: where it is, in what form, how and when it was.

    A licence is transferred once its supply invoices are paid (`paid_said_by` told so, and why we know) and
    its licensor lets us. `record` is the delivery record that lists it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=20, choices=ReturnedKind.choices)
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=160, blank=True)
    form = models.CharField(max_length=120, blank=True)
    size = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=200, blank=True)
    paid_said_by = models.CharField(max_length=120, blank=True)
    paid_because = models.CharField(max_length=200, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    is_transferable = models.BooleanField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    returned_by = models.CharField(max_length=120, blank=True)
    dropped_because = models.CharField(max_length=200, blank=True)
    record = models.ForeignKey(
        "DeliveryRecord", on_delete=models.PROTECT, related_name="items", null=True, blank=True
    )
    listed_at = models.DateTimeField()
    listed_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.title


class DeliveryRecord(models.Model):
    """The paper that lists what was returned, for the client to sign: only then it counts as delivered.

    `document` is the paper as it stands: a reservation of the client's makes it anew, and it is asked to sign
    that one.
    """

    frozen_when: ClassVar[str] = "state in ('complete', 'withdrawn')"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, related_name="records")
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=RecordState.choices, default=RecordState.ISSUED)
    language = models.CharField(max_length=2, default="fr")
    delivered_on = models.DateField()
    medium = models.CharField(max_length=200)
    medium_of = models.CharField(max_length=10, choices=Party.choices)
    remarks = models.TextField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    signer_name = models.CharField(max_length=120)
    signer_email = models.EmailField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    signed_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    signed_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    declined_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="delivery_record_number_once"),
            models.UniqueConstraint(
                fields=["reversal"],
                condition=Q(state__in=("issued", "signed")),
                name="one_delivery_record_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeliveryReservation(models.Model):
    """What the client finds missing or wrong in what was returned: it keeps the file open until lifted.

    Lifted by the client itself, or on its written agreement (`lifted_document`).
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    record = models.ForeignKey(DeliveryRecord, on_delete=models.PROTECT, related_name="reservations")
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True)
    lifted_because = models.CharField(max_length=400, blank=True)
    lifted_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    def __str__(self) -> str:
        return self.text[:80]


class DeviceKind(models.TextChoices):
    """What bears the client's data."""

    SERVER_DISK = "server-disk", _("disque de serveur")
    BACKUP = "backup", _("support de sauvegarde")
    NAS = "nas", _("NAS")
    WORKSTATION = "workstation", _("poste ou portable")
    VIRTUAL = "virtual", _("machine ou volume virtuel")
    CLOUD = "cloud", _("espace en ligne")
    OTHER = "other", _("autre support")


class ReversalDevice(models.Model):
    """Something that bears the client's data and is wiped once they are returned, by its serial number."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField(max_length=20, choices=DeviceKind.choices)
    label = models.CharField(max_length=160)
    serial = models.CharField(max_length=80)
    place = models.CharField(max_length=160, blank=True)
    listed_at = models.DateTimeField()
    listed_by = models.CharField(max_length=120)
    dropped_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reversal", "serial"],
                condition=Q(dropped_because=""),
                name="a_device_is_listed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.serial}"


class WipeMethod(models.TextChoices):
    """How data are made unreadable."""

    LOW_LEVEL = "low-level-format", _("formatage de bas niveau")
    OVERWRITE = "overwrite", _("réécriture complète")
    FIRMWARE = "firmware-erase", _("effacement par le micrologiciel")
    CRYPTOGRAPHIC = "cryptographic-erase", _("effacement cryptographique")
    DEGAUSSING = "degaussing", _("démagnétisation")
    DESTRUCTION = "destruction", _("destruction physique")


class WipeResult(models.TextChoices):
    """What the check after it found."""

    DONE = "done", _("effacé, vérifié")
    FAILED = "failed", _("échec : des données restent lisibles")


class Wiping(models.Model):
    """That a device was wiped, or that this was tried. An entry that was wrong is cancelled by a
    counter-entry (`cancels`, with its `reason`) and entered again; none is ever changed.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    device = models.ForeignKey(ReversalDevice, on_delete=models.PROTECT, related_name="wipings")
    cancels = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="cancelled_by", null=True, blank=True
    )
    method = models.CharField(max_length=24, choices=WipeMethod.choices)
    tool = models.CharField(max_length=160, blank=True)
    operator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    operator_name = models.CharField(max_length=120)
    wiped_on = models.DateField()
    result = models.CharField(max_length=10, choices=WipeResult.choices)
    verifier = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    verifier_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cancels=None) | ~Q(reason=""), name="a_counter_entry_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.wiped_on}"


class DestructionCertificate(models.Model):
    """The sealed paper that says, device by device, that the client's data were wiped.

    One holds at a time: a wiping that is corrected afterwards withdraws it, and another is issued.
    """

    frozen_when: ClassVar[str] = "withdrawn_at is not null"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=20)
    language = models.CharField(max_length=2, default="fr")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "number"], name="destruction_certificate_number_once"
            ),
            models.UniqueConstraint(
                fields=["reversal"], condition=Q(withdrawn_at=None), name="one_destruction_certificate"
            ),
        ]

    def __str__(self) -> str:
        return self.number
