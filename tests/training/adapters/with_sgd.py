"""A linear model of scikit-learn that learns epoch by epoch."""

from __future__ import annotations

import numpy as np
from features import matrix
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler


def fit(frame, target, seed=7):
    train, _, labels, _ = train_test_split(frame, target, test_size=0.2, random_state=seed, stratify=target)
    scale = make_pipeline(FunctionTransformer(matrix), StandardScaler())
    rows = scale.fit_transform(train)
    model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=0.01, random_state=seed)
    model.partial_fit(rows[:1], labels[:1], classes=np.unique(target))
    for _ in range(50):
        model.partial_fit(rows, labels)
    scale.steps.append(("model", model))
    return scale
