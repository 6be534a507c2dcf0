"""What the client is asked on a request, what it answered, and who was on its machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clausier.access import policies, queries
from clausier.access.models import Agreement, AgreementKind
from clausier.access.states import AgreementState
from clausier.desk import effects, step_words
from clausier.desk.models import EventKind, Ticket
from clausier.foundation.actors import Actor
from clausier.pages.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Question:
    """Something that waits for the client's word, with the price where there is one."""

    one: Agreement
    says: str
    detail: str
    price: str
    why_url: str
    yes_is_backup: bool


def question(one: Agreement, why_url: str = "") -> Question:
    """What is asked, as the client reads it."""
    return Question(
        one=one,
        says=step_words.asked(one.kind, ""),
        detail=one.about,
        price=price_of(one),
        why_url=why_url,
        yes_is_backup=one.kind == AgreementKind.BACKUP,
    )


def price_of(one: Agreement) -> str:
    """What the step costs, as it was said when the client was asked; "" for what costs nothing by itself."""
    if one.kind != AgreementKind.STEP or one.ticket_id is None:
        return ""
    ticket = Ticket.objects.filter(pk=one.ticket_id).first()
    if ticket is None:
        return ""
    told = ticket.events.filter(kind=EventKind.STEP, data__agreed__agreement=one.pk).first()
    return effects.says(told.data["effect"]) if told else ""


def of_ticket(ticket: Ticket, actor: Actor, here: Addresses, now: datetime) -> dict[str, Any]:
    """The questions and machines of a request."""
    all_of_it = list(queries.of_ticket(ticket.pk))
    asked = [one for one in all_of_it if one.state == AgreementState.ASKED]
    return {
        "questions": [question(one, here.why_url(one.ruling_id) if one.ruling_id else "") for one in asked],
        "may_answer": actor.may("portal.answer"),
        "given": [
            one
            for one in all_of_it
            if policies.stands(one, now) and one.kind in (AgreementKind.REMOTE, AgreementKind.SITE)
        ],
        "may_withdraw": actor.may("access.withdraw"),
        "remote_sessions": list(queries.sessions_of_ticket(ticket.pk)),
    }
