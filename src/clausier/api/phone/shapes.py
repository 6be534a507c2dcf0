"""The shapes of phone calls."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, FileGiven, Given, Instant, Ref, Shape
from clausier.desk.models import PhoneCall

State = Literal["ringing", "answered", "missed", "voicemail"]


class CallTold(Given):
    """What a telephone system tells of a call."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(
        description=gettext_noop("Le nom que le standard lui donne : répété, il ne compte qu’une fois."),
        examples=["a1f3-20261120-1630"],
    )
    state: State = Field(examples=["ringing"])
    number: Annotated[str, StringConstraints(max_length=40)] = Field(
        "",
        description=gettext_noop("De qui appelle, dans toute écriture ; vide s’il est masqué."),
        examples=["01 99 00 00 10"],
    )
    line: Annotated[str, StringConstraints(max_length=40)] = Field(
        "", description=gettext_noop("Votre ligne qui sonne."), examples=["hotline"]
    )
    began_at: Instant | None = Field(None, description=gettext_noop("Son début ; sinon, maintenant."))
    outgoing: bool = False
    audio: FileGiven | None = Field(None, description=gettext_noop("L’enregistrement d’un message vocal."))


class CallOut(Shape):
    """A call of the log."""

    id: int
    reference: str
    state: str
    outgoing: bool
    number: str
    line: str
    began_at: At
    client: ClientRef | None
    contact: Ref | None
    ticket: int | None
    has_audio: bool
    callback_due_at: At | None = Field(
        description=gettext_noop("Le rappel est dû avant, si vos conditions le disent.")
    )
    ruling: int | None = Field(description=gettext_noop("Le pourquoi de cette échéance."))
    settled_at: At | None
    note: str

    @classmethod
    def of(cls, call: PhoneCall) -> CallOut:
        due = getattr(call, "callback", None)
        return cls(
            id=call.pk,
            reference=call.reference,
            state=call.state,
            outgoing=call.is_outgoing,
            number=call.number,
            line=call.line,
            began_at=call.began_at,
            client=ClientRef(number=call.client.number, name=call.client.name) if call.client else None,
            contact=Ref(id=call.contact.pk, name=call.contact.full_name) if call.contact else None,
            ticket=call.ticket.number if call.ticket else None,
            has_audio=call.audio_id is not None,
            callback_due_at=due.due_at if due else None,
            ruling=due.ruling_id if due else None,
            settled_at=call.settled_at,
            note=call.settled_note,
        )


class CallsAsked(Asked):
    """Which calls."""

    state: State | None = None
    waiting: bool = Field(False, description=gettext_noop("Ceux qui attendent un rappel."))


class CalledBack(Given):
    """What was said, when one called back."""

    text: Annotated[str, StringConstraints(max_length=500)] = ""


class CallLink(Given):
    """What a click on a number opens."""

    link: Annotated[str, StringConstraints(max_length=200)] = Field(examples=["sip:{number}@pbx.example.org"])


class CallLinkOut(Shape):
    """What a click on a number opens."""

    link: str
