"""A real `clausier serve` on a data directory, watched from outside."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psycopg

from clausier import cluster

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def eventually(look: Callable[[], T], *, within: float = 60, what: str = "") -> T:
    """Look again and again until it is true; return what was seen. Fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < deadline, what or "it did not happen in time"
        time.sleep(0.05)
    return seen


def environment(home: Path, **more: str) -> dict[str, str]:
    """What an engine's process is started with: nothing of this test run's own settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CLAUSIER_", "DATABASE_"))
    }
    return kept | {
        "CLAUSIER_HOME": str(home),
        "CLAUSIER_HEARTBEAT": "1",
        "CLAUSIER_BACKUP_DAILY": "0",  # or it would be made in the middle of a test, at some hours
        "DJANGO_SETTINGS_MODULE": "tests.engine.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "LC_ALL": "en_GB.UTF-8",
        **more,
    }


def alive(pid: int) -> bool:
    """Whether a process exists and is not merely waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def descendants(pid: int) -> set[int]:
    """Every process under `pid`."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


class Served:
    """One installation, started and stopped as often as a test likes; `options` are those of `serve`."""

    options: tuple[str, ...] = ()

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = environment
        self.events = home.with_name(home.name + "-events")
        self.process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        self.events.write_bytes(b"")
        with self.events.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "clausier.cli.main", "serve", "--port", str(self.port), *self.options],
                env=environment(self.home, **self.environment),
                cwd=ROOT,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        # The first start makes the database, and may do so on a busy machine.
        eventually(
            lambda: "serves on" in self.said() or self.fail_if_ended(), within=240, what="it never served"
        )

    def fail_if_ended(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.said()
        return False

    def said(self) -> str:
        return self.events.read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def pid_of(self, service: str) -> int:
        """The process of `web`, `background worker` or `database` that runs now."""
        return int(re.findall(rf"^{service}: started \(process (\d+)\)", self.said(), re.MULTILINE)[-1])

    def kill(self, service: str) -> int:
        """`kill -9` a service; return the number it had."""
        pid = self.pid_of(service)
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self) -> int:
        """Ctrl-C's gentler sister; return the exit status."""
        assert self.process
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)

    def get(self, path: str) -> str | None:
        """The answer of a page; None when there is none, or an error."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=20) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, OSError):
            return None

    def marks(self, key: str, kind: str) -> int:
        """How many marks a key has; 0 while the database is away."""
        return int(self.ask("select count(*) from probe_mark where key = %s and kind = %s", key, kind) or 0)

    def ask(self, question: str, *arguments: str) -> object:
        """The first column of the first row, asked as the program; None while the database is away."""
        try:
            with psycopg.connect(
                host=str(cluster.Place.of(self.home).socket),
                port=cluster.PORT,
                user=cluster.APP,
                dbname=cluster.DATABASE,
            ) as connection:
                row = connection.execute(question, arguments).fetchone()  # type: ignore[arg-type]
        except psycopg.OperationalError:
            return None
        return row[0] if row else None
