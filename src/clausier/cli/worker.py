"""`clausier worker`: do the background work, until told to stop. Several may run, on several machines."""

from __future__ import annotations

import argparse

from clausier.cli import installation

GRACE = 20.0  # seconds a job gets to end once the worker is told to stop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--concurrency", type=int, default=4, metavar="N", help="tâches menées de front (4 par défaut)"
    )
    parser.add_argument("--queue", action="append", metavar="FILE", help="seulement cette file (répétable)")


def run(args: argparse.Namespace) -> int:
    """0 once stopped, whether by a signal or because the database went away: its keeper starts it again."""
    with installation.ready("app"):
        from procrastinate.contrib.django import app

        from clausier import processes, wiring

        # Django's own connector has no waiting for notifications: the worker gets one that has.
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            processes.settle_memory()
            working.job_manager = wiring.InsistentJobManager(working.connector)
            working.run_worker(
                concurrency=args.concurrency,
                queues=args.queue,
                delete_jobs="successful",
                update_heartbeat_interval=wiring.HEARTBEAT,
                stalled_worker_timeout=wiring.STALLED_AFTER,
                shutdown_graceful_timeout=GRACE,
            )
    return 0
