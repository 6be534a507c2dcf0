"""What happened on a ticket: the thread that people read and the facts that clocks replay."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clausier.desk.models.suppliers import SupplierCase
from clausier.desk.models.tickets import Ticket
from clausier.directory.models import Contact
from clausier.foundation.models import Person, Provider, Ruling, StoredFile

PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SMALLEST_PICTURE: Final = 5_000  # bytes


class EventKind(models.TextChoices):
    """What can happen on a ticket; messages are `message`, `note` and `call`, the rest is the timeline."""

    OPENED = "opened", _("ouverture")
    MESSAGE = "message", _("message")
    NOTE = "note", _("note interne")
    CALL = "call", _("appel")
    PRIORITY = "priority", _("priorité")
    COVERAGE = "coverage", _("couverture")
    PROMISE = "promise", _("promesse")
    PROMISE_CHANGED = "promise-changed", _("promesse recalculée")
    SUSPENDED = "suspended", _("promesse suspendue")
    RESUMED = "resumed", _("promesse reprise")
    MET = "met", _("promesse tenue")
    STEP = "step", _("étape")
    PREDIAGNOSIS = "prediagnosis", _("pré-diagnostic")
    APPOINTMENT = "appointment", _("rendez-vous")
    ASSIGNED = "assigned", _("affectation")
    QUALIFIED = "qualified", _("qualification")
    WORK = "work", _("travail")
    POINTS = "points", _("compte de points")
    CALLBACK = "callback", _("rappel dû")
    CALLED_BACK = "called-back", _("rappel fait")
    MACHINE = "machine", _("courriel automatique")
    MOVED = "moved", _("message rangé ailleurs")
    CONTESTED = "contested", _("contestation")
    CUSTODY = "custody", _("passage en atelier")
    AGREEMENT = "agreement", _("accord du client")
    REMOTE = "remote", _("prise en main")
    STOPPED = "stopped", _("intervention arrêtée")
    TOLD = "told", _("client prévenu")
    MERGED = "merged", _("fusion dans un autre ticket")
    ABSORBED = "absorbed", _("fusion d’un autre ticket")
    UNMERGED = "unmerged", _("fusion annulée")
    SPLIT = "split", _("messages détachés")
    CALLED_OUT = "called-out", _("astreinte")
    SUPPLIER = "supplier", _("fournisseur")
    SUPPLIER_LETTER = "supplier-letter", _("lettre au fournisseur")
    SUPPLIER_ANSWER = "supplier-answer", _("réponse du fournisseur")
    SUPPLIER_CALL = "supplier-call", _("appel avec le fournisseur")
    SUPPLIER_NOTE = "supplier-note", _("note du dossier fournisseur")
    CLOSED = "closed", _("clôture")
    REOPENED = "reopened", _("réouverture")
    RATED = "rated", _("avis du client")


BENDING: Final[tuple[str, ...]] = (
    EventKind.ABSORBED.value,
    EventKind.APPOINTMENT.value,
    EventKind.MERGED.value,
    EventKind.PROMISE_CHANGED.value,
    EventKind.QUALIFIED.value,
    EventKind.RESUMED.value,
    EventKind.SPLIT.value,
    EventKind.SUSPENDED.value,
    EventKind.UNMERGED.value,
)
"""What makes that a clock does not simply run from the call to its end on what was owed at the call."""


class TicketEvent(models.Model):
    """One thing that happened, in order: the thread that people read and the facts that clocks replay.

    `data` holds what the kind needs (for a promise: commitment, before and after). Never changed.
    `is_internal` keeps it from the client. `case` is the case at a supplier's whose thread it belongs to.
    """

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    author_name = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    is_internal = models.BooleanField(default=False)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)
    case = models.ForeignKey(
        SupplierCase, on_delete=models.PROTECT, related_name="events", null=True, db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "at", "id"]),
            models.Index(fields=["case", "at", "id"], condition=~Q(case=None), name="events_of_cases"),
            # A replay of a year finds by it the few tickets whose clocks it has to walk step by step.
            models.Index(
                fields=["provider", "ticket"], condition=Q(kind__in=BENDING), name="events_that_bend"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"


class MovedEvent(models.Model):
    """That an entry was on the wrong ticket: no thread shows it any more, and `to` is where it went."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, related_name="moved")
    to = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.event} → {self.to}"


class Attachment(models.Model):
    """A file that came with an event."""

    append_only: ClassVar[bool] = True

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    event = models.ForeignKey(TicketEvent, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.file.name

    @property
    def is_picture(self) -> bool:
        """Whether a thread shows it among the words; smaller ones are the logos of signatures."""
        return self.file.content_type in PICTURES and self.file.size >= SMALLEST_PICTURE
