"""Cases at suppliers: what is asked of a manufacturer, publisher or carrier for a ticket."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.tickets import Ticket
from clausier.desk.states import CaseState
from clausier.directory.models import Client, Supplier
from clausier.foundation.models import Provider


class CaseChannel(models.TextChoices):
    """By which way a case was opened."""

    MAIL = "mail", _("par courriel")
    PORTAL = "portal", _("sur leur portail")
    PHONE = "phone", _("par téléphone")


class CaseOutcome(models.TextChoices):
    """How a case ended."""

    SOLVED = "solved", _("résolu par le fournisseur")
    REPLACED = "replaced", _("matériel remplacé")
    WORKAROUND = "workaround", _("contourné, correction à venir")
    REFUSED = "refused", _("refusé par le fournisseur")
    DROPPED = "dropped", _("sans suite")


class SupplierCase(models.Model):
    """What a supplier is asked for a ticket. Its thread is the ticket's events that name it, all internal.

    `ordinal` counts the cases of a ticket; « 0042/1 » is the first of ticket 0042. Without a supplier it is
    only proposed. `their_references` are the supplier's own. `with_supplier_since_at` is set while the
    supplier has to answer, `with_supplier_seconds` is what went before; `chase_on` is the day from which one
    chases it.
    `expected_on` is the day that the supplier announced. `due_told_on`: the `chase_on` that was reminded of.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="supplier_cases")
    ordinal = models.PositiveSmallIntegerField()
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="cases", null=True)
    state = models.CharField(max_length=14, choices=CaseState.choices, default=CaseState.PROPOSED)
    channel = models.CharField(max_length=10, choices=CaseChannel.choices, blank=True)
    subject = models.CharField(max_length=200)
    their_references = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    opened_at = models.DateTimeField()
    last_written_at = models.DateTimeField(null=True, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    with_supplier_since_at = models.DateTimeField(null=True, blank=True)
    with_supplier_seconds = models.PositiveBigIntegerField(default=0)
    chase_on = models.DateField(null=True, blank=True)
    chases = models.PositiveSmallIntegerField(default=0)
    due_told_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    rma_number = models.CharField(max_length=80, blank=True)
    returned_serial = models.CharField(max_length=80, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    replacement_serial = models.CharField(max_length=80, blank=True)
    replaced_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=CaseOutcome.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "ordinal"], name="case_of_a_ticket_once"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="case_ended_means_ended_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "chase_on"], condition=~Q(state="ended"), name="cases_under_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}/{self.ordinal}"


class CaseTicket(models.Model):
    """That a ticket waits for a case: the one it was opened for, and others of the same outage.

    It belongs to the ticket's client, and says no more than this client may be told: who is waited for, since
    when, until when.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(SupplierCase, on_delete=models.PROTECT, related_name="tickets")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="waits_for")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "ticket"], name="case_waited_for_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} → {self.case}"
