"""The single checks of a release: what each asks, and the sentence that says what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check
from mlops_ext_mlflow.statistics.bootstrap import bootstrap_gain, bootstrap_value
from mlops_ext_mlflow.statistics.metrics import PROPER, UndefinedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_ext_mlflow.judging.unseen import Rows
    from mlops_ext_mlflow.statistics.bootstrap import Interval
    from mlops_ext_mlflow.statistics.metrics import Array

NOT_WORSE = "not-worse"
BETTER = "better"


@dataclass(frozen=True)
class Judging:
    """What all checks of one release share."""

    rows: Rows
    output: str
    metric: str
    margin: float
    confidence: float
    seed: int

    def value(self, metric: str, predicted: Array) -> Interval:
        """A metric with its interval."""
        rows = self.rows
        return bootstrap_value(
            metric, rows.truth, predicted, rows.clusters, seed=self.seed, confidence=self.confidence
        )

    def gain(self, metric: str, candidate: Array, champion: Array) -> Interval:
        """How much better the candidate is, paired."""
        rows = self.rows
        return bootstrap_gain(
            metric, rows.truth, candidate, champion, rows.clusters, seed=self.seed, confidence=self.confidence
        )


def answer(name: str, ask: Callable[[], Check]) -> Check:
    """The check, or an error where its metric is undefined: never a pass."""
    try:
        return ask()
    except UndefinedError as error:
        return Check(name=name, status=ERROR, message=f"undefined: {error}")


def check_metric(judging: Judging, metric: str, predicted: Array) -> Check:
    """A metric by itself, for whoever compares later."""
    found = judging.value(metric, predicted)
    return Check(
        name=f"metric:{metric}",
        status=PASS,
        severity="info",
        value=found.value,
        rows=len(judging.rows),
        message=f"{metric} {show(found)}; {judging.rows.evidence}",
    )


def check_policy(judging: Judging, policy: str, candidate: Array, champion: Array) -> Check:
    """`not-worse`: the low bound of the difference is at least -margin. `better`: it is above 0.

    The margin is how much may be lost for a retraining's sake; a change has to win, so it has none.
    """
    gain = judging.gain(judging.metric, candidate, champion)
    limit = -judging.margin if policy == NOT_WORSE else 0.0
    won = gain.low >= limit if policy == NOT_WORSE else gain.low > limit
    verdict = {True: f"proved {policy}", False: f"not proved {policy}"}[won].replace("-", " ")
    return Check(
        name=policy,
        status=PASS if won else FAIL,
        value=gain.low,
        limit=limit,
        rows=len(judging.rows),
        message=f"{verdict}: {_both(judging, judging.metric, candidate, champion, gain)}",
        hint="" if won else "more test days make the interval shorter; a better model moves it",
    )


def check_proper_score(judging: Judging, candidate: Array, champion: Array) -> Check:
    """The probabilities may not get worse beyond the margin, however well they rank.

    A guard beside the policy: it fails where the whole interval lies below -margin. One stormy day moves
    log loss so much that proof of the opposite would take months.
    """
    metric = PROPER.get(judging.output)
    if metric is None:
        return Check(
            name="proper-score", status=SKIPPED, severity="info", message="labels have no proper score"
        )
    gain = judging.gain(metric, candidate, champion)
    return Check(
        name="proper-score",
        status=PASS if gain.high >= -judging.margin else FAIL,
        value=gain.high,
        limit=-judging.margin,
        rows=len(judging.rows),
        message=_both(judging, metric, candidate, champion, gain),
    )


def check_baseline(judging: Judging, predicted: Array, constant: Array, what: str) -> Check:
    """Better than the same answer for everyone, by the proper score (accuracy for labels)."""
    metric = PROPER.get(judging.output, "accuracy")
    gain = judging.gain(metric, predicted, constant)
    value, simple = judging.value(metric, predicted), judging.value(metric, constant)
    return Check(
        name="baseline",
        status=PASS if gain.low > 0 else FAIL,
        value=gain.low,
        limit=0.0,
        rows=len(judging.rows),
        message=f"{metric} {value.value:.4f} against {simple.value:.4f} of {what}; "
        f"gain {show(gain, sign=True)}; {judging.rows.evidence}",
    )


def check_flips(judging: Judging, candidate: Array, champion: Array) -> Check:
    """How many decisions change with the version, and how many of them for the better."""
    if judging.output == "value":
        return Check(name="flips", status=SKIPPED, severity="info", message="values decide nothing")
    probability = judging.output == "probability"
    new, old = (candidate >= 0.5, champion >= 0.5) if probability else (candidate, champion)
    changed = new != old
    right = int((changed & (new == judging.rows.truth)).sum())
    count = int(changed.sum())
    return Check(
        name="flips",
        status=PASS,
        severity="info",
        count=count,
        rows=len(judging.rows),
        value=count / len(judging.rows),
        message=f"{count} of {len(judging.rows)} decisions change ({count / len(judging.rows):.1%}), "
        f"{right} of them become right",
    )


def show(found: Interval, *, sign: bool = False) -> str:
    """A value with its interval."""
    form = "+.4f" if sign else ".4f"
    return f"{found.value:{form}} [{found.low:{form}}, {found.high:{form}}]"


def _both(judging: Judging, metric: str, candidate: Array, champion: Array, gain: Interval) -> str:
    values = [judging.value(metric, predicted) for predicted in (candidate, champion)]
    return (
        f"{metric} {show(values[0])} against {show(values[1])}; gain {show(gain, sign=True)}, "
        f"margin {judging.margin:g}; {judging.rows.evidence}"
    )
