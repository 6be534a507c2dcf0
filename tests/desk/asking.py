"""What the desk's tests say over and over: opening a ticket, answering the pre-diagnosis, finding entries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clausier.desk import policies, services
from clausier.desk.models import Ticket
from clausier.foundation.models import JournalEntry
from tests.people import FRIDAY_1630, House

BOX = {"impact": "site", "urgency": "blocked"}


def open_ticket(house: House, **asked: Any) -> Ticket:
    """A dead server, called in on Friday at 16:30, unless told otherwise."""
    on_imri = house.provider.book.name == "imri/2013"
    facts: dict[str, Any] = {
        "by": house.dispatcher,
        "at": FRIDAY_1630,
        "client": house.client,
        "title": "Le serveur de fichiers ne répond plus",
        "description": "Plus aucun partage depuis 16 h 20.",
        "origin": "phone",
        "nature": "incident",
        "equipment_class": "server",
        "cause": "hardware-fault" if on_imri else "server-network",
        "caller": house.caller,
        "site": house.site,
        **BOX,
    }
    return services.open_ticket(**(facts | asked))


def answer_all(house: House, ticket: Ticket, at: datetime) -> Ticket:
    """Answer every question of the pre-diagnosis."""
    from clausier.desk.facts import terms_for

    book = terms_for(house.provider, ticket.contract, ticket.agency).book
    questions = policies.questions_of(book, at.date())
    answers = {question["key"]: "Répondu au téléphone" for question in questions}
    return services.answer_prediagnosis(by=house.technician, at=at, ticket=ticket, answers=answers)


def entries_since(count: int) -> list[JournalEntry]:
    """The journal entries written after the first `count`."""
    return list(JournalEntry.objects.order_by("pk"))[count:]


def codes_since(count: int) -> list[str]:
    return [entry.code for entry in entries_since(count)]
