"""Boosted trees of XGBoost, with its own training loop."""

from __future__ import annotations

import numpy as np
import xgboost as xgb
from features import matrix
from sklearn.model_selection import train_test_split


def fit(frame, target, seed=7):
    rows = matrix(frame)
    train, _, labels, _ = train_test_split(rows, target, test_size=0.2, random_state=seed, stratify=target)
    data = xgb.DMatrix(train, label=labels)
    settings = {"objective": "binary:logistic", "eta": 0.2, "max_depth": 4, "seed": seed, "nthread": 1}
    booster = xgb.Booster(settings, [data])
    for step in range(60):
        booster.update(data, step)
    return booster


def predict(model, frame):
    return np.asarray(model.predict(xgb.DMatrix(matrix(frame))))
