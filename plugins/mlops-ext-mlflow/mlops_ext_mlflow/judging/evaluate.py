"""Release's judgement: candidate and champion score the same newest rows again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, FAIL, PASS, Check, Report
from mlops_ext.errors import SettingsError
from mlops_ext.settings.duration import duration
from mlops_ext_mlflow.judging import gates
from mlops_ext_mlflow.judging.baseline import constant_answer
from mlops_ext_mlflow.judging.gates import Judging
from mlops_ext_mlflow.judging.rescore import declared_output, rescore
from mlops_ext_mlflow.judging.slices import check_slices
from mlops_ext_mlflow.judging.unseen import select_rows
from mlops_ext_mlflow.judging.windows import measure_windows
from mlops_ext_mlflow.statistics.bootstrap import seed_of
from mlops_ext_mlflow.statistics.columns import bad_truth, find_output
from mlops_ext_mlflow.statistics.metrics import FITS, PROPER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import ColumnRoles, DataRef
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext.contract.settings import ModelSettings, ReleaseSettings
    from mlops_ext_mlflow.judging.unseen import Rows
    from mlops_ext_mlflow.statistics.metrics import Array

    Score = Callable[[Context, Sequence[ModelVersion], pa.Table, ColumnRoles], list[Array]]

POLICIES = (gates.NOT_WORSE, gates.BETTER)


def evaluate(
    context: Context,
    candidate: ModelVersion,
    champion: ModelVersion | None,
    data: DataRef,
    score: Score = rescore,
) -> Report:
    """Answer `quality`. A first version, without a champion, has to beat the simple baseline only."""
    import pyarrow as pa

    settings = context.settings.models[candidate.model]
    _check_settings(settings.release, candidate.model)
    versions = (candidate,) if champion is None else (candidate, champion)
    table = pa.table(context.open(data))
    late_by = duration(settings.monitor.late_by, f"models.{candidate.model}.monitor.late_by")
    rows, checks = select_rows(table, data.columns, versions, late_by, settings.release.cluster)
    if len(rows) < max(1, settings.release.minimum_rows):
        return _report(data, (*checks, _too_few(rows, settings.release.minimum_rows)))
    scores = score(context, versions, rows.table, data.columns)
    output = find_output(settings.output or _declared(context, candidate), rows.truth, scores[0])
    broken = [
        check for version, one in zip(versions, scores, strict=True) for check in _sane(version, one, output)
    ]
    broken = _labels(rows, output) + _blame(broken, candidate)
    if broken:
        return _report(data, (*checks, *broken))
    judging = _judging(
        settings.release, rows, output, seed_of(data.digest, *(one.digest for one in versions))
    )
    found = _judge(context, settings, judging, versions, scores, data.columns.label)
    return _report(data, (*checks, *found))


def default_policy(candidate: ModelVersion, champion: ModelVersion) -> str:
    """`not-worse` for a retraining: same package, same parameters. Anything else has to be `better`."""
    same = bool(candidate.package) and candidate.package == champion.package
    params = [{(one.name, one.value) for one in version.params} for version in (candidate, champion)]
    return gates.NOT_WORSE if same and params[0] == params[1] else gates.BETTER


def choose_metric(asked: str, output: str) -> str:
    """The metric of the settings, or the output's first one where the asked one does not fit."""
    return asked if asked in FITS[output] else FITS[output][0]


def _judge(
    context: Context,
    settings: ModelSettings,
    judging: Judging,
    versions: tuple[ModelVersion, ...],
    scores: list[Array],
    label: str,
) -> list[Check]:
    new = scores[0]
    constant, what = constant_answer(context, versions[0], label, judging.output, judging.rows.truth)
    found = [gates.answer("baseline", lambda: gates.check_baseline(judging, new, constant, what))]
    for metric in dict.fromkeys((judging.metric, PROPER.get(judging.output, judging.metric))):
        found.append(gates.answer(f"metric:{metric}", partial(gates.check_metric, judging, metric, new)))
    if len(versions) > 1:
        found += _compare(settings, judging, default_policy(versions[0], versions[1]), new, scores[1])
    return found + measure_windows(judging, new, settings.monitor, versions[0].model)


def _compare(settings: ModelSettings, judging: Judging, usual: str, new: Array, old: Array) -> list[Check]:
    policy = settings.release.policy or usual
    return [
        gates.answer(policy, lambda: gates.check_policy(judging, policy, new, old)),
        gates.answer("proper-score", lambda: gates.check_proper_score(judging, new, old)),
        *check_slices(judging, settings.release.slices, new, old),
        gates.check_flips(judging, new, old),
    ]


def _judging(release: ReleaseSettings, rows: Rows, output: str, seed: int) -> Judging:
    metric = choose_metric(release.metric, output)
    return Judging(rows, output, metric, release.margin, release.confidence, seed)


def _declared(context: Context, version: ModelVersion) -> str:
    return declared_output(context.fetch(version.ref()))


def _check_settings(release: ReleaseSettings, model: str) -> None:
    known = sorted({metric for metrics in FITS.values() for metric in metrics})
    key = f"models.{model}.release"
    if release.metric not in known:
        raise SettingsError(
            f"no metric `{release.metric}`", key=f"{key}.metric", hint=f"one of {', '.join(known)}"
        )
    if release.policy not in ("", *POLICIES):
        raise SettingsError(
            f"no policy `{release.policy}`", key=f"{key}.policy", hint=f"one of {', '.join(POLICIES)}"
        )
    if not 0.5 <= release.confidence < 1 or release.margin < 0:
        raise SettingsError("confidence lies in [0.5, 1), and a margin is not negative", key=key)


def _too_few(rows: Rows, minimum: int) -> Check:
    return Check(
        name="minimum-rows",
        status=ERROR,
        rows=len(rows),
        limit=minimum,
        message=f"insufficient data: {len(rows)} rows, at least {minimum} needed",
        hint="wait for newer labelled rows, or models.<name>.release.minimum_rows",
    )


def _sane(version: ModelVersion, scores: Array, output: str) -> list[Check]:
    """What is wrong with the predictions by themselves."""
    import numpy as np

    name = f"predictions:{version.name}"
    if scores.dtype == object:
        return (
            [] if output == "label" else [Check(name=name, status=FAIL, message="the predictions are text")]
        )
    bad = int((~np.isfinite(scores)).sum())
    if bad:
        said = f"{bad} of {len(scores)} predictions are missing or not finite"
        return [Check(name=name, status=FAIL, count=bad, rows=len(scores), message=said)]
    outside = int(((scores < 0) | (scores > 1)).sum()) if output == "probability" else 0
    if outside:
        said = f"{outside} of {len(scores)} probabilities lie outside 0 to 1"
        return [Check(name=name, status=FAIL, count=outside, rows=len(scores), message=said)]
    return [
        Check(name=name, status=PASS, severity="info", rows=len(scores), message="finite, one for each row")
    ]


def _blame(checks: list[Check], candidate: ModelVersion) -> list[Check]:
    """A candidate with broken predictions is refused; with a champion's nothing can be compared."""
    import msgspec

    mine = f"predictions:{candidate.name}"
    return [
        check if check.name == mine else msgspec.structs.replace(check, status=ERROR)
        for check in checks
        if check.status == FAIL
    ]


def _labels(rows: Rows, output: str) -> list[Check]:
    why = bad_truth(output, rows.truth)
    return [Check(name="labels", status=ERROR, message=why, rows=len(rows))] if why else []


def _report(data: DataRef, checks: tuple[Check, ...]) -> Report:
    return Report(question="quality", checks=checks, looked_at=f"{data.name} {data.digest}".strip())
