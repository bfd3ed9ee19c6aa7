"""How much a metric moves from window to window on the judged rows, when nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import PASS, Check
from mlops_ext.settings.duration import duration
from mlops_ext_mlflow.statistics.columns import DAY, show_time
from mlops_ext_mlflow.statistics.metrics import UndefinedError, measure

if TYPE_CHECKING:
    from mlops_ext.contract.settings import MonitorSettings
    from mlops_ext_mlflow.judging.gates import Judging
    from mlops_ext_mlflow.statistics.metrics import Array


def measure_windows(judging: Judging, predicted: Array, monitor: MonitorSettings, model: str) -> list[Check]:
    """The metric in each whole window of monitor's length, as checks `window:<metric>:<start>/<end>`."""
    rows = judging.rows
    if rows.times is None or rows.per_day != DAY:
        return []
    length = int(duration(monitor.window, f"models.{model}.monitor.window").total_seconds() * 1_000_000)
    start = int(rows.times.min()) // DAY * DAY
    checks = []
    while length and start + length <= int(rows.times.max()) + DAY:
        mask = (rows.times >= start) & (rows.times < start + length)
        if mask.sum() >= max(1, monitor.minimum_rows):
            checks += _measure(judging, predicted, mask, start, start + length)
        start += length
    return checks


def _measure(judging: Judging, predicted: Array, mask: Array, start: int, end: int) -> list[Check]:
    try:
        value = measure(judging.metric, judging.rows.truth[mask], predicted[mask])
    except UndefinedError:
        return []
    return [
        Check(
            name=f"window:{judging.metric}:{show_time(start, DAY)}/{show_time(end, DAY)}",
            status=PASS,
            severity="info",
            value=value,
            rows=int(mask.sum()),
        )
    ]
