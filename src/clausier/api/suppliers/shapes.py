"""The shapes of suppliers and of cases at them."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from pydantic import Field

from clausier.api.paging import Asked
from clausier.api.shapes import (
    MOST_FILES,
    At,
    ClientRef,
    Day,
    FileGiven,
    Given,
    Id,
    Line,
    Number,
    Ref,
    Sentence,
    Shape,
    Text,
    Word,
)
from clausier.desk import cases
from clausier.desk.models import CaseChannel, CaseOutcome, CaseTicket, SupplierCase
from clausier.desk.states import CaseState
from clausier.directory.models import ReferenceKind, Supplier, SupplierKind, SupplierReference
from clausier.foundation import clock

Link = Annotated[str, Field(max_length=300)]
Days = Annotated[int, Field(ge=1, le=60)]
Domains = Annotated[list[Annotated[str, Field(max_length=253)]], Field(max_length=50)]


class SupplierOut(Shape):
    """A manufacturer, publisher or carrier."""

    id: int
    name: str
    kind: str
    domains: list[str]
    email: str
    phone: str
    portal_url: str
    customer_number: str = Field(description=gettext_noop("Notre numéro de client chez lui."))
    hours: str
    answers_within_days: int = Field(
        description=gettext_noop("Jours ouvrés sans réponse après lesquels on le relance.")
    )
    language: str
    note: str
    ended_on: Day | None

    @classmethod
    def of(cls, supplier: Supplier) -> SupplierOut:
        return cls.model_validate(supplier)


class SupplierGiven(Given):
    """A supplier to add."""

    name: Line
    kind: SupplierKind
    domains: Domains = []
    email: Sentence = ""
    phone: Line = ""
    portal_url: Link = ""
    customer_number: Word = ""
    hours: Sentence = ""
    answers_within_days: Days = 2
    language: Literal["fr", "en"] = "fr"
    note: Text = ""


class SupplierChanges(Given):
    """What changes of a supplier; a field left out stays."""

    name: Line = ""
    kind: SupplierKind = SupplierKind.MANUFACTURER
    domains: Domains = []
    email: Sentence = ""
    phone: Line = ""
    portal_url: Link = ""
    customer_number: Word = ""
    hours: Sentence = ""
    answers_within_days: Days = 2
    language: Literal["fr", "en"] = "fr"
    note: Text = ""
    ended_on: Day | None = None


class SuppliersAsked(Asked):
    """Which suppliers."""

    kind: SupplierKind | None = None
    text: Word = Field("", description=gettext_noop("Des mots du nom."))


class ReferenceOut(Shape):
    """A client's number at a supplier's."""

    id: int
    supplier: Ref
    client: ClientRef
    kind: str
    reference: str
    what: str
    ends_on: Day | None

    @classmethod
    def of(cls, one: SupplierReference) -> ReferenceOut:
        return cls(
            id=one.pk,
            supplier=Ref(id=one.supplier.pk, name=one.supplier.name),
            client=ClientRef(number=one.client.number, name=one.client.name),
            kind=one.kind,
            reference=one.reference,
            what=one.what,
            ends_on=one.ends_on,
        )


class ReferenceGiven(Given):
    """A client's number at a supplier's, to add."""

    client: Word = Field(description=gettext_noop("Le numéro du client."))
    kind: ReferenceKind
    reference: Word
    what: Sentence = ""
    ends_on: Day | None = None


class CaseOut(Shape):
    """A case at a supplier's. Its clock is the provider's own: no promise stops for it."""

    id: int
    name: str = Field(examples=["0042/1"])
    ticket: int
    supplier: Ref | None = Field(description=gettext_noop("Nul tant que le dossier n’est que proposé."))
    state: str = Field(examples=["with-supplier"])
    channel: str
    subject: str
    references: list[str]
    opened_at: At
    last_written_at: At | None
    last_heard_at: At | None
    seconds_with_supplier: int
    chase_on: Day | None = Field(description=gettext_noop("Le jour à partir duquel on relance."))
    is_due: bool
    chases: int
    expected_on: Day | None
    rma_number: str
    returned_serial: str
    returned_on: Day | None
    replacement_serial: str
    replaced_on: Day | None
    outcome: str
    ended_at: At | None

    @classmethod
    def of(cls, case: SupplierCase) -> CaseOut:
        now = clock.now()
        return cls(
            id=case.pk,
            name=str(case),
            ticket=case.ticket.number,
            supplier=Ref(id=case.supplier.pk, name=case.supplier.name) if case.supplier else None,
            state=case.state,
            channel=case.channel,
            subject=case.subject,
            references=case.their_references,
            opened_at=case.opened_at,
            last_written_at=case.last_written_at,
            last_heard_at=case.last_heard_at,
            seconds_with_supplier=cases.seconds_with_supplier(case, now),
            chase_on=case.chase_on,
            is_due=cases.is_due(case, clock.today()),
            chases=case.chases,
            expected_on=case.expected_on,
            rma_number=case.rma_number,
            returned_serial=case.returned_serial,
            returned_on=case.returned_on,
            replacement_serial=case.replacement_serial,
            replaced_on=case.replaced_on,
            outcome=case.outcome,
            ended_at=case.ended_at,
        )


class CasesAsked(Asked):
    """Which cases."""

    state: CaseState | None = None
    open: bool | None = Field(None, description=gettext_noop("Vrai : ceux qui ne sont pas terminés."))
    to_do: bool = Field(False, description=gettext_noop("À envoyer, répondus, ou à relancer."))
    supplier: Id | None = None
    ticket: Number | None = None


class CaseGiven(Given):
    """What a supplier is asked for a ticket."""

    supplier: Id
    text: Text = Field(examples=["La ligne est coupée depuis ce matin."])
    subject: Sentence = ""
    channel: CaseChannel = CaseChannel.MAIL
    reference: Word = ""
    files: Annotated[list[FileGiven], Field(max_length=MOST_FILES)] = []


class LetterOffered(Shape):
    """The letter that would open a case, in the provider's own words; nothing is written."""

    supplier: Ref | None
    subject: str
    text: str


class CaseCall(Given):
    """A call with the supplier: received (in) or made (out)."""

    text: Text
    direction: Literal["in", "out"]
    our_turn: bool = Field(False, description=gettext_noop("C’est à nous de continuer."))


class Wait(Given):
    """Until when one waits."""

    until_on: Day
    reason: Sentence = ""


class CaseChanges(Given):
    """The supplier's numbers, and a replacement; a field left out stays."""

    references: Annotated[list[Word], Field(max_length=10)] = []
    rma_number: Word = ""
    returned_serial: Word = ""
    returned_on: Day | None = None
    replacement_serial: Word = ""
    replaced_on: Day | None = None


class CaseEnd(Given):
    """How it ended."""

    outcome: CaseOutcome
    text: Text = ""


class TicketJoined(Given):
    """Another ticket that waits for the same."""

    ticket: Number


class WaitOut(Shape):
    """That a ticket waits for a supplier: what it is and since when, no more."""

    kind: str = Field(examples=["carrier"])
    since_at: At

    @classmethod
    def of(cls, one: CaseTicket) -> WaitOut:
        return cls(kind=one.supplier.kind, since_at=one.since_at)


class Waits(Shape):
    """What a ticket waits for."""

    items: list[WaitOut]


class SupplierTold(Given):
    """Whether the portal says since when a supplier is waited for."""

    shown: bool


class ToldOut(Shape):
    """Whether the portal says it."""

    shown: bool
