"""`clausier rule`: how many questions a second in a batch, and how soon it answers the first one."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measuring import Figure, Line, command_seconds

EXAMPLES = Path(__file__).parents[1] / "tests/terms/examples.jsonl"
TIMES_OVER = 100
POINTS = ("rule", "points", "--book", "ims/2018", "mode=remote", "domain=server-network", "minutes=20")


def measure() -> Iterator[Line]:
    """Every figure about the command."""
    yield batch("a batch, values only, in one process", "--values-only", "--processes", "1")
    yield batch("a batch, with its reasons, in one process", "--processes", "1")
    yield batch("a batch, with its reasons, as it comes, wall", wall=True)
    yield cold("cold `clausier --help`", ["--help"])
    yield cold("cold `clausier rule`", POINTS)


def batch(what: str, *options: str, wall: bool = False) -> Figure:
    """Questions of every rule, over and over; the start of the command is counted in."""
    with tempfile.TemporaryFile() as questions:
        written = EXAMPLES.read_bytes() * TIMES_OVER
        questions.write(written)
        took = []
        for _ in range(3):
            questions.seek(0)
            took.append(command_seconds(["rule", "--batch", *options], questions=questions)[wall])
    return Figure(what, written.count(b"\n") / statistics.median(took), "questions/s", 20_000)


def cold(what: str, words: Sequence[str]) -> Figure:
    """One question in a process of its own: the wall time, for that is what a person waits."""
    command_seconds(words)
    cpu, wall = zip(*(command_seconds(words) for _ in range(9)), strict=True)
    beside = f"{statistics.median(cpu):.2f} s of CPU"
    return Figure(what, statistics.median(wall), "s", 0.3, "at most", beside)
