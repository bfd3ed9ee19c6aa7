"""Intervals by resampling whole clusters (days), because rows of one day are not independent.

Both versions are measured under the same weights, so what moves them together leaves the difference alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext_mlflow.statistics.metrics import UndefinedError, build_statistic, sign

if TYPE_CHECKING:
    from mlops_ext_mlflow.statistics.metrics import Array, Statistic

REPLICATES = 2000
MINIMUM_CLUSTERS = 5

# Weights of one batch of replicates hold at most so many numbers: 64 MB.
_BATCH = 8_000_000
# A metric that is undefined in a larger share of the replicates has no interval that one may trust.
_UNDEFINED_SHARE = 0.01


class TooFewClustersError(UndefinedError):
    """There are too few days (or ids) to say how much a value moves between them."""


@dataclass(frozen=True)
class Interval:
    """A value with its interval. `error` is the standard error between clusters."""

    value: float
    low: float
    high: float
    error: float
    clusters: int


def seed_of(*digests: str) -> int:
    """The same inputs give the same replicates."""
    return int.from_bytes(hashlib.sha256("\n".join(digests).encode()).digest()[:8], "big")


def bootstrap_value(
    metric: str, truth: Array, predicted: Array, clusters: Array, *, seed: int, confidence: float
) -> Interval:
    """The metric with its interval over clusters."""
    one = build_statistic(metric, truth, predicted, clusters)
    return _interval(lambda weights: one(weights), clusters, seed, confidence)


def bootstrap_gain(
    metric: str,
    truth: Array,
    candidate: Array,
    champion: Array,
    clusters: Array,
    *,
    seed: int,
    confidence: float,
) -> Interval:
    """How much better the candidate is, paired; above 0 is better whichever way the metric points."""
    first = build_statistic(metric, truth, candidate, clusters)
    second = build_statistic(metric, truth, champion, clusters)
    direction = sign(metric)
    return _interval(
        lambda weights: direction * (first(weights) - second(weights)), clusters, seed, confidence
    )


def p_worse(gain: Interval, margin: float) -> float:
    """The p-value of "not worse by more than the margin", by Student's t over clusters."""
    from scipy.stats import t

    if gain.error == 0:
        return 0.0 if gain.value < -margin else 1.0
    return float(t.cdf((gain.value + margin) / gain.error, gain.clusters - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values: all of them together are wrong no more often than the level says."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def _interval(statistic: Statistic, clusters: Array, seed: int, confidence: float) -> Interval:
    """The expanded percentile interval: with few clusters the plain one is too short."""
    import numpy as np

    count = int(clusters.max()) + 1 if len(clusters) else 0
    if count < MINIMUM_CLUSTERS:
        raise TooFewClustersError(f"too few days: {count}, at least {MINIMUM_CLUSTERS} needed")
    value = float(statistic(np.ones((1, count)))[0])
    values = np.concatenate([statistic(weights) for weights in _weights(count, seed)])
    defined = values[np.isfinite(values)]
    if not np.isfinite(value) or len(defined) < len(values) * (1 - _UNDEFINED_SHARE):
        raise UndefinedError("the metric is undefined on these rows, or on too many selections of their days")
    tail = _tail(count, confidence)
    low, high = np.quantile(defined, [tail, 1 - tail])
    error = float(defined.std(ddof=1)) * (count / (count - 1)) ** 0.5
    return Interval(value, float(low), float(high), error, count)


def _tail(count: int, confidence: float) -> float:
    """The share to cut off on each side so that few clusters get the width that Student's t asks for."""
    from scipy.stats import norm, t

    reach = (count / (count - 1)) ** 0.5 * t.ppf((1 + confidence) / 2, count - 1)
    return float(norm.cdf(-reach))


def _weights(count: int, seed: int) -> Iterator[Array]:
    """How often each cluster was drawn, in batches of replicates that fit in memory."""
    import numpy as np

    generator = np.random.default_rng(seed)
    size = max(1, min(REPLICATES, _BATCH // count))
    for start in range(0, REPLICATES, size):
        draws = min(size, REPLICATES - start)
        yield generator.multinomial(count, np.full(count, 1 / count), size=draws).astype(float)
