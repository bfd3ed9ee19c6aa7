"""Metrics by their dotted names; what is no finite number stays, with the reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from mlops_ext.contract.refs import Metric
from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.revisions.parse import parse
from mlops_ext_dvc.revisions.reader import Reader
from mlops_ext_dvc.steps.collect import flatten

EXACT = 2**53


def read(paths: Iterable[str], reader: Reader, note: Callable[[str], None]) -> tuple[Metric, ...]:
    """All metrics of these files; where two files have one name, the file stands before it."""
    rows = [(path, name, value) for path in paths for name, value in _values(path, reader, note)]
    names = [name for _, name, _ in rows]
    return tuple(
        metric(name if names.count(name) == 1 else f"{path}:{name}", value, path)
        for path, name, value in rows
    )


def metric(name: str, value: Any, path: str) -> Metric:
    """A value as a metric: text, NaN and integers that a float can't keep are said to be that."""
    if isinstance(value, bool | int | float) and abs(value) > EXACT and math.isfinite(value):
        exact = isinstance(value, float) or int(float(value)) == value
        return Metric(name=name, value=float(value), why="" if exact else f"rounded from {value}")
    if isinstance(value, bool | int | float):
        known = math.isfinite(value)
        return Metric(
            name=name, value=float(value) if known else None, why="" if known else f"{path} says {value}"
        )
    said = f'is text in {path}: "{value}"' if isinstance(value, str) else f"is {_kind(value)} in {path}"
    return Metric(name=name, value=None, why=said)


def _values(path: str, reader: Reader, note: Callable[[str], None]) -> list[tuple[str, Any]]:
    try:
        found = []
        for file in reader.below(path):
            content = reader.read(file)
            if content is None:
                note(f"metrics of {file}: the file is not there")
                continue
            body = parse(file, content)
            found += list(flatten(body if isinstance(body, dict) else {"value": body}))
    except MlopsExtError as error:
        note(f"metrics of {path}: {error}")
        return []
    return found


def _kind(value: Any) -> str:
    return "null" if value is None else f"a {type(value).__name__}"
