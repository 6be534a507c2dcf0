"""What Prometheus reads: requests as the web's processes count them, work and backups as they stand now."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.metadata import version

from django.db import connection
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from clausier import wiring
from clausier.care import shelf

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
REQUESTS = Counter("clausier_http_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "clausier_http_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer. Routes are names, of which there is a fixed number; so are methods here."""
    REQUESTS.labels(method if method in METHODS else "other", route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


def text() -> bytes:
    """All metrics in Prometheus's text form."""
    registry = CollectorRegistry()
    registry.register(Installation())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)


class Installation(Collector):
    """The installation as it stands when asked: version, jobs, workers, database, backups."""

    def collect(self) -> Iterable[Metric]:
        yield _gauge(
            "clausier_version", "1, with the version as a label", {(version("clausier"),): 1}, "version"
        )
        yield _gauge("clausier_jobs", "Jobs in the queue, by state", jobs_by_status(), "status")
        yield _gauge(
            "clausier_jobs_oldest_due_seconds", "How long the oldest due job has waited", {(): oldest_due()}
        )
        yield _gauge("clausier_workers", "Background workers that gave a sign of life", {(): workers_alive()})
        yield _gauge("clausier_database_bytes", "Size of the database", {(): database_size()})
        there = shelf.kept(shelf.directory())
        yield _gauge("clausier_backups", "Backups on this machine's shelf", {(): len(there)})
        if there:
            last = there[-1]
            yield _gauge(
                "clausier_backup_last_timestamp_seconds",
                "When the last backup was made",
                {(): last.made_at.timestamp()},
            )
            yield _gauge("clausier_backup_last_bytes", "Size of the last backup", {(): last.size})


def jobs_by_status() -> dict[tuple[str, ...], float]:
    """{(status,): jobs}."""
    with connection.cursor() as cursor:
        cursor.execute("select status::text, count(*) from procrastinate_jobs group by 1")
        return {(status,): float(count) for status, count in cursor.fetchall()}


def oldest_due() -> float:
    """Seconds that the oldest job that may begin has waited; 0 when none does."""
    return _number(
        """
        select coalesce(extract(epoch from now() - min(coalesce(jobs.scheduled_at, events.at))), 0)
        from procrastinate_jobs jobs
        join procrastinate_events events on events.job_id = jobs.id and events.type = 'deferred'
        where jobs.status = 'todo' and coalesce(jobs.scheduled_at, events.at) <= now()
        """
    )


def workers_alive() -> float:
    """Workers whose last sign of life is not too old."""
    return _number(
        "select count(*) from procrastinate_workers where last_heartbeat > now() - make_interval(secs => %s)",
        wiring.STALLED_AFTER,
    )


def database_size() -> float:
    """Bytes."""
    return _number("select pg_database_size(current_database())")


def _number(question: str, *arguments: float) -> float:
    with connection.cursor() as cursor:
        cursor.execute(question, arguments)
        return float(cursor.fetchone()[0])


def _gauge(name: str, says: str, values: dict[tuple[str, ...], float], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
