"""How many tickets a second one web process opens through the API, with everything on.

    .venv/bin/python -m benchmarks.api_tickets [--seconds 20] [--clients 4] [--webhook]

Starts an installation of its own in a temporary directory (private PostgreSQL, one web process, the
background worker sealing the journal), makes a provider on imri/2013 with one client under contract, and
opens tickets from several keep-alive connections, each with a token and an idempotency key. Every ticket is
ruled (priority, coverage, promise, target), journalled and answered whole. `--webhook` subscribes an address
to every act, so that each ticket defers a job as well.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Figure, Line

SLUG = "mesure"


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured: the time each ticket took and the seconds it all lasted, the warm-up left out.

    `opened` counts the warm-up too, as does `web_cpu`, the CPU seconds of the web process.
    """

    times: list[float]
    seconds: float
    opened: int
    web_cpu: float


def measure() -> Iterator[Line]:
    """The rate, and what a ticket costs: the latter hardly depends on what else the machine does."""
    run = measured(seconds=20, clients=4, threads=4, webhook=False)
    median = f"median {statistics.median(run.times) * 1000:.0f} ms"
    yield Figure("tickets opened", len(run.times) / run.seconds, "tickets/s", 80, beside=median)
    yield Figure("the web process's CPU for one", run.web_cpu / run.opened * 1000, "ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.prepare:
        prepare(args.clients, webhook=args.webhook)
        return 0
    run = measured(seconds=args.seconds, clients=args.clients, threads=args.threads, webhook=args.webhook)
    tell(run)
    return 0


def measured(*, seconds: float, clients: int, threads: int, webhook: bool) -> Run:
    """Serve an installation of its own for that long, with that many clients asking."""
    # Where the account that PostgreSQL drops to, when run as root, can enter.
    home = tempfile.mkdtemp(prefix="clausier-bench-", dir="/tmp")
    Path(home).chmod(0o711)
    environment = {**os.environ, "CLAUSIER_HOME": home, "CLAUSIER_HOSTS": "127.0.0.1"}
    port = free_port()
    served = subprocess.Popen(  # noqa: S603
        [
            *(sys.executable, "-m", "clausier.cli.main", "serve", "--port", str(port)),
            *("--web-processes", "1", "--web-threads", str(threads)),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        made = subprocess.run(  # noqa: S603
            [
                *(sys.executable, "-m", "benchmarks.api_tickets", "--prepare", "--clients", str(clients)),
                *(["--webhook"] if webhook else []),
            ],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        before = web_seconds(home)
        times, opened = drive(port, made.stdout.split(), seconds)
        return Run(times, seconds, opened, web_seconds(home) - before)
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def prepare(tokens: int, *, webhook: bool) -> None:
    """Make the provider and print one token a line; runs in a process of its own, inside the installation."""
    from clausier.cli import installation

    with installation.ready("app"):
        from datetime import timedelta

        from clausier.contracts import services as contracts
        from clausier.directory import services as directory
        from clausier.foundation import books, clock
        from clausier.foundation import services as foundation
        from clausier.foundation.actors import Actor
        from clausier.integrations import services
        from clausier.terms import book as terms_book

        at = clock.now()
        book = books.install(terms_book.load("imri/2013"), at=at)
        provider = foundation.create_provider(slug=SLUG, name="Mesure", book=book, at=at)
        person = foundation.create_person(email="mesure@example.org", full_name="Mesure", at=at)
        foundation.first_owner(provider=provider, person=person, at=at)
        owner = Actor(provider=provider, role="owner", person=person)
        agency = directory.create_agency(by=owner, at=at, name="Agence")
        client = directory.create_client(
            by=owner, at=at, name="Client mesuré", agency=agency, siren="900000027", number="CL-001"
        )
        contracts.create_contract(
            by=owner, at=at, client=client, kind="managed", starts_on=at.date(), covered={"server": 2}
        )
        if webhook:
            services.create_webhook(
                by=owner, at=at, label="Mesure", url="https://hook.example.org/", codes=["*"]
            )
        for number in range(tokens):
            made = services.create_token(
                by=owner,
                at=at,
                label=f"Mesure {number}",
                person=person,
                scopes=["desk.open", "desk.read"],
                expires_at=at + timedelta(days=1),
            )
            print(made.text)


TICKET = {
    "client": "CL-001",
    "title": "Le serveur de fichiers ne répond plus",
    "description": "Plus aucun partage.",
    "origin": "alert",
    "nature": "incident",
    "equipment_class": "server",
    "impact": "site",
    "urgency": "blocked",
    "cause": "hardware-fault",
}


def drive(port: int, tokens: list[str], seconds: float) -> tuple[list[float], int]:
    """Open tickets for so long, one connection a token.

    The time that each took, in seconds, and how many were opened with those of the warm-up.
    """
    warm_up = min(3.0, seconds / 4)
    times: list[float] = []
    warm: list[float] = []
    begins = time.perf_counter() + warm_up
    threads = [
        threading.Thread(target=one_client, args=(port, token, begins, begins + seconds, times, warm))
        for token in tokens
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(times) + len(warm)


def one_client(
    port: int, token: str, begins: float, ends: float, times: list[float], warm: list[float]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = json.dumps(TICKET)
    while (asked := time.perf_counter()) < ends:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        connection.request("POST", f"/api/v1/{SLUG}/tickets", body, headers)
        response = connection.getresponse()
        content = response.read()
        if response.status != 201:
            raise SystemExit(f"{response.status} {content.decode()}")
        (times if asked >= begins else warm).append(time.perf_counter() - asked)


def web_seconds(home: str) -> float:
    """The CPU time that the installation's web processes took so far; Linux only, 0 elsewhere."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"gunicorn" in (process / "cmdline").read_bytes() and f"CLAUSIER_HOME={home}".encode() in (
                process / "environ"
            ).read_bytes().split(b"\0"):
                after_name = (process / "stat").read_text().rpartition(")")[2].split()
                ticks += int(after_name[11]) + int(after_name[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def tell(run: Run) -> None:
    """Print the rate, and what a ticket costs the web process."""
    ordered = sorted(run.times)
    print(f"{len(ordered) / run.seconds:.1f} tickets/s over {run.seconds:.0f} s ({len(ordered)} tickets)")
    print(
        f"median {statistics.median(ordered) * 1000:.0f} ms, "
        f"95th percentile {ordered[int(len(ordered) * 0.95)] * 1000:.0f} ms"
    )
    print(f"{run.web_cpu / run.opened * 1000:.1f} ms of the web process's CPU a ticket")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Wait until the API answers, two minutes at most."""
    for _ in range(240):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/openapi.json")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit("the installation does not answer")


if __name__ == "__main__":
    sys.exit(main())
