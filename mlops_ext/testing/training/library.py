"""What the libraries keep of a training: their parameters, their history, their part after k iterations."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
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
STAGES = 6


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


def history(model: Model) -> list[float] | None:
    """The loss of each iteration, where a library or the team's own class has kept it."""
    for part in parts(model):
        for name in HISTORIES:
            kept = getattr(part, name, None)
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


def stages(model: Model) -> list[tuple[int, Model]]:
    """Copies of a boosted model after part of its iterations, the last one whole; none where there are none."""
    for position, part in enumerate(parts(model)):
        total, _ = _iterative(part)
        if total < 1:
            continue
        counts = sorted({max(1, total * number // STAGES) for number in range(1, STAGES + 1)} | {1})
        return [(count, _after(model, position, count)) for count in counts]
    return []


def _after(model: Model, position: int, count: int) -> Model:
    shortened = copy.deepcopy(model)
    part = list(parts(shortened))[position]
    _, shorten = _iterative(part)
    shorten(count)
    return shortened


def _iterative(part: Any) -> tuple[int, Callable[[int], None]]:
    """How many boosting iterations there are, and how to forget those after the k-th."""
    home = type(part).__module__.partition(".")[0]
    if home == "xgboost" and hasattr(part, "_Booster") and part._Booster is not None:
        booster = part._Booster
        return booster.num_boosted_rounds(), lambda count: setattr(part, "_Booster", booster[:count])
    if home == "lightgbm" and getattr(part, "_Booster", None) is not None:
        inner = part._Booster
        return inner.current_iteration(), lambda count: setattr(inner, "best_iteration", count)
    if home == "lightgbm" and type(part).__name__ == "Booster":
        return part.current_iteration(), lambda count: setattr(part, "best_iteration", count)
    if home == "catboost" and getattr(part, "tree_count_", None):
        return part.tree_count_, lambda count: part.shrink(ntree_end=count)
    for name in ("_predictors", "estimators_"):
        kept = getattr(part, name, None)
        boosted = home == "sklearn" and "Boost" in type(part).__name__ and kept is not None
        if boosted:
            return len(kept), lambda count, name=name, kept=kept: setattr(part, name, kept[:count])  # type: ignore[misc]
    return 0, lambda count: None
