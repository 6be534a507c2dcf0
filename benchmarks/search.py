"""How long a search takes, whatever the number of entries: it must stay flat.

    .venv/bin/python benchmarks/search.py [--sizes 20000 100000 1000000] [--rounds 40] [--explain]

Starts a private PostgreSQL of its own in a temporary directory and fills the entries of search as they
would stand with that many rows: 88 % tickets with 30 words each, drawn so that the commonest are in most of
them and the rarest in a handful; contacts, clients, sites and contracts. Asks as the program's role, in a
signed scope, all kinds at once and eight of each, as the palette does. Times are of `search.find`, the best
of the rounds, and the processor time of program and database together, for the machine does other work.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import string
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VOCABULARY = 60_000
SHARES = {"ticket": 0.88, "contact": 0.08, "client": 0.02, "site": 0.015, "contract": 0.005}
KINDS = ["client", "contact", "site", "contract", "account", "ticket", "document"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--explain", action="store_true", help="show how the rows are found")
    args = parser.parse_args()
    home = tempfile.mkdtemp(prefix="clausier-bench-", dir="/tmp")
    Path(home).chmod(0o711)
    os.environ |= {"CLAUSIER_HOME": home, "DJANGO_SETTINGS_MODULE": "clausier.settings"}
    os.environ.pop("DATABASE_URL", None)
    try:
        measure(args.sizes, args.rounds, explain=args.explain)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def measure(sizes: list[int], rounds: int, *, explain: bool) -> None:
    from clausier import cluster

    os.environ["CLAUSIER_ROLE"] = "owner"
    with cluster.running():
        import django

        django.setup()
        from django.db import connection

        from clausier.cli.migrate import migrate

        migrate()
        actor = reader()
        words = vocabulary()
        became_program = False
        results: dict[str, list[tuple[float, float]]] = {}
        for size in sizes:
            with connection.cursor() as cursor:
                if became_program:
                    cursor.execute("reset role")
                fill(cursor, actor.provider.pk, size, words)
                if explain:
                    show_plan(actor.provider.pk, words[60])
                cursor.execute(f'set role "{cluster.APP}"')
                became_program = True
            for name, text in questions(size, words).items():
                results.setdefault(name, []).append(best(actor, text, rounds))
            print(f"{size:>9} entries measured", flush=True)
    tell(sizes, results)


def reader() -> Any:
    """Someone on the staff of a provider."""
    from clausier.foundation import books, clock, isolation, services
    from clausier.foundation.actors import Actor

    at = clock.read("2026-01-05T09:00")
    with isolation.everything("a benchmark is set up"):
        books.install_shipped(at=at)
        provider = services.create_provider(
            slug="mesure", name="Mesure", book=books.newest("imri/2013"), siren="", at=at
        )
    return Actor(provider=provider, role="owner")


def vocabulary() -> list[str]:
    """Words that begin as unevenly as those of a language, the commonest first."""
    rng = random.Random(2013)  # noqa: S311 (a plausible text, not a secret)
    letters, weights = (
        string.ascii_lowercase,
        [8, 1, 4, 5, 15, 1, 1, 1, 8, 1, 1, 6, 3, 7, 6, 3, 1, 7, 8, 7, 6, 1, 1, 1, 1, 1],
    )
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(rng.choices(letters, weights, k=rng.randint(4, 9)))] = None
    return list(found)


def fill(cursor: Any, provider: int, size: int, words: list[str]) -> None:
    """`size` entries, and what the planner knows of them."""
    from clausier.foundation import isolation, search

    cursor.execute("truncate foundation_searchentry")
    cursor.execute("drop index if exists entry_words_recent, entry_words_older")
    with cursor.copy(
        "copy foundation_searchentry (provider_id, client_id, kind, object_id, at, words) from stdin"
    ) as copy:
        for row in rows(provider, size, words):
            copy.write_row(row)
    with isolation.everything("the older entries of everyone"):
        search.let_age()
    for which, condition in (("recent", "recent"), ("older", "not recent")):
        cursor.execute(
            f"create index entry_words_{which} on foundation_searchentry using gin (words) where {condition}"
        )
    cursor.execute("vacuum full analyze foundation_searchentry")


def rows(provider: int, size: int, words: list[str]) -> Iterator[tuple[Any, ...]]:
    import numpy

    rng = numpy.random.default_rng(2018)
    for kind, share in SHARES.items():
        count = round(size * share)
        length = 30 if kind == "ticket" else 6
        # The word of rank r comes about 1/r as often as the first: so are languages.
        drawn = (len(words) ** rng.random((count, length))).astype(int) - 1
        clients = rng.integers(1, max(2, size // 50), count)
        for number in range(count):
            text = [words[place] for place in drawn[number]]
            yield (
                provider,
                int(clients[number]),
                kind,
                number + 1,
                when(number),
                lexemes(provider, kind, int(clients[number]), number + 1, text),
            )


def when(number: int) -> str:
    """An instant for each, ever later."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_600_000_000 + number * 60))


def lexemes(provider: int, kind: str, client: int, number: int, text: list[str]) -> str:
    from clausier.foundation import search

    held = {"/", f"/{client}", *(f"={word}" for word in text), *(f"@{word}" for word in text[:5])}
    held.add(f"#{number}" if kind == "ticket" else f"#{kind[:2]}{number:07d}")
    if kind == "contact":
        phone = f"0{199000000 + number}"
        held |= {f"#{phone}", f"#33{phone[1:]}", f"~{phone[::-1]}"}
    shelf = f"{provider}{search.MARKS[kind]}"
    return " ".join(f"'{shelf}{one}'" for one in held)


def questions(size: int, words: list[str]) -> dict[str, str]:
    """What people type: a number, a name as it is typed, words of every commonness."""
    number = round(size * SHARES["contact"]) // 2
    return {
        "telephone number, whole": f"01 99 {number:06d}"[:6] + f"{199000000 + number}"[3:],
        "telephone number, its end": f"{199000000 + number}"[-6:],
        "ticket number": str(round(size * 0.4)),
        "two letters": words[300][:2],
        "three letters": words[300][:3],
        "a word nearly everywhere": words[2],
        "a common word": words[60],
        "a middling word": words[2000],
        "a rare word": words[50_000],
        "two common words": f"{words[40]} {words[90]}",
        "a common and a rare one": f"{words[25]} {words[20_000]}",
        "three words being typed": f"{words[30]} {words[70]} {words[120][:3]}",
        "nothing answers": "zzyzx",
    }


def best(actor: Any, text: str, rounds: int) -> tuple[float, float]:
    """Milliseconds of the clock, the best; of the processors, on average."""
    from django.db import connection

    from clausier.foundation import search

    for _turn in range(5):
        search.find(actor, text, KINDS, 8)
    backend = connection.connection.info.backend_pid
    times, spent = [], processor_time(backend)
    for _turn in range(rounds):
        begun = time.perf_counter()
        search.find(actor, text, KINDS, 8)
        times.append((time.perf_counter() - begun) * 1000)
    return min(times), (processor_time(backend) - spent) / rounds


def processor_time(backend: int) -> float:
    """Milliseconds that this process and a process of the database have used."""
    fields = Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


def show_plan(provider: int, word: str) -> None:
    """How the two statements of a search are carried out; only the cluster's own account may look inside."""
    from clausier import cluster

    asked = f"'{provider}t={word}'"
    with cluster.Cluster.of_home().connect("clausier") as session:
        session.add_notice_handler(lambda notice: print(notice.message_primary, flush=True))
        session.execute("load 'auto_explain'")
        for name, value in {
            "client_min_messages": "log",
            "auto_explain.log_analyze": "on",
            "auto_explain.log_nested_statements": "on",
            "auto_explain.log_min_duration": "0",
        }.items():
            session.execute("select set_config(%s, %s, false)", [name, value])
        session.execute(
            "select count(*) from clausier_few_recent(%s, null, %s, array[null::tsquery], 501)",
            [provider, asked],
        )
        session.execute("select clausier_latest(%s, 'ticket', %s, 2000, 8)", [provider, asked])


def tell(sizes: list[int], results: dict[str, list[tuple[float, float]]]) -> None:
    results["all, on average"] = [
        tuple(sum(of[at][part] for of in results.values()) / len(results) for part in (0, 1))
        for at in range(len(sizes))
    ]
    for part, title in enumerate(("best, ms", "processors, ms")):
        print(f"\n| {title} |", " | ".join(f"{size:,}" for size in sizes), "| last ÷ first |")
        print("|---" * (len(sizes) + 2) + "|")
        for name, times in results.items():
            cells = " | ".join(f"{one[part]:.1f}" for one in times)
            print(f"| {name} | {cells} | {times[-1][part] / times[0][part]:.2f} |")


if __name__ == "__main__":
    raise SystemExit(main())
