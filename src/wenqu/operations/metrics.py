"""The figures of /metrics: requests as they were counted by every page process, and how things stand when asked.

With `PROMETHEUS_MULTIPROC_DIR` set (`wenqu serve` sets it) the processes keep their counts in files of that folder and
any of them answers for all. Labels are names of views: never a path, which may hold somebody's number.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Sum
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from wenqu.jobs import beat
from wenqu.kit.models import AuditSeal
from wenqu.operations import state
from wenqu.people.models import Throttle

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

_own = CollectorRegistry()
REQUESTS = Counter("wenqu_requests", "Requests answered", ("view", "method", "status"), registry=_own)
SECONDS = Histogram("wenqu_request_seconds", "Time to answer", ("view",), buckets=BUCKETS, registry=_own)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(view, method if method in _METHODS else "other", str(status)).inc()
    SECONDS.labels(view).observe(seconds)


def exposition(at: datetime) -> bytes:
    """All figures in the text form of Prometheus."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)
    else:
        registry.register(_own)
    registry.register(_Standing(at))
    return generate_latest(registry)


class _Standing:
    """Gauges read at the moment of asking."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._of_machine()
        try:
            found = list(self._of_database())
        except DatabaseError:
            found = [_gauge("wenqu_database_up", "Whether the database answers", 0)]
        yield from found

    def _of_machine(self) -> Iterator[Metric]:
        yield _gauge("wenqu_disk_free_bytes", "Free space where the data lies", state.disk_free())
        for name, text, age in (
            ("wenqu_worker_beat_age_seconds", "Seconds since a worker's last sign of life", beat.age()),
            ("wenqu_backup_age_seconds", "Seconds since the newest backup", state.backup_age()),
        ):
            if age is not None:
                yield _gauge(name, text, age)

    def _of_database(self) -> Iterator[Metric]:
        yield _gauge("wenqu_database_up", "Whether the database answers", 1)
        jobs = GaugeMetricFamily("wenqu_jobs", "Background jobs by state", labels=("state",))
        for name, number in state.jobs_by_state().items():
            jobs.add_metric((name,), number)
        yield jobs
        yield _gauge("wenqu_job_queue_age_seconds", "How long the oldest queued job waits", state.queue_age(self.at))
        chained = AuditSeal.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        yield _gauge("wenqu_audit_entries_chained", "Entries in the audit chain", chained)
        yield _gauge("wenqu_audit_entries_waiting", "Entries not chained yet", state.audit_lag())
        yield _gauge("wenqu_audit_copy_behind", "Chained entries that the second copy has not yet", state.copy_lag())
        failures = Throttle.objects.aggregate(n=Sum("failures"))["n"] or 0
        yield _gauge("wenqu_sign_in_failures_held", "Failed sign-ins still held against a name or an address", failures)
        yield _gauge("wenqu_sign_in_waiting", "Names and addresses that have to wait now", Throttle.objects.filter(until__gt=self.at).count())
        yield _gauge("wenqu_database_bytes", "Size of the database", state.database_bytes())


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
