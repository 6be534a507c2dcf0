"""The shapes of reversibilities: what is returned, signed for, wiped and certified."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Day, FileGiven, Given, Id, Key, Line, Sentence, Shape
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import (
    DeliveryRecord,
    DeliveryReservation,
    DestructionCertificate,
    DeviceKind,
    LetterMeans,
    ReturnedKind,
    Reversal,
    ReversalDevice,
    ReversalEstimate,
    ReversalItem,
    ReversalStep,
    WipeMethod,
    WipeResult,
    Wiping,
)
from clausier.lifecycle.services import Journey
from clausier.lifecycle.services.reversal import Effort
from clausier.lifecycle.states import ReversalState

Told = Annotated[str, StringConstraints(max_length=4000)]
Note = Annotated[str, StringConstraints(max_length=400)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=160)]
Index = Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=3, allow_inf_nan=False)]


class EstimateOut(Shape):
    """What was once estimated, and the decisions that answer why."""

    received_on: date
    engineers: int
    days: int
    due_on: date
    fee: Decimal
    ruling: int
    price_ruling: int | None
    reason: str
    made_at: At
    made_by: str

    @classmethod
    def of(cls, one: ReversalEstimate) -> EstimateOut:
        odd: dict[str, Any] = {"ruling": one.ruling_id, "price_ruling": one.price_ruling_id}
        return cls(**odd, **_plain(cls, one, odd))


class ReversalStepOut(Shape):
    """A step of the plan."""

    id: int
    title: str
    party: str = Field(description=gettext_noop("« provider » ou « client »."))
    owner: str
    due_on: date
    done_on: date | None
    done_by: str
    note: str
    dropped_because: str

    @classmethod
    def of(cls, one: ReversalStep) -> ReversalStepOut:
        return cls(id=one.pk, owner=one.owner, **_plain(cls, one, ("id", "owner")))


class ReversalItemOut(Shape):
    """Something to be returned; it counts once the record that lists it is signed by both."""

    id: int
    kind: str
    title: str
    place: str
    form: str
    size: str
    how: str
    paid_said_by: str
    paid_because: str
    paid_at: At | None = Field(
        description=gettext_noop("Pour une licence : quand ses factures ont été dites payées.")
    )
    is_transferable: bool | None
    returned_on: date | None
    returned_by: str
    record: str | None
    dropped_because: str

    @classmethod
    def of(cls, one: ReversalItem) -> ReversalItemOut:
        odd: dict[str, Any] = {"id": one.pk, "record": one.record.number if one.record else None}
        return cls(**odd, **_plain(cls, one, odd))


class ReservationOut(Shape):
    """What the client finds missing or wrong."""

    id: int
    text: str
    made_at: At
    made_by: str
    lifted_at: At | None
    lifted_by: str
    lifted_because: str

    @classmethod
    def of(cls, one: DeliveryReservation) -> ReservationOut:
        return cls(id=one.pk, **_plain(cls, one, ("id",)))


class DeliveryRecordOut(Shape):
    """A delivery record; its signature stands in /signatures."""

    id: int
    number: str
    state: str
    reversal: str
    language: str
    delivered_on: date
    medium: str
    medium_of: str
    remarks: str
    document: str
    signer_name: str
    signer_email: str
    issued_at: At
    issued_by: str
    signed_at: At | None
    completed_at: At | None
    signed_document: str | None = Field(
        description=gettext_noop("Le bordereau signé des deux parties et scellé ; voir /documents.")
    )
    declined_because: str
    items: list[int]
    reservations: list[ReservationOut]

    @classmethod
    def of(cls, one: DeliveryRecord) -> DeliveryRecordOut:
        odd: dict[str, Any] = {
            "id": one.pk,
            "reversal": one.reversal.number,
            "document": one.document.number,
            "signed_document": one.signed_document.number if one.signed_document else None,
            "items": list(one.items.order_by("pk").values_list("pk", flat=True)),
            "reservations": [ReservationOut.of(said) for said in one.reservations.order_by("pk")],
        }
        return cls(**odd, **_plain(cls, one, odd))


class WipingOut(Shape):
    """An entry of a wiping; `cancels` names the one that a counter-entry takes back."""

    id: int
    cancels: int | None
    method: str
    level: str = Field(description=gettext_noop("Niveau NIST SP 800-88 : Clear, Purge ou Destroy."))
    tool: str
    operator_name: str
    wiped_on: date
    result: str
    verifier_name: str
    note: str
    reason: str
    entered_at: At
    entered_by: str

    @classmethod
    def of(cls, one: Wiping) -> WipingOut:
        odd: dict[str, Any] = {
            "id": one.pk,
            "cancels": one.cancels_id,
            "level": reversal_queries.LEVELS[WipeMethod(one.method)],
        }
        return cls(**odd, **_plain(cls, one, odd))


class WipedDeviceOut(Shape):
    """Something that bears the client's data."""

    id: int
    kind: str
    label: str
    serial: str
    place: str
    is_wiped: bool
    wipings: list[WipingOut]
    dropped_because: str

    @classmethod
    def of(cls, one: ReversalDevice) -> WipedDeviceOut:
        odd: dict[str, Any] = {
            "id": one.pk,
            "is_wiped": reversal_queries.is_wiped(one),
            "wipings": [WipingOut.of(entry) for entry in one.wipings.all()],
        }
        return cls(**odd, **_plain(cls, one, odd))


class DestructionCertificateOut(Shape):
    """The sealed certificate; withdrawn, another followed or will."""

    number: str
    document: str
    fingerprint: str = Field(description=gettext_noop("SHA-256 du certificat qui a scellé."))
    language: str
    issued_at: At
    issued_by: str
    withdrawn_at: At | None
    withdrawn_because: str

    @classmethod
    def of(cls, one: DestructionCertificate) -> DestructionCertificateOut:
        return cls(document=one.document.number, **_plain(cls, one, ("document",)))


class ReversalLine(Shape):
    """A reversibility in a list."""

    number: str
    state: str
    client: ClientRef
    contract: str
    clause: str
    scope: str
    wished_on: date | None
    letter: str
    received_on: date
    engineers: int
    days: int
    due_on: date
    contract_ends_on: date | None = Field(
        description=gettext_noop("La fin du contrat, quand le délai est passé avant elle.")
    )
    fee: Decimal
    ruling: int | None = Field(description=gettext_noop("La décision qui répond à « pourquoi »."))
    price_ruling: int | None
    continued: bool = Field(
        description=gettext_noop("Le service et son prix continuent jusqu’à la restitution.")
    )
    returned_on: date | None
    opened_at: At
    opened_by: str
    withdrawn_because: str

    @classmethod
    def of(cls, one: Reversal) -> ReversalLine:
        return cls(**facts_of(one))


class ReversalOut(ReversalLine):
    """A reversibility, whole."""

    estimates: list[EstimateOut]
    steps: list[ReversalStepOut]
    items: list[ReversalItemOut]
    records: list[DeliveryRecordOut]
    devices: list[WipedDeviceOut]
    certificates: list[DestructionCertificateOut]


def facts_of(one: Reversal) -> dict[str, Any]:
    odd: dict[str, Any] = {
        "client": ClientRef(number=one.client.number, name=one.client.name),
        "contract": one.contract.number,
        "letter": one.letter.number,
        "contract_ends_on": reversal_queries.ends_first(one),
        "ruling": one.ruling_id,
        "price_ruling": one.price_ruling_id,
        "continued": one.continuation is not None and one.continuation.settled_at is None,
    }
    return odd | _plain(ReversalLine, one, odd)


def _plain(shape: type[Shape], row: Any, odd: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields if name not in odd}


# What is asked and sent


class ReversalsAsked(Asked):
    """Which files."""

    contract: Key | None = None
    state: ReversalState | None = None


class EffortGiven(Given):
    """What the return is estimated to take; with both indices the price is revised."""

    engineers: Annotated[int, Field(ge=1, le=50)] = Field(1, examples=[2])
    days: Annotated[int, Field(ge=0, le=365)] = Field(2, examples=[3])
    s0: Index | None = Field(None, description=gettext_noop("L’indice Syntec de base."))
    s1: Index | None = Field(None, description=gettext_noop("Le dernier indice Syntec."))

    def effort(self) -> Effort:
        return Effort(self.engineers, self.days, self.s0, self.s1)


class ReversalGiven(EffortGiven):
    """The client's request: its letter by number, or the letter that is recorded now."""

    scope: Told
    wished_on: Day | None = None
    letter: Key | None = Field(
        None, description=gettext_noop("Une lettre déjà reçue, par son numéro ; sinon « presented_on ».")
    )
    means: LetterMeans = LetterMeans.PAPER
    tracking: Annotated[str, StringConstraints(max_length=60)] = ""
    posted_on: Day | None = None
    presented_on: Day | None = Field(None, examples=["2026-11-16"])
    scan: FileGiven | None = None

    def journey(self) -> Journey:
        return Journey(
            means=self.means,
            tracking=self.tracking,
            posted_on=self.posted_on,
            presented_on=self.presented_on,
        )


class NewEstimateGiven(EffortGiven):
    """An estimate made anew, and why."""

    reason: Sentence


class ReversalReason(Given):
    """Why."""

    reason: Sentence


class ReversalStepGiven(Given):
    """A step: one of the team or one of the client's people, by id, or only the party."""

    title: Title
    party: Literal["provider", "client"]
    due_on: Day = Field(examples=["2026-12-04"])
    person: Id | None = None
    contact: Id | None = None


class StepDone(Given):
    """When the step was done; today where nothing is said."""

    done_on: Day | None = None
    note: Note = ""


class OwnStepDone(Given):
    """What the client says of a step that it did."""

    note: Note = ""


class ReversalItemGiven(Given):
    """Something to be returned. Never a password nor a key: these are handed over apart."""

    kind: ReturnedKind
    title: Title
    place: Annotated[str, StringConstraints(max_length=160)] = ""
    form: Line = ""
    size: Annotated[str, StringConstraints(max_length=60)] = ""
    how: Sentence = ""


class ItemReturned(Given):
    """When and how it was returned; today where nothing is said."""

    returned_on: Day | None = None
    how: Sentence = ""


class LicencePaid(Given):
    """That the supply invoices of a licence are paid, and whether its licensor lets it be transferred."""

    said_by: Line
    reason: Sentence
    is_transferable: bool


class DeliveryGiven(Given):
    """A delivery record of what was returned and not recorded yet."""

    medium: Sentence
    medium_of: Literal["provider", "client"] = "client"
    delivered_on: Day | None = None
    remarks: Told = ""
    signer: Id | None = Field(
        None, description=gettext_noop("Une personne du client ; sans rien, son correspondant informatique.")
    )
    signer_name: Line = ""
    signer_email: Annotated[str, StringConstraints(max_length=254)] = ""
    language: Literal["fr", "en"] = "fr"


class ReservationGiven(Given):
    """What is missing or wrong, in the client's words."""

    text: Told


class ReservationLifted(Given):
    """What was done; the provider files the client's writing, the client needs none."""

    because: Note = ""
    document: FileGiven | None = None


class WipedDeviceGiven(Given):
    """Something that bears the client's data, by its serial number."""

    kind: DeviceKind
    label: Title
    serial: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    place: Annotated[str, StringConstraints(max_length=160)] = ""


class WipingGiven(Given):
    """How a device was wiped; people of the team by id."""

    method: WipeMethod
    wiped_on: Day = Field(examples=["2026-11-20"])
    result: WipeResult = WipeResult.DONE
    operator: Id
    verifier: Id | None = None
    tool: Annotated[str, StringConstraints(max_length=160)] = ""
    note: Note = ""


class CertificateGiven(Given):
    """The language of the certificate."""

    language: Literal["fr", "en"] = "fr"
