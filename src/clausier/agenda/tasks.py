"""Background work on dates: reminders, once a stage."""

from __future__ import annotations

from procrastinate.contrib.django import app

from clausier.agenda import services
from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.foundation.models import Provider


@app.periodic(cron="29 * * * *")
@app.task(name="agenda.look", queueing_lock="agenda.look")
@isolation.job_of_installation("the dates of every provider are looked at")
def look(timestamp: int) -> int:
    """Have each provider's reminders sent, in office hours; how many providers. `timestamp` is the tick's."""
    if clock.now().hour not in clock.OFFICE_HOURS:
        return 0
    found = list(Provider.objects.order_by("pk").values_list("pk", flat=True))
    for provider_id in found:
        remind.defer(provider_id=provider_id)
    return len(found)


@app.task(name="agenda.remind")
@isolation.job_of_provider
def remind(*, provider_id: int) -> list[int]:
    """Send a provider's reminders that are due; the ids of the letters. Done again, it sends none."""
    by = program(Provider.objects.select_related("book").get(pk=provider_id))
    return [letter.pk for letter in services.remind(by=by, at=clock.now())]
