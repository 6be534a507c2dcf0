"""django-helpdesk's side of `benchmarks/mail.py`: a worker that takes messages by its own command.

Runs under `benchmarks.helpdesk_settings`, in a process of its own.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.mail import ADDRESS, answer, letter

QUEUE = "mesure"


def inbox() -> Path:
    """The folder that its queue reads."""
    return Path(os.environ["HELPDESK_HOME"]) / "helpdesk-mail"


def prepare() -> None:
    """Its database, its templates of letters, and a queue that reads a folder."""
    import django
    import psycopg

    with psycopg.connect(
        host=os.environ["HELPDESK_SOCKET"], dbname="postgres", user="postgres", autocommit=True
    ) as connection:
        connection.execute("create database helpdesk owner clausier_owner")
    inbox().mkdir()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    models: Any = import_module("helpdesk.models")
    models.Queue.objects.create(
        title="Mesure",
        slug=QUEUE,
        email_address=ADDRESS,
        allow_email_submission=True,
        email_box_type="local",
        email_box_local_dir=f"{inbox()}/",
        email_box_interval=0,
        logging_type="none",
    )


def served() -> None:
    """Lines of numbers in, lines of [wall, cpu] out."""
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    taking: Any = import_module("helpdesk.email")
    models: Any = import_module("helpdesk.models")
    models.Queue.objects.count()
    answer(0, 0)
    for line in sys.stdin:
        numbers = json.loads(line)
        # Its order is that of the folder; the files are in place before the time begins.
        for number in numbers:
            (inbox() / f"{number:08}.eml").write_bytes(letter(number))
        before = models.FollowUp.objects.count()
        begins, cpu = time.perf_counter(), time.process_time()
        taking.process_email(quiet=True)
        wall, used = time.perf_counter() - begins, time.process_time() - cpu
        taken = models.FollowUp.objects.count() - before
        if taken != len(numbers) or any(inbox().iterdir()):
            raise SystemExit(f"django-helpdesk took {taken} of {len(numbers)} messages")
        answer(wall, used)


if __name__ == "__main__":
    prepare() if sys.argv[1:] == ["--prepare"] else served()
