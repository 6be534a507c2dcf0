"""The ticket itself, and the words it is qualified with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk.states import TicketState
from clausier.directory.models import Agency, Client, Contact, Site
from clausier.foundation.models import Person, Provider, Ruling
from clausier.foundation.plainly import ReadPlainly
from clausier.foundation.search import Follows, Searchable

if TYPE_CHECKING:
    from clausier.desk.models.events import TicketEvent
    from clausier.desk.models.promises import Promise


class Origin(models.TextChoices):
    """By which channel the request came."""

    PHONE = "phone", _("téléphone")
    PORTAL = "portal", _("portail")
    MAIL = "mail", _("courriel")
    ALERT = "alert", _("alerte")
    VISIT = "visit", _("sur place")
    PLAN = "plan", _("travail récurrent")


class Nature(models.TextChoices):
    """Something broke, or something is wanted."""

    INCIDENT = "incident", _("incident")
    REQUEST = "request", _("demande")


class Impact(models.TextChoices):
    """How many are hindered."""

    ONE = "one", _("une personne")
    DEPARTMENT = "department", _("un service")
    SITE = "site", _("tout le site")


class Urgency(models.TextChoices):
    """Whether they can work."""

    CAN_WORK = "can-work", _("oui")
    DEGRADED = "degraded", _("mal")
    BLOCKED = "blocked", _("non")


class Verdict(models.TextChoices):
    """What the contract says of the work (imri VIII; ims 7.1)."""

    COVERED = "covered", _("comprise au forfait")
    POINTS = "points", _("décomptée en points")
    HOURLY = "hourly", _("facturée à l’heure")
    FOLLOW_UP = "supplier-follow-up", _("suivi du fournisseur seul")
    EXCLUDED = "excluded", _("exclue, sur devis")


class Step(models.TextChoices):
    """How far a ticket has climbed (imri VI.1–VI.3, ims 6.3)."""

    PHONE = "phone", _("Téléphone")
    REMOTE = "remote", _("À distance")
    ONSITE = "onsite", _("Sur site")


class Ticket(ReadPlainly, models.Model):
    """A request of a client. Its creator is the caller, not the operator who typed it.

    `called_at` is the call: the first recorded request on any channel, from which promises count.
    It is found by all that was written on it, by the client's people only by what they were shown.
    `closed_in_seconds` is the open time from the last call to the closing, on the service desk's hours of the
    ticket's own terms; None while it is open.
    """

    searchable: ClassVar[Searchable] = Searchable(
        kind="ticket",
        title="t.title",
        words=(
            "concat_ws(' ', c.name, p.full_name, s.name, s.city, t.equipment_label, t.description,"
            " said.shown, sent.shown)"
        ),
        inner="concat_ws(' ', said.kept, tagged.names, sent.kept)",
        codes="t.number::text || clausier_codes(t.equipment_label) || cases.codes",
        at="t.called_at",
        columns=(
            "title",
            "number",
            "description",
            "equipment_label",
            "site_id",
            "caller_id",
            "called_at",
            "client_id",
        ),
        joined=(
            "join directory_client c on c.id = t.client_id "
            "left join directory_contact p on p.id = t.caller_id "
            "left join directory_site s on s.id = t.site_id "
            "left join lateral (select"
            " string_agg(e.text, ' ' order by e.id) filter (where e.shown) as shown,"
            " string_agg(e.text, ' ' order by e.id) filter (where not e.shown) as kept"
            " from (select id, text, not is_internal and kind in ('message', 'closed', 'reopened') as shown"
            " from desk_ticketevent where ticket_id = t.id and text <> '' and kind <> 'opened') e"
            ") said on true "
            "left join lateral (select"
            " string_agg(f.name, ' ' order by f.id) filter (where not e.is_internal) as shown,"
            " string_agg(f.name, ' ' order by f.id) filter (where e.is_internal) as kept"
            " from desk_attachment a join desk_ticketevent e on e.id = a.event_id"
            " join foundation_storedfile f on f.id = a.file_id where e.ticket_id = t.id"
            ") sent on true "
            "left join lateral (select coalesce(array_agg(code), '{}') as codes"
            " from desk_suppliercase k, unnest(k.their_references || k.rma_number::text) code"
            " where k.ticket_id = t.id and code <> ''"
            ") cases on true"
            " left join lateral (select string_agg(g.name, ' ') as names from desk_tickettag k"
            " join desk_tag g on g.id = k.tag_id"
            " where k.ticket_id = t.id and k.removed_at is null) tagged on true"
        ),
        follows=(
            # What opened it is its description, which is its own column.
            Follows(
                "desk_ticketevent",
                ("text",),
                "select new.ticket_id",
                "new.text <> '' and new.kind <> 'opened'",
            ),
            Follows("desk_tickettag", ("removed_at",), "select new.ticket_id"),
            Follows(
                "desk_tag",
                ("name",),
                "select k.ticket_id from desk_tickettag k where k.tag_id = new.id",
                inserts=False,
            ),
            Follows(
                "desk_attachment",
                ("file_id",),
                "select e.ticket_id from desk_ticketevent e where e.id = new.event_id",
            ),
            Follows("desk_suppliercase", ("their_references", "rma_number"), "select new.ticket_id"),
            Follows(
                "directory_client",
                ("name",),
                "select k.id from desk_ticket k where k.client_id = new.id",
                inserts=False,
            ),
            Follows(
                "directory_contact",
                ("full_name",),
                "select k.id from desk_ticket k where k.caller_id = new.id",
                inserts=False,
            ),
            Follows(
                "directory_site",
                ("name", "city"),
                "select k.id from desk_ticket k where k.site_id = new.id",
                inserts=False,
            ),
        ),
    )

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="tickets")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tickets")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    nature = models.CharField(max_length=10, choices=Nature.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    caller = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="tickets", null=True, blank=True
    )
    beneficiary = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="tickets", null=True, blank=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices)
    equipment_label = models.CharField(max_length=120, blank=True)
    impact = models.CharField(max_length=12, choices=Impact.choices)
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    priority = models.PositiveSmallIntegerField()
    priority_ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)
    cause = models.CharField(max_length=60)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    verdict_ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)
    verdict_reason = models.CharField(max_length=200, blank=True)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.PHONE)
    state = models.CharField(max_length=12, choices=TicketState.choices, default=TicketState.OPEN)
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="assigned_tickets", null=True, blank=True
    )
    prediagnosis = models.JSONField(default=dict)
    called_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_in_seconds = models.PositiveIntegerField(null=True, blank=True)
    continues = models.ForeignKey("self", on_delete=models.PROTECT, related_name="followed_by", null=True)

    # Of the very object that the opening gave back: its clocks and its first entry, so as to answer without
    # reading them again.
    as_opened: Sequence[tuple[Promise, TicketEvent]] = ()
    opening: TicketEvent | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="ticket_number_once"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_means_closed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "state", "-called_at"]),
            models.Index(fields=["provider", "-called_at"], name="ticket_calls"),
            models.Index(fields=["client", "-called_at"]),
            models.Index(
                fields=["provider", "priority", "called_at", "id"],
                condition=~Q(state="closed"),
                name="open_by_priority",
            ),
            # How much each person has in hand.
            models.Index(
                fields=["provider", "assignee", "priority"],
                include=["client", "id"],
                condition=~Q(state="closed"),
                name="open_of_assignee",
            ),
            GinIndex(OpClass(F("title"), "gin_trgm_ops"), name="ticket_title_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.number:04d}"
