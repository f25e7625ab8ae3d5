"""Counters of this process in Prometheus' text format: requests, their times, what was stored."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0]  # seconds


class Metrics:
    """What is counted. The labels come from this code, never from a request."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._events: Counter[str] = Counter()
        self._times = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def request(self, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests[method, status] += 1
        self._times[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def event(self, name: str) -> None:
        """Count something that happened, such as: created, deduplicated, limited."""
        self._events[name] += 1

    def text(self) -> str:
        """Everything, for a Prometheus server to read."""
        lines = ["# TYPE gradtape_requests_total counter"]
        for (method, status), count in sorted(self._requests.items()):
            lines.append(f'gradtape_requests_total{{method="{method}",status="{status}"}} {count}')
        lines.append("# TYPE gradtape_events_total counter")
        for name, count in sorted(self._events.items()):
            lines.append(f'gradtape_events_total{{event="{name}"}} {count}')
        lines.append("# TYPE gradtape_request_seconds histogram")
        total = 0
        for bound, count in zip([*BOUNDS, "+Inf"], self._times, strict=True):
            total += count
            lines.append(f'gradtape_request_seconds_bucket{{le="{bound}"}} {total}')
        lines.append(f"gradtape_request_seconds_sum {self._seconds:.6f}")
        lines.append(f"gradtape_request_seconds_count {total}")
        return "\n".join(lines) + "\n"
