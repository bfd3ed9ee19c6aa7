"""Load a model from its file and predict with it; kept with the model, imports nothing of ours.

A team's own adapter has the same two functions: `load(path)` and `predict(model, frame)`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Model = Any
Frame = Any
Array = Any
Context = Any


def load(path: str) -> Model:
    """The model in a file; the suffix says who wrote it."""
    suffix = Path(path).suffix.lower()
    if suffix not in LOADERS:
        known = ", ".join(sorted(LOADERS))
        raise ValueError(
            f"no loader for {suffix or 'a file without suffix'} (known: {known}): "
            "write an adapter with load and predict"
        )
    return LOADERS[suffix](str(path))


def predict(model: Model, frame: Frame, output: str | None = None) -> Array:
    """One value per row: with `probability` that of the second of two classes, with `label` the label.

    Without a word: the probability where the model gives one for two classes, else what it predicts.
    """
    if hasattr(model, "predict_rows"):
        return model.predict_rows(frame, output)
    classes = getattr(model, "classes_", None)
    two = hasattr(model, "predict_proba") and classes is not None and len(classes) == 2
    if output == "probability" and not two:
        raise ValueError("the model gives no probability of two classes")
    if two and output in (None, "probability"):
        return model.predict_proba(frame)[:, 1]
    return model.predict(frame)


def second_class(scores: Array, output: str | None) -> Array:
    """A library's own array of scores as one value per row."""
    if getattr(scores, "ndim", 1) == 2 and scores.shape[1] == 1:
        scores = scores[:, 0]
    if getattr(scores, "ndim", 1) == 1:
        if output == "label":
            raise ValueError("this file says scores, not labels: write an adapter with load and predict")
        return scores
    if scores.shape[1] == 2 and output != "label":
        return scores[:, 1]
    if output == "probability":
        raise ValueError("the model gives no probability of two classes")
    return scores.argmax(axis=1)


class Xgboost:
    """A booster of XGBoost."""

    def __init__(self, path: str) -> None:
        self.library = importlib.import_module("xgboost")
        self.booster = self.library.Booster(model_file=path)

    def predict_rows(self, frame: Frame, output: str | None) -> Array:
        """One value per row."""
        return second_class(self.booster.predict(self.library.DMatrix(frame)), output)


class Lightgbm:
    """A booster of LightGBM."""

    def __init__(self, path: str) -> None:
        self.booster = importlib.import_module("lightgbm").Booster(model_file=path)

    def predict_rows(self, frame: Frame, output: str | None) -> Array:
        """One value per row."""
        return second_class(self.booster.predict(frame), output)


class Catboost:
    """A model of CatBoost, classifier or not."""

    def __init__(self, path: str) -> None:
        self.model = importlib.import_module("catboost").CatBoost().load_model(path)

    def predict_rows(self, frame: Frame, output: str | None) -> Array:
        """One value per row."""
        classes = self.model.classes_
        if len(classes) == 2 and output != "label":
            return self.model.predict(frame, prediction_type="Probability")[:, 1]
        if output == "probability":
            raise ValueError("the model gives no probability of two classes")
        kind = "Class" if len(classes) else "RawFormulaVal"
        return self.model.predict(frame, prediction_type=kind).reshape(-1)


class Onnx:
    """A session of ONNX Runtime: one matrix of numbers in, or one input per column."""

    def __init__(self, path: str) -> None:
        runtime = importlib.import_module("onnxruntime")
        self.session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def predict_rows(self, frame: Frame, output: str | None) -> Array:
        """One value per row; of two outputs the second are the probabilities."""
        results = self.session.run(None, self._feed(frame))
        if len(results) == 1:
            return second_class(results[0], output)
        labels, scores = results[0], results[1]
        if isinstance(scores, list):
            scores = importlib.import_module("numpy").array([list(row.values()) for row in scores])
        if scores.shape[1] == 2 and output != "label":
            return scores[:, 1]
        return labels if output != "probability" else second_class(scores, output)

    def _feed(self, frame: Frame) -> dict[str, Any]:
        inputs = self.session.get_inputs()
        if len(inputs) == 1:
            return {inputs[0].name: frame.to_numpy(_NUMPY.get(inputs[0].type, "float32"))}
        return {one.name: frame[[one.name]].to_numpy(_NUMPY.get(one.type, "object")) for one in inputs}


class Torch:
    """A scripted module of PyTorch on one matrix of numbers."""

    def __init__(self, path: str) -> None:
        self.library = importlib.import_module("torch")
        self.module = self.library.jit.load(path, map_location="cpu").eval()

    def predict_rows(self, frame: Frame, output: str | None) -> Array:
        """One value per row."""
        with self.library.no_grad():
            scores = self.module(self.library.as_tensor(frame.to_numpy("float32")))
        return second_class(scores.numpy(), output)


_NUMPY = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int64)": "int64"}


def _joblib(path: str) -> Model:
    return importlib.import_module("joblib").load(path)


def _pickle(path: str) -> Model:
    # joblib reads plain pickles too; without it plain pickles are all there can be.
    try:
        return _joblib(path)
    except ModuleNotFoundError as error:
        if error.name != "joblib":
            raise
    with open(path, "rb") as file:
        return importlib.import_module("pickle").load(file)


def _skops(path: str) -> Model:
    # The file is the team's own, as trusted as the pickle that it could have been.
    skops = importlib.import_module("skops.io")
    return skops.load(path, trusted=skops.get_untrusted_types(file=path))


LOADERS: dict[str, Callable[[str], Any]] = {
    ".joblib": _joblib,
    ".pkl": _pickle,
    ".pickle": _pickle,
    ".skops": _skops,
    ".onnx": Onnx,
    ".ubj": Xgboost,
    ".json": Xgboost,
    ".cbm": Catboost,
    ".txt": Lightgbm,
    ".lgb": Lightgbm,
    ".pt": Torch,
}


if "mlflow.pyfunc" in sys.modules and __name__ != "mlops_ext.adapter":
    # MLflow reads this file as a model from code, and has itself imported by then.
    import mlflow
    import pandas

    class Adapter(mlflow.pyfunc.PythonModel):  # type: ignore[misc, name-defined]
        """The same two functions for everyone who loads the model by MLflow."""

        def load_context(self, context: Context) -> None:
            """Load the artifact `model`; `output` comes from the model's configuration."""
            self.output = (context.model_config or {}).get("output")
            self.model = load(context.artifacts["model"])

        def predict(
            self, context: Context, model_input: pandas.DataFrame, params: dict[str, Any] | None = None
        ) -> Array:
            """One value per row."""
            return predict(self.model, model_input, self.output)

    mlflow.models.set_model(Adapter())
