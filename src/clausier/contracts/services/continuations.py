"""Acts on a service that goes on past the contract's end, until the client's data are returned (imri XIV).

Meanwhile the contract has no last day: it covers and is priced as before, and is renewed no more, because
`Contract.ended_on` keeps the day of its end. The return gives it its last day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from clausier.contracts.errors import AlreadyContinues, DoesNotEnd
from clausier.contracts.models import Continuation, Contract
from clausier.contracts.services.endings import hold, standing_end
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act

ONE_DAY = timedelta(days=1)


@act("endings.record")
def continue_service(
    *, by: Actor, at: datetime, contract: Contract, clause: str, reason: str
) -> Continuation:
    """The service and its price go on past the contract's end, until `settle_continuation`.

    Raises DoesNotEnd, AlreadyContinues, OfAnother.
    """
    held = hold(contract, by)
    if held.ended_on is not None and running_continuation(held) is not None:
        raise AlreadyContinues(_("Le service de ce contrat se poursuit déjà jusqu’à la restitution."))
    ended_on = held.ended_on or held.ends_on
    if ended_on is None:
        raise DoesNotEnd(_("Rien ne met fin au contrat %(number)s.") % {"number": held})
    made = Continuation.objects.create(
        provider=by.provider,
        client_id=held.client_id,
        contract=held,
        end=standing_end(held),
        clause=clause,
        since_on=ended_on + ONE_DAY,
        reason=reason[:200],
        recorded_at=at,
        recorded_by=by.name,
    )
    held.ended_on, held.ends_on = ended_on, None
    held.save(update_fields=["ended_on", "ends_on"])
    journal.write(
        by=by,
        at=at,
        code="contracts.service_continued",
        about=held,
        data={"clause": clause, "ended_on": ended_on.isoformat(), "since_on": made.since_on.isoformat()},
    )
    return made


@act("endings.record")
def settle_continuation(
    *, by: Actor, at: datetime, contract: Contract, returned_on: date | None, because: str
) -> Continuation | None:
    """All was returned on `returned_on`: the service ends with that day, or with the contract's end if that
    is later. Without a day nobody waits for a return any more: the contract's end holds.

    None where the service does not go on. Raises OfAnother.
    """
    held = hold(contract, by)
    running = running_continuation(held)
    if running is None or held.ended_on is None:
        return None
    went_on = returned_on is not None and returned_on >= running.since_on
    running.until_on = returned_on if went_on else None
    running.settled_at, running.settled_by, running.settled_because = at, by.name, because[:200]
    running.save(update_fields=["until_on", "settled_at", "settled_by", "settled_because"])
    held.ends_on = running.until_on or held.ended_on
    if not went_on:
        held.ended_on = None
    held.save(update_fields=["ended_on", "ends_on"])
    journal.write(
        by=by,
        at=at,
        code="contracts.continuation_settled",
        about=held,
        data={
            "clause": running.clause,
            "returned_on": returned_on.isoformat() if returned_on else None,
            "ends_on": held.ends_on.isoformat(),
            "reason": running.settled_because,
        },
    )
    return running


def running_continuation(contract: Contract) -> Continuation | None:
    """The one that lasts; None where the service does not go on past its end."""
    return contract.continuations.filter(settled_at=None).first()
