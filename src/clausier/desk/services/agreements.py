"""Asking the client, and what it answers: a step, a remote session, its backup, a third party's site."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.access import queries as access_queries
from clausier.access import services as access
from clausier.access.errors import UnknownAgreement
from clausier.access.models import Agreement, AgreementKind, How
from clausier.access.services import Answer
from clausier.desk.models import EventKind, Ticket, TicketEvent
from clausier.desk.services import allowed
from clausier.desk.services.held import hold, hold_open
from clausier.desk.timeline import record
from clausier.directory.models import Contact, Site
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.permissions import Role

BY_HAND: Final = (AgreementKind.REMOTE, AgreementKind.BACKUP, AgreementKind.SITE)
"""A step is asked for by climbing it."""


@act("access.record")
def ask_agreement(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    kind: str,
    about: str = "",
    asked_of: Contact | None = None,
    site_url: str = "",
) -> Agreement:
    """Ask the client on the portal, and by mail where the contact is told that way.

    `asked_of` None takes the caller. `site_url` is where the console answers, for the link of the mail.
    Raises InvalidInput naming `kind`, `about` or `asked_of`, AlreadyAsked.
    """
    held = hold_open(ticket, by)
    if kind not in BY_HAND:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    if asked_of is not None and asked_of.client_id != held.client_id:
        raise InvalidInput(_("Cette personne n’est pas de ce client."), field="asked_of")
    site = site_of(held, kind)
    agreement = access.ask(
        by=by,
        at=at,
        client=held.client,
        kind=kind,
        ticket_id=held.pk,
        asked_of=asked_of or own_caller(held),
        about=about or (site.name if site else ""),
        site=site,
        site_url=site_url,
    )
    event = tell(held, agreement, "asked", by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.agreement_asked",
        about=agreement,
        data=_journalled(held, agreement, event),
    )
    return agreement


def own_caller(ticket: Ticket) -> Contact | None:
    """The caller, when of the client who pays: the agreement is that client's."""
    caller = ticket.caller
    return caller if caller is not None and caller.client_id == ticket.client_id else None


def site_of(ticket: Ticket, kind: str) -> Site | None:
    """The third party's site that an agreement is about. Raises InvalidInput where there is none."""
    if kind != AgreementKind.SITE:
        return None
    site = allowed.third_party_site(ticket)
    if site is None:
        raise InvalidInput(
            _("Le site de l’intervention n’est pas chez un tiers."),
            field="kind",
            way_out=_("Choisissez d’abord le site, et dites dans sa fiche qu’il est chez un tiers."),
        )
    return site


@act("access.record")
def record_agreement(*, by: Actor, at: datetime, ticket: Ticket, kind: str, answer: Answer) -> Agreement:
    """Note what the client said by voice, mail or paper, whether the question waited or not.

    Raises InvalidInput naming `kind` or what `Answer` names.
    """
    held = hold_open(ticket, by)
    if kind not in AgreementKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    agreement = _noted(held, kind, answer, by=by, at=at)
    event = tell(held, agreement, "answered", by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.agreement_recorded",
        about=agreement,
        data=_journalled(held, agreement, event),
    )
    return agreement


def _noted(ticket: Ticket, kind: str, answer: Answer, *, by: Actor, at: datetime) -> Agreement:
    site = site_of(ticket, kind)
    former = allowed.step_agreement(ticket, ticket.step) if kind == AgreementKind.STEP else None
    return access.note_answer(
        answer,
        by=by,
        at=at,
        client=ticket.client,
        kind=kind,
        ticket_id=ticket.pk,
        parties={ticket.client_id, ticket.beneficiary_id},
        about=former.about if former else (site.name if site else ""),
        step=ticket.step if kind == AgreementKind.STEP else "",
        site=site,
        ruling=former.ruling if former else None,
    )


@act("portal.answer")
def answer_agreement(
    *, by: Actor, at: datetime, agreement: Agreement, given: bool, note: str = "", how: str = How.PORTAL
) -> Agreement:
    """The client answers, in the portal or by the link of a mail.

    Raises AlreadyAnswered, UnknownAgreement.
    """
    ticket = Ticket.objects.filter(pk=agreement.ticket_id or 0).first()
    if ticket is None:
        raise UnknownAgreement(_("Cet accord n’existe pas, ou vous n’y avez pas accès."))
    held = hold_open(ticket, by)
    waiting = access_queries.of_ticket(held.pk).get(pk=agreement.pk)
    contact = Contact.objects.filter(pk=by.contact_id or 0).first()
    answer = Answer(given, how, contact=contact, name=by.name, note=note)
    access.settle(waiting, answer.checked({held.client_id, held.beneficiary_id}, at), by=by, at=at)
    event = tell(held, waiting, "answered", by=by, at=at)
    journal.write(
        by=by, at=at, code="desk.agreement_answered", about=waiting, data=_journalled(held, waiting, event)
    )
    return waiting


def answerer(agreement: Agreement) -> Actor:
    """Who answers by the link of a mail: the person it was sent to, on that client's side only."""
    contact = agreement.asked_of
    return Actor(
        provider=agreement.provider,
        role=Role.IT_CORRESPONDENT,
        client_id=agreement.client_id,
        contact_id=contact.pk if contact else None,
        label=contact.full_name if contact else agreement.client.name,
        scopes=frozenset({"portal.answer", "access.read", "desk.read"}),
    )


@act("access.withdraw")
def withdraw_agreement(*, by: Actor, at: datetime, agreement: Agreement, reason: str = "") -> Agreement:
    """Take back an agreement of a ticket, or a question that waits; the client may at any time.

    Raises NoPrevious, UnknownAgreement.
    """
    ticket = Ticket.objects.filter(pk=agreement.ticket_id or 0).first()
    if ticket is None:
        raise UnknownAgreement(_("Cet accord n’existe pas, ou vous n’y avez pas accès."))
    held = hold(ticket, by)
    found = access_queries.of_ticket(held.pk).get(pk=agreement.pk)
    access.take_back(found, by=by, at=at, reason=reason)
    event = tell(held, found, "withdrawn", by=by, at=at)
    journal.write(
        by=by, at=at, code="desk.agreement_withdrawn", about=found, data=_journalled(held, found, event)
    )
    return found


def tell(ticket: Ticket, agreement: Agreement, step: str, *, by: Actor, at: datetime) -> TicketEvent:
    """Say on the timeline what was asked, answered or taken back; the client reads it too."""
    own = step == "answered" or by.is_client_side
    contact = agreement.answered_by if own and agreement.state != "asked" else None
    return record(
        ticket,
        EventKind.AGREEMENT,
        by=by,
        at=at,
        text=agreement.withdrawn_reason if step == "withdrawn" else agreement.note,
        contact=contact if contact and contact.client_id == ticket.client_id else None,
        author=agreement.answered_name if own else "",
        data={"what": step, **access.said(agreement)},
        ruling=agreement.ruling,
    )


def _journalled(ticket: Ticket, agreement: Agreement, event: TicketEvent) -> dict[str, Any]:
    return {"ticket": ticket.number, "event": event.pk, **access.said(agreement)}
