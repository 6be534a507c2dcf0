"""Which outcomes a client's people may ask "why?" of: those behind what they are shown, no other."""

from __future__ import annotations

from clausier.contracts import queries as contracts
from clausier.desk import queries as desk
from clausier.desk.models import TicketEvent, WorkSession
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.models import Ruling
from clausier.lifecycle import queries as endings
from clausier.lifecycle import reversal_queries
from clausier.sales import queries as sales


def ruling_for(actor: Actor, number: int) -> Ruling | None:
    """The outcome of that number, if it stands behind something that `actor` may read."""
    ruling = foundation.rulings_visible_to(actor).filter(pk=number).first()
    return ruling if ruling and _is_shown(actor, ruling) else None


def _is_shown(actor: Actor, ruling: Ruling) -> bool:
    # What rules an internal event (a target of the provider's own) is not the client's to read.
    if TicketEvent.objects.filter(ruling=ruling, is_internal=True).exists():
        return False
    match ruling.subject_kind:
        case "ticket":
            return desk.tickets_visible_to(actor).filter(pk=ruling.subject_id or 0).exists()
        case "worksession":
            mine = desk.tickets_visible_to(actor).values("pk")
            seen = WorkSession.objects.filter(pk=ruling.subject_id or 0, ticket__in=mine).exists()
            return seen or actor.may("prepaid.read")
        case "contract":
            own = contracts.contracts_visible_to(actor).filter(pk=ruling.subject_id or 0)
            return actor.may("contracts.read") and own.exists()
        case "endingnotice":
            return endings.notices(actor).filter(pk=ruling.subject_id or 0).exists()
        case "formalnotice":
            return endings.formal_notices(actor).filter(pk=ruling.subject_id or 0).exists()
        case "forcemajeure":
            return endings.force_majeures(actor).filter(pk=ruling.subject_id or 0).exists()
        case "reversal":
            return reversal_queries.reversals(actor).filter(pk=ruling.subject_id or 0).exists()
        case "quote":
            return sales.quotes(actor).filter(pk=ruling.subject_id or 0).exists()
    return False
