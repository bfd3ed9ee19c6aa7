"""Boosted trees of scikit-learn on a part of the rows; the other part says when to stop."""

from __future__ import annotations

from features import matrix
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split


def fit(frame, target, seed=7):
    rows = matrix(frame)
    train, rest, labels, kept = train_test_split(
        rows, target, test_size=0.2, random_state=seed, stratify=target
    )
    best, lowest = None, float("inf")
    model = GradientBoostingClassifier(n_estimators=20, learning_rate=0.2, random_state=seed, warm_start=True)
    for trees in range(20, 101, 20):
        model.set_params(n_estimators=trees).fit(train, labels)
        loss = log_loss(kept, model.predict_proba(rest), labels=model.classes_)
        best, lowest = (trees, loss) if loss < lowest else (best, lowest)
    return GradientBoostingClassifier(n_estimators=best, learning_rate=0.2, random_state=seed).fit(
        train, labels
    )


def predict(model, frame):
    return model.predict_proba(matrix(frame))
