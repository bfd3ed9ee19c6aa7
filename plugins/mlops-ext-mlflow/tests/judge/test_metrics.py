"""The metrics agree with scikit-learn's, also with ties, weights and many clusters."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from mlops_ext.contract.metrics import HIGHER_IS_BETTER
from mlops_ext_mlflow.statistics import metrics

SEED = 20130401


def _rows(rows: int = 3000, clusters: int = 14, digits: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(SEED)
    truth = (generator.random(rows) < 0.3).astype(float)
    predicted = np.round(np.clip(0.3 + 0.2 * truth + 0.2 * generator.standard_normal(rows), 0, 1), digits)
    return truth, predicted, generator.integers(0, clusters, rows)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("auc", reference.roc_auc_score),
        ("brier", reference.brier_score_loss),
        ("log_loss", reference.log_loss),
        ("accuracy", lambda truth, p: reference.accuracy_score(truth, p >= 0.5)),
        ("rmse", reference.root_mean_squared_error),
        ("mae", reference.mean_absolute_error),
        ("r2", reference.r2_score),
    ],
)
def test_same_value_as_scikit_learn(metric: str, expected) -> None:
    truth, predicted, _ = _rows()
    assert metrics.measure(metric, truth, predicted) == pytest.approx(expected(truth, predicted), abs=1e-12)


@pytest.mark.parametrize("clusters", [14, 900])
@pytest.mark.parametrize("metric", ["auc", "log_loss", "brier", "r2", "rmse"])
def test_weights_mean_repeated_rows(metric: str, clusters: int) -> None:
    truth, predicted, owners = _rows(clusters=clusters)
    weights = np.random.default_rng(SEED + 1).multinomial(clusters, np.full(clusters, 1 / clusters), size=3)
    values = metrics.build_statistic(metric, truth, predicted, owners)(weights.astype(float))
    for row, value in zip(weights, values, strict=True):
        repeated = np.repeat(np.arange(len(truth)), row[owners])
        assert value == pytest.approx(metrics.measure(metric, truth[repeated], predicted[repeated]), abs=1e-9)


def test_auc_of_all_ties_is_one_half() -> None:
    assert metrics.measure("auc", np.array([0.0, 1.0, 1.0]), np.array([0.4, 0.4, 0.4])) == 0.5


def test_one_class_is_undefined_and_says_so() -> None:
    with pytest.raises(metrics.UndefinedError, match=r"all 3 labels are 1\.0"):
        metrics.measure("auc", np.ones(3), np.array([0.1, 0.2, 0.3]))


def test_no_rows_are_undefined() -> None:
    with pytest.raises(metrics.UndefinedError, match="no rows"):
        metrics.measure("brier", np.array([]), np.array([]))


def test_each_metric_has_a_direction_and_an_output() -> None:
    assert {name for names in metrics.FITS.values() for name in names} == set(HIGHER_IS_BETTER)
