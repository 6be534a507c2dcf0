"""Mail that comes, on its ticket: what `post` asks of the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.desk import policies, queries, services
from clausier.desk.models import PromiseKind, Ticket, TicketEvent
from clausier.desk.services import following
from clausier.desk.services.tickets import SERIES
from clausier.desk.timeline import Upload
from clausier.directory.models import Client
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Provider
from clausier.post import conversations
from clausier.post.handlers import Arrived, Filed
from clausier.post.matching import Match
from clausier.post.models import Conversation
from clausier.post.reading import folding
from clausier.post.reading.message import Letter
from clausier.post.states import MailOutcome

KIND: Final = "ticket"
LONGEST: Final = 20_000  # signs of an entry of the thread; the whole is one click away
LONGEST_MACHINE: Final = 4_000

# What is done to it, an act does to the ticket as it then stands.
_ABOUT: Final = Compiled(
    lambda: Ticket.objects.filter(provider_id=Given("provider"), pk=Given("ticket")).select_related("client")
)


InForce = Callable[[], list[Contract]]


class Tickets:
    """Takes mail about tickets, and what is about nothing yet."""

    kind = KIND
    series = SERIES

    def ask_claim(self, letter: Letter, *, provider: Provider, at: datetime) -> Callable[[], Match | None]:
        """A ticket is known by the signs that `post` reads itself."""
        return lambda: None

    def ask(self, arrived: Arrived, *, client: Client, at: datetime) -> InForce:
        """The client's contracts of that day."""
        return contracts.ask_contracts_with_terms(client, policies.day_of(_came(arrived, at)))

    def open(
        self, arrived: Arrived, *, client: Client, asked: InForce, by: Actor, at: datetime
    ) -> Filed | None:
        """A ticket of a known contact's message."""
        ticket = services.open_from_mail(
            by=by,
            at=at,
            client=client,
            title=arrived.letter.subject,
            text=first_words(arrived),
            arrived_at=_came(arrived, at),
            in_force=asked,
            contact=arrived.contact,
            author=arrived.author,
            files=uploads(arrived),
        )
        if ticket is None:
            return None
        following.join_in_copy(ticket, conversations.people_named(arrived, client.pk), by=by, at=at)
        return filed(ticket, ticket.opening)

    def reply(self, arrived: Arrived, conversation: Conversation, *, by: Actor, at: datetime) -> Filed | None:
        """An answer, on the ticket or on the one that continues it."""
        ticket = _ticket(conversation)
        if ticket is None:
            return None
        contact = arrived.contact
        if contact and contact.client_id not in (ticket.client_id, ticket.beneficiary_id):
            contact = None
        event = services.receive_reply(
            by=by,
            at=at,
            ticket=ticket,
            text=words(arrived),
            contact=contact,
            author=arrived.author,
            data={"mail": arrived.mail.pk, "from": arrived.letter.sender.address},
            files=uploads(arrived),
        )
        people = conversations.people_named(arrived, event.ticket.client_id)
        following.join_in_copy(event.ticket, people, by=by, at=at)
        return filed(event.ticket, event)

    def note(self, arrived: Arrived, conversation: Conversation, *, by: Actor, at: datetime) -> Filed | None:
        """A machine's message, or one that pretends to be ours: seen by the staff only."""
        ticket = _ticket(conversation)
        if ticket is None:
            return None
        if arrived.mail.outcome == MailOutcome.REPLY:
            event = services.record_mail(
                by=by,
                at=at,
                ticket=ticket,
                text=words(arrived),
                author=arrived.staff_name or arrived.author,
                files=uploads(arrived),
            )
        else:
            event = services.record_machine_mail(
                by=by,
                at=at,
                ticket=ticket,
                what=arrived.mail.outcome,
                text=_machine_words(arrived),
                author=arrived.author,
            )
        return filed(ticket, event)

    def promised(self, filed: Filed, language: str, *, at: datetime) -> str:
        """By when someone comes, as one says it to the client."""
        ticket = filed.thing if isinstance(filed.thing, Ticket) else Ticket.objects.get(pk=filed.id)
        clocks = {one.kind: one for one, _event in ticket.as_opened} or queries.promises_of(ticket)
        promise = clocks.get(PromiseKind.PROMISE)
        if promise is None or promise.due_at is None:
            return ""
        with translation.override(language):
            due = wording.spoken_instant(
                promise.due_at.astimezone(PARIS), language, since=at.astimezone(PARIS)
            )
            return _("Nous serons chez vous avant %(due)s.") % {"due": due}


def _came(arrived: Arrived, at: datetime) -> datetime:
    return min(arrived.mail.arrived_at, at)


def filed(ticket: Ticket, event: TicketEvent | None) -> Filed:
    """Where a message went, as `post` keeps it."""
    return Filed(KIND, ticket.pk, str(ticket), ticket.client, event.pk if event else None, ticket)


def words(arrived: Arrived) -> str:
    """What is new in the message; all of it where nothing is."""
    letter = arrived.letter
    return _cut(letter.reply_text or letter.text or letter.subject or _("Message sans texte"), LONGEST)


def first_words(arrived: Arrived) -> str:
    """What a first message says: without its signature, but with what it forwards."""
    letter = arrived.letter
    return _cut(folding.unsigned(letter.text, sender_name=letter.sender.name) or letter.text, LONGEST)


def _machine_words(arrived: Arrived) -> str:
    letter = arrived.letter
    told = letter.report.get("diagnostic-code", "")
    return _cut(
        "\n\n".join(filter(None, [letter.subject, told, letter.reply_text or letter.text])), LONGEST_MACHINE
    )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()}\u2026"


def uploads(arrived: Arrived) -> list[Upload]:
    """The files of the message as an entry takes them."""
    return [Upload(one.name, one.kind[:100], one.content) for one in arrived.files]


def _ticket(conversation: Conversation) -> Ticket | None:
    found = _ABOUT.first(provider=conversation.provider_id, ticket=conversation.about_id or 0)
    return queries.survivor(found) if found else None
