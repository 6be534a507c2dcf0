"""Saying that two tickets have to do with each other."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.desk.errors import NothingChanged
from clausier.desk.models import LinkKind, Ticket, TicketLink
from clausier.desk.services.held import hold
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

CHOSEN = (LinkKind.RELATES, LinkKind.BLOCKS, LinkKind.DUPLICATE, LinkKind.CAUSED_BY)
"""What people say; that a ticket was split from another is said by the splitting."""


@act("desk.qualify")
def link_tickets(
    *, by: Actor, at: datetime, ticket: Ticket, other: Ticket, kind: str, internal: bool = True
) -> TicketLink:
    """Link two tickets; of an internal link, or one between two clients, no client sees anything.

    Raises InvalidInput naming `kind` or `other`, NothingChanged where they are linked so.
    """
    held, theirs = hold(ticket, by), hold(other, by)
    if kind not in CHOSEN:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    if held.pk == theirs.pk:
        raise InvalidInput(_("Un ticket ne se lie pas à lui-même."), field="other")
    same_client = held.client_id == theirs.client_id
    if not internal and not same_client:
        raise InvalidInput(
            _("Un lien entre deux clients reste interne : aucun ne doit lire le ticket de l’autre."),
            field="internal",
        )
    if _linked(held, theirs, kind) or (kind == LinkKind.RELATES and _linked(theirs, held, kind)):
        raise NothingChanged(_("Ces tickets sont déjà liés ainsi."), field="other")
    made = TicketLink.objects.create(
        provider=by.provider,
        client_id=held.client_id if same_client else None,
        ticket=held,
        other=theirs,
        kind=kind,
        is_internal=internal,
        at=at,
        by_name=by.name[:120],
    )
    journal.write(
        by=by,
        at=at,
        code="desk.tickets_linked",
        about=held,
        data={"other": theirs.number, "kind": kind, "internal": internal},
    )
    return made


def _linked(ticket: Ticket, other: Ticket, kind: str) -> bool:
    return TicketLink.objects.filter(ticket=ticket, other=other, kind=kind).exists()


@act("desk.qualify")
def unlink_tickets(*, by: Actor, at: datetime, link: TicketLink) -> Ticket:
    """Take a link back. Raises NothingChanged where it is gone."""
    held = hold(link.ticket, by)
    said = {"other": link.other.number, "kind": link.kind}
    if not TicketLink.objects.filter(pk=link.pk).delete()[0]:
        raise NothingChanged(_("Ce lien n’existe plus."))
    journal.write(by=by, at=at, code="desk.link_removed", about=held, data=said)
    return held
