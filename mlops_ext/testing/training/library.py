"""What the libraries keep of a training: their parameters, and the history of the loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlops_ext.testing.training.adapter import Model, numbers

DEPTH = 4
INSIDE = (
    "best_estimator_",
    "regressor_",
    "estimator_",
    "model",
    "model_",
    "clf",
    "pipeline",
    "net",
    "module",
)
HISTORIES = ("losses_", "losses", "loss_history_", "loss_history", "loss_curve_", "history_")
PARAMETERS = ("coef_", "intercept_", "coefs_", "intercepts_", "dual_coef_", "weights", "weight", "bias")
LAZY = ("KNeighbors", "RadiusNeighbors", "Dummy")


def parts(model: Model, depth: int = DEPTH) -> Iterator[Any]:
    """The model and the estimators inside: of pipelines, searches, dictionaries, the team's own classes."""
    yield model
    if depth == 0 or isinstance(model, (str, bytes, int, float)) or hasattr(model, "dtype"):
        return
    inner: list[Any] = []
    if isinstance(model, dict):
        inner = list(model.values())
    elif isinstance(model, (list, tuple)):
        inner = list(model)
    elif isinstance(getattr(model, "steps", None), list):
        inner = [step[-1] for step in model.steps[-1:]]
    else:
        found = vars(model) if hasattr(model, "__dict__") else {}
        inner = [found[name] for name in INSIDE if found.get(name) is not None]
    for one in inner:
        yield from parts(one, depth - 1)


def name_of(model: Model) -> str:
    """The class of a model; of a pipeline, that of its last step."""
    while isinstance(getattr(model, "steps", None), list):
        model = model.steps[-1][-1]
    return type(model).__name__


def lazy(model: Model) -> str:
    """The class of a model that only keeps its rows, or nothing of them: no loss is lowered on the way."""
    names = [type(part).__name__ for part in parts(model)]
    return next((name for name in names if name.startswith(LAZY)), "")


def history(model: Model) -> list[float] | None:
    """The loss of each iteration, where a library or the team's own class has kept it."""
    for part in parts(model):
        for name in HISTORIES:
            kept = part.get(name) if isinstance(part, dict) else getattr(part, name, None)
            if isinstance(kept, (list, tuple)) and len(kept) > 1 and not isinstance(kept[0], (list, dict)):
                return numbers(kept)
        kept = getattr(getattr(part, "history", None), "history", None)
        if isinstance(kept, dict) and "loss" in kept:
            return numbers(kept["loss"])
    return None


def broken_parameters(model: Model) -> str:
    """The name of a parameter that is NaN or infinite; empty when all are finite."""
    import numpy

    for part in parts(model):
        if hasattr(part, "state_dict") and callable(part.state_dict):
            named = [(name, value) for name, value in part.state_dict().items() if hasattr(value, "detach")]
            values = [(name, value.detach().cpu().numpy()) for name, value in named]
        elif isinstance(part, dict):
            values = [(name, part[name]) for name in PARAMETERS if name in part]
        else:
            values = [
                (name, vars(part).get(name)) for name in PARAMETERS if name in getattr(part, "__dict__", ())
            ]
        for name, value in values:
            for array in value if isinstance(value, list) else [value]:
                if hasattr(array, "dtype") and array.dtype.kind == "f" and not numpy.isfinite(array).all():
                    return f"{name} of {type(part).__name__}"
    return ""
