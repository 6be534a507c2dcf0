"""Telling the client of each step, once, on the channel the contact prefers (ims 6.3b)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from clausier.desk import facts, policies, queries, step_words
from clausier.desk.errors import NothingToTell, UnknownTicket
from clausier.desk.models import EventKind, Notice, Ticket, TicketEvent
from clausier.desk.services.held import hold
from clausier.desk.timeline import record
from clausier.directory.models import Channel, Contact
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.models import JournalEntry
from clausier.post import queries as post
from clausier.post.models import AddressTrouble, Mailbox
from clausier.terms import rules

CODES: Final = frozenset(
    {
        "desk.step_climbed",
        "desk.agreement_asked",
        "desk.appointment_set",
        "desk.appointment_cancelled",
        "desk.intervention_stopped",
        "desk.ticket_closed",
    }
)
PRACTICE: Final = "keep-informed"
STALE: Final = timedelta(days=2)
"""Older than this a step is no news: what is written down afterwards, or brought in from another tool."""
ROBOTS: Final = re.compile(
    r"^(?:no-?reply|do-?not-?reply|ne-?pas-?repondre|noreply.*|mailer-daemon|postmaster|bounces?|abuse)(?:[+.-].*)?@",
    re.IGNORECASE,
)


def is_wanted(entry: JournalEntry) -> bool:
    """Whether anybody could be told at all: asked inside the act, so it is quick."""
    if entry.written_at - entry.at > STALE or not entry.data.get("event"):
        return False
    if post.can_write(entry):
        return True
    phoned = Contact.objects.filter(client_id=entry.client_id or 0, preferred_channel=Channel.PHONE)
    return phoned.exists()


def owed(event: TicketEvent, *, at: datetime) -> Notice | None:
    """The notice of an event, made once; None where nobody is to be told, or was already.

    A contact whose mail is a robot's or comes back is told by phone.
    """
    ticket = event.ticket
    contact = ticket.caller
    if (
        contact is None
        or event.is_internal
        or not step_words.sentence(event)
        or not ticket.client.tells_steps
        or at - event.written_at > STALE
        or _is_own_act(event, contact)
        or (contact.left_on is not None and contact.left_on <= policies.day_of(at))
    ):
        return None
    channel = channel_for(contact)
    if channel == Channel.NONE:
        return None
    number = contact.phone or contact.mobile or ticket.client.phone
    if channel == Channel.PHONE and not number:
        return None
    made, is_new = Notice.objects.get_or_create(
        event=event,
        defaults={
            "provider_id": event.provider_id,
            "client_id": event.client_id,
            "ticket": ticket,
            "contact": contact,
            "channel": channel,
            "number": number if channel == Channel.PHONE else "",
            "made_at": at,
            "due_at": _due(ticket, at) if channel == Channel.PHONE else None,
            "told_at": at if channel == Channel.MAIL else None,
        },
    )
    return made if is_new else None


def _is_own_act(event: TicketEvent, contact: Contact) -> bool:
    """Whoever did it need not be told."""
    return event.contact_id == contact.pk


def channel_for(contact: Contact) -> str:
    """How one can be told: as preferred, by phone where mail would reach nobody."""
    if contact.preferred_channel != Channel.MAIL:
        return contact.preferred_channel
    return Channel.MAIL if _reads_mail(contact) else Channel.PHONE


def _reads_mail(contact: Contact) -> bool:
    address = contact.email.lower()
    if not address or ROBOTS.match(address):
        return False
    if Mailbox.objects.filter(provider=contact.provider_id, address__iexact=address).exists():
        return False
    returned = AddressTrouble.objects.filter(provider=contact.provider_id, address=address, permanent=True)
    return not returned.filter(lifted_at=None).exists()


def _due(ticket: Ticket, at: datetime) -> datetime | None:
    """By when to call, where a practice of the book gives a delay for it."""
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    term = "intake.callback"
    if not (book.has(term) and book.has(f"intake.{PRACTICE}")):
        return None
    if PRACTICE not in book.read(term, policies.day_of(at)).value:
        return None
    holidays = policies.holidays_of(ticket.site, ticket.agency)
    due: datetime = rules.ask("callback", book, {"channel": PRACTICE, "at": at, "holidays": holidays}).value
    return due


@act("desk.note")
def tell_by_phone(*, by: Actor, at: datetime, notice: Notice, note: str = "") -> Notice:
    """Someone called and told. Raises NothingToTell when that was done, UnknownTicket."""
    ticket = queries.tickets_visible_to(by).filter(pk=notice.ticket_id).first()
    if ticket is None:
        raise UnknownTicket(_("Ce ticket n’existe pas, ou vous n’y avez pas accès."))
    held = hold(ticket, by)
    if not settle(held, by=by, at=at, only=notice, note=note.strip()[:500]):
        raise NothingToTell(_("Cette personne a déjà été prévenue."))
    notice.refresh_from_db()
    journal.write(
        by=by, at=at, code="desk.client_told", about=held, data={"contact": notice.contact.full_name}
    )
    return notice


def settle(ticket: Ticket, *, by: Actor, at: datetime, only: Notice | None = None, note: str = "") -> int:
    """The client was called: what waited to be told by phone is told; how many."""
    waiting = Notice.objects.filter(ticket=ticket, told_at=None, channel=Channel.PHONE)
    if only is not None:
        waiting = waiting.filter(pk=only.pk)
    names = list(waiting.values_list("contact__full_name", flat=True))
    done = waiting.update(told_at=at, told_by=by.person)
    if done:
        record(ticket, EventKind.TOLD, by=by, at=at, text=note, data={"names": names}, internal=True)
    return done
