"""What release's judgement said about a version, kept as what monitor compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.contract.checks import PASS
from mlops_ext.contract.refs import Metric

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Check, Report
    from mlops_ext.contract.profile import Profile

METRIC, WINDOW = "metric:", "window:"


def with_quality(profile: Profile, quality: Report) -> Profile:
    """The profile with the metrics of a `quality` report: its `metric:<name>` and `window:<name>:...` checks.

    The first metric is the one that the gate judged; the history is that metric's, window by window.
    A report without such checks changes nothing.
    """
    metrics = tuple(
        Metric(name=check.name.removeprefix(METRIC), value=_number(check))
        for check in quality.checks
        if check.name.startswith(METRIC) and check.status == PASS and _number(check) is not None
    )
    if not metrics:
        return profile
    start = f"{WINDOW}{metrics[0].name}:"
    values = (_number(check) for check in quality.checks if check.name.startswith(start))
    return replace(
        profile, quality=metrics, quality_history=tuple(value for value in values if value is not None)
    )


def _number(check: Check) -> float | None:
    value = check.value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
