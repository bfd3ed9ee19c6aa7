"""The team's adapter: `fit`, and what else it says of `predict`, `losses` and `rows`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlops_ext.testing.training.answer import Untestable
from mlops_ext.testing.training.plan import Plan

Model = Any
Frame = Any
Array = Any


class Adapter:
    """Calls what the adapter's file defines, and the defaults for the rest."""

    def __init__(self, module: Any, params: dict[str, Any]) -> None:
        self.module = module
        self.params = params

    def fit(self, frame: Frame, target: Any) -> Model:
        """A model of these rows. The team's code gets copies: what it changes is its own."""
        return self.module.fit(frame.copy(), target.copy(), **self.params)

    def predict(self, model: Model, frame: Frame) -> Array:
        """One row of predictions for each row of the frame, as a numpy array."""
        own = getattr(self.module, "predict", None)
        return as_array(own(model, frame.copy()) if own else _predict(model, frame.copy()))

    def losses(self, model: Model) -> list[float] | None:
        """The loss of each iteration, where the adapter knows it."""
        own = getattr(self.module, "losses", None)
        return None if own is None else numbers(own(model))

    def rows(self) -> Frame | None:
        """The team's own rows with their label, where the adapter has some."""
        own = getattr(self.module, "rows", None)
        return None if own is None else own()


def load(file: Path, plan: Plan) -> Adapter:
    """The adapter in a file, or the stage; what it imports is found as in the team's own runs."""
    for folder in reversed([str(file.parent), *plan.path]):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    if plan.stage:
        from mlops_ext.testing.training.stage import Stage

        return Adapter(Stage(plan), {})
    spec = importlib.util.spec_from_file_location(f"mlops_ext_adapter_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise Untestable(f"{file.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    # Before it runs: pickles and dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, "fit", None)):
        raise Untestable(
            f"{file.name} has no function fit", hint="fit(frame, target, **params) returns the model"
        )
    return Adapter(module, plan.params)


def as_array(values: Any) -> Array:
    """Predictions of any library as a numpy array of one or two dimensions."""
    import numpy

    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    if isinstance(values, list) and values and hasattr(values[0], "shape"):
        # One array of two columns per output, as some libraries answer for several outputs.
        raise TypeError("predict gave a list of arrays: the tests need one value, or one row, per row")
    array = numpy.asarray(values)
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def numbers(values: Sequence[Any]) -> list[float]:
    """A history as plain numbers."""
    return [float(value) for value in values]


def _predict(model: Model, frame: Frame) -> Any:
    known = getattr(model, "feature_names_in_", None)
    if known is not None and set(known) <= set(frame.columns):
        frame = frame[list(known)]
    if hasattr(model, "predict_rows"):
        return model.predict_rows(frame, None)
    if hasattr(model, "predict_proba"):
        return model.predict_proba(frame)
    if hasattr(model, "predict"):
        return model.predict(frame)
    if callable(model):
        return model(frame)
    raise TypeError(
        f"{type(model).__name__} has neither predict_proba nor predict: write predict(model, frame)"
    )
