"""Scores the model on the test flights and, to compare, on those it was trained on."""

from __future__ import annotations

import json
from pathlib import Path

import joblib
import pandas as pd
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from threadpoolctl import threadpool_limits

from features import FEATURES, LABEL


def main() -> None:
    model = joblib.load("models/model.joblib")
    scores = {}
    for name in ("test", "train"):
        flights = pd.read_parquet(f"data/{name}.parquet")
        with threadpool_limits(limits=1):
            chance = model.predict_proba(flights[FEATURES])[:, 1]
        scores[name] = score(flights[LABEL], chance)
    metrics = {**scores["test"], "train": scores["train"]}
    Path("metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    print(", ".join(f"{name} {value:.4f}" for name, value in scores["test"].items()))


def score(late: pd.Series, chance: pd.Series) -> dict[str, float]:
    return {
        "auc": float(roc_auc_score(late, chance)),
        "log_loss": float(log_loss(late, chance)),
        "brier": float(brier_score_loss(late, chance)),
    }


if __name__ == "__main__":
    main()
