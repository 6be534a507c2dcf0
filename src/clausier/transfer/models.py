"""What comes in and what goes out: files brought in, what their lines became, archives made."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Client
from clausier.foundation.models import Person, Provider
from clausier.lifecycle.models import Dispute


class Kind(models.TextChoices):
    """What the lines of a file are, in the order in which files build on each other."""

    CLIENTS = "clients", _("Clients")
    SITES = "sites", _("Sites")
    CONTACTS = "contacts", _("Personnes")
    SUPPLIERS = "suppliers", _("Fournisseurs")
    CONTRACTS = "contracts", _("Contrats")
    POINTS = "points", _("Soldes de points")
    TICKETS = "tickets", _("Tickets ouverts")


class Duplicates(models.TextChoices):
    """What becomes of a line that is known already."""

    REFUSE = "refuse", _("refuser le fichier et me le dire")
    SKIP = "skip", _("passer la ligne")
    UPDATE = "update", _("mettre à jour la fiche")


class ImportState(models.TextChoices):
    """Where a file stands."""

    RECEIVED = "received", _("colonnes à choisir")
    CHECKING = "checking", _("contrôle en cours")
    CHECKED = "checked", _("contrôlé")
    WRITING = "writing", _("import en cours")
    DONE = "done", _("importé")
    UNDOING = "undoing", _("annulation en cours")
    UNDONE = "undone", _("annulé")
    DROPPED = "dropped", _("abandonné")


class Import(models.Model):
    """A file brought in. Its bytes are kept until it is done or dropped, what was found in them stays.

    `mapping` is {field: number of the column}; `faults` the first of them, [{line, column, value, says}];
    `outcome` what the check or the writing came to, {created, changed, skipped}; `shown` its first lines.
    `day` is the day of moving in, for balances and tickets. `failure` is why a job gave up.
    `client_id` stays null: no client sees it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=255)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=60)  # how it was read: "CSV, UTF-8, « ; »"
    headings = models.JSONField()
    samples = models.JSONField(default=list)  # of each column, the first cell that says something
    line_count = models.PositiveIntegerField()
    mapping = models.JSONField(default=dict)
    duplicates = models.CharField(max_length=10, choices=Duplicates.choices, default=Duplicates.REFUSE)
    day = models.DateField(null=True)
    goes_on = models.BooleanField(default=False)  # import as soon as the check finds nothing
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RECEIVED)
    done_lines = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    fault_count = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    shown = models.JSONField(default=list)
    failure = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    asked_by_name = models.CharField(max_length=120)
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["provider", "-id"])]

    def __str__(self) -> str:
        return self.name


class ImportedLine(models.Model):
    """What a line became: the row it made, changed, or was found to be already.

    `before` and `after` are the values that an update replaced and wrote. `former_key` is how the tool left
    behind called it, by which a second file is recognised.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    did = models.CharField(max_length=10)  # created, changed or skipped
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=200)
    former_key = models.CharField(max_length=80, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="imported_line_once")]
        indexes = [models.Index(fields=["provider", "object_kind", "former_key"])]

    def __str__(self) -> str:
        return f"{self.source} {self.line}"


class RememberedColumns(models.Model):
    """How a provider's files call the fields of a kind: {heading: field}, learned from what it chose."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "kind"], name="columns_once_per_kind")]

    def __str__(self) -> str:
        return self.kind


class MovingIn(models.Model):
    """The day from which the provider works here, and the tool it comes from."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    day = models.DateField()
    former_tool = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="one_moving_day")]

    def __str__(self) -> str:
        return self.day.isoformat()


class ArchiveState(models.TextChoices):
    """Where an archive stands."""

    WAITING = "waiting", _("en préparation")
    READY = "ready", _("prête")
    FAILED = "failed", _("échouée")
    EXPIRED = "expired", _("effacée")


class Archive(models.Model):
    """Everything of the provider, or of one client, in one file. `place` is where storage keeps it."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    with_internal = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=ArchiveState.choices, default=ArchiveState.WAITING)
    done_tables = models.PositiveIntegerField(default=0)
    all_tables = models.PositiveIntegerField(default=0)
    place = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["provider", "-id"])]

    def __str__(self) -> str:
        return self.name or str(self.client or self.provider)


class EvidenceBundle(models.Model):
    """What may be shown in court about a dispute, in one signed file, for as long as an archive is kept.

    `scope` is what was chosen, `counts` what came of it. `fingerprint` is the certificate's.
    `client_id` stays null: no client sees it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField(null=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="bundles")
    scope = models.JSONField()
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ArchiveState.choices, default=ArchiveState.WAITING)
    done_parts = models.PositiveIntegerField(default=0)
    all_parts = models.PositiveIntegerField(default=0)
    place = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name or str(self.dispute)

    @property
    def from_on(self) -> date:
        return date.fromisoformat(self.scope["from_on"])

    @property
    def until_on(self) -> date:
        return date.fromisoformat(self.scope["until_on"])
