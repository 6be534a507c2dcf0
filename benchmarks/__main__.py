"""Run every benchmark, or those named: `python -m benchmarks [NAME …]`, from the root of the sources.

To add one: a module here with `measure() -> Iterator[Line]`, and its name in `BENCHMARKS`.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from benchmarks.measuring import Figure, Line

BENCHMARKS = {
    "hours": "open time: beside the peers, compiled, and for many clocks at once",
    "command": "`clausier rule`: a batch of questions, and a cold start",
    "api_tickets": "tickets opened through the API on one web process; takes half a minute",
    "mail": "mail of 30 kB to a durable ticket, beside django-helpdesk; takes minutes",
}


def main() -> int:
    """Print a line for each figure; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure how fast it is.")
    told = "; ".join(f"{name}: {what}" for name, what in BENCHMARKS.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=told)
    names = parser.parse_args().names
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"no such benchmark: {', '.join(unknown)} (there are {', '.join(BENCHMARKS)})")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load average {load}")
    missed = False
    for name in names or BENCHMARKS:
        print(f"\n{name}")
        for line in import_module(f"benchmarks.{name}").measure():
            print(told_of(line), flush=True)
            missed |= isinstance(line, Figure) and line.met is False
    return int(missed)


def told_of(line: Line) -> str:
    """One line of the report."""
    if not isinstance(line, Figure):
        return f"  {line.what:<52} not measured: {line.why}"
    mark = {True: "  ", False: "✗ ", None: "  "}[line.met]
    target = "" if line.target is None else f"({line.bound} {line.target:g})"
    return f"{mark}{line.what:<52} {line.value:>10.4g} {line.unit:<14} {target:<18} {line.beside}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
