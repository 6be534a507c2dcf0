"""`clausier doctor`: examine the installation; what is wrong comes with what to do."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clausier.cli import installation
from clausier.postgresql import ClusterError
from clausier.terms.outcome import Words

if TYPE_CHECKING:
    from clausier.care.doctor import Finding

MARKS = {
    "ok": Words("bon", "good"),
    "warning": Words("attention", "warning"),
    "fault": Words("FAUTE", "FAULT"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="réponse en JSON")
    parser.add_argument("--deep", action="store_true", help="relire aussi chaque fichier gardé")


def run(args: argparse.Namespace) -> int:
    """0: no fault (there may be warnings); 1: a fault."""
    findings = list(examine(deep=args.deep))
    faults = sum(found.state == "fault" for found in findings)
    if args.json:
        facts = {"faults": faults, "findings": [found.as_json() for found in findings]}
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return 1 if faults else 0
    language = installation.language()
    for found in findings:
        print(f"{MARKS[found.state].to(language):>9}  {found.part:<11} {found.says.to(language)}")
        if found.way_out:
            print(f"{'':>9}  {'':<11} → {found.way_out.to(language)}")
    return 1 if faults else 0


def examine(*, deep: bool) -> Iterator[Finding]:
    """All findings; a database that cannot be had is one of them."""
    os.environ["CLAUSIER_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clausier.settings")
    import django
    from django.db import DatabaseError

    from clausier import cluster

    try:
        django.setup()
        from clausier.care import doctor
        from clausier.foundation import clock

        yield from doctor.before_database(clock.now())
        with cluster.running():
            yield from doctor.with_database(clock.now(), deep=deep)
    except (ClusterError, DatabaseError) as problem:
        from clausier.care.doctor import Finding

        says = problem.says if isinstance(problem, ClusterError) else Words(str(problem), str(problem))
        yield Finding("database", "fault", says)
