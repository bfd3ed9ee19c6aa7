"""Counters of the service as Prometheus reads them."""

from __future__ import annotations

import threading
from collections import Counter

EDGES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
HELP = {
    "mlops_requests_total": "Answered prediction requests by version and status code.",
    "mlops_rows_total": "Predicted rows by version.",
    "mlops_extra_keys_total": "Keys of records that the model does not know and that were ignored.",
    "mlops_batches_total": "Calls of the model; rows per call is rows over batches.",
    "mlops_swaps_total": "Versions that were taken into service.",
    "mlops_refused_total": "Versions that were refused.",
    "mlops_worker_restarts_total": "Times that a model's process had to be started again.",
}
Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counts by name and labels, and one histogram of seconds per answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, Labels]] = Counter()
        self._seconds = [0] * (len(EDGES) + 1)
        self._sum = 0.0

    def add(self, name: str, by: int = 1, **labels: object) -> None:
        """Count something."""
        with self._lock:
            self._counts[name, tuple((key, str(value)) for key, value in labels.items())] += by

    def took(self, seconds: float) -> None:
        """Put the seconds of one answer into the histogram."""
        place = next((number for number, edge in enumerate(EDGES) if seconds <= edge), len(EDGES))
        with self._lock:
            self._seconds[place] += 1
            self._sum += seconds

    def text(self, gauges: dict[str, float]) -> str:
        """Everything in Prometheus' text format 0.0.4."""
        with self._lock:
            counts, seconds, total = dict(self._counts), list(self._seconds), self._sum
        lines: list[str] = []
        for name, meaning in HELP.items():
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} counter"]
            found = {labels: count for (this, labels), count in sorted(counts.items()) if this == name}
            lines += [f"{name}{_labels(labels)} {count}" for labels, count in found.items()]
        for name, value in gauges.items():
            lines += [f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join([*lines, *_histogram(seconds, total)]) + "\n"


def _histogram(seconds: list[int], total: float) -> list[str]:
    name, below, lines = "mlops_request_seconds", 0, ["# TYPE mlops_request_seconds histogram"]
    for edge, count in zip((*(f"{edge:g}" for edge in EDGES), "+Inf"), seconds, strict=True):
        below += count
        lines.append(f'{name}_bucket{{le="{edge}"}} {below}')
    return [*lines, f"{name}_sum {total:.6f}", f"{name}_count {below}"]


def _labels(labels: Labels) -> str:
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels) + "}" if labels else ""
