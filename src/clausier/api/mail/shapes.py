"""The shapes of mail in and out."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language, gettext_noop
from pydantic import Field

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Given, Id, Number, Ref, Sentence, Shape
from clausier.contracts.models import EquipmentClass
from clausier.desk import cases
from clausier.desk.models import Callback, Impact, Nature, Urgency
from clausier.post.models import IncomingMail, Mailbox, OutgoingMail

Outcome = Literal["ticket", "reply", "automatic", "bounce", "list", "own", "unreadable"]
State = Literal["waiting", "sent", "given-up", "returned", "held"]


class PartOut(Shape):
    """A file of a message."""

    name: str
    type: str
    size: int
    sha256: str
    inline: bool


class MailOut(Shape):
    """A message that came, and what became of it."""

    id: int
    mailbox: str
    outcome: str = Field(examples=["reply"], description=gettext_noop("Vide tant qu’il n’est pas lu."))
    standing: str = Field(description=gettext_noop("« queued » attend qu’on dise de quel client il vient."))
    ticket: int | None
    supplier_case: str | None = Field(
        description=gettext_noop("Le dossier fournisseur dont il est."), examples=["0042/1"]
    )
    client: ClientRef | None
    matched_by: str
    why: str
    message_id: str
    subject: str
    sender_name: str
    sender_address: str
    recipients: list[str]
    arrived_at: At
    text: str
    reply_text: str = Field(description=gettext_noop("Sans citation ni signature."))
    attachments: list[PartOut]
    fault: str

    @classmethod
    def of(cls, mail: IncomingMail) -> MailOut:
        facts = mail.facts
        return cls(
            id=mail.pk,
            mailbox=mail.mailbox.address,
            outcome=mail.outcome,
            standing=mail.standing,
            ticket=ticket_of(mail),
            supplier_case=case_of(mail),
            client=ClientRef(number=mail.client.number, name=mail.client.name) if mail.client else None,
            matched_by=mail.matched_by,
            why=mail.why[1 if get_language() == "en" else 0] if len(mail.why) > 1 else "",
            message_id=mail.message_id,
            subject=mail.subject,
            sender_name=mail.sender_name,
            sender_address=mail.sender_address,
            recipients=[one["address"] for one in (*facts.get("to", ()), *facts.get("cc", ()))],
            arrived_at=mail.arrived_at,
            text=facts.get("text", ""),
            reply_text=facts.get("reply_text", ""),
            attachments=[PartOut(**one) for one in facts.get("files", ())],
            fault=mail.fault,
        )


def ticket_of(mail: IncomingMail | OutgoingMail) -> int | None:
    """The number of the ticket that a message is about."""
    conversation = mail.conversation
    if (
        conversation is None
        or conversation.about_kind != "ticket"
        or not conversation.about_label.isdecimal()
    ):
        return None
    return int(conversation.about_label)


def case_of(mail: IncomingMail | OutgoingMail) -> str | None:
    """The case at a supplier's that a message is about."""
    conversation = mail.conversation
    return conversation.about_label if conversation and conversation.about_kind == cases.KIND else None


class SuggestionOut(Shape):
    """Whose a message that waits may be, and by what that is seen."""

    client: ClientRef
    contact: Ref | None
    why: str


class Suggestions(Shape):
    """Whose a message may be, the likeliest first."""

    items: list[SuggestionOut]


class CallbackOut(Shape):
    """That someone is to be called back: on a ticket, or on a call that nobody answered."""

    id: int
    ticket: int | None
    call: int | None
    client: ClientRef | None
    contact: Ref | None
    name: str
    number: str
    asked_at: At
    due_at: At
    ruling: int = Field(description=gettext_noop("Le pourquoi de cette échéance."))
    done_at: At | None

    @classmethod
    def of(cls, one: Callback) -> CallbackOut:
        return cls(
            id=one.pk,
            ticket=one.ticket.number if one.ticket else None,
            call=one.call_id,
            client=ClientRef(number=one.client.number, name=one.client.name) if one.client else None,
            contact=Ref(id=one.contact.pk, name=one.contact.full_name) if one.contact else None,
            name=one.name,
            number=one.number,
            asked_at=one.asked_at,
            due_at=one.due_at,
            ruling=one.ruling_id,
            done_at=one.done_at,
        )


class CallbacksAsked(Asked):
    """Which callbacks."""

    done: bool | None = Field(None, description=gettext_noop("Faux : ceux qui restent à faire."))


class MailAsked(Asked):
    """Which messages."""

    outcome: Outcome | None = None
    queued: bool = Field(False, description=gettext_noop("Ceux qui attendent d’être qualifiés."))


class QualifiedAs(Given):
    """Whose a message is, and what it is about."""

    client: Sentence = Field(description=gettext_noop("Le numéro du client."))
    contact: Id | None = None
    title: Sentence = ""
    equipment_class: EquipmentClass = EquipmentClass.WORKSTATION
    nature: Nature = Nature.INCIDENT
    impact: Impact = Impact.ONE
    urgency: Urgency = Urgency.DEGRADED


class MovedTo(Given):
    """The ticket that a message belongs to."""

    ticket: Number


class MovedToCase(Given):
    """The case at a supplier's that a message is about."""

    supplier_case: Id


class LetterOut(Shape):
    """A message that leaves, and where it stands."""

    id: int
    mailbox: str
    kind: str = Field(examples=["reply"])
    state: str = Field(examples=["sent"])
    ticket: int | None
    supplier_case: str | None
    to: list[str]
    cc: list[str]
    subject: str
    text: str
    message_id: str
    attempts: int
    answer: str
    made_at: At
    next_at: At | None
    ended_at: At | None

    @classmethod
    def of(cls, mail: OutgoingMail) -> LetterOut:
        return cls(
            id=mail.pk,
            mailbox=mail.mailbox.address,
            kind=mail.kind,
            state=mail.state,
            ticket=ticket_of(mail),
            supplier_case=case_of(mail),
            to=mail.to,
            cc=mail.cc,
            subject=mail.subject,
            text=mail.text,
            message_id=mail.message_id,
            attempts=mail.attempts,
            answer=mail.answer,
            made_at=mail.made_at,
            next_at=mail.next_at,
            ended_at=mail.ended_at,
        )


class LettersAsked(Asked):
    """Which letters."""

    state: State | None = None


class MailboxOut(Shape):
    """A mailbox; no secret is ever answered."""

    id: int
    name: str
    address: str
    is_active: bool
    arrival: str
    heard_at: At | None
    trouble: str

    @classmethod
    def of(cls, mailbox: Mailbox) -> MailboxOut:
        return cls.model_validate(mailbox)
