"""The interval covers as often as it says, finds what was planted, and costs little."""

from __future__ import annotations

import time

import numpy as np
import pytest

from mlops_ext_mlflow.statistics import bootstrap
from mlops_ext_mlflow.statistics.metrics import UndefinedError, measure

SEED = 7_304_219


def _days(generator, days: int = 14, rows: int = 60, gain: float = 0.0):
    """Days whose difficulty and whose difference between the models both vary by the day."""
    owners = np.repeat(np.arange(days), rows)
    truth = (generator.random(days * rows) < 0.3).astype(float)
    mood = generator.normal(0, 0.15, days)[owners]
    champion = truth + 0.8 * generator.standard_normal(days * rows) + mood
    candidate = champion + (gain + mood / 2) * truth + 0.3 * generator.standard_normal(days * rows)
    return truth, candidate, champion, owners


def _gain(rows, metric: str = "auc", confidence: float = 0.95) -> bootstrap.Interval:
    return bootstrap.bootstrap_gain(metric, *rows, seed=SEED, confidence=confidence)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    print("seed", SEED)
    generator = np.random.default_rng(SEED)
    labels, candidate, champion, _ = _days(generator, days=5000)
    truth = measure("auc", labels, candidate) - measure("auc", labels, champion)
    covered = [one.low <= truth <= one.high for one in (_gain(_days(generator)) for _ in range(300))]
    print("true difference", truth, "covered", sum(covered), "of", len(covered))
    assert 0.90 <= np.mean(covered) <= 0.99


def test_rows_taken_as_independent_would_not_cover() -> None:
    """Why days: the same data resampled row by row is sure of itself and wrong."""
    generator = np.random.default_rng(SEED)
    covered = 0
    for _ in range(20):
        mood = np.repeat(generator.normal(0, 1, 14), 60)
        loss = mood + generator.standard_normal(840)
        by_row = bootstrap.bootstrap_value(
            "mae", np.zeros(840), 10 + loss, np.arange(840), seed=1, confidence=0.95
        )
        covered += by_row.low <= 10 <= by_row.high
    print("seed", SEED, "covered", covered, "of 20")
    assert covered < 15


@pytest.mark.parametrize(
    ("planted", "better", "worse"), [(0.8, True, False), (-0.8, False, True), (0.0, False, False)]
)
def test_planted_differences_are_told_apart(planted: float, better: bool, worse: bool) -> None:
    gain = _gain(_days(np.random.default_rng(SEED), rows=300, gain=planted))
    assert (gain.low > 0, gain.high < 0) == (better, worse)


def test_lower_is_better_for_a_loss() -> None:
    truth = np.tile([0.0, 1.0], 100)
    owners = np.repeat(np.arange(10), 20)
    good, bad = np.where(truth == 1, 0.9, 0.1), np.where(truth == 1, 0.6, 0.4)
    gain = bootstrap.bootstrap_gain("log_loss", truth, good, bad, owners, seed=1, confidence=0.95)
    assert gain.low > 0


def test_same_inputs_same_interval_and_other_inputs_another() -> None:
    rows = _days(np.random.default_rng(SEED))
    seeds = [
        bootstrap.seed_of("sha256:a", "md5:b"),
        bootstrap.seed_of("sha256:a", "md5:b"),
        bootstrap.seed_of("x"),
    ]
    first, again, other = (bootstrap.bootstrap_gain("auc", *rows, seed=s, confidence=0.95) for s in seeds)
    assert first == again
    assert first.low != other.low


def test_few_days_are_an_error_and_not_an_answer() -> None:
    with pytest.raises(bootstrap.TooFewClustersError, match="too few days: 4, at least 5 needed"):
        _gain(_days(np.random.default_rng(SEED), days=4))


def test_a_class_that_only_one_day_has_gives_no_interval() -> None:
    truth, candidate, champion, owners = _days(np.random.default_rng(SEED))
    truth[owners > 0] = 0
    with pytest.raises(UndefinedError):
        _gain((truth, candidate, champion, owners))


def test_thirty_thousand_rows_in_a_second() -> None:
    rows = _days(np.random.default_rng(SEED), rows=2150)
    started = time.perf_counter()
    _gain(rows)
    taken = time.perf_counter() - started
    print(f"{len(rows[0])} rows, 14 days, {bootstrap.REPLICATES} replicates: {taken:.2f} s")
    assert taken < 1.5


def test_holm_by_hand() -> None:
    assert bootstrap.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert bootstrap.holm([]) == []
    assert bootstrap.holm([0.9, 0.8]) == [1.0, 1.0]


def test_holm_keeps_the_level_over_many_slices() -> None:
    generator = np.random.default_rng(SEED)
    wrong = sum(min(bootstrap.holm(list(generator.random(20)))) < 0.05 for _ in range(2000))
    print("seed", SEED, "wrong", wrong, "of 2000")
    assert wrong / 2000 < 0.065


@pytest.mark.parametrize(("value", "expected"), [(-0.1, 0.0), (0.0, 1.0)])
def test_a_difference_without_any_spread(value: float, expected: float) -> None:
    assert bootstrap.p_worse(bootstrap.Interval(value, value, value, 0.0, 10), margin=0.01) == expected
