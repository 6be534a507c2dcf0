"""Several machines on one managed PostgreSQL: two that serve the web, three that do the background work.

Here each is a process group with a data directory of its own; they share the database and the signing key.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from clausier import cluster
from tests.engine.served import ROOT, Served, alive, descendants, environment, eventually

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(sys.platform != "linux", reason="reads processes from /proc"),
]

JOBS = 24


class WebMachine(Served):
    """`clausier serve --without-worker`; what it asks, it asks of the shared database."""

    options = ("--without-worker", "--web-processes", "1")

    def __init__(self, home: Path, database: Path, addresses: dict[str, str]) -> None:
        super().__init__(home, **addresses)
        self.database = database


@contextmanager
def background_machine(home: Path, addresses: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`clausier worker`, one job at a time."""
    with home.with_name(home.name + "-says").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "clausier.cli.main", "worker", "--concurrency", "1"],
            env=environment(home, **addresses),
            cwd=ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


@pytest.fixture
def addresses(engine_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A PostgreSQL that somebody else runs, migrated; of its two hosts the first is down (a failover)."""
    monkeypatch.setenv("CLAUSIER_HOME", str(engine_home))
    with cluster.running():
        hosts = quote(f"/nowhere,{cluster.Place.of(engine_home).socket}", safe=",")
        found = {
            name: f"postgresql:///{cluster.DATABASE}?host={hosts}&port={cluster.PORT}&user={role}"
            "&target_session_attrs=read-write"
            for name, role in (("DATABASE_URL", cluster.APP), ("DATABASE_OWNER_URL", cluster.OWNER))
        } | {
            "CLAUSIER_DJANGO_SECRET_KEY": "one key for every machine of this test",
            "CLAUSIER_BACKUP_DAILY": "0",
        }
        subprocess.run(
            [sys.executable, "-m", "clausier.cli.main", "migrate"],
            env=environment(engine_home.with_name("first"), **found),
            cwd=ROOT,
            check=True,
        )
        yield found


def test_machines_come_and_go_and_every_act_is_done_once(
    engine_home: Path, addresses: dict[str, str]
) -> None:
    shared = Served(engine_home)  # only to ask the database
    with ExitStack() as machines:
        webs = [WebMachine(engine_home.with_name(f"web-{n}"), engine_home, addresses) for n in (1, 2)]
        for web in webs:
            web.start()
            machines.callback(web.stop)
        workers = [
            machines.enter_context(background_machine(engine_home.with_name(f"worker-{n}"), addresses))
            for n in (1, 2, 3)
        ]
        eventually(
            lambda: shared.ask("select count(*) from procrastinate_workers") == 3, what="three never began"
        )

        # Each worker stands in the middle of a job; the other jobs wait, whichever web machine took them.
        gate = engine_home / "gate"
        keys = [f"act-{n}" for n in range(JOBS)]
        for n, key in enumerate(keys):
            assert eventually(lambda key=key, n=n: webs[n % 2].get(f"act/{key}?gate={gate}")) == "deferred"
        eventually(
            lambda: shared.ask("select count(*) from probe_mark where kind = 'begun'") == 3,
            what="the workers did not share the work",
        )

        family = {workers[0].pid} | descendants(workers[0].pid)
        os.kill(workers[0].pid, signal.SIGKILL)
        lost = descendants(webs[0].pid)
        os.kill(webs[0].pid, signal.SIGKILL)
        assert webs[1].get("who"), "the other web machine goes on"
        gate.touch()

        done = "select count(*) from probe_mark where kind = 'done'"
        eventually(lambda: shared.ask(done) == JOBS, within=120, what="a job was lost")
        eventually(
            lambda: shared.ask("select count(*) from procrastinate_jobs where task_name = 'probe.work'") == 0,
            what="a job is still there",
        )
        for key in keys:
            assert shared.marks(key, "act") == shared.marks(key, "done") == 1
        cut = JOBS + 1  # the job of the killed worker was begun twice
        assert shared.ask("select count(*) from probe_mark where kind = 'begun'") == cut
        assert webs[0].process
        webs[0].process.wait()
        eventually(lambda: not any(map(alive, family | lost)), within=30, what="orphans are left")

        webs[0].start()  # the machine is back
        assert eventually(lambda: webs[0].get("who"))
