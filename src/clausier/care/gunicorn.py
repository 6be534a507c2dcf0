"""What gunicorn is told beside its command line: its log in our form, and what to do when a child ends."""

from __future__ import annotations

from typing import Any

from prometheus_client import multiprocess

from clausier import options, processes
from clausier.care import logs

loglevel = "warning"
logconfig_dict = logs.configuration(options.value("CLAUSIER_LOG_FORMAT"), options.value("CLAUSIER_LOG_LEVEL"))


def child_exit(server: Any, worker: Any) -> None:
    """Let the counters of a child that ended count on, without its gauges."""
    multiprocess.mark_process_dead(worker.pid)


def post_worker_init(worker: Any) -> None:
    """Everything is loaded: the process serves from now on."""
    processes.settle_memory()
