"""Boosted trees of LightGBM, with its own training loop."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
from features import matrix
from sklearn.model_selection import train_test_split


def fit(frame, target, seed=7):
    rows = matrix(frame)
    train, _, labels, _ = train_test_split(rows, target, test_size=0.2, random_state=seed, stratify=target)
    settings = {"objective": "binary", "learning_rate": 0.2, "seed": seed, "num_threads": 1, "verbose": -1}
    booster = lgb.Booster(settings, lgb.Dataset(train, label=labels))
    for _ in range(60):
        booster.update()
    return booster


def predict(model, frame):
    return np.asarray(model.predict(matrix(frame)))
