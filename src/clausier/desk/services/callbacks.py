"""Calling back who wrote or left a message (ims 6.2, 6.3): due by the terms, done by a call."""

from __future__ import annotations

from datetime import datetime

from clausier.desk import facts, policies
from clausier.desk.models import Callback, EventKind, Ticket
from clausier.desk.timeline import record
from clausier.foundation import rulings
from clausier.foundation.actors import Actor
from clausier.terms import rules

MAIL = "email"
VOICEMAIL = "voicemail"


def owe(ticket: Ticket, *, channel: str, name: str, by: Actor, at: datetime) -> Callback | None:
    """Have the caller called back, where the terms say so for that channel; None where they do not.

    One waits at most on a ticket. The caller's act writes the journal entry.
    """
    terms = facts.terms_for(ticket.provider, ticket.contract, ticket.agency)
    if not _owed(terms, channel, at):
        return None
    outcome = rules.ask(
        "callback",
        terms.book,
        {"channel": channel, "at": at, "holidays": policies.holidays_of(ticket.site, ticket.agency)},
    )
    ruling = rulings.keep(
        outcome,
        provider=ticket.provider,
        book=terms.installed,
        about=ticket,
        at=at,
        client_id=ticket.client_id,
    )
    caller = ticket.caller
    made, is_new = Callback.objects.get_or_create(
        ticket=ticket,
        done_at=None,
        defaults={
            "provider": ticket.provider,
            "client": ticket.client,
            "contact": caller,
            "name": (caller.full_name if caller else name)[:120],
            "number": (caller.phone or caller.mobile if caller else "") or ticket.client.phone,
            "asked_at": at,
            "due_at": outcome.value,
            "ruling": ruling,
        },
    )
    if is_new:
        record(
            ticket,
            EventKind.CALLBACK,
            by=by,
            at=at,
            data={"name": made.name, "number": made.number, "due_at": made.due_at.isoformat()},
            ruling=ruling,
            internal=True,
        )
    return made


def _owed(terms: facts.Terms, channel: str, at: datetime) -> bool:
    term = f"intake.{channel}"
    if not (terms.book.has(term) and terms.book.has("intake.callback")):
        return False
    value = terms.book.read(term, policies.day_of(at)).value
    return "callback" in value if isinstance(value, list | tuple) else value == "callback"


def settle(ticket: Ticket, *, by: Actor, at: datetime) -> bool:
    """The client was called: a callback that waited is done; whether one did."""
    done = Callback.objects.filter(ticket=ticket, done_at=None).update(done_at=at, done_by=by.person)
    if done:
        record(ticket, EventKind.CALLED_BACK, by=by, at=at, internal=True)
    return bool(done)
