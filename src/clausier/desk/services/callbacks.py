"""Calling back who wrote or left a message (ims 6.2, 6.3): due by the terms, done by a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts.models import EquipmentClass
from clausier.desk import facts, policies
from clausier.desk.models import Callback, EventKind, PhoneCall, Ticket
from clausier.desk.timeline import record
from clausier.directory import queries as directory
from clausier.foundation import clock, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
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


def owe_for_call(call: PhoneCall, *, by: Actor, at: datetime) -> Callback | None:
    """Have who rang in vain called back, where the terms say so; None where they do not.

    Whose contract it is goes by the client found by the number; for a stranger the provider's own terms hold,
    on the calendar of its first agency. What is told later of the call (a message was left) makes it anew.
    """
    client, contact = call.client, call.contact
    agency = client.agency if client else directory.agencies(by).first()
    if agency is None:
        return None
    day = policies.day_of(call.began_at)
    contract = facts.covering_contract(client, EquipmentClass.WORKSTATION, day) if client else None
    terms = facts.terms_for(call.provider, contract, agency)
    if not _owed(terms, call.state, call.began_at):
        return None
    holidays = policies.holidays_of(contact.site if contact else None, agency)
    outcome = rules.ask(
        "callback", terms.book, {"channel": call.state, "at": call.began_at, "holidays": holidays}
    )
    ruling = rulings.keep(
        outcome,
        provider=call.provider,
        book=terms.installed,
        about=call,
        at=at,
        client_id=call.client_id,
    )
    made, _is_new = Callback.objects.update_or_create(
        call=call,
        defaults={
            "provider": call.provider,
            "client": client,
            "contact": contact,
            "name": (contact.full_name if contact else client.name if client else "")[:120],
            "number": call.number,
            "asked_at": call.began_at,
            "due_at": outcome.value,
            "ruling": ruling,
        },
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


def settle_call(call: PhoneCall, *, by: Actor, at: datetime) -> None:
    """Who rang in vain was called back, or rang again and was answered."""
    Callback.objects.filter(call=call, done_at=None).update(done_at=at, done_by=by.person)


def hand_on(source: Ticket, target: Ticket) -> dict[str, Any] | None:
    """A merge: the callback due on `source` is due on `target`, the earlier one where it is the same person.

    Answers what `hand_back` needs. Raises InvalidInput naming `into` where two people wait to be called.
    """
    theirs = Callback.objects.filter(ticket=source, done_at=None).first()
    own = Callback.objects.filter(ticket=target, done_at=None).first()
    if theirs is None:
        return None
    if own is None:
        Callback.objects.filter(pk=theirs.pk).update(ticket=target)
        return {"moved": theirs.pk}
    if theirs.contact_id is None or theirs.contact_id != own.contact_id:
        raise InvalidInput(
            _("Deux personnes attendent d’être rappelées : appelez d’abord %(name)s, puis fusionnez.")
            % {"name": theirs.name},
            field="into",
        )
    former = {"id": own.pk, "due_at": own.due_at.isoformat(), "ruling": own.ruling_id}
    if theirs.due_at < own.due_at:
        own.due_at, own.ruling = theirs.due_at, theirs.ruling
        own.save(update_fields=["due_at", "ruling"])
    return former


def hand_back(source: Ticket, former: dict[str, Any] | None) -> None:
    """The merge is undone: who waited on `source` waits there again."""
    if former is None:
        return
    if "moved" in former:
        Callback.objects.filter(pk=former["moved"], done_at=None).update(ticket=source)
    else:
        due_at = clock.read(former["due_at"])
        Callback.objects.filter(pk=former["id"]).update(due_at=due_at, ruling=former["ruling"])
