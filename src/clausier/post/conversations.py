"""Conversations: begun, said to be about something, joined by messages."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Final

from clausier.directory.models import Client, ClientAccess, Contact
from clausier.foundation.models import Provider
from clausier.post import matching
from clausier.post.handlers import Arrived, Filed
from clausier.post.models import Conversation

ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
SECRET_LENGTH: Final = 12  # 60 bits: guessed by nobody, short enough for a subject
MOST_OTHERS: Final = 20
_MARKS = re.compile(r"^(?:(?:re|r[ée]f?|rép|tr|fwd?|aw|wg|sv|vs)\s?(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE)
_OUR_TOKEN = re.compile(r"\s*\[#\s?\d{1,9}(?:/\d{1,4})?(?:-[a-z0-9]{8,16})?\]", re.IGNORECASE)


def begin(provider: Provider, *, subject: str, at: datetime, client: Client | None = None) -> Conversation:
    """A conversation about nothing yet."""
    return Conversation.objects.create(
        provider=provider,
        client=client,
        secret="".join(secrets.choice(ALPHABET) for _each in range(SECRET_LENGTH)),
        subject=bare_subject(subject)[:300],
        began_at=at,
    )


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
    conversation.about_kind, conversation.about_id = filed.kind, filed.id
    conversation.about_label, conversation.client = filed.label, filed.client
    conversation.save(update_fields=["about_kind", "about_id", "about_label", "client"])
    conversation.keys.update(client=filed.client)
    conversation.incoming.update(client=filed.client)
    return conversation


def join(conversation: Conversation, arrived: Arrived) -> None:
    """A message belongs to the conversation: later ones find it by this one, people in copy stay in."""
    matching.remember(conversation, arrived.letter, reference=arrived.sort.reference)
    if conversation.client_id is None:
        return
    written = [one.address for one in (arrived.letter.sender, *arrived.letter.recipients)]
    fresh = [address for address in written if address and address not in conversation.others]
    known = Contact.objects.filter(client=conversation.client_id, left_on=None, email__in=fresh)
    added = [address for address in fresh if address in set(known.values_list("email", flat=True))]
    if added and len(conversation.others) < MOST_OTHERS:
        conversation.others = [*conversation.others, *added][:MOST_OTHERS]
        conversation.save(update_fields=["others"])


def bare_subject(subject: str) -> str:
    """A subject without what answers put before it, and without our token."""
    plain = _OUR_TOKEN.sub("", subject).strip()
    return _MARKS.sub("", plain).strip() or plain


def language_of(contact: Contact | None) -> str:
    """The language to write in: that of the contact's account if there is one, else French."""
    access = (
        ClientAccess.objects.filter(contact=contact, agreed=True, ended_at=None)
        .select_related("person")
        .first()
        if contact
        else None
    )
    return access.person.language if access else "fr"
