"""Tickets, what happened on them and what was promised, as they are sent and answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop
from pydantic import ConfigDict, Field, JsonValue

from clausier.access.models import How
from clausier.api.paging import Asked
from clausier.api.shapes import (
    MOST_FILES,
    At,
    ClientRef,
    FileGiven,
    Given,
    Id,
    Instant,
    Key,
    Line,
    Number,
    Ref,
    Sentence,
    Shape,
    Text,
    Word,
)
from clausier.contracts.models import EquipmentClass
from clausier.desk.clocks import PromiseView
from clausier.desk.models import (
    Impact,
    Nature,
    Origin,
    Step,
    Ticket,
    TicketEvent,
    Urgency,
    Verdict,
)
from clausier.desk.states import TicketState


class PromiseOut(Shape):
    """How a promise of the terms, or a target of the provider's own, stands now. Open seconds."""

    state: str = Field(examples=["on-time"])
    commitment: str
    started_at: At
    due_at: At | None
    ended_at: At | None
    promised_seconds: int
    used_seconds: int
    left_seconds: int = Field(description=gettext_noop("Secondes ouvrées qui restent ; négatif en retard."))
    late_seconds: int
    resumes_at: At | None
    ruling: int | None = Field(description=gettext_noop("Le calcul conservé : voir /rulings."))

    @classmethod
    def of(cls, view: PromiseView) -> PromiseOut:
        return cls(
            state=view.state,
            commitment=view.commitment,
            started_at=view.started_at,
            due_at=view.due_at,
            ended_at=view.ended_at,
            promised_seconds=view.promised_seconds,
            used_seconds=view.used_seconds,
            left_seconds=view.left_seconds,
            late_seconds=view.late_seconds,
            resumes_at=view.resumes_at,
            ruling=view.ruling_id,
        )


class TicketOut(Shape):
    """A ticket."""

    number: int
    title: str
    description: str
    state: str
    step: str
    origin: str
    nature: str
    client: ClientRef
    caller: Ref | None
    site: Ref | None
    beneficiary: ClientRef | None
    contract: str | None
    agency: Ref
    equipment_class: str
    equipment_label: str
    impact: str
    urgency: str
    priority: int = Field(ge=1, le=4)
    priority_ruling: int | None = Field(description=gettext_noop("Pourquoi cette priorité : voir /rulings."))
    cause: str
    verdict: str
    verdict_reason: str
    verdict_ruling: int | None = Field(description=gettext_noop("Pourquoi cette couverture : voir /rulings."))
    assignee: Ref | None
    prediagnosis: dict[str, str]
    called_at: At
    opened_at: At
    closed_at: At | None
    continues: int | None
    promise: PromiseOut | None = Field(description=gettext_noop("Ce que les conditions promettent."))
    target: PromiseOut | None = Field(
        description=gettext_noop("L’objectif du prestataire ; toujours nul pour un jeton de client.")
    )

    @classmethod
    def of(
        cls, ticket: Ticket, promise: PromiseView | None, target: PromiseView | None, *, internal: bool
    ) -> TicketOut:
        return cls(
            number=ticket.number,
            title=ticket.title,
            description=ticket.description,
            state=ticket.state,
            step=ticket.step,
            origin=ticket.origin,
            nature=ticket.nature,
            client=ClientRef(number=ticket.client.number, name=ticket.client.name),
            caller=Ref(id=ticket.caller.pk, name=ticket.caller.full_name) if ticket.caller else None,
            site=Ref(id=ticket.site.pk, name=ticket.site.name) if ticket.site else None,
            beneficiary=ClientRef(number=ticket.beneficiary.number, name=ticket.beneficiary.name)
            if ticket.beneficiary
            else None,
            contract=ticket.contract.number if ticket.contract else None,
            agency=Ref(id=ticket.agency.pk, name=ticket.agency.name),
            equipment_class=ticket.equipment_class,
            equipment_label=ticket.equipment_label,
            impact=ticket.impact,
            urgency=ticket.urgency,
            priority=ticket.priority,
            priority_ruling=ticket.priority_ruling_id,
            cause=ticket.cause,
            verdict=ticket.verdict,
            verdict_reason=ticket.verdict_reason if internal else "",
            verdict_ruling=ticket.verdict_ruling_id,
            assignee=Ref(id=ticket.assignee.pk, name=ticket.assignee.full_name) if ticket.assignee else None,
            prediagnosis=ticket.prediagnosis,
            called_at=ticket.called_at,
            opened_at=ticket.opened_at,
            closed_at=ticket.closed_at,
            continues=ticket.continues.number if ticket.continues else None,
            promise=PromiseOut.of(promise) if promise else None,
            target=PromiseOut.of(target) if target and internal else None,
        )


class TicketsAsked(Asked):
    """Which tickets."""

    state: TicketState | None = None
    open: bool | None = Field(
        None, description=gettext_noop("Vrai : les tickets non clos ; faux : les clos.")
    )
    client: Key | None = None
    contract: Key | None = None
    assignee: Id | None = None
    unassigned: bool = False
    priority: int | None = Field(None, ge=1, le=4)
    nature: Nature | None = None
    verdict: Verdict | None = None
    called_since: Instant | None = None
    called_before: Instant | None = None
    text: Word = Field("", description=gettext_noop("Des mots du titre."))
    tag: Id | None = Field(None, description=gettext_noop("Une étiquette ; du prestataire seulement."))


EXAMPLE: dict[str, JsonValue] = {
    "client": "CL-001",
    "title": "Le serveur de fichiers ne répond plus",
    "description": "Plus aucun partage depuis 16 h 20.",
    "origin": "alert",
    "nature": "incident",
    "equipment_class": "server",
    "impact": "site",
    "urgency": "blocked",
    "cause": "hardware-fault",
}


class TicketGiven(Given):
    """What a ticket is opened with. Priority, coverage and promise follow from it, each with its reasons."""

    client: Key | None = Field(
        None, description=gettext_noop("Le numéro du client ; inutile à un jeton de client.")
    )
    title: str = Field(min_length=1, max_length=200)
    description: Text = ""
    origin: Origin | None = Field(
        None, description=gettext_noop("Par où la demande est venue ; « portal » pour un jeton de client.")
    )
    nature: Nature
    equipment_class: EquipmentClass
    equipment_label: Line = ""
    impact: Impact
    urgency: Urgency
    cause: str = Field(max_length=60, description=gettext_noop("Un mot du livre du contrat."))
    caller: Id | None = Field(None, description=gettext_noop("La personne du client qui demande."))
    site: Id | None = None
    contract: Key | None = Field(
        None, description=gettext_noop("Laissé vide, celui en vigueur qui couvre la classe.")
    )
    beneficiary: Key | None = None
    called_at: Instant | None = Field(
        None, description=gettext_noop("L’appel, d’où comptent les promesses ; maintenant si laissé vide.")
    )
    verdict: Verdict | None = Field(None, description=gettext_noop("Laissé vide, ce que propose le livre."))
    verdict_reason: Sentence = ""
    assignee: Id | None = None
    files: Annotated[list[FileGiven], Field(max_length=MOST_FILES)] = []

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})


class PreviewGiven(Given):
    """What a ticket would be opened with."""

    client: Key
    nature: Nature
    equipment_class: EquipmentClass
    impact: Impact
    urgency: Urgency
    cause: str = Field(max_length=60)
    site: Id | None = None
    contract: Key | None = None
    verdict: Verdict | None = None
    called_at: Instant | None = None


class Preview(Shape):
    """What would be written, each figure with its reasons; nothing was."""

    contract: str | None
    priority: dict[str, Any]
    coverage: dict[str, Any]
    promise: dict[str, Any] | None
    target: dict[str, Any] | None


class Qualification(Given):
    """What changes of a ticket's qualification; a field left out stays."""

    equipment_class: EquipmentClass = EquipmentClass.SERVER
    equipment_label: Line = ""
    impact: Impact = Impact.ONE
    urgency: Urgency = Urgency.CAN_WORK
    cause: str = Field("", max_length=60)
    contract: Key | None = None
    site: Id | None = None


class Coverage(Given):
    """The verdict that is retained, for a cause; another than the proposed one says why."""

    verdict: Verdict
    cause: str = Field(max_length=60)
    reason: Sentence = ""


class Assignment(Given):
    """Who takes the ticket; nobody when null."""

    person: Id | None


class Climb(Given):
    """The step that the ticket climbs to, why the former was not enough, and what the client says of it.

    A step that costs something needs `agreement`; without one, whatever is included is climbed at once.
    """

    step: Step
    reason: Text
    agreement: Literal["given", "asked", "none"] | None = None
    contact: Id | None = Field(None, description=gettext_noop("Qui a donné son accord."))
    name: Line = ""
    how: How = How.PHONE
    agreed_at: Instant | None = None
    why_none: str = Field("", max_length=500)


class Answers(Given):
    """Answers to the pre-diagnosis, by the key of their question; an empty one takes it back."""

    answers: dict[Line, Text]


class Question(Shape):
    """A question of the pre-diagnosis and its answer, if it has one."""

    key: str
    label: str
    answer: str


class Prediagnosis(Shape):
    """What the book asks before an appointment."""

    items: list[Question]
    complete: bool


class MessageGiven(Given):
    """A message, with files if there are any."""

    text: Text
    files: Annotated[list[FileGiven], Field(max_length=MOST_FILES)] = []


class ReplyGiven(MessageGiven):
    """A reply; with the last event that its writer has read, it is refused once others wrote since."""

    last_read: Id | None = None


class ReplyReceived(MessageGiven):
    """A reply of the client that came by another channel."""

    contact: Id | None = None
    origin: Origin = Origin.MAIL


class CallGiven(Given):
    """A phone call about the ticket: received (in) or made (out)."""

    text: Text
    direction: str = Field(pattern="^(in|out)$", examples=["in"])
    contact: Id | None = None


class Reason(Given):
    """Why."""

    reason: Text


class Numbering(Given):
    """The number of the first ticket: the last one of a former tool, plus one."""

    first: Number = Field(examples=[4213])


class Closing(Given):
    """A last word, if any; and whether tasks still to do may be left."""

    text: Text = ""
    leave_tasks: bool = False


class FileOut(Shape):
    """A file that came with an event."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str


class EventOut(Shape):
    """Something that happened on a ticket."""

    id: int
    kind: str
    at: At
    written_at: At
    author: str
    text: str
    is_internal: bool
    data: dict[str, Any] = Field(description=gettext_noop("Les faits ; vide pour un jeton de client."))
    ruling: int | None
    files: list[FileOut]

    @classmethod
    def of(cls, event: TicketEvent, *, internal: bool) -> EventOut:
        return cls(
            id=event.pk,
            kind=event.kind,
            at=event.at,
            written_at=event.written_at,
            author=event.author_name,
            text=event.text,
            is_internal=event.is_internal,
            data=event.data if internal else {},
            ruling=event.ruling_id,
            files=[
                FileOut(
                    id=attached.pk,
                    name=attached.file.name,
                    content_type=attached.file.content_type,
                    size=attached.file.size,
                    sha256=attached.file.sha256,
                )
                for attached in event.attachments.all()
            ],
        )
