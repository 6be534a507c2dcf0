"""Conversations: begun, said to be about something, joined by messages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from clausier.directory.models import Client, ClientAccess, Contact
from clausier.foundation import rows
from clausier.foundation.compiled import Compiled, Given, among
from clausier.foundation.models import Provider
from clausier.post import matching
from clausier.post.handlers import Arrived, Filed
from clausier.post.models import Conversation, ThreadKey

ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
SECRET_LENGTH: Final = 12  # 60 bits: guessed by nobody, short enough for a subject
MOST_OTHERS: Final = 20
_PEOPLE: Final = Compiled(
    lambda: Contact.objects.filter(
        among("email", "addresses"),
        provider_id=Given("provider"),
        client_id=Given("client"),
        left_on=None,
    ).order_by("pk")
)
_ACCESS: Final = Compiled(
    lambda: (
        ClientAccess.objects.filter(contact_id=Given("contact"), agreed=True, ended_at=None)
        .select_related("person")
        .order_by("pk")[:1]
    )
)
_MARKS = re.compile(r"^(?:(?:re|r[ée]f?|rép|tr|fwd?|aw|wg|sv|vs)\s?(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE)
_OUR_TOKEN = re.compile(r"\s*\[#\s?\d{1,9}(?:/\d{1,4})?(?:-[a-z0-9]{8,16})?\]", re.IGNORECASE)


def begin(provider: Provider, *, subject: str, at: datetime, client: Client | None = None) -> Conversation:
    """A conversation about nothing yet."""
    made = _new(provider, subject=subject, at=at, client=client)
    rows.add([made])
    return made


def _new(provider: Provider, *, subject: str, at: datetime, client: Client | None) -> Conversation:
    return rows.made(
        Conversation,
        provider=provider,
        client=client,
        secret="".join(secrets.choice(ALPHABET) for _each in range(SECRET_LENGTH)),
        subject=bare_subject(subject)[:300],
        began_at=at,
    )


def begun_by(
    arrived: Arrived, filed: Filed, *, at: datetime, pk: int
) -> tuple[Conversation, list[ThreadKey]]:
    """The conversation that a message begins about what was just made of it; it joined already.

    With the keys by which later messages find it, which the caller stores.
    """
    mail = arrived.mail
    made = _new(mail.provider, subject=mail.subject, at=at, client=filed.client)
    made.pk = pk
    _say_about(made, filed)
    made.others = _to_add(made, arrived)[:MOST_OTHERS]
    rows.add([made])
    return made, matching.first_keys(made, arrived.letter, reference=arrived.sort.reference)


def about(filed: Filed, *, provider: Provider, subject: str, at: datetime) -> Conversation:
    """The conversation about a thing, begun if there is none."""
    found = (
        Conversation.objects.filter(provider=provider, about_kind=filed.kind, about_id=filed.id)
        .select_related("client")
        .first()
    )
    if found:
        return found
    made = begin(provider, subject=subject, at=at, client=filed.client)
    return settle(made, filed)


def settle(conversation: Conversation, filed: Filed) -> Conversation:
    """Say what a conversation is about; what is in it becomes that client's."""
    _say_about(conversation, filed)
    conversation.save(update_fields=["about_kind", "about_id", "about_label", "client"])
    conversation.keys.update(client=filed.client)
    conversation.incoming.update(client=filed.client)
    return conversation


def _say_about(conversation: Conversation, filed: Filed) -> None:
    conversation.about_kind, conversation.about_id = filed.kind, filed.id
    conversation.about_label, conversation.client = filed.label, filed.client


def join(conversation: Conversation, arrived: Arrived) -> None:
    """A message belongs to the conversation: later ones find it by this one, people in copy stay in."""
    matching.remember(conversation, arrived.letter, reference=arrived.sort.reference)
    if conversation.client_id is None:
        return
    if len(conversation.others) < MOST_OTHERS and (added := _to_add(conversation, arrived)):
        conversation.others = [*conversation.others, *added][:MOST_OTHERS]
        rows.change(conversation, "others")


def _to_add(conversation: Conversation, arrived: Arrived) -> list[str]:
    """The addresses of the client's people that the message names and the conversation does not know."""
    written = [one.address for one in (arrived.letter.sender, *arrived.letter.recipients)]
    fresh = [address for address in written if address and address not in conversation.others]
    if not fresh:
        return []
    known = {one.email for one in people_named(arrived, conversation.client_id or 0)}
    return [address for address in fresh if address in known]


def people_named(arrived: Arrived, client_id: int) -> list[Contact]:
    """The people of that client whose addresses stand on the message, the sender's among them."""
    if client_id not in arrived.people:
        arrived.people[client_id] = ask_people_named(arrived, client_id)()
    return arrived.people[client_id]


def ask_people_named(arrived: Arrived, client_id: int) -> Callable[[], list[Contact]]:
    """Ask for them: see `Compiled.asked`. Where nobody else is named, the sender is known already."""
    contact, sender = arrived.contact, arrived.letter.sender.address
    written = {one.address for one in (arrived.letter.sender, *arrived.letter.recipients) if one.address}
    is_alone = written <= {sender, arrived.mail.mailbox.address}
    if is_alone and contact and contact.client_id == client_id and contact.email == sender:
        return lambda: [contact]
    return _PEOPLE.asked(provider=arrived.mail.provider_id, client=client_id, addresses=sorted(written))


def bare_subject(subject: str) -> str:
    """A subject without what answers put before it, and without our token."""
    plain = _OUR_TOKEN.sub("", subject).strip()
    return _MARKS.sub("", plain).strip() or plain


def language_of(contact: Contact | None) -> str:
    """The language to write in: that of the contact's account if there is one, else French."""
    return ask_language_of(contact)()


def ask_language_of(contact: Contact | None) -> Callable[[], str]:
    """Ask for it: see `Compiled.asked`."""
    if contact is None:
        return lambda: "fr"
    accesses = _ACCESS.asked(contact=contact.pk)
    return lambda: next((one.person.language for one in accesses()), "fr")
