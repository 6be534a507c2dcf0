"""Background work: each plan's tickets, opened when their dates come."""

from __future__ import annotations

from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.foundation.models import Provider
from clausier.recurring import services
from clausier.recurring.models import Plan


@app.periodic(cron="11 * * * *")
@app.task(name="recurring.look", queueing_lock="recurring.look")
@isolation.job_of_installation("the dates of every provider's plans are looked at")
def look(timestamp: int) -> int:
    """Have each plan that runs looked at; how many. `timestamp` is the tick's."""
    found = Plan.objects.filter(ended_at=None, paused_at=None).order_by("pk")
    plans = list(found.values_list("pk", "provider_id"))
    for plan, provider_id in plans:
        make_due.defer(plan=plan, provider_id=provider_id)
    return len(plans)


@app.task(name="recurring.make_due", queue="roster")
@isolation.job_of_provider
def make_due(*, plan: int, provider_id: int) -> list[int]:
    """Open the tickets of a plan's dates that are due; their numbers. Done again, it opens none."""
    found = Plan.objects.filter(pk=plan, ended_at=None).first()
    if found is None:
        return []
    by = program(Provider.objects.select_related("book").get(pk=provider_id))
    return [ticket.number for ticket in services.make_due(by=by, at=clock.now(), plan=found)]
