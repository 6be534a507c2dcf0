"""A reply that others overtook while it was written: it is stopped once, so that nobody answers twice."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.desk import queries
from clausier.desk.errors import NewerMessage
from clausier.desk.models import EventKind, Ticket, TicketEvent
from clausier.foundation.actors import Actor

TOLD = (EventKind.MESSAGE, EventKind.NOTE, EventKind.CALL, EventKind.ABSORBED)
"""What whoever replies should have read first."""


def must_have_read(ticket: Ticket, by: Actor, seen: int | None) -> None:
    """Raises NewerMessage where others wrote on the ticket after the entry `seen`; None asks nothing."""
    if seen is None:
        return
    about = [ticket.pk, *queries.merged_into(ticket)]
    told = TicketEvent.objects.filter(ticket__in=about, kind__in=TOLD, pk__gt=seen, moved=None)
    newer = list(told.exclude(person=by.person).order_by("pk").values_list("pk", "author_name"))
    if newer:
        names = ", ".join(dict.fromkeys(name for _pk, name in newer))
        raise NewerMessage(
            ngettext(
                "%(names)s a écrit sur ce ticket pendant que vous écriviez : votre réponse n’est pas partie.",
                "%(names)s ont écrit sur ce ticket pendant que vous écriviez : "
                "votre réponse n’est pas partie.",
                len(dict.fromkeys(name for _pk, name in newer)),
            )
            % {"names": names},
            way_out=_("Relisez, corrigez s’il le faut, puis envoyez de nouveau."),
            newer=[pk for pk, _name in newer],
        )
