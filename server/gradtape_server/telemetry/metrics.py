"""Counters for a Prometheus server: requests, their times, what was stored.

One process counts in memory. Several count in files of one folder, which `sharing` provides, so
that whichever process is asked answers for all of them.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator

BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0]  # seconds
STATE = {
    "database_bytes": "Size of the database",
    "quota_bytes": "What the database may grow to",
    "disk_free_bytes": "Room on the disk under SQLite's file",
    "storage_works": "1 where the last write succeeded",
    "redis_answers": "0 where Redis is set and is away, else 1",
    "connections": "Open connections of the process that answered",
}
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextlib.contextmanager
def sharing() -> Iterator[None]:
    """Counters that are made inside are shared with every process that is forked inside."""
    with tempfile.TemporaryDirectory(prefix="gradtape-metrics-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


class Metrics:
    """What is counted. The labels come from this code, never from a request."""

    def __init__(self) -> None:
        # prometheus_client decides while it is imported where it counts: in memory or in files.
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            disable_created_metrics,
        )

        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        registry = self._registry
        self._requests = Counter(
            "gradtape_requests", "Answers", ["method", "status"], registry=registry
        )
        self._routes = Counter(
            "gradtape_route_requests",
            "Answers of each kind",
            ["route", "status"],
            registry=registry,
        )
        self._events = Counter("gradtape_events", "What happened", ["event"], registry=registry)
        self._seconds = Histogram(
            "gradtape_request_seconds", "Time to answer", buckets=BOUNDS, registry=registry
        )
        self._memory = Gauge(
            "gradtape_resident_bytes",
            "Memory of a process",
            registry=registry,
            multiprocess_mode="liveall",
        )
        self._state = {
            name: Gauge(
                f"gradtape_{name}", about, registry=registry, multiprocess_mode="mostrecent"
            )
            for name, about in STATE.items()
        }
        # Looking a labelled counter up costs more than counting.
        self._known: dict[tuple[str, int], Counter] = {}
        self._of_routes: dict[tuple[str, int], Counter] = {}

    def request(self, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        counter = self._known.get((method, status))
        if counter is None:
            counter = self._known[method, status] = self._requests.labels(method, str(status))
        counter.inc()
        self._seconds.observe(seconds)

    def route(self, route: str, status: int) -> None:
        """Count an answer of one kind, such as: page, snippet, export."""
        counter = self._of_routes.get((route, status))
        if counter is None:
            counter = self._of_routes[route, status] = self._routes.labels(route, str(status))
        counter.inc()

    def state(self, **values: float) -> None:
        """Note how things stand, by the names of `STATE`."""
        for name, value in values.items():
            self._state[name].set(value)

    def event(self, name: str) -> None:
        """Count something that happened, such as: created, deduplicated, limited."""
        self._events.labels(name).inc()

    def text(self) -> tuple[bytes, str]:
        """Everything, for a Prometheus server to read; and what kind of text it is."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        self._memory.set(_resident_bytes())
        registry = self._registry
        if _FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST


def _resident_bytes() -> int:
    """The memory of this process; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
