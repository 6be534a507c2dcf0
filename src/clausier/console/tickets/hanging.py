"""What hangs on a ticket, told in one statement: of most kinds there is nothing to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q

from clausier.access.models import Agreement, AgreementKind, RemoteSession, RemoteTool
from clausier.contracts.models import ForceMajeure, ServiceSuspension
from clausier.desk.models import (
    CaseTicket,
    Contestation,
    Custody,
    Merge,
    Notice,
    Presence,
    StoppedIntervention,
    SupplierCase,
    Survey,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketTag,
    TicketTask,
    Watcher,
    WorkSession,
)
from clausier.foundation.compiled import Compiled, Given, among, answered
from clausier.post.models import IncomingMail, OutgoingMail
from clausier.roster.models import CallOut

_OF_TICKET: Final = Q(ticket_id=Given("ticket"))

_OF_CONTRACT: Final = Q(contract_id=Given("contract"))

_KINDS: Final[dict[str, Compiled[Any]]] = {
    "agreements": Compiled(lambda: Agreement.objects.filter(_OF_TICKET)),
    "call_outs": Compiled(lambda: CallOut.objects.filter(_OF_TICKET)),
    "cases": Compiled(lambda: SupplierCase.objects.filter(_OF_TICKET)),
    "cases_joined": Compiled(lambda: CaseTicket.objects.filter(_OF_TICKET)),
    "consents": Compiled(
        lambda: Agreement.objects.filter(client_id=Given("client"), kind=AgreementKind.REMOTE)
    ),
    "contestations": Compiled(lambda: Contestation.objects.filter(_OF_TICKET)),
    "custodies": Compiled(lambda: Custody.objects.filter(_OF_TICKET)),
    "force_majeure": Compiled(lambda: ForceMajeure.objects.filter(_OF_CONTRACT)),
    "letters": Compiled(lambda: OutgoingMail.objects.filter(among("event_id", "events"))),
    "links": Compiled(lambda: TicketLink.objects.filter(_OF_TICKET | Q(other_id=Given("ticket")))),
    "mail": Compiled(lambda: IncomingMail.objects.filter(among("event_id", "events"))),
    "merges": Compiled(lambda: Merge.objects.filter(_OF_TICKET | Q(into_id=Given("ticket")))),
    "notices": Compiled(lambda: Notice.objects.filter(_OF_TICKET, told_at=None)),
    "present": Compiled(lambda: Presence.objects.filter(_OF_TICKET)),
    "remote_sessions": Compiled(lambda: RemoteSession.objects.filter(_OF_TICKET)),
    "sessions": Compiled(lambda: WorkSession.objects.filter(_OF_TICKET)),
    "stops": Compiled(lambda: StoppedIntervention.objects.filter(_OF_TICKET)),
    "survey": Compiled(lambda: Survey.objects.filter(_OF_TICKET)),
    "suspensions": Compiled(lambda: ServiceSuspension.objects.filter(_OF_CONTRACT)),
    "tags": Compiled(lambda: TicketTag.objects.filter(_OF_TICKET)),
    "tasks": Compiled(lambda: TicketTask.objects.filter(_OF_TICKET)),
    "tools": Compiled(lambda: RemoteTool.objects.filter(provider_id=Given("provider"), is_active=True)),
    "watchers": Compiled(lambda: Watcher.objects.filter(_OF_TICKET)),
}


def on(ticket: Ticket, events: Sequence[TicketEvent]) -> frozenset[str]:
    """The kinds of which something hangs on the ticket, its client, its contract or these events of it."""
    given = {
        "ticket": ticket.pk,
        "client": ticket.client_id,
        "contract": ticket.contract_id or 0,
        "provider": ticket.provider_id,
        "events": [event.pk for event in events],
    }
    found = answered(*_KINDS.values(), **given)()
    return frozenset(name for name, kind in _KINDS.items() if kind in found)
