"""A job that stays in the middle of its work until a file appears."""

import time
from pathlib import Path

from django.db import transaction
from procrastinate.contrib.django import app

from tests.engine.probe.models import Mark


@app.task(name="probe.work")
def work(key: str, gate: str) -> None:
    """Mark the beginning, wait for `gate`, do the work once however often the job runs."""
    Mark.objects.create(key=key, kind="begun")
    while not Path(gate).exists():
        time.sleep(0.02)
    with transaction.atomic():
        if not Mark.objects.filter(key=key, kind="done").exists():
            Mark.objects.create(key=key, kind="done")
