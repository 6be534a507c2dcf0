"""Background work: editions that contracts adopted, on their day; signed amendments, applied."""

from __future__ import annotations

from procrastinate.contrib.django import app

from clausier.contracts import services
from clausier.contracts.models import Amendment, Contract
from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.foundation.models import JournalEntry


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="contracts-editions-in-force", name="contracts.bring_editions_into_force")
@isolation.job_of_installation("an adopted edition takes effect whoever's contract it is")
def bring_editions_into_force(timestamp: int) -> int:
    """Let contracts follow the editions whose day has come; how many. `timestamp` is the tick's."""
    at = clock.now()
    due = Contract.objects.filter(book_until_on__lte=at.date()).select_related("provider").order_by("pk")
    found = list(due)
    for contract in found:
        services.bring_edition_into_force(by=program(contract.provider), at=at, contract=contract)
    return len(found)


@app.task(name="contracts.apply_amendment")
@isolation.job_of_provider
def apply_amendment(*, entry: int, provider_id: int) -> int | None:
    """Apply the amendment that both have just agreed on; its id. Done again, it changes nothing."""
    told = JournalEntry.objects.get(pk=entry)
    found = Amendment.objects.filter(pk=told.object_id or 0).select_related("provider").first()
    if found is None:
        return None
    services.apply_amendment(by=program(found.provider), at=clock.now(), amendment=found)
    return found.pk
