"""A model, the rows that it was fitted on, and what it says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlops_ext.testing.training import library
from mlops_ext.testing.training.adapter import Adapter, Array, Model
from mlops_ext.testing.training.measure import Loss, measure
from mlops_ext.testing.training.table import Rows


class ShortAnswer(ValueError):
    """Rows were left out of the answer."""


@dataclass(frozen=True)
class Trained:
    """A model with its rows and its predictions of them."""

    model: Model
    rows: Rows
    predictions: Array

    def loss(self) -> Loss:
        """How well it knows its own rows."""
        return measure(self.predictions, self.rows.target, classes_of(self.model))


def train(adapter: Adapter, rows: Rows) -> Trained:
    """Fit on rows and predict them."""
    model = adapter.fit(rows.frame, rows.target)
    return Trained(model, rows, predict(adapter, model, rows.frame))


def predict(adapter: Adapter, model: Model, frame: Any) -> Array:
    """A prediction for each row; another number of them is no answer."""
    predictions = adapter.predict(model, frame)
    if len(predictions) != len(frame):
        raise ShortAnswer(f"predict gave {len(predictions)} answers for {len(frame)} rows")
    return predictions


def classes_of(model: Model) -> list[Any] | None:
    """The classes in the order of the columns that the model predicts, where it says so."""
    for part in library.parts(model):
        classes = getattr(part, "classes_", None)
        if classes is not None and not isinstance(classes, list):
            return list(getattr(classes, "tolist", lambda classes=classes: classes)())
    return None
