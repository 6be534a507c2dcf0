"""One parent for database, web and worker: it starts them, restarts what ends, and ends them all with itself.

The listening socket is the parent's: while the web server restarts, callers wait instead of being refused.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from clausier import options, processes
from clausier.cluster import Cluster, home, managed
from clausier.postgresql import ClusterError
from clausier.processes import Child
from clausier.terms.outcome import Words

HEALTHY_AFTER = 30.0  # seconds a service must have lived for its failures to be forgotten
LONGEST_WAIT = 30.0  # seconds between two tries
LOOK_EVERY = 0.2  # seconds
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"  # the library's own variable

Say = Callable[[Words], None]
Announce = Callable[[int], None]  # of the port that is served


class StopAsked(Exception):
    """SIGTERM or SIGINT reached the supervisor."""


class CannotListen(Exception):
    """The address is taken, or is not this machine's."""


class StepFailed(Exception):
    """Something that had to be done before serving ended with a status other than 0."""

    def __init__(self, command: Sequence[str | Path], status: int) -> None:
        super().__init__(f"{' '.join(map(str, command))}: {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Service:
    """Something kept alive; `stop` is the signal that ends it well, `grace` the seconds it gets for that."""

    name: Words
    start: Callable[[], Child]
    stop: signal.Signals
    grace: float


class Kept:
    """A service under supervision: its child, and when it may be tried again."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.child: Child | None = None
        self.started = 0.0
        self.failures = 0
        self.next_try = 0.0

    def begin(self, now: float) -> Child:
        """Start the service at the monotonic instant `now`."""
        self.child = self.service.start()
        self.started = now
        return self.child

    def note_end(self, now: float) -> float:
        """Its child has ended: settle when to try again; return the seconds until then."""
        if now - self.started >= HEALTHY_AFTER:
            self.failures = 0
        self.failures += 1
        self.child = None
        wait = wait_after(self.failures)
        self.next_try = now + wait
        return wait


def wait_after(failures: int) -> float:
    """Seconds to wait before the try that follows so many failures in a row: 0, 1, 2, 4 … 30."""
    return 0.0 if failures <= 1 else min(2.0 ** (failures - 2), LONGEST_WAIT)


class Supervisor:
    """Keeps services alive until it is told to stop. Use it from the main thread."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.kept: list[Kept] = []

    def add(self, service: Service) -> Child:
        """Start a service and keep it alive from now on; they end in the reverse order."""
        kept = Kept(service)
        self.kept.append(kept)
        return self._begin(kept)

    def do(self, command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        """Run a command to its end while the services live; raises StepFailed."""
        child = processes.start(command, when_orphaned=signal.SIGTERM, environment=environment)
        try:
            while (status := child.ended()) is None:
                self.look()
                time.sleep(0.05)
        except StopAsked:
            child.end(signal.SIGTERM, within=10)
            raise
        if status:
            raise StepFailed(command, status)

    def watch(self) -> None:
        """Look after the services for ever; StopAsked ends it."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Restart what has ended and whose time has come."""
        now = time.monotonic()
        for kept in self.kept:
            if kept.child is not None and (status := kept.child.ended()) is not None:
                self._tell_end(kept, status, kept.note_end(now))
            if kept.child is None and now >= kept.next_try:
                self._begin_again(kept, now)

    def end_all(self) -> None:
        """End every service, the last one started first."""
        while self.kept:
            kept = self.kept.pop()
            if kept.child is not None:
                kept.child.end(kept.service.stop, within=kept.service.grace)
                name = kept.service.name
                self.say(Words(f"{name.fr}\u00a0: arrêt", f"{name.en}: stopped"))

    def _begin(self, kept: Kept) -> Child:
        name = kept.service.name
        child = kept.begin(time.monotonic())
        self.say(
            Words(
                f"{name.fr}\u00a0: départ (processus {child.pid})",
                f"{name.en}: started (process {child.pid})",
            )
        )
        return child

    def _begin_again(self, kept: Kept, now: float) -> None:
        """Start what had ended; that it cannot be started now (a full disk) ends nothing else."""
        try:
            self._begin(kept)
        except (ClusterError, OSError) as problem:
            kept.started = now
            wait = kept.note_end(now)
            name = kept.service.name
            self.say(
                Words(
                    f"{name.fr}\u00a0: {problem} Nouvel essai dans {wait:.0f}\u00a0s",
                    f"{name.en}: {problem} Trying again in {wait:.0f} s",
                )
            )

    def _tell_end(self, kept: Kept, status: int, wait: float) -> None:
        name = kept.service.name
        how = ending(status)
        self.say(
            Words(
                f"{name.fr}\u00a0: {how.fr}, nouveau départ "
                + (f"dans {wait:.0f}\u00a0s" if wait else "immédiat"),
                f"{name.en}: {how.en}, starting again " + (f"in {wait:.0f} s" if wait else "at once"),
            )
        )


def ending(status: int) -> Words:
    """An exit status in words."""
    if status >= 0:
        return Words(f"fin (état {status})", f"ended (status {status})")
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = str(-status)
    return Words(f"fin par {name}", f"ended by {name}")


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn SIGTERM, SIGINT and SIGHUP into StopAsked within the block."""

    def stop(number: int, frame: FrameType | None) -> None:
        # Once: what follows is the orderly end, which a second Ctrl-C must not tear apart.
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


# ---------------------------------------------------------------- Clausier's own services


@dataclass(frozen=True, slots=True)
class Plan:
    """What to serve and how: `steps` are sub-commands done between the database's start and the web's."""

    host: str = "127.0.0.1"
    port: int = 8000
    any_port: bool = False  # take the next free one when `port` is busy
    web_processes: int = 2
    web_threads: int = 4
    worker: bool = True
    steps: tuple[tuple[str, ...], ...] = ()
    logs: Path | None = None  # a directory; None: web and worker write where we write


def serve(plan: Plan, say: Say, *, when_serving: Announce) -> None:
    """Serve until told to stop. `when_serving` is called once, with the port.

    Raises ClusterError, CannotListen or StepFailed when it cannot begin.
    """
    with suppress(StopAsked), ExitStack() as ends:
        ends.enter_context(stop_signals())
        listener = ends.enter_context(listen(plan))
        cluster = None
        if not managed():
            cluster = Cluster.of_home()
            ends.enter_context(cluster.held(within=5))
        supervisor = Supervisor(say)
        ends.callback(supervisor.end_all)
        if cluster:
            cluster.wait(supervisor.add(database(cluster)))
            cluster.settle()
        for step in plan.steps:
            supervisor.do(clausier(*step), os.environ)
        supervisor.add(web(plan, listener))
        if plan.worker:
            supervisor.add(worker(plan))
            supervisor.add(post(plan))
        when_serving(listener.getsockname()[1])
        supervisor.watch()


def listen(plan: Plan) -> socket.socket:
    """The listening socket; raises CannotListen when the port, or every one of the next twenty, is taken."""
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    last = plan.port + 20 if plan.any_port else plan.port
    port = plan.port
    while True:
        try:
            return socket.create_server((plan.host, port), family=family, backlog=256)
        except OSError as problem:
            if port >= last:
                raise CannotListen(problem.strerror) from problem
            port += 1


def clausier(*words: str) -> list[str]:
    """The command line of a sub-command of ours, in this Python."""
    return [sys.executable, "-m", "clausier.cli.main", *words]


def database(cluster: Cluster) -> Service:
    """The private PostgreSQL, prepared anew at each start: it may have died in the middle of anything."""
    return Service(
        Words("base de données", "database"),
        lambda: cluster.start(cluster.prepare()),
        signal.SIGINT,
        60,
    )


def fresh_counters() -> str:
    """An empty directory where the web's processes add up what they count for `/metrics`."""
    directory = home() / "run" / f"metrics-{os.getpid()}"
    for left in directory.parent.glob("metrics-*"):
        # Another supervisor may serve from this directory, on a managed database.
        if left == directory or not processes.exists(int(left.name.rpartition("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    directory.mkdir(parents=True)
    return str(directory)


def web(plan: Plan, listener: socket.socket) -> Service:
    """gunicorn on the parent's socket."""
    command = [
        *(sys.executable, "-m", "gunicorn", "clausier.wsgi:application"),
        *("--bind", f"fd://{listener.fileno()}"),
        *("--worker-class", "gthread"),
        *("--workers", str(plan.web_processes)),
        *("--threads", str(plan.web_threads)),
        *("--timeout", "60"),
        *("--graceful-timeout", "10"),
        *("--forwarded-allow-ips", ",".join(options.value("CLAUSIER_PROXIES"))),
        *("--config", "python:clausier.care.gunicorn"),
        "--no-control-socket",
    ]
    shared_memory = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat files: a busy disk must not stop them
    if os.access(shared_memory, os.W_OK):
        command += ["--worker-tmp-dir", str(shared_memory)]
    return Service(
        Words("web", "web"),
        lambda: processes.start(
            command,
            when_orphaned=signal.SIGTERM,
            environment={**os.environ, "CLAUSIER_ROLE": "app", MULTIPROCESS: fresh_counters()},
            log=plan.logs / "web.log" if plan.logs else None,
            keep_open=[listener.fileno()],
        ),
        signal.SIGTERM,
        15,
    )


def post(plan: Plan) -> Service:
    """What mail is delivered to, and what waits for news of mailboxes."""
    return Service(
        Words("courrier", "mail"),
        lambda: processes.start(
            clausier("post"),
            when_orphaned=signal.SIGKILL,
            environment=os.environ,
            log=plan.logs / "post.log" if plan.logs else None,
        ),
        signal.SIGTERM,
        10,
    )


def worker(plan: Plan) -> Service:
    """The background worker.

    An orphan is killed outright: it would wait for its jobs for ever, and a job that was cut is done again.
    """
    return Service(
        Words("tâches de fond", "background worker"),
        lambda: processes.start(
            clausier("worker"),
            when_orphaned=signal.SIGKILL,
            environment=os.environ,
            log=plan.logs / "worker.log" if plan.logs else None,
        ),
        signal.SIGTERM,
        30,
    )
