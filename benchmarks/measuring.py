"""What every benchmark measures with: the CPU time of the process, since the machine may be shared."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Literal

RUNS = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the results. `target` bounds `value` from below or above, as `bound` says."""

    what: str
    value: float
    unit: str
    target: float | None = None
    bound: Literal["at least", "at most"] = "at least"
    beside: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.bound == "at least" else self.value <= self.target


@dataclass(frozen=True, slots=True)
class Left:
    """A measure that was not taken, and why."""

    what: str
    why: str


Line = Figure | Left


def cpu_seconds(work: Callable[[], object], *, runs: int = RUNS) -> float:
    """The CPU time of one call, the median of several; the first call, which warms up, is not counted."""
    work()
    return statistics.median(_one(work) for _ in range(runs))


def cpu_ratio(theirs: Callable[[], object], ours: Callable[[], object], *, runs: int = RUNS) -> float:
    """How many times the CPU time of `ours` `theirs` takes: the median of pairs run in turn."""
    theirs(), ours()
    return statistics.median(_one(theirs) / _one(ours) for _ in range(runs))


def _one(work: Callable[[], object]) -> float:
    begins = time.process_time()
    work()
    return time.process_time() - begins


def command_seconds(words: Sequence[str], *, questions: IO[bytes] | None = None) -> tuple[float, float]:
    """CPU and wall time of `clausier` run once with these words, in a process of its own.

    It finds its modules compiled, as an installed program does, whatever the environment says of that.
    """
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, begins = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "clausier.cli.main", *words],
        env=compiled,
        check=True,
        stdin=questions or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    wall, after = time.perf_counter() - begins, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall
