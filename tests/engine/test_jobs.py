"""Jobs: deferred with the act or not at all, and taken back from the dead."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier import wiring


@pytest.mark.django_db
def test_a_job_of_an_act_that_fails_does_not_exist() -> None:
    def waiting() -> bool:
        return ProcrastinateJob.objects.filter(task_name="foundation.seal_journals").exists()

    def failing_act() -> None:
        with transaction.atomic():
            app.configure_task("foundation.seal_journals").defer(timestamp=0)
            assert waiting()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_act()
    assert not waiting()


def test_every_task_has_an_answer_to_a_lost_database() -> None:
    assert app.tasks
    for task in app.tasks.values():
        assert task.queueing_lock or task.get_retry_exception(
            exception=OperationalError("gone"), job=SimpleNamespace(attempts=0)
        ), task.name


def test_every_reaction_names_tasks_that_exist() -> None:
    assert {reaction.task for reaction in wiring.REACTIONS} <= set(app.tasks)


def stalled_job(**columns: Any) -> int:
    """A job in the hands of no worker, as a worker that died and was struck off leaves it."""
    facts = {"task_name": "probe.any", "queue_name": "default", "status": "doing", "attempts": 0} | columns
    names, places = ", ".join(facts), ", ".join(["%s"] * len(facts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into procrastinate_jobs ({names}) values ({places}) returning id", list(facts.values())
        )
        return int(cursor.fetchone()[0])


def retake() -> None:
    # In this very thread, and so in the test's own transaction.
    async_to_sync(wiring.retake_stalled_jobs)(SimpleNamespace(app=app), timestamp=0)  # type: ignore[arg-type]


def status(job: int) -> str | None:
    return ProcrastinateJob.objects.filter(pk=job).values_list("status", flat=True).first()


@pytest.mark.django_db
def test_the_jobs_of_the_dead_are_done_again() -> None:
    job = stalled_job()
    retake()
    assert status(job) == "todo"


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_fails_in_the_end() -> None:
    job = stalled_job(attempts=wiring.MOST_ATTEMPTS)
    retake()
    assert status(job) == "failed"


@pytest.mark.django_db(transaction=True)  # the worker asks outside of any transaction
def test_a_stalled_job_with_a_waiting_successor_gives_way_and_holds_up_no_other() -> None:
    replaced = stalled_job(queueing_lock="one at a time")
    successor = stalled_job(queueing_lock="one at a time", status="todo")
    other = stalled_job()
    retake()
    assert status(replaced) is None
    assert status(successor) == "todo"
    assert status(other) == "todo"
