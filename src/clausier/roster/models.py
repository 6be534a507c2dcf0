"""Who is there: absences, who takes what, who is on call, how they are reached, who answered."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import EquipmentClass
from clausier.desk.models import PhoneCall, Ticket
from clausier.directory.models import Agency, Client, Skill
from clausier.foundation.models import Person, Provider, Ruling
from clausier.roster.states import CallOutState, ReachState


class InstantRange(Func):
    """tstzrange(from, until), half-open, for exclusion constraints."""

    function = "TSTZRANGE"


class AbsenceKind(models.TextChoices):
    """Why someone is not there."""

    LEAVE = "leave", _("congé")
    RECOVERY = "recovery", _("récupération")
    SICK = "sick", _("maladie")
    TRAINING = "training", _("formation")
    OTHER = "other", _("autre")


class Absence(models.Model):
    """That someone of the staff is not there, from an instant to another: by half days, noon being 13:00.

    `kind` and `note` are for the person and for whoever keeps the roster; the others read that they are away.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=AbsenceKind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=120)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="absent_once_at_a_time",
                expressions=[
                    (F("provider"), RangeOperators.EQUAL),
                    (F("person"), RangeOperators.EQUAL),
                    (InstantRange(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
            )
        ]
        indexes = [models.Index(fields=["provider", "ends_at"])]

    def __str__(self) -> str:
        return str(self.person)


class AssignmentMode(models.TextChoices):
    """What becomes of a ticket that is opened in nobody's name."""

    PROPOSE = "propose", _("une personne est proposée, quelqu’un décide")
    AUTOMATIC = "automatic", _("confié à la personne proposée dès l’ouverture")
    ROUND_ROBIN = "round-robin", _("confié à tour de rôle dès l’ouverture")


class RosterSettings(models.Model):
    """How the provider shares out its tickets and whom it wakes; none yet: it proposes, and calls nobody out.

    `urgent_priority`: tickets of that priority or a more pressing one call the person on call out at any
    closed hour, by the provider's own practice; None: only those to whom the terms give that hour.
    `site_url` is where the links of messages lead.
    """

    provider = models.OneToOneField(Provider, on_delete=models.PROTECT, related_name="roster_settings")
    assignment = models.CharField(
        max_length=12, choices=AssignmentMode.choices, default=AssignmentMode.PROPOSE
    )
    urgent_priority = models.PositiveSmallIntegerField(null=True, blank=True)
    site_url = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return str(self.provider)


class SkillNeed(models.Model):
    """That tickets of a class of equipment, of a cause, or of both, ask for a skill; empty means any."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    equipment_class = models.CharField(max_length=20, choices=EquipmentClass.choices, blank=True)
    cause = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "skill", "equipment_class", "cause"], name="skill_need_once"
            ),
            models.CheckConstraint(
                condition=~Q(equipment_class="") | ~Q(cause=""), name="skill_need_says_of_what"
            ),
        ]

    def __str__(self) -> str:
        return str(self.skill)


class GivenInTurn(models.Model):
    """When someone was last given a ticket by turns."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "person"], name="given_in_turn_once")]

    def __str__(self) -> str:
        return str(self.person)


# The on-call


class RotaRhythm(models.TextChoices):
    """How long a turn lasts."""

    WEEKLY = "weekly", _("une semaine")
    DAILY = "daily", _("un jour")


class Rota(models.Model):
    """Who is on call in turn, for the tickets of `agency`, or of every agency that has no rota of its own.

    Turns are counted from `from_on`: the first person of the list has the turn that begins on that day at
    `handover_at`. Whoever does not answer within `escalate_minutes` is followed by the next; the list is gone
    through `rounds` times.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    name = models.CharField(max_length=80)
    rhythm = models.CharField(max_length=8, choices=RotaRhythm.choices, default=RotaRhythm.WEEKLY)
    handover_at = models.TimeField()
    from_on = models.DateField()
    escalate_minutes = models.PositiveSmallIntegerField(default=15)
    rounds = models.PositiveSmallIntegerField(default=2)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "agency"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_rota_per_agency",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RotaMember(models.Model):
    """Someone's place in the order of a rota, from 0."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rota", "person"], name="in_a_rota_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rota} · {self.person}"


class Swap(models.Model):
    """That someone else is on call from an instant to another; where two overlap, the later made holds."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="swaps")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    cancelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.rota} · {self.person}"


class Feed(models.Model):
    """A secret address at which a calendar program reads the on-call; only its SHA-256 is kept."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "person"], condition=Q(revoked_at=None), name="one_feed_each"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


# Reaching people


class Channel(models.TextChoices):
    """How a person on call is reached."""

    MAIL = "mail", _("courriel")
    SMS = "sms", _("SMS")
    PUSH = "push", _("notification")


class SenderKind(models.TextChoices):
    """What carries a message away."""

    HTTP = "http", _("service web (HTTP)")
    NTFY = "ntfy", _("serveur ntfy")
    FILE = "file", _("fichier de cette machine")


class Sender(models.Model):
    """What carries the provider's messages of a channel: an address that is called, with headers and a text.

    `headers` (one a line) carry keys: kept sealed. `body` is the text that is sent, in which `{to}`, `{text}`
    and `{id}` are replaced.
    """

    sealed_columns: ClassVar[tuple[str, ...]] = ("headers",)

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    kind = models.CharField(max_length=5, choices=SenderKind.choices)
    url = models.CharField(max_length=500, blank=True)
    headers = models.TextField(blank=True)
    body = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "channel"], name="one_sender_a_channel")]

    def __str__(self) -> str:
        return self.get_channel_display()


class Means(models.Model):
    """Where someone of the staff is reached when on call; by mail, to the account, while none is kept."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by_mail = models.BooleanField(default=True)
    mobile = models.CharField(max_length=20, blank=True)
    topic = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "person"], name="means_once")]

    def __str__(self) -> str:
        return str(self.person)


class CallOutReason(models.TextChoices):
    """Why someone is called out."""

    TERMS = "terms", _("les conditions du client ouvrent cette heure")
    PRIORITY = "priority", _("priorité qui appelle l’astreinte, par usage de la maison")
    ASKED = "asked", _("demandé par l’équipe")


class CallOut(models.Model):
    """That the on-call is wanted for a ticket, or for a call nobody answered, until someone takes it.

    `caused_by` is the journal entry of what called for it: done again, it calls nobody twice. `rota` is None
    where nobody was on call.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="call_outs", null=True)
    call = models.ForeignKey(PhoneCall, on_delete=models.PROTECT, related_name="+", null=True)
    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=10, choices=CallOutReason.choices)
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=CallOutState.choices, default=CallOutState.WAITING)
    caused_by = models.BigIntegerField(null=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "caused_by"], name="an_entry_calls_out_once"),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="waiting"), name="one_call_out_a_ticket"
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False) | Q(call__isnull=False), name="called_out_for_something"
            ),
        ]
        indexes = [models.Index(fields=["provider", "-id"])]

    def __str__(self) -> str:
        return str(self.ticket or self.call)


class Summons(models.Model):
    """That one person was called for a call-out, the `position`-th from 0, and by when the next one is."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    call_out = models.ForeignKey(CallOut, on_delete=models.PROTECT, related_name="summonses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call_out", "position"], name="summoned_in_order")]

    def __str__(self) -> str:
        return f"{self.call_out} · {self.person}"


class Reach(models.Model):
    """One message to one person by one channel: where to, how often it was tried, what the carrier said."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    summons = models.ForeignKey(Summons, on_delete=models.PROTECT, related_name="reaches")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    to = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=ReachState.choices, default=ReachState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    receipt = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["summons", "channel"], name="reached_once_a_channel")]

    def __str__(self) -> str:
        return f"{self.summons} {self.channel}"
