"""Reading mail: what came, what waits to be qualified, what left; and whose an unknown sender may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import phonenumbers
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact
from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Compiled, Given, answered
from clausier.foundation.models import JournalEntry
from clausier.post.models import AddressTrouble, IncomingMail, Mailbox, MailKind, OutgoingMail
from clausier.post.states import Standing

# Addresses that anybody may have: they say nothing of a company.
SHARED_DOMAINS: Final = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.fr",
        "hotmail.com",
        "hotmail.fr",
        "live.com",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "icloud.com",
        "me.com",
        "mac.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "neuf.fr",
        "laposte.net",
        "bbox.fr",
        "numericable.fr",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "gmx.fr",
        "aol.com",
    ]
)
MOST: Final = 5
PHONES_READ: Final = 5_000  # signs of a message in which numbers are looked for


def mailboxes(actor: Actor) -> QuerySet[Mailbox]:
    """The provider's mailboxes, by name."""
    return Mailbox.objects.filter(provider=actor.provider).order_by("name")


WRITING: Final = Compiled(lambda: Mailbox.objects.filter(provider_id=Given("provider"), is_active=True))
"""The mailboxes that a provider can write from."""


def can_write(entry: JournalEntry) -> bool:
    """Whether the provider of an act has a mailbox to write from."""
    return bool(answered(WRITING, provider=entry.provider_id or 0)())


TO_QUALIFY = Q(standing=Standing.QUEUED)
"""Of messages: those that wait for a person to say whose they are."""


def incoming(actor: Actor) -> QuerySet[IncomingMail]:
    """What came, latest first."""
    return (
        IncomingMail.objects.filter(provider=actor.provider)
        .select_related("mailbox", "conversation", "contact", "client", "raw")
        .order_by("-pk")
    )


def to_qualify(actor: Actor) -> QuerySet[IncomingMail]:
    """What waits for a person to say whose it is, oldest first."""
    return incoming(actor).filter(TO_QUALIFY).order_by("pk")


def outgoing(actor: Actor) -> QuerySet[OutgoingMail]:
    """What leaves and left, latest first."""
    return (
        OutgoingMail.objects.filter(provider=actor.provider)
        .select_related("mailbox", "conversation", "client")
        .prefetch_related("files__file")
        .order_by("-pk")
    )


def mail_of_events(actor: Actor, events: Iterable[int]) -> dict[int, IncomingMail]:
    """The messages that entries of a thread were made of, by the id of the entry."""
    found = IncomingMail.objects.filter(provider=actor.provider, event_id__in=list(events))
    return {mail.event_id: mail for mail in found if mail.event_id}


def letters_of_events(actor: Actor, events: Iterable[int]) -> dict[int, OutgoingMail]:
    """The letters that entries of a thread left as, by the id of the entry."""
    found = OutgoingMail.objects.filter(provider=actor.provider, event_id__in=list(events))
    found = found.exclude(kind=MailKind.COPY)
    return {mail.event_id: mail for mail in found if mail.event_id}


def troubles_of(actor: Actor, contacts: Iterable[Contact]) -> dict[str, AddressTrouble]:
    """The contacts' addresses that mail comes back from, by the address in lower case."""
    addresses = {contact.email.lower() for contact in contacts if contact.email}
    found = AddressTrouble.objects.filter(provider=actor.provider, address__in=addresses, lifted_at=None)
    return {one.address: one for one in found}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Whose a message may be, and by what that is seen."""

    client: Client
    contact: Contact | None
    why: str


def suggestions(actor: Actor, mail: IncomingMail) -> list[Suggestion]:
    """Whose a message may be, the likeliest first: by address, domain, a number in its signature, a name."""
    found = [
        *_by_address(actor, mail),
        *_by_domain(actor, mail),
        *_by_phone(actor, mail),
        *_by_name(actor, mail),
    ]
    kept: dict[tuple[int, int | None], Suggestion] = {}
    for one in found:
        # A client found with a person beats the client alone.
        if one.contact is None and any(client == one.client.pk for client, _contact in kept):
            continue
        kept.setdefault((one.client.pk, one.contact.pk if one.contact else None), one)
    return list(kept.values())[:MOST]


def _by_address(actor: Actor, mail: IncomingMail) -> list[Suggestion]:
    if not mail.sender_address:
        return []
    people = Contact.objects.filter(provider=actor.provider, email__iexact=mail.sender_address)
    return [
        Suggestion(one.client, one, _("c’est son adresse"))
        for one in people.select_related("client").order_by("left_on", "pk")[:MOST]
    ]


def _by_domain(actor: Actor, mail: IncomingMail) -> list[Suggestion]:
    domain = mail.sender_address.rpartition("@")[2]
    if not domain or domain in SHARED_DOMAINS:
        return []
    clients = directory.clients_visible_to(actor)
    same = clients.filter(contacts__email__iendswith=f"@{domain}") | clients.filter(
        email__iendswith=f"@{domain}"
    )
    return [
        Suggestion(one, None, _("d’autres y écrivent de @%(domain)s") % {"domain": domain})
        for one in same.distinct()[:MOST]
    ]


def _by_phone(actor: Actor, mail: IncomingMail) -> list[Suggestion]:
    text = str(mail.facts.get("text", ""))
    found = []
    for match in phonenumbers.PhoneNumberMatcher(text[-PHONES_READ:], "FR"):
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        for caller in directory.find_callers(actor, number, limit=2):
            why = _("le %(number)s est dans sa signature") % {"number": match.raw_string}
            found.append(Suggestion(caller.client, caller.contact, why))
        if len(found) >= MOST:
            break
    return found


def _by_name(actor: Actor, mail: IncomingMail) -> list[Suggestion]:
    if len(mail.sender_name.split()) < 2:
        return []
    return [
        Suggestion(one.client, one.contact, _("le même nom"))
        for one in directory.find_callers(actor, mail.sender_name, limit=2)
        if one.contact
    ]
