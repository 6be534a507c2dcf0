"""Background work: editions whose day has come."""

from procrastinate.contrib.django import app

from clausier.editions import services
from clausier.editions.models import Edition
from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.foundation.models import Provider


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="editions-in-force", name="editions.bring_into_force")
@isolation.job_of_installation("an edition takes effect whoever's it is")
def bring_into_force(timestamp: int) -> int:
    """Let each provider's new contracts pin the edition of the day. Idempotent; `timestamp` is the tick's."""
    at = clock.now()
    waiting = Edition.objects.filter(effective_on__lte=at.date()).values("provider")
    providers = Provider.objects.filter(pk__in=waiting).select_related("book").defer("book__content")
    moved = [services.bring_into_force(by=program(provider), at=at) for provider in providers]
    return sum(edition is not None for edition in moved)
