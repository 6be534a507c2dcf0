"""Mail of 30 kB to a durable ticket: Clausier and django-helpdesk in turn, one PostgreSQL, the same messages.

    python -m benchmarks.mail [--rounds 5] [--messages 100] [--without-peer]

Run it where requirements-bench.lock is installed. It starts an installation of its own in a temporary
directory, with a mailbox, a client under contract and a contact for each sender; django-helpdesk gets a
database of its own in the same cluster and a queue that reads a folder. A message is text, HTML and an
attachment. Three of four are new, each from another sender; the fourth answers one of the round before.
Each side takes the same bytes in the same order, a round each.

Clausier's worker does what its jobs do: it keeps the bytes and commits (25 messages at a time, as the
fetching of a mailbox), then settles batches of 50, one transaction a message: parsed, sorted, threaded, the
contact found, text and answer told apart, types sniffed, a ticket with four rulings, promise and target,
the search entry, a journal entry, and an acknowledgement in the outbox with its job. Sending is not
measured. Files are flushed to the disk before the commit. The bytes of messages are committed to the disk
first, the transactions that settle them together at the end of each batch, within the time that is measured.

django-helpdesk's worker does what its `get_email` command does (`process_email`, which reads the folder and
calls `extract_email_metadata`): ticket, follow-up, attachments (HTML too), copies, and a letter to the
sender from a template, which a backend takes that sends nothing. It keeps no original, finds no contact,
promises nothing, has no journal, no search entry, no fences between clients and no outbox, does not flush
files, and commits row by row.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from benchmarks.measuring import Figure, Left, Line

ADDRESS: Final = "support@mesure.example.org"
CHUNK: Final = 25  # messages kept in one transaction, as by `post.fetching`
MOST: Final = 100  # messages a round: an answered one was taken in a former round
WORDS: Final = """
bonjour le serveur de fichiers ne répond plus depuis ce matin personne dans le bureau ne peut ouvrir ses
documents nous avons redémarré le poste et vérifié les câbles sans succès pouvez-vous intervenir
rapidement l’imprimante
du premier étage affiche aussi une erreur merci d’avance pour votre aide
"""


# The messages


def letter(number: int) -> bytes:
    """The message of that number: some 30 kB, the same each time."""
    random_ = random.Random(number)  # noqa: S311 - test material
    text = "\n".join(" ".join(random_.choices(WORDS.split(), k=12)) for _line in range(18))
    signature = f"Cordialement,\n\nPersonne {sender(number)}\nClient mesuré\n01 99 00 {number % 100:02} 12"
    rows = "".join(
        f'<p class="MsoNormal" style="margin:0;font-family:Calibri">{line}</p>\n' for line in text.split("\n")
    )
    page = (
        '<html><head><style>p{margin:0}</style></head><body lang="FR">' + rows
        + "<table><tr><td>Client mesuré</td><td>https://client.example.org</td></tr></table>" * 12
        + "</body></html>"
    )  # fmt: skip
    picture = random_.randbytes(15_000)
    answered = answers(number)
    quoted = (
        "\n\nLe 20 nov. 2026 à 10:00, Support <support@mesure.example.org> a écrit :\n> "
        + text.replace("\n", "\n> ")
        if answered is not None
        else ""
    )
    subject = f"{'Re: ' if answered is not None else ''}Panne {answered if answered is not None else number}"
    head = [
        *(f"Received: from relay{hop}.example.net by mx{hop}.example.net with ESMTPS id {number:x}{hop};\r\n"
          "\tFri, 20 Nov 2026 10:00:00 +0100" for hop in range(4)),
        f"From: Personne {sender(number)} <{address_of(sender(number))}>",
        f"To: Support <{ADDRESS}>",
        f"Subject: {subject}",
        "Date: Fri, 20 Nov 2026 10:00:00 +0100",
        f"Message-ID: {message_id(number)}",
        *([f"In-Reply-To: {message_id(answered)}", f"References: {message_id(answered)}"]
          if answered is not None else []),
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="mixed"',
        "X-Mailer: Messagerie 16.0",
    ]  # fmt: skip
    return "\r\n".join(
        [
            *head,
            "",
            "--mixed",
            'Content-Type: multipart/alternative; boundary="either"',
            "",
            "--either",
            *_part("text/plain; charset=utf-8", f"{text}\n\n{signature}{quoted}".encode()),
            "--either",
            *_part("text/html; charset=utf-8", page.encode()),
            "--either--",
            "--mixed",
            f'Content-Disposition: attachment; filename="capture-{number}.jpg"',
            *_part(f'image/jpeg; name="capture-{number}.jpg"', b"\xff\xd8\xff\xe0\x00\x10JFIF" + picture),
            "--mixed--",
            "",
        ]
    ).encode()


def _part(kind: str, content: bytes) -> list[str]:
    encoded = base64.encodebytes(content).decode().rstrip("\n").replace("\n", "\r\n")
    return [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", "", encoded]


def answers(number: int) -> int | None:
    """The number of the message that this one answers; None for a new one."""
    first = number - MOST - 1
    return first if number % 4 == 3 and first >= 0 else None


def sender(number: int) -> int:
    """Who writes: everyone once, and again to answer."""
    answered = answers(number)
    return number if answered is None else answered


def address_of(person: int) -> str:
    return f"personne{person}@client.example.org"


def message_id(number: int) -> str:
    return f"<mesure-{number}@client.example.org>"


# Measuring


@dataclass(frozen=True, slots=True)
class Taken:
    """What some messages took, in seconds: by the clock, of the workers' CPU, of the database's."""

    count: int
    wall: float
    worker: float
    database: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.count / self.wall

    def each(self, seconds: float) -> float:
        """Milliseconds a message."""
        return seconds / self.count * 1000


class Worker:
    """A process of one side that takes messages when told to."""

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told()

    def ask(self, numbers: list[int]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(numbers) + "\n")
        self.process.stdin.flush()

    def told(self) -> tuple[float, float]:
        """Seconds by the clock and of CPU; once it has answered."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a worker died")
        wall, cpu = json.loads(line)
        return wall, cpu

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


def served() -> None:
    """Clausier's side of a worker: lines of numbers in, lines of [wall, cpu] out."""
    from clausier.cli import installation

    with installation.ready("app"):
        from django.db import connection

        from clausier import processes
        from clausier.foundation import clock, isolation
        from clausier.post import intake, tasks
        from clausier.post.models import Mailbox

        with isolation.everything("the mailbox says whose the messages are"):
            mailbox = Mailbox.objects.select_related("provider__book").get(address=ADDRESS)
        provider_id = mailbox.provider_id

        def take(numbers: list[int]) -> None:
            with isolation.confined(isolation.of_provider(provider_id)):
                for start in range(0, len(letters), CHUNK):
                    arrivals = [intake.Came(raw) for raw in letters[start : start + CHUNK]]
                    intake.store_all(arrivals, mailbox=mailbox, at=clock.now())
            while tasks.settle(provider_id=provider_id):
                pass

        connection.ensure_connection()
        processes.settle_memory()  # as the worker does
        answer(0, 0)
        for line in sys.stdin:
            letters = [letter(number) for number in json.loads(line)]
            begins, cpu = time.perf_counter(), time.process_time()
            take(letters)
            answer(time.perf_counter() - begins, time.process_time() - cpu)


def answer(wall: float, cpu: float) -> None:
    print(json.dumps([wall, cpu]), flush=True)


def prepare(people: int) -> None:
    """Make the provider, its mailbox, and a contact for each sender; in the installation."""
    from clausier.cli import installation

    with installation.ready("app"):
        from clausier.contracts import services as contracts
        from clausier.directory import services as directory
        from clausier.foundation import books, clock
        from clausier.foundation import services as foundation
        from clausier.foundation.actors import Actor
        from clausier.post import services
        from clausier.terms import book as terms_book

        at = clock.now()
        book = books.install(terms_book.load("imri/2013"), at=at)
        provider = foundation.create_provider(slug="mesure", name="Mesure", book=book, at=at)
        person = foundation.create_person(email="mesure@example.org", full_name="Mesure", at=at)
        foundation.first_owner(provider=provider, person=person, at=at)
        owner = Actor(provider=provider, role="owner", person=person)
        agency = directory.create_agency(by=owner, at=at, name="Agence")
        client = directory.create_client(
            by=owner, at=at, name="Client mesuré", agency=agency, siren="900000027", number="CL-001"
        )
        contracts.create_contract(
            by=owner, at=at, client=client, kind="managed", starts_on=at.date(), covered={"workstation": 40}
        )
        services.create_mailbox(by=owner, at=at, name="support", address=ADDRESS)
        for number in range(people):
            directory.add_contact(
                by=owner, at=at, client=client, full_name=f"Personne {number}", email=address_of(number)
            )


class Bench:
    """The cluster with both sides' databases, and their workers."""

    def __init__(self, *, people: int, with_peer: bool) -> None:
        self.stack = ExitStack()
        # Where the account that PostgreSQL drops to, when run as root, can enter.
        self.home = Path(tempfile.mkdtemp(prefix="clausier-bench-", dir="/tmp"))
        self.home.chmod(0o711)
        self.stack.callback(shutil.rmtree, self.home, ignore_errors=True)
        os.environ["CLAUSIER_HOME"] = str(self.home)
        self.environment = {**os.environ, "CLAUSIER_HOME": str(self.home), "PYTHONWARNINGS": "ignore"}
        from clausier import cluster

        self.stack.enter_context(cluster.running())
        self._run("-m", "clausier.cli.main", "migrate")
        self._run("-m", "benchmarks.mail", "--prepare", str(people))
        self.with_peer = with_peer
        if with_peer:
            self.environment |= {
                "DJANGO_SETTINGS_MODULE": "benchmarks.helpdesk_settings",
                "HELPDESK_SOCKET": cluster.database_settings("owner")["HOST"],
                "HELPDESK_HOME": str(self.home),
            }
            self._run("-m", "benchmarks.mail_helpdesk", "--prepare")

    def _run(self, *words: str) -> None:
        done = subprocess.run(  # noqa: S603
            [sys.executable, *words], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}\n{done.stderr}")

    def worker(self, side: str) -> Worker:
        if side == "helpdesk":
            made = Worker(["-m", "benchmarks.mail_helpdesk"], self.environment)
        else:
            ours = {**self.environment, "DJANGO_SETTINGS_MODULE": "clausier.settings"}
            made = Worker(["-m", "benchmarks.mail", "--worker"], ours)
        self.stack.callback(made.end)
        return made

    def take(self, workers: list[Worker], numbers: list[int]) -> Taken:
        """Have the workers take these messages together, each its share."""
        before, begins = self._database_seconds(), time.perf_counter()
        for place, worker in enumerate(workers):
            worker.ask(numbers[place :: len(workers)])
        told = [worker.told() for worker in workers]
        wall = max(wall for wall, _cpu in told)
        assert time.perf_counter() - begins >= wall
        return Taken(len(numbers), wall, sum(cpu for _wall, cpu in told), self._database_seconds() - before)

    def _database_seconds(self) -> float:
        """CPU seconds of the cluster's processes that live; Linux only, 0 elsewhere."""
        ticks = 0
        for process in Path("/proc").glob("[0-9]*"):
            try:
                is_ours = (process / "cwd").resolve().is_relative_to(self.home)
                if is_ours and b"postgres" in (process / "cmdline").read_bytes():
                    after_name = (process / "stat").read_text().rpartition(")")[2].split()
                    ticks += int(after_name[11]) + int(after_name[12])
            except OSError:
                continue
        return ticks / os.sysconf("SC_CLK_TCK")


def measure(rounds: int = 5, messages: int = 100, *, with_peer: bool | None = None) -> Iterator[Line]:
    """Rates, ratios of rounds in turn, and what a message costs: the last depends least on the machine."""
    peer = find_spec("helpdesk") is not None if with_peer is None else with_peer
    bench = Bench(people=2 * (rounds + 1) * messages, with_peer=peer)
    with bench.stack:
        ours = bench.worker("clausier")
        theirs = bench.worker("helpdesk") if peer else None
        pairs: list[tuple[Taken, Taken | None]] = []
        number = 0
        for turn in range(rounds + 1):
            numbers = list(range(number, number + messages))
            number += messages
            pair = bench.take([ours], numbers), bench.take([theirs], numbers) if theirs else None
            if turn:  # the first warms up
                pairs.append(pair)
        our, their = [one for one, _two in pairs], [two for _one, two in pairs if two]
        yield from told("Clausier, one worker", our)
        if their:
            yield from told("django-helpdesk, one worker", their)
            yield Figure(
                "times django-helpdesk’s rate",
                statistics.median(one.rate / two.rate for one, two in pairs if two),
                "×",
                2.5,
            )
            yield Figure(
                "its CPU ÷ ours, worker and database",
                statistics.median(
                    (two.worker + two.database) / (one.worker + one.database) for one, two in pairs if two
                ),
                "×",
            )
        else:
            yield Left("django-helpdesk", "it is not installed (requirements-bench.lock)")
        couple = [ours, bench.worker("clausier")]
        both = []
        for turn in range(rounds + 1):
            numbers = list(range(number, number + messages))
            number += messages
            taken = bench.take(couple, numbers)
            if turn:
                both.append(taken)
        yield from told("Clausier, two workers", both, target=100)


def told(who: str, taken: list[Taken], target: float | None = None) -> Iterator[Line]:
    """The rate, and what a message costs."""
    worker = statistics.median(one.each(one.worker) for one in taken)
    database = statistics.median(one.each(one.database) for one in taken)
    beside = f"a message: {worker:.1f} ms CPU of the worker, {database:.1f} of the database"
    yield Figure(who, statistics.median(one.rate for one in taken), "messages/s", target, beside=beside)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=MOST, choices=range(8, MOST + 1), metavar="8…100")
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--prepare", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.prepare is not None:
        prepare(args.prepare)
    elif args.worker:
        served()
    else:
        from benchmarks.__main__ import told_of

        with_peer = False if args.without_peer else None
        for line in measure(args.rounds, args.messages, with_peer=with_peer):
            print(told_of(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
