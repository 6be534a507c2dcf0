"""The desk: tickets, what happened on them, what was promised, who comes when, what was worked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk.states import AppointmentState, PromiseState, SessionState, TicketState
from clausier.directory.models import Agency, Client, Contact, Site
from clausier.foundation.models import Person, Provider, Ruling, StoredFile
from clausier.foundation.search import Follows, Searchable


class Origin(models.TextChoices):
    """By which channel the request came."""

    PHONE = "phone", _("téléphone")
    PORTAL = "portal", _("portail")
    MAIL = "mail", _("courriel")
    ALERT = "alert", _("alerte")
    VISIT = "visit", _("sur place")


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


class Ticket(models.Model):
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
            " said.shown)"
        ),
        inner="said.kept",
        codes="t.number::text || clausier_codes(t.equipment_label)",
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
            ") said on true"
        ),
        follows=(
            # What opened it is its description, which is its own column.
            Follows(
                "desk_ticketevent",
                ("text",),
                "select new.ticket_id",
                "new.text <> '' and new.kind <> 'opened'",
            ),
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

    # Of the very object that the opening gave back: its clocks, so as to answer without reading them again.
    as_opened: Sequence[tuple[Promise, TicketEvent]] = ()

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
            GinIndex(OpClass(F("title"), "gin_trgm_ops"), name="ticket_title_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.number:04d}"


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
    CLOSED = "closed", _("clôture")
    REOPENED = "reopened", _("réouverture")


class TicketEvent(models.Model):
    """One thing that happened, in order: the thread that people read and the facts that clocks replay.

    `data` holds what the kind needs (for a promise: commitment, before and after). Never changed.
    `is_internal` keeps it from the client.
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

    class Meta:
        indexes = [models.Index(fields=["ticket", "at", "id"])]

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


class PromiseKind(models.TextChoices):
    """A promise comes from the terms; a target is the provider's own and is labelled so."""

    PROMISE = "promise", _("promesse")
    TARGET = "target", _("objectif interne")


class Promise(models.Model):
    """What a ticket is owed by when, as last replayed from its events. The facts are the events; this row
    is the answer, kept for lists. Seconds are open seconds of the promise's calendar."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=10, choices=PromiseKind.choices)
    commitment = models.CharField(max_length=40)
    calendar = models.CharField(max_length=20)
    holidays = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    promised_seconds = models.PositiveIntegerField()
    used_seconds = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=PromiseState.choices, default=PromiseState.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="one_promise_of_a_kind")]
        indexes = [models.Index(fields=["provider", "state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.ticket} {self.commitment}"


class CallState(models.TextChoices):
    """Where a phone call stands."""

    RINGING = "ringing", _("sonne")
    ANSWERED = "answered", _("décroché")
    MISSED = "missed", _("manqué")
    VOICEMAIL = "voicemail", _("message vocal")


class PhoneCall(models.Model):
    """A phone call: told by the telephone system, or logged by whoever spoke.

    `reference` is the telephone system's own name for the call, empty for one logged by hand. `number` is
    the other side's: E.164, or an extension as it was given, empty when withheld. `line` is the provider's.
    `changed_at` is when the system last told of it. A missed call or a voicemail waits until `settled_at`;
    a call answered or logged by hand waits for nobody.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="calls", null=True)
    reference = models.CharField(max_length=80, blank=True)
    is_outgoing = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=CallState.choices)
    number = models.CharField(max_length=20, blank=True)
    line = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    audio = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", null=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    settled_note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="a_call_told_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "began_at"],
                condition=Q(settled_at=None, state__in=("missed", "voicemail"), is_outgoing=False),
                name="calls_to_return",
            ),
            models.Index(
                fields=["provider", "changed_at"],
                condition=Q(settled_at=None, state__in=("ringing", "answered"), is_outgoing=False),
                name="calls_live",
            ),
            models.Index(fields=["provider", "-id"], name="calls_latest"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("numéro masqué"))


class Callback(models.Model):
    """That someone is to be called back (ims 6.2, 6.3): by when, why, and when it was done.

    It stands on a ticket, or on a call that nobody answered. `number` is what to dial, empty where none is
    known.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="callbacks", null=True)
    call = models.OneToOneField(PhoneCall, on_delete=models.PROTECT, related_name="callback", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(done_at=None), name="one_callback_due_a_ticket"
            )
        ]
        indexes = [
            models.Index(fields=["provider", "due_at"], condition=Q(done_at=None), name="callbacks_due")
        ]

    def __str__(self) -> str:
        return f"{self.ticket or self.call} {self.name}"


class Appointment(models.Model):
    """When a technician comes, where. Only after the pre-diagnosis (imri VI.3)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="appointments")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    technician = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=AppointmentState.choices)
    asked_by_client = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["provider", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.ticket} {self.starts_at:%Y-%m-%d %H:%M}"


class WorkMode(models.TextChoices):
    """How work is done; a phone session counts as remote."""

    REMOTE = "remote", _("à distance")
    ONSITE = "onsite", _("sur site")
    PROJECT = "project", _("projet")


class WorkDomain(models.TextChoices):
    """On what (ims 7.1.2); none for project work."""

    WORKSTATION = "workstation", _("poste et bureautique")
    SERVER_NETWORK = "server-network", _("serveur et réseau")
    BUSINESS_SOFTWARE = "business-software", _("logiciel métier")


class WorkSession(models.Model):
    """One remote session or one trip: its entries are summed, the minimum applies once, it deducts once.

    Frozen once validated; then only counter-entries (ims 7.2).
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="sessions")
    technician = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="work_sessions")
    beneficiary = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    mode = models.CharField(max_length=10, choices=WorkMode.choices)
    state = models.CharField(max_length=10, choices=SessionState.choices)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    by_hand = models.BooleanField(default=False)
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    accounted_minutes = models.PositiveIntegerField(null=True, blank=True)
    points = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    points_before = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    points_after = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    validated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["technician"],
                condition=Q(state__in=["running"]),
                name="one_running_stopwatch_each",
            )
        ]

    def __str__(self) -> str:
        return str(self.ticket)


class WorkSpan(models.Model):
    """A stretch during which the stopwatch ran; a pause is the gap between two."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    session = models.ForeignKey(WorkSession, on_delete=models.PROTECT, related_name="spans")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.session} {self.started_at:%H:%M}"


class WorkEntry(models.Model):
    """What was done in a session, in one domain: minutes worked, and the words the client reads."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    session = models.ForeignKey(WorkSession, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField()
    domain = models.CharField(max_length=20, choices=WorkDomain.choices, blank=True)
    minutes = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="work_entry_at_least_a_minute"),
            models.UniqueConstraint(fields=["session", "position"], name="work_entry_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.minutes} min"
