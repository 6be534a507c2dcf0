"""`kill -9` of each part in the middle of its work: all comes back, nothing is lost, nobody is left."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.engine.served import Served, alive, descendants, eventually

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(sys.platform != "linux", reason="reads processes from /proc"),
]


@pytest.fixture
def gate(served: Served, request: pytest.FixtureRequest) -> Path:
    """The file a job of the probe waits for."""
    return served.home / f"gate-{request.node.name}"


def defer(served: Served, key: str, gate: Path) -> None:
    """Commit an act with its job, and wait until the job is in the middle of its work."""
    assert eventually(lambda: served.get(f"act/{key}?gate={gate}")) == "deferred"
    eventually(lambda: served.marks(key, "begun"), what="the job never began")


def assert_done_once(served: Served, key: str) -> None:
    eventually(lambda: served.marks(key, "done"), what="the job was lost")
    eventually(
        lambda: served.ask("select count(*) from procrastinate_jobs where task_name = 'probe.work'") == 0,
        what="a job is still there",
    )
    assert served.marks(key, "act") == 1
    assert served.marks(key, "done") == 1


def test_web_comes_back_and_no_caller_is_refused(served: Served) -> None:
    before = eventually(lambda: served.get("who"))
    killed = served.kill("web")
    assert before == str(killed)
    # Asked while there is no web server at all, answered by the next one (or by an old hand still at work).
    assert served.get("who") is not None
    eventually(lambda: served.pid_of("web") != killed)
    eventually(lambda: served.get("who") == str(served.pid_of("web")))


def test_a_job_whose_worker_is_killed_is_done_once(served: Served, gate: Path) -> None:
    defer(served, "worker", gate)
    killed = served.kill("background worker")
    gate.touch()
    assert_done_once(served, "worker")
    assert served.marks("worker", "begun") == 2  # cut once, so the kill was in the middle
    assert served.pid_of("background worker") != killed


def test_a_job_whose_database_is_killed_is_done_once(served: Served, gate: Path) -> None:
    defer(served, "database", gate)
    killed = served.kill("database")
    gate.touch()
    eventually(lambda: served.pid_of("database") != killed)
    assert_done_once(served, "database")
    assert eventually(lambda: served.get("who"))


def test_killed_supervisor_leaves_no_orphan_and_its_work_is_done_after_the_next_start(
    served: Served, gate: Path
) -> None:
    defer(served, "supervisor", gate)
    family = descendants(served.pid)
    assert len(family) > 6  # database and its helpers, web and its workers, the background worker
    os.kill(served.pid, signal.SIGKILL)
    assert served.process
    served.process.wait()
    eventually(lambda: not any(map(alive, family)), within=30, what="orphans are left")
    gate.touch()
    served.start()
    assert_done_once(served, "supervisor")


def test_terminated_supervisor_ends_all_in_order(served: Served) -> None:
    family = descendants(served.pid)
    assert served.stop() == 0
    assert not any(map(alive, family))
    lines = served.said().splitlines()
    assert lines[-3:] == ["background worker: stopped", "web: stopped", "database: stopped"]
    served.start()
    assert eventually(lambda: served.get("who"))


def test_a_second_start_on_the_same_data_is_refused_in_words(served: Served) -> None:
    second = Served(served.home)
    second.events = served.home.with_name("second")
    with pytest.raises(AssertionError, match="already runs"):
        second.start()
    assert second.stop() == 1
