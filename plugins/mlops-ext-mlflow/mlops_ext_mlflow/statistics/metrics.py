"""Metrics in the form that a cluster bootstrap needs: from weights of clusters to values.

A metric is a function of sums over clusters, so a replicate costs a matrix product and not a pass
over the rows. AUC is one too: its wins of positives over negatives are counted once per pair of clusters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.metrics import HIGHER_IS_BETTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Statistic = Callable[[Array], Array]

FITS = {
    "probability": ("auc", "log_loss", "brier", "accuracy"),
    "label": ("accuracy",),
    "value": ("rmse", "mae", "r2"),
}
PROPER = {"probability": "log_loss", "value": "rmse"}

# Above this many clusters a table of all pairs of them costs more than a pass over the rows.
_PAIRED_CLUSTERS = 400


class UndefinedError(ValueError):
    """A metric has no value on these rows; says why."""


def sign(metric: str) -> int:
    """1 where more of the metric is better, -1 where less is."""
    return 1 if HIGHER_IS_BETTER[metric] else -1


def output_of(metric: str) -> str:
    """What kind of prediction a metric judges; accuracy takes any label."""
    return next(output for output in ("label", "probability", "value") if metric in FITS[output])


def build_statistic(metric: str, truth: Array, predicted: Array, clusters: Array) -> Statistic:
    """The metric as a function from weights (replicates x clusters) to one value per replicate.

    `clusters` numbers each row's cluster from 0. Truth is 0 or 1 for probabilities and labels. A replicate
    in which the metric is undefined gives NaN.
    """
    return _BUILD[metric](truth, predicted, clusters)


def measure(metric: str, truth: Array, predicted: Array) -> float:
    """The metric's value on all rows; UndefinedError where it has none."""
    import numpy as np

    if len(truth) == 0:
        raise UndefinedError("there are no rows")
    everything = build_statistic(metric, truth, predicted, np.zeros(len(truth), dtype=np.int64))
    value = float(everything(np.ones((1, 1)))[0])
    if not np.isfinite(value):
        raise UndefinedError(why_undefined(truth))
    return value


def why_undefined(truth: Array) -> str:
    """A sentence for a metric that has no value on these rows."""
    import numpy as np

    kinds = np.unique(truth)
    return f"all {len(truth)} labels are {kinds[0]}" if len(kinds) == 1 else "it is not a finite number"


def _sums(values: Array, clusters: Array) -> Array:
    import numpy as np

    return np.bincount(clusters, weights=values)


def _divide(above: Array, below: Array) -> Array:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _mean(values: Array, clusters: Array) -> Statistic:
    import numpy as np

    total, rows = _sums(values, clusters), np.bincount(clusters).astype(float)
    return lambda weights: _divide(weights @ total, weights @ rows)


def _log_loss(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    import numpy as np

    tiny = np.finfo(np.float64).eps
    p = np.clip(predicted.astype(np.float64), tiny, 1 - tiny)
    return _mean(-np.where(truth == 1, np.log(p), np.log1p(-p)), clusters)


def _brier(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    return _mean((predicted - truth) ** 2, clusters)


def _accuracy(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    decided = predicted >= 0.5 if predicted.dtype.kind == "f" else predicted
    return _mean((decided == truth).astype(float), clusters)


def _mae(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    return _mean(abs(predicted - truth), clusters)


def _rmse(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    squared = _mean((predicted - truth) ** 2, clusters)
    return lambda weights: squared(weights) ** 0.5


def _r2(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    squared = _mean((predicted - truth) ** 2, clusters)
    centred = truth - truth.mean()
    mean, mean_of_squares = _mean(centred, clusters), _mean(centred**2, clusters)
    return lambda weights: 1 - _divide(squared(weights), mean_of_squares(weights) - mean(weights) ** 2)


def _auc(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    import numpy as np

    count = int(clusters.max()) + 1
    if count > _PAIRED_CLUSTERS:
        return _auc_by_rows(truth, predicted, clusters)
    wins = _wins(truth == 1, predicted, clusters, count)
    positives = np.bincount(clusters[truth == 1], minlength=count).astype(float)
    negatives = np.bincount(clusters[truth != 1], minlength=count).astype(float)
    return lambda weights: _divide(
        np.einsum("rc,rc->r", weights @ wins, weights), (weights @ positives) * (weights @ negatives)
    )


def _wins(positive: Array, predicted: Array, clusters: Array, count: int) -> Array:
    """How often positives of one cluster (row) lie above negatives of another (column); a tie is half."""
    import numpy as np

    order = np.argsort(predicted[positive], kind="stable")
    scores, owners = predicted[positive][order], clusters[positive][order]
    wins = np.zeros((count, count))
    for other in range(count):
        below = np.sort(predicted[~positive & (clusters == other)])
        beaten = (np.searchsorted(below, scores, "left") + np.searchsorted(below, scores, "right")) / 2
        wins[:, other] = np.bincount(owners, weights=beaten, minlength=count)
    return wins


def _auc_by_rows(truth: Array, predicted: Array, clusters: Array) -> Statistic:
    """AUC from a pass over the sorted rows for every replicate: for many small clusters."""
    import numpy as np

    order = np.argsort(predicted, kind="stable")
    positive, owners, scores = truth[order] == 1, clusters[order], predicted[order]
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])

    def one(weights: Array) -> float:
        row = weights[owners]
        up = np.add.reduceat(np.where(positive, row, 0.0), starts)
        down = np.add.reduceat(np.where(positive, 0.0, row), starts)
        pairs = up.sum() * down.sum()
        return float((up * (np.cumsum(down) - down / 2)).sum() / pairs) if pairs > 0 else float("nan")

    return lambda weights: np.array([one(row) for row in weights])


_BUILD: dict[str, Callable[[Array, Array, Array], Statistic]] = {
    "auc": _auc,
    "accuracy": _accuracy,
    "log_loss": _log_loss,
    "brier": _brier,
    "rmse": _rmse,
    "mae": _mae,
    "r2": _r2,
}
