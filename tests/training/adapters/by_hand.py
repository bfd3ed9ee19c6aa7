"""A logistic regression by gradient descent, as a class for scikit-learn's pipelines."""

from __future__ import annotations

import numpy as np
from features import matrix
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler


class Logistic(ClassifierMixin, BaseEstimator):
    def __init__(self, rate=0.5, steps=200):
        self.rate = rate
        self.steps = steps

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        truth = (np.asarray(y) == self.classes_[1]).astype(float)
        self.coef_ = np.zeros(X.shape[1] + 1)
        self.losses_ = []
        for _ in range(self.steps):
            chance = self._chance(X)
            self.losses_.append(float(-np.log(np.where(truth == 1, chance, 1 - chance) + 1e-12).mean()))
            gradient = self._with_one(X).T @ (chance - truth) / len(truth)
            self.coef_ = self.coef_ - self.rate * gradient
        return self

    def predict_proba(self, X):
        chance = self._chance(X)
        return np.stack([1 - chance, chance], axis=1)

    def _chance(self, rows):
        return 1 / (1 + np.exp(-np.clip(self._with_one(rows) @ self.coef_, -500, 500)))

    @staticmethod
    def _with_one(rows):
        return np.hstack([rows, np.ones((len(rows), 1))])


def fit(frame, target):
    return make_pipeline(FunctionTransformer(matrix), StandardScaler(), Logistic()).fit(frame, target)
