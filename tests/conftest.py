"""What the tests stand on: a PostgreSQL of their own, the program's database role, a clock, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from clausier import cluster
from clausier.foundation import clock, isolation
from tests import roles, settings

pytest_plugins = ["tests.people"]

# How fast the machine draws examples is not what the tests are about. For CI hypothesis has a profile itself.
if not os.environ.get("CI"):
    hypothesis.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.load_profile("unhurried")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
]


# ---------------------------------------------------------------- the order


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs a browser last: its event loop stays in this thread and misleads what follows."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


# ---------------------------------------------------------------- the database


@pytest.fixture(scope="session")
def private_cluster() -> Iterator[cluster.Cluster]:
    """A cluster for this run, started when the first test asks for the database, without care for crashes."""
    with ExitStack() as ends:
        ends.enter_context(cluster.running(fsync="off", synchronous_commit="off", full_page_writes="off"))
        ours = cluster.Cluster.of_home()
        with ours.connect() as connection:
            # The owner makes the test database, and lifts the guards where a test plays the intruder.
            connection.execute(f"alter role {cluster.OWNER} createdb")
            connection.execute(f"grant set on parameter session_replication_role to {cluster.OWNER}")
        yield ours


@pytest.fixture(scope="session")
def django_db_modify_db_settings(private_cluster: cluster.Cluster) -> None:
    """Have the cluster up before Django makes its test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Settle the test database as `clausier migrate` does; from then on every session is the program's.

    The owner logs in and takes the program's role at once, in every thread: rights and fences hold.
    """
    from django.db import connection

    from clausier import grants

    # Of the class, not of one connection: beside a browser's event loop Django keeps connections of its own.
    operations = type(connection.ops)
    empty = operations.execute_sql_flush

    def empty_as_owner(ops: Any, statements: Any) -> None:
        with roles.owning(connection):
            # The queue's tables are no model's own: Django would leave the jobs of one test to the next.
            empty(ops, [*statements, "truncate procrastinate_jobs, procrastinate_periodic_defers cascade;"])

    with django_db_blocker.unblock():
        grants.settle(connection, cluster.APP)
        connection.close()
    options = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {**options, "options": f"-c role={cluster.APP}"}
    operations.execute_sql_flush = empty_as_owner  # type: ignore[method-assign]
    yield
    operations.execute_sql_flush = empty  # type: ignore[method-assign]
    connection.settings_dict["OPTIONS"] = options
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture
def program_role(db: None) -> Callable[[], AbstractContextManager[None]]:
    """`with program_role():` what the database refuses to the program inside is rolled back to before."""
    from django.db import transaction

    return transaction.atomic


@pytest.fixture(autouse=True)
def everything_in_sight() -> Iterator[None]:
    """A test's own questions see every provider's rows; requests, acts and jobs keep to their scope."""
    with isolation.everything("a test looks on"):
        yield


# ---------------------------------------------------------------- the clock


@pytest.fixture
def at() -> Iterator[Callable[[str], datetime]]:
    """`at("2026-11-20T16:30")` holds the clock there, in every thread, until told otherwise or the end."""

    def hold(instant: str) -> datetime:
        clock.hold_everywhere(instant)
        return clock.now()

    yield hold
    clock.hold_everywhere(None)


# ---------------------------------------------------------------- sign-in


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> None:
    """No test pays for the guesses of the one before."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def letters(db: None, mailoutbox: Any) -> Callable[[], list[Any]]:
    """`letters()` sends what waits in the mail queue, as a worker would, and returns all that was sent."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from clausier.foundation import tasks
    from clausier.post import outbox
    from clausier.post import tasks as post

    done: set[int] = set()

    def sent() -> list[Any]:
        for job in ProcrastinateJob.objects.filter(queue_name="mail", status="todo").order_by("id"):
            if job.id not in done:
                done.add(job.id)
                send = post.send if job.task_name == outbox.SEND else tasks.send_letter
                send(**job.args)
        return list(mailoutbox)

    return sent


# ---------------------------------------------------------------- the browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the system's Chromium; nothing is downloaded."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    return {**browser_type_launch_args, "executable_path": found, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A French visitor in France, whatever this machine speaks."""
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris"}


# ---------------------------------------------------------------- the end


def pytest_unconfigure() -> None:
    """Leave nothing in the temporary directory."""
    place = cluster.Place.of(settings.THROW_AWAY)
    for directory in {settings.THROW_AWAY, place.base, place.socket}:
        shutil.rmtree(directory, ignore_errors=True)
