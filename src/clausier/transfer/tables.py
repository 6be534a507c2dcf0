"""Which tables go out, with which columns, and what each column means: read off the models themselves.

A table that carries its provider goes out unless it stands in `LEFT_OUT` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import override

from clausier.access.models import Agreement, RemoteSession, RemoteTool
from clausier.agenda.models import DutyCheck
from clausier.contracts.models import (
    Acceptance,
    AcceptanceRequest,
    Amendment,
    AmendmentApplication,
    AmendmentLine,
    Continuation,
    Contract,
    ContractEnd,
    ContractSite,
    ContractTerm,
    CoveredClass,
    CoveredItem,
    Derogation,
    EditionAdoption,
    ForceMajeure,
    HostedOrder,
    Mandate,
    OrderItem,
    ServiceSuspension,
)
from clausier.desk.models import (
    Appointment,
    Attachment,
    Contestation,
    ContestedEntry,
    Custody,
    CustodyPhoto,
    HourlyItem,
    MachineLoan,
    Presence,
    Promise,
    PromiseKind,
    StoppedIntervention,
    Survey,
    Ticket,
    TicketEvent,
    WorkCorrection,
    WorkEntry,
    WorkSession,
    WorkSpan,
)
from clausier.directory.models import Agency, Client, ClientAccess, Contact, Correspondent, Site
from clausier.foundation.clock import PARIS
from clausier.foundation.models import (
    Document,
    InstalledBook,
    JournalEntry,
    JournalSeal,
    Membership,
    Person,
    Provider,
    Ruling,
    StoredFile,
)
from clausier.integrations.models import ApiToken, StoredAnswer
from clausier.lifecycle.models import (
    DeliveryRecord,
    DeliveryReservation,
    DestructionCertificate,
    Dispute,
    DisputeNote,
    DisputePaper,
    EndingNotice,
    Evidence,
    FormalNotice,
    Letter,
    Reversal,
    ReversalDevice,
    ReversalEstimate,
    ReversalItem,
    ReversalStep,
    Wiping,
)
from clausier.prepaid.models import (
    MonthlyStatement,
    PackDraw,
    PointAccount,
    PointEntry,
    PointPack,
    TopUp,
    WorkBeyond,
)
from clausier.sales.models import (
    ChangeLine,
    Order,
    OrderChange,
    OrderLine,
    ProposedDerogation,
    Quote,
    QuoteLine,
    Reception,
    Standing,
)
from clausier.signatures.models import Countersignature, Signature, SignatureRequest, TrailEntry
from clausier.transfer.models import Archive, EvidenceBundle

CONFIDENTIAL: Final = "files of disputes are confidential: what may be shown leaves as a bundle of evidence"
LEFT_OUT: Final[dict[type[models.Model], str]] = {
    ApiToken: "keys of machines: worthless elsewhere, dangerous in a file",
    StoredAnswer: "answers kept a day for repeats of the API",
    Archive: "the archives themselves",
    EvidenceBundle: "the bundles of evidence themselves",
    Dispute: CONFIDENTIAL,
    DisputePaper: CONFIDENTIAL,
    DisputeNote: CONFIDENTIAL,
    Presence: "who reads a ticket at this moment, forgotten within a minute",
    JournalEntry: "stands in journal/ with its hashes",
    JournalSeal: "stands in journal/ with its hashes",
}
SECRET: Final = {
    "integrations_webhook": {"nonce"},
    "integrations_screen": {"digest"},
    "agenda_calendarfeed": {"digest"},
    "agenda_reminderletter": {"digest"},
    "post_conversation": {"secret"},
    "roster_feed": {"digest"},
    "signatures_signaturecode": {"digest"},
    "signatures_signaturelink": {"digest"},
}
"""Columns that open a door, or from which secrets are derived; beside those that are sealed."""

PERSON_COLUMNS: Final = ("id", "full_name", "email", "phone", "language", "is_active")
NAMES_ONLY: Final = ("id", "full_name")
NOT_PLAIN: Final = frozenset({"BinaryField", "SearchVectorField", "GeneratedField"})
OF_EVERY_CLIENT: Final = (Provider, Agency, InstalledBook, Person, RemoteTool)
"""Without a client of their own, yet needed to understand a client's rows."""


FOR_THE_CLIENT: Final = frozenset(
    {
        *OF_EVERY_CLIENT,
        Client,
        Site,
        Contact,
        Correspondent,
        ClientAccess,
        Contract,
        ContractSite,
        ContractTerm,
        CoveredClass,
        CoveredItem,
        Derogation,
        Acceptance,
        ContractEnd,
        ForceMajeure,
        ServiceSuspension,
        EndingNotice,
        FormalNotice,
        Letter,
        Evidence,
        Continuation,
        Reversal,
        ReversalEstimate,
        ReversalStep,
        ReversalItem,
        DeliveryRecord,
        DeliveryReservation,
        ReversalDevice,
        Wiping,
        DestructionCertificate,
        AcceptanceRequest,
        EditionAdoption,
        Amendment,
        AmendmentLine,
        AmendmentApplication,
        Mandate,
        HostedOrder,
        OrderItem,
        PointAccount,
        PointEntry,
        PointPack,
        PackDraw,
        TopUp,
        WorkBeyond,
        MonthlyStatement,
        Quote,
        QuoteLine,
        ProposedDerogation,
        Reception,
        Standing,
        Order,
        OrderLine,
        OrderChange,
        ChangeLine,
        Ticket,
        TicketEvent,
        Attachment,
        Promise,
        Appointment,
        Survey,
        WorkSession,
        WorkSpan,
        WorkEntry,
        WorkCorrection,
        Contestation,
        ContestedEntry,
        HourlyItem,
        Custody,
        CustodyPhoto,
        MachineLoan,
        Agreement,
        RemoteSession,
        StoppedIntervention,
        DutyCheck,
        SignatureRequest,
        Signature,
        Countersignature,
        TrailEntry,
        Document,
        StoredFile,
        Ruling,
    }
)
"""What goes out where the client itself will read it. A new table does not, until it stands here."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose rows: the provider's, or one client's; with or without what that client may not read."""

    provider: Provider
    client: Client | None = None
    with_internal: bool = True


@dataclass(frozen=True)
class Exported:
    """A table that goes out."""

    model: type[models.Model]
    wanted: Wanted

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def about(self) -> str:
        """The first paragraph of what the model says it is."""
        return " ".join((self.model.__doc__ or "").split("\n\n")[0].split())

    @cached_property
    def fields(self) -> list[Any]:
        hidden = {*SECRET.get(self.name, ()), *getattr(self.model, "sealed_columns", ())}
        if self.model is Client and not self.wanted.with_internal:
            hidden.add("note")
        found = [
            field
            for field in self.model._meta.concrete_fields
            if field.get_internal_type() not in NOT_PLAIN
            and type(field).__name__ not in NOT_PLAIN
            and field.name not in hidden
        ]
        if self.model is Person:
            kept = NAMES_ONLY if self.wanted.client else PERSON_COLUMNS
            return [field for field in found if field.attname in kept]
        return found

    @property
    def columns(self) -> list[str]:
        return [field.attname for field in self.fields]

    def described(self) -> list[dict[str, Any]]:
        """Each column: its name, its type, the table it points to, the words of its choices."""
        return [_described(field) for field in self.fields]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows by id, each as JSON can take it."""
        for row in self._found().order_by("pk").values(*self.columns).iterator(chunk_size=2000):
            yield {name: as_json(value) for name, value in row.items()}

    def _found(self) -> QuerySet[Any]:
        wanted, found = self.wanted, self.model._default_manager.all()
        if self.model is Provider:
            return found.filter(pk=wanted.provider.pk)
        if self.model is Person:
            return found.filter(pk__in=_people(wanted))
        if self.model is InstalledBook:
            return found.filter(pk__in=_books(wanted))
        found = found.filter(provider_id=wanted.provider.pk).exclude(_of_disputes(self.model))
        if wanted.client is None or self.model in (Agency, RemoteTool):
            return found
        found = found.filter(**{"pk" if self.model is Client else "client_id": wanted.client.pk})
        return found if wanted.with_internal else found.exclude(_internal(self.model, wanted))


def _of_disputes(model: type[models.Model]) -> Q:
    """What belongs to the confidential file of a dispute: its files, and the outcomes of its dates."""
    if model is StoredFile:
        return Q(pk__in=DisputePaper.objects.values("file"))
    if model is Ruling:
        return Q(subject_kind=Dispute._meta.model_name)
    return Q(pk__in=[])


def _internal(model: type[models.Model], wanted: Wanted) -> Q:
    """The rows of a client that its people may not read."""
    assert wanted.client
    events = TicketEvent.objects.filter(client_id=wanted.client.pk, is_internal=True)
    targets = Promise.objects.filter(client_id=wanted.client.pk, kind=PromiseKind.TARGET)
    if model is TicketEvent:
        return Q(is_internal=True)
    if model is Attachment:
        return Q(event__is_internal=True)
    if model is Promise:
        return Q(kind=PromiseKind.TARGET)
    if model in (Amendment, AmendmentLine):
        return Q(**{"sent_at" if model is Amendment else "amendment__sent_at": None})
    if model is Ruling:
        hidden = [*events.exclude(ruling=None).values_list("ruling_id", flat=True)]
        return Q(pk__in=[*hidden, *targets.values_list("ruling_id", flat=True)])
    if model is Quote:
        return Q(issued_at=None)
    if model in (QuoteLine, ProposedDerogation, Reception, Standing):
        return Q(quote__issued_at=None)
    if model is StoredFile:
        return ~Q(pk__in=[*_open_files(wanted)])
    return Q(pk__in=[])


def _open_files(wanted: Wanted) -> Iterator[int]:
    """The files that a client's people may read: those of papers, and those that came with open events."""
    assert wanted.client
    papers = Document.objects.filter(client_id=wanted.client.pk).exclude(file=None)
    yield from papers.values_list("file_id", flat=True)
    sent = Attachment.objects.filter(client_id=wanted.client.pk, event__is_internal=False)
    yield from sent.values_list("file_id", flat=True)


def _people(wanted: Wanted) -> set[int]:
    staff = Membership.objects.filter(provider=wanted.provider).values_list("person_id", flat=True)
    accesses = ClientAccess.objects.filter(provider=wanted.provider).values_list("person_id", flat=True)
    return {*staff, *accesses}


def _books(wanted: Wanted) -> set[int]:
    of_provider = {"provider": wanted.provider}
    pinned = (
        Contract.objects.filter(**of_provider).values_list("book_id", flat=True),
        Acceptance.objects.filter(**of_provider).values_list("book_id", flat=True),
        Ruling.objects.filter(**of_provider).values_list("book_id", flat=True).distinct(),
    )
    return {wanted.provider.book_id, *(pk for found in pinned for pk in found)}


def of(wanted: Wanted) -> list[Exported]:
    """The tables that go out, by name."""
    found = [model for model in ours() if model not in LEFT_OUT and _goes(model, wanted)]
    return sorted((Exported(model, wanted) for model in found), key=lambda one: one.name)


def ours() -> list[type[models.Model]]:
    """The product's own tables that belong to providers, and what is needed to understand them."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if apps.get_app_config(model._meta.app_label).name.startswith("clausier.")
        and (_has(model, "provider_id") or model in OF_EVERY_CLIENT)
    ]


def _goes(model: type[models.Model], wanted: Wanted) -> bool:
    if wanted.client is None:
        return True
    if not wanted.with_internal:
        return model in FOR_THE_CLIENT
    return model in OF_EVERY_CLIENT or model is Client or _has(model, "client_id")


def _has(model: type[models.Model], column: str) -> bool:
    return any(field.attname == column for field in model._meta.concrete_fields)


TYPES: Final = {
    models.BooleanField: "true or false",
    models.DateTimeField: "instant",
    models.DateField: "day",
    models.DecimalField: "decimal",
    models.JSONField: "json",
    models.IntegerField: "number",
}


def _described(field: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"name": field.attname, "type": _type(field)}
    if field.is_relation:
        said["refers_to"] = field.related_model._meta.db_table
    if field.null:
        said["may_be_empty"] = True
    if field.choices:
        with override("fr"):
            said["values"] = {str(key): str(label) for key, label in field.flatchoices}
    return said


def _type(field: Any) -> str:
    if field.is_relation:
        return "number"
    if type(field).__name__ == "ArrayField":
        return "json"
    return next((name for kind, name in TYPES.items() if isinstance(field, kind)), "text")


def as_json(value: Any) -> Any:
    """A value as the archive writes it: instants with their offset, decimals as text."""
    match value:
        case datetime():
            return value.astimezone(PARIS).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value
