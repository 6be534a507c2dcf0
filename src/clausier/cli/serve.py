"""`clausier serve`: database (the private one), web and worker under one supervisor."""

from __future__ import annotations

import argparse
import sys

from clausier import cluster, supervise
from clausier.cli import installation
from clausier.supervise import CannotListen, Plan, StepFailed
from clausier.terms.outcome import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1 par défaut)")
    parser.add_argument("--port", type=int, default=8000, help="port d’écoute (8000 par défaut)")
    parser.add_argument(
        "--web-processes", type=int, default=2, metavar="N", help="processus web (2 par défaut)"
    )
    parser.add_argument(
        "--web-threads", type=int, default=4, metavar="N", help="fils par processus web (4 par défaut)"
    )
    parser.add_argument(
        "--without-worker",
        action="store_true",
        help="sans tâches de fond\u00a0: «\u00a0clausier worker\u00a0» s’en charge ailleurs",
    )


def run(args: argparse.Namespace) -> int:
    """0: stopped as asked; 1: it could not begin."""
    # The private database is upgraded on the way, backup first; a managed one may have other machines on the
    # old version.
    step = ("migrate", "--static", "--check") if cluster.managed() else ("upgrade", "--static")
    return serve(
        Plan(
            host=args.host,
            port=args.port,
            web_processes=args.web_processes,
            web_threads=args.web_threads,
            worker=not args.without_worker,
            steps=(step,),
        ),
        announce=lambda port: installation.say(
            Words(
                f"Clausier sert sur http://{args.host}:{port}/",
                f"Clausier serves on http://{args.host}:{port}/",
            )
        ),
    )


def serve(plan: Plan, *, announce: supervise.Announce) -> int:
    """Serve by `plan` until told to stop; return the exit status."""
    with installation.database_errors_in_words():
        try:
            supervise.serve(plan, installation.say, when_serving=announce)
        except StepFailed as problem:
            return problem.status if problem.status > 0 else 1
        except CannotListen as problem:
            installation.complain(
                Words(
                    f"Impossible d’écouter sur {plan.host}:{plan.port} ({problem})\u202f; essayez --port.",
                    f"Cannot listen on {plan.host}:{plan.port} ({problem}); try --port.",
                )
            )
            return 1
    sys.stdout.flush()
    return 0
