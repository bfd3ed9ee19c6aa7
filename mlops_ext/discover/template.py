"""`${...}` in dvc.yaml: filled in from params and vars, and stages of `foreach` and `matrix` written out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

_HOLE = re.compile(r"(?<!\\)\$\{\s*([^${}]+?)\s*\}")

Values = Mapping[str, Any]


def fill(value: Any, values: Values) -> Any:
    """A value with its holes filled; a hole that nothing fills stays, for the caller to see."""
    if isinstance(value, str):
        whole = _HOLE.fullmatch(value)
        return _one(whole, values) if whole else _HOLE.sub(lambda hole: str(_one(hole, values)), value)
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    if isinstance(value, Mapping):
        return {fill(key, values): fill(item, values) for key, item in value.items()}
    return value


def has_holes(path: str) -> bool:
    """Whether something in a path could not be filled in."""
    return bool(_HOLE.search(path))


def written_out(stage: Mapping[str, Any], values: Values) -> Iterator[tuple[Mapping[str, Any], Values]]:
    """The stages that one entry stands for, each with the values of its own."""
    if "foreach" in stage:
        items = fill(stage["foreach"], values)
        pairs = (
            items.items()
            if isinstance(items, Mapping)
            else enumerate(items if isinstance(items, list) else [])
        )
        for key, item in pairs:
            yield stage.get("do") or {}, {**values, "item": item, "key": key}
    elif isinstance(stage.get("matrix"), Mapping):
        axes = fill(stage["matrix"], values)
        lists = [items if isinstance(items, list) else [] for items in axes.values()]
        for chosen in itertools.product(*lists):
            yield stage, {**values, "item": dict(zip(axes, chosen, strict=True))}
    else:
        yield stage, values


def _one(hole: re.Match[str], values: Values) -> Any:
    found: Any = values
    for part in re.findall(r"[^.\[\]]+", hole.group(1)):
        try:
            found = found[int(part)] if isinstance(found, list) else found[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return hole.group(0)
    return found
