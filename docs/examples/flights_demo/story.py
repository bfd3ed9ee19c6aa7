"""Prints what a retraining would have brought, every two weeks: the table in the example's README.

Usage: python story.py flights.parquet
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

EXAMPLE = Path(__file__).resolve().parents[1] / "flights"
sys.path.insert(0, str(EXAMPLE / "src"))

from features import FEATURES, LABEL, make_model, select, split  # noqa: E402

PARAMS = yaml.safe_load((EXAMPLE / "params.yaml").read_text(encoding="utf-8"))
SAMPLES = 1000


def main() -> None:
    flights = select(pd.read_parquet(sys.argv[1]))
    first, _ = trained(flights, "2013-04-01")
    print("| newest data | AUC before | AUC retrained | difference | 95 % interval |\n|---|---|---|---|---|")
    for until in pd.date_range("2013-04-15", "2013-09-30", freq="14D"):
        again, test = trained(flights, str(until))
        before, after = (model.predict_proba(test[FEATURES])[:, 1] for model in (first, again))
        old, new = (roc_auc_score(test[LABEL], scores) for scores in (before, after))
        low, high = interval(test, before, after)
        print(f"| {until:%d %B} | {old:.3f} | {new:.3f} | {new - old:+.3f} | {low:+.3f} to {high:+.3f} |")


def trained(flights: pd.DataFrame, until: str) -> tuple[object, pd.DataFrame]:
    """The model that the pipeline makes of the flights before `until`, and the test rows it leaves out."""
    known = flights[flights["time"] < pd.Timestamp(until, tz="UTC")]
    train, test = split(known, **PARAMS["prepare"])
    return make_model(**PARAMS["train"]).fit(train[FEATURES], train[LABEL]), test


def interval(test: pd.DataFrame, before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """The difference of AUC over samples of whole days, drawn with replacement."""
    random = np.random.default_rng(7)
    late = test[LABEL].to_numpy()
    days = list(test.reset_index(drop=True).groupby(test["time"].dt.floor("D").to_numpy()).indices.values())
    differences = []
    for _ in range(SAMPLES):
        rows = np.concatenate([days[day] for day in random.integers(0, len(days), len(days))])
        differences.append(roc_auc_score(late[rows], after[rows]) - roc_auc_score(late[rows], before[rows]))
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        main()
