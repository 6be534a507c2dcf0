"""Background work of the foundation."""

from procrastinate.contrib.django import app

from clausier.foundation import isolation, journal


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="seal-journals", name="foundation.seal_journals")
@isolation.job_of_installation("every chain is sealed, the installation's too")
def seal_journals(timestamp: int) -> int:
    """Chain what the acts wrote since the last time. Idempotent; `timestamp` is the tick's."""
    return journal.seal_all()
