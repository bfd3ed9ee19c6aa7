"""Boosted trees of LightGBM, by its scikit-learn class."""

from __future__ import annotations

from features import matrix
from lightgbm import LGBMClassifier
from sklearn.model_selection import train_test_split


def fit(frame, target, seed=7):
    rows = matrix(frame)
    train, _, labels, _ = train_test_split(rows, target, test_size=0.2, random_state=seed, stratify=target)
    model = LGBMClassifier(n_estimators=60, learning_rate=0.2, random_state=seed, n_jobs=1, verbose=-1)
    return model.fit(train, labels)


def predict(model, frame):
    return model.predict_proba(matrix(frame))
