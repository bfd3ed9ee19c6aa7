"""Boosted models after a part of their iterations: each library has a way of its own to forget the rest."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from mlops_ext.testing.training.adapter import Model
from mlops_ext.testing.training.library import parts

MOST = 6
Shorten = Callable[[int], None]


def stages(model: Model) -> list[tuple[int, Model]]:
    """The model after some of its iterations, the last one whole; none where it has none."""
    if _home(model) == "xgboost" and hasattr(model, "num_boosted_rounds"):
        return [(count, model[:count]) for count in _counts(model.num_boosted_rounds())]
    for position, part in enumerate(parts(model)):
        counts = _counts(_iterative(part)[0])
        if counts:
            return [(count, _after(model, position, count)) for count in counts]
    return []


def _counts(total: int) -> list[int]:
    shares = {max(1, total * number // MOST) for number in range(1, MOST + 1)}
    return sorted(shares | {1}) if total else []


def _after(model: Model, position: int, count: int) -> Model:
    shortened = copy.deepcopy(model)
    _iterative(list(parts(shortened))[position])[1](count)
    return shortened


def _iterative(part: Any) -> tuple[int, Shorten]:
    """How many iterations there are, and how to forget those after the k-th."""
    found = {"xgboost": _xgboost, "lightgbm": _lightgbm, "catboost": _catboost, "sklearn": _sklearn}
    return found.get(_home(part), _none)(part)


def _xgboost(part: Any) -> tuple[int, Shorten]:
    booster = getattr(part, "_Booster", None)
    if booster is None:
        return _none(part)
    return booster.num_boosted_rounds(), lambda count: setattr(part, "_Booster", booster[:count])


def _lightgbm(part: Any) -> tuple[int, Shorten]:
    booster = part if type(part).__name__ == "Booster" else getattr(part, "_Booster", None)
    if booster is None:
        return _none(part)
    return booster.current_iteration(), lambda count: setattr(booster, "best_iteration", count)


def _catboost(part: Any) -> tuple[int, Shorten]:
    return getattr(part, "tree_count_", None) or 0, lambda count: part.shrink(ntree_end=count)


def _sklearn(part: Any) -> tuple[int, Shorten]:
    for name in ("_predictors", "estimators_"):
        kept = getattr(part, name, None)
        if kept is not None and "Boost" in type(part).__name__:
            return len(kept), lambda count, name=name, kept=kept: setattr(part, name, kept[:count])
    return _none(part)


def _none(part: Any) -> tuple[int, Shorten]:
    return 0, lambda count: None


def _home(part: Any) -> str:
    return type(part).__module__.partition(".")[0]
