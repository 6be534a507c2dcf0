"""Jobs: deferred with the act or not at all, and taken back from the dead."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

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


class Lost:
    """A connector whose first statements lose the database, after or before the server has run them."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        if answer := self.answers.pop(0):
            raise ConnectorException from answer


@pytest.mark.parametrize("second", [None, psycopg.errors.RaiseException("Job was not found")])
def test_how_a_job_ended_is_said_until_the_database_hears_it(second: Exception | None) -> None:
    lost = Lost(psycopg.OperationalError("server closed the connection"), second)
    manager = wiring.InsistentJobManager(lost)  # type: ignore[arg-type]
    job: Any = SimpleNamespace(id=1)
    async_to_sync(manager.finish_job)(job, Status.SUCCEEDED, delete_job=True)
    assert lost.answers == []


def test_what_the_database_refuses_to_hear_is_not_said_again() -> None:
    manager = wiring.InsistentJobManager(Lost(psycopg.errors.RaiseException("no")))  # type: ignore[arg-type]
    with pytest.raises(ConnectorException):
        async_to_sync(manager.retry_job)(SimpleNamespace(id=1))  # type: ignore[arg-type]


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
