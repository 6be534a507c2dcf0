"""Shapes of how an intervention is conducted."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import get_language, gettext_noop
from pydantic import Field

from clausier.access.models import Agreement, AgreementKind, How, RemoteSession, RemoteTool
from clausier.access.services import Answer, Paper
from clausier.api.paging import Asked
from clausier.api.shapes import (
    At,
    ClientRef,
    FileGiven,
    Given,
    Id,
    Instant,
    Line,
    Ref,
    Sentence,
    Shape,
    Text,
)
from clausier.desk import step_words
from clausier.desk.models import Notice, StoppedIntervention
from clausier.directory.models import Contact
from clausier.foundation import wording


class AgreementOut(Shape):
    """What the client was asked, and what it answered."""

    id: int
    client: ClientRef
    ticket: int | None = Field(description=gettext_noop("Nul : accord permanent."))
    kind: str
    state: str
    step: str
    about: str
    asked_at: At | None
    asked_of: Ref | None
    answered_at: At | None
    answered_by: str
    how: str
    note: str
    until_at: At | None
    document: str | None = Field(description=gettext_noop("Le numéro de la pièce : voir /documents."))
    withdrawn_at: At | None
    withdrawn_by: str
    withdrawn_reason: str
    ruling: int | None = Field(description=gettext_noop("Le prix montré : voir /rulings."))

    @classmethod
    def of(cls, one: Agreement, numbers: dict[int, int]) -> AgreementOut:
        """`numbers` are those of the tickets, by id."""
        return cls(
            id=one.pk,
            client=ClientRef(number=one.client.number, name=one.client.name),
            ticket=numbers.get(one.ticket_id) if one.ticket_id else None,
            kind=one.kind,
            state=one.state,
            step=one.step,
            about=one.about,
            asked_at=one.asked_at,
            asked_of=Ref(id=one.asked_of.pk, name=one.asked_of.full_name) if one.asked_of else None,
            answered_at=one.answered_at,
            answered_by=one.answered_name,
            how=one.how,
            note=one.note,
            until_at=one.until_at,
            document=one.document.number if one.document else None,
            withdrawn_at=one.withdrawn_at,
            withdrawn_by=one.withdrawn_name,
            withdrawn_reason=one.withdrawn_reason,
            ruling=one.ruling_id,
        )


class AgreementAsked(Given):
    """What the client is asked."""

    kind: Literal[AgreementKind.REMOTE, AgreementKind.BACKUP, AgreementKind.SITE]
    about: str = Field("", max_length=500)
    asked_of: Id | None = Field(None, description=gettext_noop("Un contact ; l’appelant si rien n’est dit."))


class AnswerGiven(Given):
    """What the client said, as the staff heard it."""

    kind: AgreementKind
    agrees: bool = True
    how: How = How.PHONE
    contact: Id | None = None
    name: Line = Field("", description=gettext_noop("Qui a répondu, sans contact connu."))
    said_at: Instant | None = None
    until_at: Instant | None = None
    note: str = Field("", max_length=500)
    document: FileGiven | None = None

    def answer(self, contact: Contact | None) -> Answer:
        """What the services take. Raises InvalidInput."""
        sent = self.document
        return Answer(
            self.agrees,
            self.how.value,
            contact=contact,
            name=self.name,
            said_at=self.said_at,
            until_at=self.until_at,
            note=self.note,
            paper=Paper(sent.name, sent.content_type, sent.read()) if sent else None,
        )


class StandingGiven(AnswerGiven):
    """An agreement for every ticket to come."""

    site: Id | None = None


class Withdrawal(Given):
    """Why it holds no more, if it is said."""

    reason: str = Field("", max_length=500)


class ToolOut(Shape):
    """A software by which machines are taken over."""

    id: int
    name: str
    is_active: bool

    @classmethod
    def of(cls, tool: RemoteTool) -> ToolOut:
        return cls.model_validate(tool)


class ToolGiven(Given):
    """A tool for the list."""

    name: str = Field(max_length=80, examples=["Prise en main maison"])


class ToolChanges(Given):
    """Whether it is in use."""

    is_active: bool


class RemoteOut(Shape):
    """That someone was on a machine of the client."""

    id: int
    client: ClientRef
    ticket: int | None
    session: int | None = Field(description=gettext_noop("La séance de travail à côté, s’il y en a une."))
    tool: Ref
    equipment: str
    reason: str
    technician: Ref
    consent: int
    started_at: At
    ended_at: At | None

    @classmethod
    def of(cls, one: RemoteSession, numbers: dict[int, int]) -> RemoteOut:
        """`numbers` are those of the tickets, by id."""
        return cls(
            id=one.pk,
            client=ClientRef(number=one.client.number, name=one.client.name),
            ticket=numbers.get(one.ticket_id),
            session=one.work_id,
            tool=Ref(id=one.tool_id, name=one.tool.name),
            equipment=one.equipment,
            reason=one.reason,
            technician=Ref(id=one.technician_id, name=one.technician.full_name),
            consent=one.consent_id,
            started_at=one.started_at,
            ended_at=one.ended_at,
        )


class RemoteGiven(Given):
    """A machine to take over."""

    tool: Id
    equipment: Line = Field("", description=gettext_noop("Vide : l’équipement du ticket."))
    reason: str = Field("", max_length=300)


class StopOut(Shape):
    """An intervention that was stopped."""

    id: int
    ticket: int
    reason: str
    label: str
    note: str
    duty: str
    duty_says: str
    duty_clause: str
    promise_waits: bool
    at: At
    person: str | None

    @classmethod
    def of(cls, one: StoppedIntervention) -> StopOut:
        english = wording.is_english(get_language() or "fr")
        return cls(
            id=one.pk,
            ticket=one.ticket.number,
            reason=one.reason,
            label=one.label_en if english else one.label_fr,
            note=one.note,
            duty=one.duty,
            duty_says=one.duty_en if english else one.duty_fr,
            duty_clause=one.duty_clause,
            promise_waits=one.promise_waits,
            at=one.at,
            person=one.person.full_name if one.person else None,
        )


class StopGiven(Given):
    """Why an intervention is stopped."""

    reason: Line = Field("", description=gettext_noop("Une clé de la liste du livre, s’il en a une."))
    note: Text
    duty: Line = Field("", description=gettext_noop("La clé d’un devoir du client, s’il n’était pas tenu."))


class PriceOut(Shape):
    """What a step would cost now."""

    step: str
    kind: str
    amount: str | None
    minimum_minutes: int | None
    says: str
    outcome: dict[str, Any] | None


class Prices(Shape):
    """What each step to come would cost now."""

    items: list[PriceOut]


class NoticesAsked(Asked):
    """Those that still wait for a call, or all."""

    waiting: bool = True


class NoticeOut(Shape):
    """That a contact is told of a step."""

    id: int
    ticket: int
    contact: Ref
    channel: str
    number: str
    says: str
    made_at: At
    due_at: At | None
    told_at: At | None

    @classmethod
    def of(cls, one: Notice) -> NoticeOut:
        return cls(
            id=one.pk,
            ticket=one.ticket.number,
            contact=Ref(id=one.contact_id, name=one.contact.full_name),
            channel=one.channel,
            number=one.number,
            says=step_words.sentence(one.event),
            made_at=one.made_at,
            due_at=one.due_at,
            told_at=one.told_at,
        )


class StepTold(Given):
    """What was said over the phone, if it is noted."""

    note: Sentence = ""
