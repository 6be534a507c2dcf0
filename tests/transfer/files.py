"""Files as other tools write them, and the jobs of bringing them in."""

from __future__ import annotations

import io
from contextvars import Context
from typing import Any

from openpyxl import Workbook
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.transfer import services
from clausier.transfer.models import Import


def csv_file(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def do_jobs(*names: str) -> list[str]:
    """Do the waiting jobs of these names, in their order, as a worker would; what they answered."""
    done = []
    for job in ProcrastinateJob.objects.filter(task_name__in=names, status="todo").order_by("id"):
        done.append(Context().run(app.tasks[job.task_name].func, **job.args))
        ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")
    return done


def checked(by: Actor, kind: str, content: bytes, **choices: Any) -> Import:
    """A file received, its columns taken as guessed, and checked."""
    source = services.receive_file(by=by, at=clock.now(), kind=kind, name=f"{kind}.csv", content=content)
    mapping = choices.pop("mapping", source.mapping)
    services.choose_columns(by=by, at=clock.now(), source=source, mapping=mapping, **choices)
    do_jobs("transfer.check")
    source.refresh_from_db()
    return source


def brought(by: Actor, kind: str, content: bytes, **choices: Any) -> Import:
    """The same, and brought in."""
    source = checked(by, kind, content, goes_on=True, **choices)
    assert source.faults == []
    do_jobs("transfer.write")
    source.refresh_from_db()
    assert source.state == "done", (source.state, source.failure, source.faults)
    return source


def undone(by: Actor, source: Import) -> Import:
    services.ask_undoing(by=by, at=clock.now(), source=source)
    do_jobs("transfer.undo")
    source.refresh_from_db()
    return source
