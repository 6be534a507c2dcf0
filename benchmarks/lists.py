"""The list of tickets, a ticket and a search at 20,000 and at 1,000,000; the list beside django-helpdesk's.

    python -m benchmarks.lists [--sizes 20000 1000000] [--rounds 30] [--without-peer] [--home DIRECTORY]

Run it where requirements-bench.lock is installed. It starts a cluster of its own in a temporary directory, or
in the one that `--home` names, which it leaves as it is: the next run finds what was made there.
A few dozen tickets are opened by the product's own acts, half of them answered and closed; then they are
copied, rows of promises, events and search with them, until there are as many as asked: one in a hundred
stays open. Each page is asked of the whole program (session, permissions, fences, templates) through
Django's test client. django-helpdesk holds as many tickets in one queue, with a follow-up each, and answers
the address from which its list takes fifty rows; the page around them is not counted.

Both lists are first made ready, each in a process of its own with a database of its own in the same cluster,
and are then asked in turn; how many times ours theirs takes is the median over the rounds. Times are the
median by the clock and, for the machine may be shared, the processor time of program and database.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.mail import answer
from benchmarks.measuring import Figure, Left, Line

SIZES: Final = (20_000, 1_000_000)
ROUNDS: Final = 30
LIST: Final = "list of open tickets"
PAGES: Final = (
    LIST,
    "list of closed tickets",
    "ticket",
    "search, a common word",
    "search, two words",
    "search, a number",
)
TARGET: Final = 27  # milliseconds of the list
OURS_A_ROUND: Final = 8  # times that our list is asked, then
THEIRS_A_ROUND: Final = 2
PATTERN: Final = 48  # tickets opened by acts, of which the others are copies
OPEN: Final = 100  # one in so many stays open
SLUG: Final = "mesure"
ROWS: Final = 50
WORDS: Final = (
    "imprimante",
    "serveur",
    "messagerie",
    "connexion",
    "sauvegarde",
    "clavier",
    "lente",
    "coupée",
)


def measure(
    sizes: tuple[int, ...] = SIZES,
    rounds: int = ROUNDS,
    *,
    with_peer: bool | None = None,
    home: Path | None = None,
) -> Iterator[Line]:
    """Each page at each size, its growth, and the list beside the peer's at the first size."""
    peer = find_spec("helpdesk") is not None if with_peer is None else with_peer
    with ExitStack() as stack:
        if home is None:
            home = Path(tempfile.mkdtemp(prefix="clausier-bench-", dir="/tmp"))
            home.chmod(0o711)
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        os.environ |= {
            "CLAUSIER_HOME": str(home),
            "CLAUSIER_HOSTS": "testserver",
            "PYTHONWARNINGS": "ignore",
        }
        os.environ.pop("DATABASE_URL", None)
        from clausier import cluster

        stack.enter_context(cluster.running())
        _run("-m", "clausier.cli.main", "migrate", "--static")
        first = Side(stack, "--ours", sizes[0])
        if peer:
            place = {
                "DJANGO_SETTINGS_MODULE": "benchmarks.helpdesk_settings",
                "HELPDESK_SOCKET": cluster.database_settings("owner")["HOST"],
                "HELPDESK_HOME": str(home),
            }
            yield from beside(first, Side(stack, "--peer", sizes[0], **place), rounds)
        else:
            yield Left("django-helpdesk", "it is not installed (requirements-bench.lock)")
        smaller = first.times(rounds)
        first.end()
        larger = Side(stack, "--ours", sizes[-1]).times(rounds) if len(sizes) > 1 else smaller
    for page, (wall, cpu) in smaller.items():
        target = TARGET if page == LIST else None
        yield Figure(f"{page}, {sizes[0]:,} tickets", wall, "ms", target, "at most", f"{cpu:.1f} ms CPU")
        if len(sizes) > 1:
            now, used = larger[page]
            yield Figure(
                f"  at {sizes[-1]:,}, by the clock", now / wall, "×", 1.3, "at most", f"{now:.1f} ms"
            )
            yield Figure("  by the CPU", used / cpu, "×", 1.3, "at most", f"{used:.1f} ms CPU")


def beside(our: Side, their: Side, rounds: int) -> Iterator[Line]:
    """The list of each side, asked in turn."""
    pairs = [(our.ask(LIST, OURS_A_ROUND), their.ask(LIST, THEIRS_A_ROUND)) for _round in range(rounds)]
    for name, taken, target in (
        ("our list, in turn with theirs", [one for one, _two in pairs], TARGET),
        ("django-helpdesk's list", [two for _one, two in pairs], None),
    ):
        wall, cpu = (statistics.median(times) for times in zip(*taken, strict=True))
        yield Figure(name, wall, "ms", target, "at most", f"{cpu:.1f} ms CPU")
    ratios = [two[0] / one[0] for one, two in pairs]
    spread = f"{min(ratios):.1f} to {max(ratios):.1f} in {rounds} rounds"
    yield Figure("times ours", statistics.median(ratios), "×", 10, beside=spread)
    yield Figure("its CPU ÷ ours", statistics.median(two[1] / one[1] for one, two in pairs), "×")


class Side:
    """A process that holds its pages ready and asks for one so many times when told to."""

    def __init__(self, stack: ExitStack, side: str, size: int, **environment: str) -> None:
        self._log = stack.enter_context(tempfile.TemporaryFile("w+"))  # noqa: SIM115 - the stack closes it
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "benchmarks.lists", side, str(size)],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        stack.callback(self.end)
        self._told()

    def ask(self, page: str, times: int) -> tuple[float, float]:
        """Milliseconds of the clock, the median, and of the processors, on average."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([PAGES.index(page), times]) + "\n")
        self._process.stdin.flush()
        return self._told()

    def times(self, rounds: int) -> dict[str, tuple[float, float]]:
        """Those of every page, the first answers apart."""
        for page in PAGES:
            self.ask(page, 5)
        return {page: self.ask(page, rounds) for page in PAGES}

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def _told(self) -> tuple[float, float]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise SystemExit(self._log.read()[-4000:])
        wall, cpu = json.loads(line)
        return wall, cpu


def _run(*words: str) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stderr}")


def serve(pages: list[Callable[[], None]]) -> None:
    """A side's process: lines of [page, times] in, lines of [clock, processors] out."""
    for ask in pages:
        for _turn in range(5):
            ask()
    answer(0, 0)
    for line in sys.stdin:
        page, times = json.loads(line)
        answer(*timed(pages[page], times))


def timed(ask: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Milliseconds of the clock, the median; of the processors, on average."""
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    walls, spent = [], _processors(backend)
    for _turn in range(rounds):
        begun = time.perf_counter()
        ask()
        walls.append((time.perf_counter() - begun) * 1000)
    return statistics.median(walls), (_processors(backend) - spent) / rounds


def _processors(backend: int) -> float:
    """Milliseconds that this process and one of the database have used."""
    fields = Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


# Clausier


def ours(size: int) -> None:
    """The pages of an installation that holds `size` tickets."""
    from clausier import cluster, processes
    from clausier.cli import installation

    with installation.ready("app"):
        from django.contrib.auth import get_user_model
        from django.db import connection
        from django.test import Client as Browser

        from clausier.desk.models import Ticket
        from clausier.foundation import isolation

        with isolation.everything("a benchmark looks on"):
            if not Ticket.objects.exists():
                open_pattern()
        connection.close()
        with cluster.Cluster.of_home().connect("clausier") as superuser:
            copy(superuser, size)
        with isolation.everything("a benchmark looks on"):
            from clausier.foundation import search

            search.let_age()  # after which it has the server count the entries anew
            number = Ticket.objects.exclude(state="closed").latest("number").number
            person = get_user_model().objects.get(email="mesure@example.org")
        browser = Browser()
        browser.force_login(person)

        def page(address: str, **asked: str) -> Callable[[], None]:
            def ask() -> None:
                answer = browser.get(f"/{SLUG}/{address}", asked)
                assert answer.status_code == 200, (address, answer.status_code, answer.get("Location"))

            return ask

        pages = {
            LIST: page("tickets/"),
            "list of closed tickets": page("tickets/", etat="closed"),
            "ticket": page(f"tickets/{number}/"),
            "search, a common word": page("recherche/", q="imprimante"),
            "search, two words": page("recherche/", q="serveur coup"),
            "search, a number": page("recherche/", q=str(number)),
        }
        for ask in pages.values():
            ask()
        processes.settle_memory()  # as the web process does once it has loaded what it needs
        serve([pages[name] for name in PAGES])


def open_pattern() -> None:
    """A provider, a client under contract, and tickets of every state by the acts of the desk."""
    from datetime import timedelta

    from clausier.contracts import services as contracts
    from clausier.desk import services as desk
    from clausier.directory import services as directory
    from clausier.foundation import books, clock
    from clausier.foundation import services as foundation
    from clausier.foundation.actors import Actor
    from clausier.terms import book as terms_book

    at = clock.now() - timedelta(days=30)
    book = books.install(terms_book.load("imri/2013"), at=at)
    provider = foundation.create_provider(slug=SLUG, name="Mesure", book=book, at=at)
    person = foundation.create_person(email="mesure@example.org", full_name="Mesure", at=at)
    foundation.first_owner(provider=provider, person=person, at=at)
    owner = Actor(provider=provider, role="owner", person=person)
    agency = directory.create_agency(by=owner, at=at, name="Agence")
    client = directory.create_client(
        by=owner, at=at, name="Client mesuré", agency=agency, siren="900000027", number="CL-001"
    )
    caller = directory.add_contact(
        by=owner, at=at, client=client, full_name="Personne mesurée", email="personne@client.example.org"
    )
    contracts.create_contract(
        by=owner, at=at, client=client, kind="managed", starts_on=at.date(), covered={"workstation": 40}
    )
    for number in range(PATTERN):
        called_at = at + timedelta(hours=number)
        title = " ".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 5))
        ticket = desk.open_ticket(
            by=owner, at=called_at, client=client, caller=caller, origin="phone", nature="incident",
            equipment_class="workstation", impact="one", urgency="degraded", cause="hardware-fault",
            title=title, description=f"Depuis ce matin : {title}. " * 4,
        )  # fmt: skip
        if number % 3 == 0:
            desk.assign(by=owner, at=called_at, ticket=ticket, person=person)
        if number % 2:
            desk.reply(by=owner, at=called_at, ticket=ticket, text="Nous regardons.")
            ticket.refresh_from_db()
            desk.close_ticket(
                by=owner, at=called_at + timedelta(hours=2), ticket=ticket, text="C’est réparé."
            )


def copy(session: Any, size: int) -> None:
    """As many tickets as asked, made of the first ones: theirs are the rows that hang on them too."""
    held = session.execute("select count(*) from desk_ticket").fetchone()[0]
    if held >= size:
        return
    session.execute(
        "set session_replication_role = replica"
    )  # neither triggers nor keys: rows are copied whole
    session.execute(
        "create temp table made as with kept as ("
        " select id, state, row_number() over (partition by state = 'closed' order by id) - 1 as place,"
        " count(*) over (partition by state = 'closed') as pieces"
        " from (select id, state from desk_ticket order by id limit %(pattern)s) first)"
        " select new.number, kept.id as source, 1000000000 + new.number as id"
        " from generate_series(%(held)s + 1, %(size)s) new (number)"
        " join kept on (kept.state = 'closed') = (new.number %% %(open)s <> 0)"
        " and kept.place = new.number / %(open)s %% kept.pieces",
        {"pattern": PATTERN, "held": held, "size": size, "open": OPEN},
    )
    later = "make_interval(secs => made.number)"
    spans = {"called_at": f"t.called_at + {later}", "opened_at": f"t.opened_at + {later}",
             "closed_at": f"t.closed_at + {later}"}  # fmt: skip
    copies = {
        "desk_ticket": ("t.id = made.source", {"id": "made.id", "number": "made.number", **spans}),
        "desk_promise": (
            "t.ticket_id = made.source",
            {"id": None, "ticket_id": "made.id", "due_at": f"t.due_at + {later}"},
        ),
        "desk_ticketevent": ("t.ticket_id = made.source", {"id": None, "ticket_id": "made.id"}),
        "foundation_searchentry": (
            "t.kind = 'ticket' and t.object_id = made.source",
            {"id": None, "object_id": "made.id", "at": f"t.at + {later}", "recent": "true",
             "words": "t.words || array_to_tsvector(array[t.provider_id || 't#' || made.number])"},
        ),
    }  # fmt: skip
    for table, (joined, changed) in copies.items():
        columns = [
            name
            for (name,) in session.execute(
                "select column_name from information_schema.columns"
                " where table_name = %s and is_generated = 'NEVER' order by ordinal_position",
                [table],
            ).fetchall()
            if changed.get(name, "") is not None
        ]
        taken = ", ".join(changed.get(name) or f't."{name}"' for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        session.execute(
            f"insert into {table} ({names}) select {taken} from made join {table} t on {joined}"  # noqa: S608
        )
    session.execute("drop table made")
    session.commit()
    session.autocommit = True
    session.execute("vacuum analyze")


# django-helpdesk


def theirs(size: int) -> None:
    """The fifty rows of its list, by its own address."""
    import django
    import psycopg

    with psycopg.connect(
        host=os.environ["HELPDESK_SOCKET"], dbname="postgres", user="postgres", autocommit=True
    ) as connection:
        if not connection.execute("select 1 from pg_database where datname = 'helpdesk'").fetchone():
            connection.execute("create database helpdesk owner clausier_owner")
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client as Browser

    call_command("migrate", verbosity=0)
    query: Any = import_module("helpdesk.query")
    person = get_user_model().objects.filter(username="mesure").first() or fill(size)
    browser = Browser()
    browser.force_login(person)
    asked = query.query_to_base64(
        {"filtering": {"status__in": [1, 2]}, "filtering_null": {}, "sorting": "created",
         "sortreverse": False, "search_string": ""}
    )  # fmt: skip

    def rows() -> None:
        answer = browser.get(f"/datatables_ticket_list/{asked}", {"draw": 1, "start": 0, "length": ROWS})
        assert len(answer.json()["data"]) == ROWS, answer.content[:300]

    serve([rows])


def fill(size: int) -> Any:
    """Make its tickets, and the person who looks at them."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.utils import timezone

    models: Any = import_module("helpdesk.models")
    person = get_user_model().objects.create_superuser("mesure", "mesure@example.org", "mesure")
    queue = models.Queue.objects.create(title="Mesure", slug=SLUG)
    now = timezone.now()
    for first in range(0, size, 2000):
        made = models.Ticket.objects.bulk_create(
            models.Ticket(
                queue=queue, title=" ".join(WORDS[number % 7 : number % 7 + 3]), created=now, modified=now,
                submitter_email="personne@client.example.org", description="Depuis ce matin.",
                status=1 if number % OPEN == 0 else 4, priority=number % 5 + 1, assigned_to=person,
            )
            for number in range(first, min(first + 2000, size))
        )  # fmt: skip
        models.FollowUp.objects.bulk_create(
            models.FollowUp(ticket=one, date=now, title="Ouvert", comment="Nous regardons.", public=True)
            for one in made
        )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return person


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--home", type=Path, help="where the installation is made, and found again")
    parser.add_argument("--ours", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--peer", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.ours:
        ours(args.ours)
    elif args.peer:
        theirs(args.peer)
    else:
        from benchmarks.__main__ import told_of

        with_peer = False if args.without_peer else None
        for line in measure(tuple(args.sizes), args.rounds, with_peer=with_peer, home=args.home):
            print(told_of(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
