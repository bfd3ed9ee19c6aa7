"""Splits and shuffles without a seed: two runs of one commit compare different rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlops_ext.findings.code import Module, argument, is_none, opened
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look

_TEST = re.compile(r"(?:^|/)(?:tests?|docs)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$")
_ALWAYS = (
    "ShuffleSplit",
    "StratifiedShuffleSplit",
    "GroupShuffleSplit",
    "RepeatedKFold",
    "RepeatedStratifiedKFold",
)
_ON_REQUEST = ("KFold", "StratifiedKFold", "StratifiedGroupKFold", "GroupKFold")
_NUMPY = tuple(f"numpy.random.{name}" for name in ("shuffle", "permutation", "choice", "permuted"))
_PYTHON = ("random.shuffle", "random.sample")
_TABLES = ("numpy", "pandas", "sklearn", "torch", "tensorflow", "polars", "datasets", "mlflow", "joblib")
_SEEDS = re.compile(
    r"(?:^|\.)(?:seed\w*|set_\w*seed\w*|\w*seed_(?:everything|all)|manual_seed|fix_seeds?)$", re.IGNORECASE
)


def find(look: Look) -> Iterator[Finding]:
    """Each call; a seed that the same script or a module of it sets counts for all that follow it."""
    for module in look.code.modules:
        if _TEST.search(module.path):
            continue
        calls = [(name, call, word) for name, call in module.calls if (word := _unseeded(name, call, module))]
        seeds = _seeds(look, module) if calls else set()
        for name, call, word in calls:
            if not {"all", _source(name)} & seeds:
                yield Finding(
                    rule="unseeded-split",
                    file=module.path,
                    line=call.lineno,
                    message=f"{_shown(name)} has no {word}: each run takes other rows, so metrics of two "
                    "runs can't be compared",
                    hint=f"give it {word}, from params.yaml where DVC sees a change of it",
                )


def _seeds(look: Look, module: Module) -> set[str]:
    """Whose global state is seeded."""
    closure = look.code.closure(module.path)
    return {_family(name) for part in closure for name, _ in part.calls if _SEEDS.search(name)}


def _unseeded(name: str, call: ast.Call, module: Module) -> str:
    """The argument that is missing, or nothing."""
    last = name.rpartition(".")[2]
    if opened(call) or name in module.functions:
        return ""
    return (
        _of_scikit(name, last, call, module)
        or _of_generators(name, call, module)
        or _of_tables(name, last, call, module)
        or _of_datasets(name, last, call, module)
    )


def _of_scikit(name: str, last: str, call: ast.Call, module: Module) -> str:
    if not module.imports("sklearn", "cuml", "dask_ml") or name.startswith("."):
        return ""
    splits = last == "train_test_split" and not _is(argument(call, "shuffle"), False)
    shuffles = last in _ON_REQUEST and _is(argument(call, "shuffle", 1), True)
    mixes = name in ("sklearn.utils.shuffle", "sklearn.utils.resample")
    asked = splits or shuffles or mixes or last in _ALWAYS
    return "random_state" if asked and is_none(argument(call, "random_state")) else ""


def _of_generators(name: str, call: ast.Call, module: Module) -> str:
    fresh = name == "numpy.random.default_rng" and is_none(argument(call, "seed", 0))
    drawn = name in _NUMPY or (name in _PYTHON and module.imports(*_TABLES))
    return "seed" if fresh or drawn else ""


def _of_tables(name: str, last: str, call: ast.Call, module: Module) -> str:
    """pandas and Dask, and Polars and Spark, which call it a seed."""
    other = module.imports("polars", "pyspark")
    if last == "randomSplit" and is_none(argument(call, "seed", 1)):
        return "seed"
    if (
        last != "sample"
        or name.startswith(("random.", "numpy."))
        or not (other or module.imports("pandas", "dask"))
    ):
        return ""
    rows = next((one for word in ("frac", "n", "fraction") if (one := argument(call, word))), None)
    counted = (
        call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, int | float)
    )
    seeded = any(not is_none(argument(call, word)) for word in ("random_state", "seed"))
    word = "seed" if other else "random_state"
    return word if (rows or counted) and not seeded else ""


def _of_datasets(name: str, last: str, call: ast.Call, module: Module) -> str:
    """PyTorch and Hugging Face."""
    if name.endswith("torch.utils.data.random_split"):
        return "generator" if is_none(argument(call, "generator", 2)) else ""
    mixes = last == "train_test_split" and "sklearn" not in name and not _is(argument(call, "shuffle"), False)
    return "seed" if mixes and module.imports("datasets") and is_none(argument(call, "seed")) else ""


def _family(name: str) -> str:
    if name.startswith("numpy.random"):
        return "numpy"
    if name.startswith("random."):
        return "python"
    return "torch" if name.startswith("torch") else "all"


def _source(name: str) -> str:
    """Whose global state decides where no seed is given: scikit-learn and pandas ask NumPy."""
    if name.startswith("random."):
        return "python"
    if name.endswith("random_split"):
        return "torch"
    return "" if name.endswith(("default_rng", "randomSplit")) else "numpy"


def _shown(name: str) -> str:
    return name.rpartition(".")[2] if not name.startswith(("numpy.", "random.")) else name


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
