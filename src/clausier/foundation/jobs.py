"""Jobs that acts defer all the time: as the library does it, by a statement that the session has prepared."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection
from procrastinate.contrib.django import app
from pydantic_core import to_json

DEFER: Final = """
    select procrastinate_defer_jobs_v1(array[
        row($1, $2, $3::integer, $4, $5, $6::jsonb, $7::timestamptz)::procrastinate_job_to_defer_v1
    ])
"""


def defer(task: str, *, schedule_at: datetime | None = None, **given: int | None) -> None:
    """Have `task` done with what is `given` once the transaction under way is committed, or at `schedule_at`.

    What waits once at most, by a queueing lock, is deferred by the library's own way.
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
