"""Mail of suppliers, on their cases: what `post` asks of the desk about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from clausier.desk import cases, intake, services
from clausier.desk.models import SupplierCase
from clausier.directory import queries as directory
from clausier.directory.models import Client, Supplier
from clausier.foundation.actors import Actor
from clausier.foundation.models import Provider
from clausier.post import conversations
from clausier.post.handlers import Arrived, Filed
from clausier.post.matching import Match
from clausier.post.models import Conversation
from clausier.post.reading.message import Letter
from clausier.post.states import MailOutcome

SHORTEST: Final = 4
"""Signs of a supplier's reference that tell it from any other number."""
MOST: Final = 500  # of a supplier's latest cases that are looked through
READ: Final = 4_000  # signs of a message in which a reference is looked for


class SupplierCases:
    """Takes what suppliers write about cases; nothing of it is shown to the client."""

    kind = cases.KIND
    series = ""

    def ask_claim(self, letter: Letter, *, provider: Provider, at: datetime) -> Callable[[], Match | None]:
        """A supplier's message that bears its own reference of one of our cases."""
        writing = directory.ask_supplier_writing(provider, letter.sender.address)

        def claim() -> Match | None:
            supplier = writing()
            return _claimed(letter, supplier, provider=provider, at=at) if supplier else None

        return claim

    def ask(self, arrived: Arrived, *, client: Client, at: datetime) -> None:
        """Nothing: it opens nothing."""

    def open(self, arrived: Arrived, *, client: Client, asked: None, by: Actor, at: datetime) -> Filed | None:
        """Nobody's message opens a case by itself."""
        return None

    def reply(self, arrived: Arrived, conversation: Conversation, *, by: Actor, at: datetime) -> Filed | None:
        """An answer, on its case; what the client's own people write there goes on the ticket."""
        case = _case(conversation)
        if case is None:
            return None
        if _of_the_client(arrived, case):
            return _on_the_ticket(arrived, case, by=by, at=at)
        event = services.receive_from_supplier(
            by=by,
            at=at,
            case=case,
            text=intake.words(arrived),
            author=arrived.author,
            sender=arrived.letter.sender.address,
            mail=arrived.mail,
            reference=arrived.sort.reference,
            files=intake.uploads(arrived),
        )
        return cases.filed(case, event)

    def note(self, arrived: Arrived, conversation: Conversation, *, by: Actor, at: datetime) -> Filed | None:
        """A machine of the supplier's, which leaves the wait as it is; or one of us, by mail."""
        case = _case(conversation)
        if case is None:
            return None
        if arrived.mail.outcome == MailOutcome.REPLY:
            event = services.note_on_case(
                by=by,
                at=at,
                case=case,
                text=intake.words(arrived),
                author=arrived.staff_name or arrived.author,
                files=intake.uploads(arrived),
            )
            return cases.filed(case, event)
        event = services.receive_from_supplier(
            by=by,
            at=at,
            case=case,
            text=intake.words(arrived),
            author=arrived.author,
            sender=arrived.letter.sender.address,
            mail=arrived.mail,
            automatic=True,
            reference=arrived.sort.reference,
            files=intake.uploads(arrived),
        )
        return cases.filed(case, event)

    def promised(self, filed: Filed, language: str, *, at: datetime) -> str:
        """A supplier is promised nothing."""
        return ""


def _claimed(letter: Letter, supplier: Supplier, *, provider: Provider, at: datetime) -> Match | None:
    said = f"{letter.subject}\n{letter.text[:READ]}".casefold()
    known = SupplierCase.objects.filter(provider=provider, supplier=supplier).exclude(their_references=[])
    for case in known.select_related("ticket__client").order_by("-pk")[:MOST]:
        found = next((one for one in case.their_references if _bears(said, one)), None)
        if found:
            conversation = conversations.about(
                cases.filed(case, None), provider=provider, subject=case.subject, at=at
            )
            why = (
                f"{supplier.name} y donne son numéro {found}",
                f"{supplier.name} gives its number {found}",
            )
            return Match(conversation, "supplier-reference", why)
    return None


def _bears(said: str, reference: str) -> bool:
    return len(reference) >= SHORTEST and reference.casefold() in said


def _case(conversation: Conversation) -> SupplierCase | None:
    return (
        SupplierCase.objects.filter(pk=conversation.about_id or 0)
        .select_related("supplier", "ticket__client", "ticket__provider")
        .first()
    )


def _of_the_client(arrived: Arrived, case: SupplierCase) -> bool:
    """Whether somebody of the client's wrote, and not the supplier's people."""
    ticket, contact = case.ticket, arrived.contact
    if contact is None or contact.client_id not in (ticket.client_id, ticket.beneficiary_id):
        return False
    writing = directory.supplier_writing(ticket.provider, arrived.letter.sender.address)
    return writing is None


def _on_the_ticket(arrived: Arrived, case: SupplierCase, *, by: Actor, at: datetime) -> Filed:
    event = services.receive_reply(
        by=by,
        at=at,
        ticket=case.ticket,
        text=intake.words(arrived),
        contact=arrived.contact,
        author=arrived.author,
        data={"mail": arrived.mail.pk, "from": arrived.letter.sender.address},
        files=intake.uploads(arrived),
    )
    return intake.filed(event.ticket, event)
