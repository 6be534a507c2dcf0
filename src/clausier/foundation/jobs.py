"""Jobs that acts defer all the time: as the library does it, by a statement that the session has prepared."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from pydantic_core import to_json

DEFER: Final = """
    select procrastinate_defer_jobs_v1(array[
        row($1, $2, $3::integer, $4, $5, $6::jsonb, $7::timestamptz)::procrastinate_job_to_defer_v1
    ])
"""
WAITS: Final = "select exists (select from procrastinate_jobs where queueing_lock = $1 and status = 'todo')"


def defer(task: str, *, schedule_at: datetime | None = None, **given: int | None) -> None:
    """Have `task` done with what is `given` once the transaction under way is committed, or at `schedule_at`.

    For what waits once at most, see `defer_once`.
    """
    job = app.configure_task(task).job
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(
        DEFER,
        [
            *(job.queue, task, job.priority, job.lock, job.queueing_lock),
            *(to_json(given).decode(), schedule_at),
        ],
    )


def defer_once(task: str, *, lock: str, **given: int | bool) -> bool:
    """Have `task` done, as `defer` does, unless a job of this queueing `lock` waits; whether one does not."""
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(WAITS, [lock])
    if cursor.fetchone()[0]:
        return False
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=lock).defer(**given)
    except AlreadyEnqueued:  # a moment ago
        return False
    return True
