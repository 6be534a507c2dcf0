"""Whom mail about a ticket goes to besides its caller: who was in copy, and who follows it.

Each follower gets a letter of their own, so that each can stop by the link in it; what was addressed shows on
all of them, so that answering all reaches all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clausier.desk import intake
from clausier.desk.models import EventKind, Ticket, TicketEvent, Watcher
from clausier.directory.models import Contact
from clausier.foundation import outside
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import JournalEntry
from clausier.post import conversations, outbox
from clausier.post.models import Conversation, IncomingMail

TO_ALL: Final = frozenset(
    {"desk.reply_sent", "desk.reply_received", "desk.ticket_closed", "desk.ticket_reopened"}
)
TO_STAFF: Final = frozenset({"desk.note_added", "desk.call_logged"})
TOLD: Final = TO_ALL | TO_STAFF
"""The acts of which those who follow are told: of words inside the house, the staff alone."""

FOLLOWING: Final = Compiled(
    lambda: Watcher.objects.filter(ticket_id=Given("object"), ended_at=None, by_mail=True)
)
"""Who wants to be written to of the acts on a ticket."""

ENDS: Final = {"desk.ticket_closed": EventKind.CLOSED, "desk.ticket_reopened": EventKind.REOPENED}
SALT: Final = "clausier.desk.unfollow"


@dataclass(frozen=True, slots=True)
class Addressed:
    """Beside the caller: who is shown in copy, and whom of all the reply itself is handed to."""

    cc: list[str]
    at_once: list[str]


def addressed(ticket: Ticket, conversation: Conversation, to: Contact | None = None) -> Addressed:
    """Who is in copy of a letter to the caller, or to another contact. Who stopped following is not."""
    to = to or ticket.caller
    caller = to.email if to else ""
    rows = ticket.watchers.exclude(contact=None).select_related("contact")
    own = {row.email.lower(): row for row in rows}
    following = [row.email for row in own.values() if row.ended_at is None and row.by_mail and row.email]
    others = [one for one in conversation.others if one.lower() not in own]
    cc = [one for one in [*following, *others] if one.lower() != caller.lower()]
    return Addressed(cc, [caller, *(one for one in others if one.lower() != caller.lower())])


def tell(entry: JournalEntry, *, at: datetime) -> int:
    """Write to those who follow what `entry` did; how many letters. What left before leaves no more."""
    event = _event_of(entry)
    if event is None:
        return 0
    ticket = event.ticket
    rows = list(_to_tell(ticket, entry, event))
    if not rows:
        return 0
    filed = intake.filed(ticket, None)
    conversation = conversations.about(filed, provider=ticket.provider, subject=ticket.title, at=at)
    mailbox = outbox.mailbox_for(ticket.provider, conversation)
    if mailbox is None:
        return 0
    sent_to_client = entry.code == "desk.reply_sent" and ticket.caller is not None and ticket.caller.email
    shown = addressed(ticket, conversation)
    made = 0
    for row in rows:
        language = row.person.language if row.person else conversations.language_of(row.contact)
        is_reply = bool(sent_to_client and row.contact and ticket.caller)
        made += bool(
            outbox.copy(
                conversation,
                mailbox=mailbox,
                address=row.email,
                contact=row.contact,
                to=[ticket.caller.email] if is_reply and ticket.caller else [row.email],
                cc=shown.cc if is_reply else [],
                author_name=event.author_name,
                text=_words(entry, event, language),
                event_id=event.pk,
                language=language,
                files=[one.file for one in event.attachments.select_related("file")],
                unsubscribe_url=unfollow_url(row),
                at=at,
            )
        )
    return made


def _event_of(entry: JournalEntry) -> TicketEvent | None:
    found = TicketEvent.objects.select_related("ticket__client", "ticket__caller", "ticket__provider")
    if "event" in entry.data:
        return found.filter(pk=entry.data["event"]).first()
    ended = found.filter(ticket=entry.object_id, kind=ENDS.get(entry.code, ""), at__lte=entry.at)
    return ended.order_by("-pk").first()


def _to_tell(ticket: Ticket, entry: JournalEntry, event: TicketEvent) -> Iterable[Watcher]:
    """Who follows, but whoever did it, and those who had the message itself."""
    rows = ticket.watchers.filter(ended_at=None, by_mail=True).select_related("person", "contact")
    if entry.code in TO_STAFF or event.is_internal:
        rows = rows.exclude(person=None)
    had = _had_it(event)
    for row in rows:
        did = (row.person_id or 0) == entry.actor_id or (row.contact_id or 0) == event.contact_id
        on_it = row.contact_id is not None and row.contact_id == ticket.caller_id
        if row.email and not did and not on_it and row.email.lower() not in had:
            yield row


def _had_it(event: TicketEvent) -> set[str]:
    """The addresses that a message came from or went to by mail, besides to us."""
    came_as = Q(pk=event.data.get("mail") or 0) | Q(event_id=event.pk)
    mail = IncomingMail.objects.filter(came_as, provider_id=event.provider_id).first()
    if mail is None:
        return set()
    named = [*mail.facts.get("to", ()), *mail.facts.get("cc", ())]
    return {mail.sender_address.lower(), *(str(one.get("address", "")).lower() for one in named)}


def _words(entry: JournalEntry, event: TicketEvent, language: str) -> str:
    with translation.override(language):
        match entry.code:
            case "desk.note_added":
                return _("Note interne, que le client ne lit pas :") + f"\n\n{event.text}"
            case "desk.call_logged":
                return _said(_("Appel noté par %(name)s."), event)
            case "desk.ticket_closed":
                return _said(_("Ticket clos par %(name)s."), event)
            case "desk.ticket_reopened":
                return _said(_("Ticket rouvert par %(name)s."), event)
        return event.text


def _said(what: str, event: TicketEvent) -> str:
    return f"{what % {'name': event.author_name}}\n\n{event.text}".strip()


# Stopping by the link in a letter


def unfollow_url(watcher: Watcher) -> str:
    """The address in a letter by which its reader stops following; "" while no public name is set."""
    token = signing.dumps(watcher.pk, salt=SALT, compress=False)
    slug = watcher.ticket.provider.slug
    return outside.address(reverse("portal-unfollow", args=[slug, token]))


def watcher_of(token: str) -> Watcher | None:
    """Whom the link of a letter was given to; None for anything else."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    rows = Watcher.objects.select_related("ticket__provider__book", "person", "contact")
    return rows.filter(pk=pk).first()
