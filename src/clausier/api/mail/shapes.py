"""The shapes of mail in and out."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language, gettext_noop
from pydantic import Field

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Given, Id, Number, Sentence, Shape
from clausier.contracts.models import EquipmentClass
from clausier.desk.models import Impact, Nature, Urgency
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


class LetterOut(Shape):
    """A message that leaves, and where it stands."""

    id: int
    mailbox: str
    kind: str = Field(examples=["reply"])
    state: str = Field(examples=["sent"])
    ticket: int | None
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
