"""Monitor's question of quality: is the served version as good on live rows as when it was judged?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check, Report
from mlops_ext.contract.settings import ModelSettings
from mlops_ext.errors import SettingsError
from mlops_ext_mlflow.judging.gates import show
from mlops_ext_mlflow.judging.live import read_live
from mlops_ext_mlflow.statistics.bootstrap import bootstrap_value, seed_of
from mlops_ext_mlflow.statistics.columns import bad_truth
from mlops_ext_mlflow.statistics.metrics import FITS, UndefinedError, output_of, sign

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.profile import Profile
    from mlops_ext.contract.refs import Metric
    from mlops_ext.contract.settings import MonitorSettings
    from mlops_ext_mlflow.judging.live import Live
    from mlops_ext_mlflow.statistics.bootstrap import Interval


@dataclass(frozen=True)
class Limit:
    """What the window is held against, on the metric's own scale."""

    value: float
    reference: float
    why: str


def compare(context: Context, profile: Profile, current: DataRef) -> Report | None:
    """Answer `quality` on the labelled rows of the profile's version; None for a window without labels.

    Below the minimum rows or coverage the answer is not yet known: neither good nor bad.
    """
    if not current.columns.label or not current.columns.prediction:
        return None
    table = context.open(current)
    if current.columns.label not in {column.name for column in table.schema}:
        return None
    settings = context.settings.models.get(profile.model, ModelSettings())
    live = read_live(table, current.columns, profile)
    checks = [_coverage(live, settings.monitor)]
    if checks[0].status == PASS:
        checks += _judge(live, profile, settings, seed_of(current.digest, profile.digest))
    return Report(question="quality", checks=tuple(checks), looked_at=live.evidence)


def choose_limit(metric: str, reference: float, history: tuple[float, ...], drop: float) -> Limit:
    """Worse than the reference by more than `drop`, and than the worst of the reference's own windows."""
    direction = sign(metric)
    allowed = reference - direction * drop
    worst = min(history, key=lambda value: direction * value) if history else allowed
    if direction * worst < direction * allowed:
        return Limit(worst, reference, f"the worst of {len(history)} windows when it was judged")
    return Limit(allowed, reference, f"{reference:.4f} when it was judged, drop {drop:g}")


def _coverage(live: Live, monitor: MonitorSettings) -> Check:
    """Whether enough rows have their label. Status pass opens the judgement, skipped is "not yet known"."""
    all_rows, labelled = live.all_rows, len(live.truth)
    share = labelled / all_rows if all_rows else 0.0
    said = f"{labelled} of {all_rows} rows have their label ({share:.0%})"
    few = labelled < max(1, monitor.minimum_rows)
    thin = share < monitor.minimum_coverage
    if few:
        said = f"not yet known: {said}, at least {max(1, monitor.minimum_rows)} needed"
    elif thin:
        said = f"not yet known: {said}, at least {monitor.minimum_coverage:.0%} needed"
    if live.other_versions:
        said += f"; {live.other_versions} rows of other versions left out"
    return Check(
        name="coverage",
        status=SKIPPED if few or thin else PASS,
        severity="info",
        count=labelled,
        rows=all_rows,
        value=share,
        limit=monitor.minimum_coverage,
        message=said,
    )


def _judge(live: Live, profile: Profile, settings: ModelSettings, seed: int) -> list[Check]:
    """The metric that the gate judged is judged; the others that were kept are shown."""
    known = [
        metric
        for metric in profile.quality
        if metric.value is not None and metric.name in sum(FITS.values(), ())
    ]
    if not known:
        said = "how good this version was when it was judged is not kept with it"
        return [Check(name="quality", status=ERROR, message=said, hint="release the version again")]
    wanted = next((metric for metric in known if metric.name == settings.release.metric), known[0])
    others = [metric for metric in known if metric is not wanted]
    found = [_measure(live, wanted, profile.quality_history, settings, seed, severity="critical")]
    return found + [_measure(live, metric, (), settings, seed, severity="info") for metric in others]


def _measure(
    live: Live,
    metric: Metric,
    history: tuple[float, ...],
    settings: ModelSettings,
    seed: int,
    *,
    severity: str,
) -> Check:
    misfit = bad_truth(output_of(metric.name), live.truth)
    if misfit:
        raise SettingsError(f"{metric.name} can't be measured: {misfit}", key="data.<name>.columns.label")
    limit = choose_limit(metric.name, float(metric.value or 0.0), history, settings.monitor.drop)
    try:
        found = bootstrap_value(
            metric.name,
            live.truth,
            live.predicted,
            live.clusters,
            seed=seed,
            confidence=settings.release.confidence,
        )
    except UndefinedError as error:
        said = f"undefined: {error}; {live.evidence}"
        return Check(name=metric.name, status=SKIPPED, severity=severity, message=said, rows=len(live.truth))
    return _check(live, metric.name, found, limit, severity)


def _check(live: Live, metric: str, found: Interval, limit: Limit, severity: str) -> Check:
    direction = sign(metric)
    best = found.high if direction > 0 else found.low
    failed = direction * best < direction * limit.value
    return Check(
        name=metric,
        status=FAIL if failed and severity == "critical" else PASS,
        severity=severity,
        value=found.value,
        limit=limit.value,
        rows=len(live.truth),
        message=f"{metric} {show(found)}, limit {limit.value:.4f} ({limit.why}); {live.evidence}",
    )
