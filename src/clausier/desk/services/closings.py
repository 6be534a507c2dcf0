"""How long closed tickets took: kept by the closing itself, and made up for those closed before it was."""

from __future__ import annotations

from clausier.desk import facts
from clausier.desk.models import Merge, Ticket
from clausier.desk.services import promises


def measure_older() -> int:
    """Give their closing time to the tickets in sight that were closed without; how many got one.

    Idempotent, and no act: it says nothing that the ticket's own instants do not.
    """
    measured = 0
    older = Ticket.objects.filter(closed_at__isnull=False, closed_in_seconds=None)
    # A merge is no closing: the ticket goes on in another.
    older = older.exclude(pk__in=Merge.objects.filter(undone_at=None).values("ticket"))
    for ticket in older.select_related("provider", "contract", "agency", "site", "client__agency").iterator():
        since = promises.last_call(ticket)
        took = facts.closing_seconds(ticket, since, ticket.closed_at or since)
        if took is not None:
            # Reopened meanwhile, it is no longer a closing.
            still = Ticket.objects.filter(pk=ticket.pk, closed_at=ticket.closed_at)
            measured += still.update(closed_in_seconds=took)
    return measured
