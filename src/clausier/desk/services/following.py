"""Who follows a ticket: asked for, added by someone, being in copy; until they stop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from clausier.desk.errors import NothingChanged
from clausier.desk.models import Ticket, Watcher
from clausier.desk.services.held import hold
from clausier.directory.models import Contact
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Membership, Person
from clausier.foundation.permissions import may

MOST = 40


@act("desk.read")
def follow(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    person: Person | None = None,
    contact: Contact | None = None,
    by_mail: bool = True,
) -> Watcher:
    """Follow a ticket, or have someone follow it: of the staff, or of the client's people.

    With nobody named it is `by`. Raises InvalidInput naming `person` or `contact`, NothingChanged.
    """
    held = hold(ticket, by)
    person, contact = _whom(held, by, person, contact)
    found = Watcher.objects.filter(ticket=held, person=person, contact=contact).first()
    if found and found.ended_at is None and found.by_mail == by_mail:
        raise NothingChanged(_("%(name)s suit déjà ce ticket.") % {"name": found.name})
    if found is None and held.watchers.filter(ended_at=None).count() >= MOST:
        raise InvalidInput(_("Quarante personnes suivent déjà ce ticket."), field="person")
    watcher = found or _made(held, person, contact, by=by, at=at)
    watcher.by_mail = by_mail
    if watcher.ended_at is not None:
        watcher.ended_at, watcher.since_at, watcher.made_by = None, at, by.name[:120]
    watcher.save()
    journal.write(
        by=by,
        at=at,
        code="desk.ticket_followed",
        about=held,
        data={"name": watcher.name, "by_mail": by_mail},
    )
    return watcher


def _whom(
    ticket: Ticket, by: Actor, person: Person | None, contact: Contact | None
) -> tuple[Person | None, Contact | None]:
    if by.is_client_side:
        return None, _own_contact(by, contact)
    if contact is not None:
        if contact.client_id not in (ticket.client_id, ticket.beneficiary_id) or contact.left_on is not None:
            raise InvalidInput(_("Cette personne n’est pas de ce client."), field="contact")
        return None, contact
    found = person or by.person
    if found is None or not _reads_tickets(found, by):
        raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field="person")
    return found, None


def _own_contact(by: Actor, contact: Contact | None) -> Contact:
    own = Contact.objects.filter(pk=by.contact_id or 0).first()
    if own is None or (contact is not None and contact.pk != own.pk):
        raise InvalidInput(_("Vous suivez une demande en votre nom."), field="contact")
    return own


def _reads_tickets(person: Person, by: Actor) -> bool:
    member = Membership.objects.working().filter(provider=by.provider, person=person).first()
    return member is not None and may(member.role, "desk.read")


def _made(
    ticket: Ticket, person: Person | None, contact: Contact | None, *, by: Actor, at: datetime
) -> Watcher:
    return Watcher(
        provider_id=ticket.provider_id,
        client_id=ticket.client_id,
        ticket=ticket,
        person=person,
        contact=contact,
        since_at=at,
        made_by=by.name[:120],
    )


@act("desk.read")
def unfollow(*, by: Actor, at: datetime, watcher: Watcher, how: str = "") -> Watcher:
    """Stop following; `how` says by which way (`mail`: the link in a letter). Raises NothingChanged.

    Of the client's people each stops for themselves; the staff stops for anyone.
    """
    held = hold(watcher.ticket, by)
    if by.is_client_side and watcher.contact_id != by.contact_id:
        raise InvalidInput(_("Vous suivez une demande en votre nom."), field="contact")
    if not held.watchers.filter(pk=watcher.pk, ended_at=None).update(ended_at=at):
        raise NothingChanged(_("%(name)s ne suit plus ce ticket.") % {"name": watcher.name})
    watcher.ended_at = at
    journal.write(
        by=by, at=at, code="desk.ticket_unfollowed", about=held, data={"name": watcher.name, "how": how}
    )
    return watcher


# Inside other acts


def join_in_copy(ticket: Ticket, people: Iterable[Contact], *, by: Actor, at: datetime) -> None:
    """The client's people in copy of a message follow its ticket, but those who once stopped."""
    add(ticket, contacts=[one for one in people if one.pk != ticket.caller_id], by=by, at=at)


def add(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    people: Iterable[Person] = (),
    contacts: Iterable[Contact] = (),
) -> None:
    """Have them follow from now on, as far as they do not, or once stopped."""
    wanted = [
        *(_made(ticket, person, None, by=by, at=at) for person in people),
        *(_made(ticket, None, contact, by=by, at=at) for contact in contacts),
    ]
    Watcher.objects.bulk_create(wanted[:MOST], ignore_conflicts=True)


def follow_along(source: Ticket, target: Ticket, *, by: Actor, at: datetime) -> None:
    """A merge: who called, worked on or followed `source` follows `target`, but those who are on it."""
    rows = source.watchers.filter(ended_at=None).select_related("person", "contact")
    contacts = [source.caller, *(row.contact for row in rows)]
    people = [source.assignee, *(row.person for row in rows)]
    add(
        target,
        contacts=[one for one in contacts if one and one.pk != target.caller_id],
        people=[one for one in people if one and one.pk != target.assignee_id],
        by=by,
        at=at,
    )


def part_again(target: Ticket, *, at: datetime) -> None:
    """The merge of `at` is undone: who only came along with it follows no more."""
    target.watchers.filter(since_at=at).delete()
