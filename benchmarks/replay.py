"""A year replayed: 1,000 contracts, 100,000 work entries, 100,000 promises and as many targets.

    python -m benchmarks.replay [--contracts 1000] [--tickets 100000] [--rounds 3]

It starts a cluster of its own in a temporary directory. Some tickets are opened, answered, put off, visited
and worked on by the product's own acts, under one contract; then clients, contracts, tickets and all that
hangs on them are copied, week by week through the year, until there are as many as asked: one contract in
ten departs from its book, one ticket in ten has an appointment that put its promise off. A draft changes
both promises, the targets and the rates of points, so that most facts come out otherwise.

Measured are `clausier replay` as a process of its own (Python's start and, with --json, every fact that
changes told), the replay alone inside a process, and for each fact the kernel's own door asked one by one
(`rules.ask`, `promise`), on a sample of the same facts under the same terms.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.measuring import Figure, Line

CONTRACTS, TICKETS, ROUNDS = 1_000, 100_000, 3
PATTERN: Final = 40  # tickets made by acts, of which the others are copies
PUT_OFF: Final = 10  # one in so many waits for a date that the client asked for
SLUG: Final = "mesure"
SAMPLE: Final = 1_000
WEEKS: Final = 51
MODES: Final = (("remote", "workstation"), ("remote", "server-network"), ("onsite", "workstation"))


def measure(contracts: int = CONTRACTS, tickets: int = TICKETS, rounds: int = ROUNDS) -> Iterator[Line]:
    """The command by the clock, the replay alone, and how many times as long one question after the other."""
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="clausier-bench-", dir="/tmp"))
        home.chmod(0o711)
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        os.environ |= {"CLAUSIER_HOME": str(home), "PYTHONWARNINGS": "ignore", "LC_ALL": "fr_FR.UTF-8"}
        os.environ.pop("DATABASE_URL", None)
        from clausier import cluster

        stack.enter_context(cluster.running())
        _run("-m", "clausier.cli.main", "migrate", "--static")
        inside = json.loads(_run("-m", "benchmarks.replay", "--inside", str(contracts), str(tickets)))
        asked = ["-m", "clausier.cli.main", "replay", "--book", inside["book"]]
        asked += ["--from", inside["first"], "--to", inside["last"], "--provider", SLUG]
        for form in ((), ("--json",)):
            walls, spent = zip(*(_timed([*asked, *form]) for _turn in range(rounds)), strict=True)
            name = " ".join(("clausier replay", *form))
            beside = f"{min(spent):.1f} s CPU of the process; all: {', '.join(f'{one:.1f}' for one in walls)}"
            yield Figure(f"{name}, the best of {rounds}", min(walls), "s", 10, "at most", beside)
    facts = inside["facts"]
    yield Figure(
        f"the replay alone, {facts:,} facts", inside["wall"], "s", beside=f"{inside['cpu']:.1f} s CPU"
    )
    yield Figure(
        "  each", inside["wall"] / facts * 1e6, "µs", beside=f"{inside['changes']:,} come out otherwise"
    )
    for kind, (one_by_one, together) in inside["kinds"].items():
        beside = f"{one_by_one:.0f} µs one by one, {together:.0f} µs together, rows read"
        yield Figure(f"times faster than one by one, {kind}", one_by_one / together, "×", beside=beside)


def _run(*words: str) -> str:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stderr}")
    return done.stdout.strip().rpartition("\n")[2]


def _timed(words: list[str]) -> tuple[float, float]:
    """Seconds of the clock and of the processors that a command takes."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# Inside a process of the program


def inside(contracts: int, tickets: int) -> dict[str, Any]:
    """Make the year, replay it, and ask a sample of its facts one by one."""
    from clausier import cluster
    from clausier.cli import installation

    with installation.ready("app"):
        from django.db import connection

        from clausier.foundation import clock, isolation

        with isolation.everything("a benchmark looks on"):
            owner, draft = pattern()
        connection.close()
        with cluster.Cluster.of_home().connect("clausier") as superuser:
            copy(superuser, contracts, tickets)
        from clausier.overview.replay import Question, replay, text_of
        from clausier.terms.days import add_months

        last = clock.today()
        with isolation.confined(owner.scope):
            question = Question(text_of(owner, f"draft-{draft}"), add_months(last, -12), last)
            began, cpu = time.perf_counter(), time.process_time()
            found = replay(owner, question, clock.now())
            wall, spent = time.perf_counter() - began, time.process_time() - cpu
            kinds = _beside(owner, question, found)
        return {
            "book": f"draft-{draft}",
            "first": question.first.isoformat(),
            "last": last.isoformat(),
            "facts": found.total.facts,
            "changes": len(found.changes),
            "wall": wall,
            "cpu": spent,
            "kinds": kinds,
        }


def _beside(owner: Any, question: Any, found: Any) -> dict[str, tuple[float, float]]:
    """Microseconds a fact: asked one by one, and together; the facts of each kind by its own replayer."""
    from clausier.desk.models import PromiseKind
    from clausier.foundation import clock
    from clausier.overview.replay import deadlines, reading, work
    from clausier.overview.replay.bearing import Place
    from clausier.overview.replay.comparing import Case
    from clausier.terms import promise as kernel
    from clausier.terms import rules
    from clausier.terms.instants import instant, local_day

    now = clock.now()

    def together(replayer: Any) -> float:
        case = Case(owner, question, now)
        begun = time.perf_counter()
        replayer(case)
        return (time.perf_counter() - begun) / sum(one.facts for one in case.ledger.lines.values()) * 1e6

    case = Case(owner, question, now)
    owing = deadlines.Owing(case.bearing)
    rows = [row for row in reading.clocks_of(case.scope) if row.kind == PromiseKind.PROMISE][:SAMPLE]
    begun = time.perf_counter()
    for row in rows:
        owed = owing.of(row)
        assert owed
        start = kernel.Started(instant(row.started), owed)
        ended = [kernel.Met(instant(row.ended))] if row.ended else []
        kernel.promise([start, *ended], now=now)
    clocks = (time.perf_counter() - begun) / len(rows) * 1e6
    entries = [next(reading.entries_of(case.scope, one.subject))
               for one in found.changes_of("points")[:SAMPLE]]  # fmt: skip
    begun = time.perf_counter()
    for entry in entries:
        terms = case.bearing.terms(Place(entry.contract, entry.agency))
        rules.ask(work.SESSION_POINTS, terms, {**work.points_asked([entry]), "on": local_day(entry.started)})
    points = (time.perf_counter() - begun) / len(entries) * 1e6
    return {
        "clocks": (
            clocks,
            together(lambda one: deadlines.replay(one.scope, one.bearing, one.ledger, one.now)),
        ),
        "work entries": (
            points,
            together(lambda one: work.replay_points(one.scope, one.bearing, one.ledger)),
        ),
    }


def pattern() -> tuple[Any, int]:
    """A provider, a contract with points and promises, tickets of every course, and a draft; by the acts."""
    from datetime import timedelta

    from clausier.contracts import services as contracts
    from clausier.desk import services as desk
    from clausier.directory import services as directory
    from clausier.editions import services as editions
    from clausier.editions.services import TermChange
    from clausier.foundation import books, clock
    from clausier.foundation import services as foundation
    from clausier.foundation.actors import Actor
    from clausier.terms.days import add_months
    from clausier.terms.outcome import Words

    began = clock.now() - timedelta(days=370)
    books.install_shipped(at=began)
    provider = foundation.create_provider(slug=SLUG, name="Mesure", book=books.newest("imri/2013"), at=began)
    person = foundation.create_person(email="mesure@example.org", full_name="Mesure", at=began)
    foundation.first_owner(provider=provider, person=person, at=began)
    owner = Actor(provider=provider, role="owner", person=person)
    agency = directory.create_agency(by=owner, at=began, name="Agence")
    client = directory.create_client(
        by=owner, at=began, name="Client mesuré", agency=agency, siren="900000027", number="CL-0001"
    )
    caller = directory.add_contact(
        by=owner, at=began, client=client, full_name="Personne mesurée", email="personne@client.example.org"
    )
    contract = contracts.create_contract(
        by=owner, at=began, client=client, kind="managed", starts_on=began.date(),
        covered={"workstation": 40, "server": 4},
    )  # fmt: skip
    contracts.derogate(
        by=owner, at=began, contract=contract, term="promise.onsite-server.within", value=5,
        since_on=began.date(), reason="Convenu", content=b"%PDF-1.7", file_name="accord.pdf",
    )  # fmt: skip
    monday = began - timedelta(days=began.weekday() - 7)
    for number in range(PATTERN):
        at = monday.replace(hour=8 + number % 9, minute=number % 60) + timedelta(days=number % 5)
        ticket = desk.open_ticket(
            by=owner, at=at, client=client, caller=caller, origin="phone", nature="incident",
            equipment_class="server" if number % 3 == 0 else "workstation", impact="one",
            urgency="degraded" if number % 2 else "blocked", cause="hardware-fault",
            title=f"Panne {number}", description="Depuis ce matin. " * 6,
        )  # fmt: skip
        if number % PUT_OFF == 0:
            _put_off(owner, ticket, at)
        elif number % 4:
            desk.reply(by=owner, at=at + timedelta(minutes=7 * number), ticket=ticket, text="Nous regardons.")
        ticket.refresh_from_db()
        done = at + timedelta(minutes=97 * (number + 1) % 2000 + 60)
        desk.close_ticket(
            by=owner, at=max(done, at + timedelta(days=3) * (number % PUT_OFF == 0)), ticket=ticket
        )
    base = provider.book
    draft = editions.start_draft(
        by=owner, at=clock.now(), base=base, effective_on=add_months(clock.today(), 1)
    )
    said = books.read(base)
    for name, value in (
        ("promise.onsite-server.within", 3),
        ("promise.onsite-workstation.within", 6),
        ("target.first-answer", {"1": 1, "2": 1, "3": 3, "4": 6}),
    ):
        term, clause = said.terms[name], said.timeline(name)[-1].clause
        change = TermChange(value, clause or "", Words(term.label.fr, term.label.en), term.reason)
        editions.change_term(by=owner, at=clock.now(), draft=draft, name=name, change=change)
    source = books.newest("ims/2018")
    for name in ("points.rates", "points.minimum"):
        editions.take_up_term(by=owner, at=clock.now(), draft=draft, source=source, name=name, clause="VI.3")
    return owner, draft.pk


def _put_off(owner: Any, ticket: Any, at: Any) -> None:
    """An appointment two days later, that the client asked for."""
    from datetime import timedelta

    from clausier.desk import facts, policies
    from clausier.desk import services as desk

    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    answers = {one["key"]: "oui" for one in policies.questions_of(book, at.date())}
    if answers:
        desk.answer_prediagnosis(by=owner, at=at, ticket=ticket, answers=answers)
    begins = at + timedelta(days=2)
    desk.set_appointment(
        by=owner, at=at + timedelta(minutes=9), ticket=ticket, technician=owner.person, starts_at=begins,
        ends_at=begins + timedelta(hours=2), asked_by_client=True,
    )  # fmt: skip


def copy(session: Any, contracts: int, tickets: int) -> None:
    """As many clients, contracts, tickets and sessions as asked, made of the first ones."""
    # Neither triggers nor keys: rows are copied whole.
    session.execute("set session_replication_role = replica")
    session.execute(
        "create temp table signed as select n,"
        " case n when 0 then k.id else 3000000 + n end as id,"
        " case n when 0 then c.id else 2000000 + n end as client, k.id as pattern, c.id as pattern_client"
        " from contracts_contract k join directory_client c on c.id = k.client_id,"
        " generate_series(0, %s) n",
        [contracts - 1],
    )
    session.execute(
        "create temp table made as with kept as"
        " (select id, row_number() over (order by id) - 1 as place from desk_ticket)"
        " select new.number, 1000000000 + new.number as id, kept.id as source, signed.id as contract,"
        " signed.client, new.number %% %(weeks)s * interval '7 days' as later"
        " from generate_series(%(pattern)s + 1, %(tickets)s) new (number)"
        " join kept on kept.place = new.number %% %(pattern)s"
        " join signed on signed.n = new.number / %(pattern)s %% %(contracts)s",
        {"pattern": PATTERN, "tickets": tickets, "contracts": contracts, "weeks": WEEKS},
    )
    others = "signed made join {0} t on t.{1} = made.{2} and made.n > 0"
    client = others.format("directory_client", "id", "pattern_client")
    contract = others.format("contracts_contract", "id", "pattern")
    _rows(session, "directory_client", client,
          {"id": "made.client", "number": "'CL-' || made.n + 1", "siren": "''"})  # fmt: skip
    of_contract = {"client_id": "made.client", "contract_id": "made.id"}
    _rows(session, "contracts_contract", contract,
          {"id": "made.id", "number": "'C-' || 10000 + made.n", "client_id": "made.client"})  # fmt: skip
    for table, which in (("contracts_coveredclass", ""), ("contracts_derogation", " and made.n % 10 = 0")):
        source = others.format(table, "contract_id", "pattern") + which
        _rows(session, table, source, {"id": None, **of_contract})
    whose = {"client_id": "made.client"}
    _rows(session, "desk_ticket", "made join desk_ticket t on t.id = made.source",
          {"id": "made.id", "number": "made.number", "contract_id": "made.contract", **whose,
           **_later("called_at", "opened_at", "closed_at")})  # fmt: skip
    hangs = "made join {table} t on t.ticket_id = made.source"
    _rows(session, "desk_promise", hangs.format(table="desk_promise"),
          {"id": None, "ticket_id": "made.id", **whose,
           **_later("started_at", "due_at", "ended_at")})  # fmt: skip
    moved = " || ".join(
        f"case when t.data ? '{key}' then jsonb_build_object('{key}',"
        f" to_char((t.data->>'{key}')::timestamptz + made.later, 'YYYY-MM-DD\"T\"HH24:MI:SSOF'))"
        " else '{}'::jsonb end"
        for key in ("until", "starts_at", "ends_at")
    )
    _rows(session, "desk_ticketevent", hangs.format(table="desk_ticketevent"),
          {"id": None, "ticket_id": "made.id", **whose, **_later("at"),
           "data": f"t.data || {moved}"})  # fmt: skip
    _sessions(session)
    session.execute("drop table made, signed")
    session.commit()
    session.autocommit = True
    session.execute("vacuum analyze")


def _later(*names: str) -> dict[str, str]:
    return {name: f't."{name}" + made.later' for name in names}


def _rows(session: Any, table: str, source: str, changed: dict[str, str | None]) -> None:
    """Copies of rows of a table; `changed` says what is written in place of a column (None: its default)."""
    found = session.execute(
        "select column_name from information_schema.columns"
        " where table_name = %s and is_generated = 'NEVER' order by ordinal_position",
        [table],
    ).fetchall()
    columns = [name for (name,) in found if changed.get(name, "") is not None]
    taken = ", ".join(changed.get(name) or f't."{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    session.execute(f"insert into {table} ({names}) select {taken} from {source}")  # noqa: S608


def _sessions(session: Any) -> None:
    """A validated session with an entry for each ticket, soon after the call, in the modes in turn."""
    modes = ", ".join(f"({place}, '{mode}', '{domain}')" for place, (mode, domain) in enumerate(MODES))
    session.execute(
        "insert into desk_worksession (id, provider_id, client_id, ticket_id, technician_id, mode, state,"  # noqa: S608
        " started_at, stopped_at, by_hand, verdict, accounted_minutes, points, validated_at)"
        " select k.id, k.provider_id, k.client_id, k.id, (select min(id) from foundation_person), m.mode,"
        " 'validated', k.called_at + interval '20 minutes', k.called_at + interval '2 hours', true, 'points',"
        " 15, 10, k.called_at + interval '3 hours'"
        f" from desk_ticket k join (values {modes}) m (place, mode, domain)"
        f" on m.place = k.number % {len(MODES)}"
    )
    session.execute(
        "insert into desk_workentry (provider_id, client_id, session_id, position, domain, minutes, text)"  # noqa: S608
        " select s.provider_id, s.client_id, s.id, 0, m.domain, 5 + s.ticket_id % 90, 'Fait.'"
        f" from desk_worksession s join (values {modes}) m (place, mode, domain) on m.mode = s.mode"
        " and m.place = (select number from desk_ticket where id = s.ticket_id)"
        f" % {len(MODES)}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contracts", type=int, default=CONTRACTS)
    parser.add_argument("--tickets", type=int, default=TICKETS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--inside", type=int, nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        print(json.dumps(inside(*args.inside)))
        return 0
    from benchmarks.__main__ import told_of

    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load average {load}")
    for line in measure(args.contracts, args.tickets, args.rounds):
        print(told_of(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
