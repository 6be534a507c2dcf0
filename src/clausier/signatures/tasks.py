"""Background work of signatures: who has to sign is reminded, what nobody signed in time is closed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.signatures import queries, services
from clausier.signatures.models import SignatureRequest
from clausier.signatures.states import WAITING


@app.periodic(cron="17 * * * *")
@app.task(name="signatures.remind", queueing_lock="signatures.remind")
@isolation.job_of_installation("signers of every provider's papers are reminded")
def remind(timestamp: int) -> int:
    """Remind, in office hours, those whose paper still waits; how many. `timestamp` is the tick's."""
    at = clock.now()
    if at.hour not in clock.OFFICE_HOURS:
        return 0
    found = list(queries.to_remind(at).select_related("provider__book"))
    return sum(services.remind(by=program(one.provider), at=at, request=one) for one in found)


@app.periodic(cron="7,37 * * * *")
@app.task(name="signatures.expire", queueing_lock="signatures.expire")
@isolation.job_of_installation("requests of every provider end when their time is over")
def expire(timestamp: int) -> int:
    """Close the requests whose time is over; how many. `timestamp` is the tick's. Idempotent."""
    at = clock.now()
    over = SignatureRequest.objects.filter(state__in=WAITING, valid_until__lte=at)
    found = list(over.select_related("provider__book").order_by("pk"))
    return sum(services.expire(by=program(one.provider), at=at, request=one) for one in found)
