"""Values of a pipeline's parameters, by the way in which code asks for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any


def keys_of(node: ast.expr) -> tuple[str, ...]:
    """`("params", "train", "seed")` of `params["train"]["seed"]` or `params.train.seed`."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        inner = keys_of(node.value)
        return (*inner, node.attr) if inner else ()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inner = keys_of(node.value)
        return (*inner, str(node.slice.value)) if inner else ()
    return ()


def values_at(keys: tuple[str, ...], params: Mapping[str, Any]) -> list[Any]:
    """The values at all paths that end so."""
    return [value for path, value in _leaves(params) if path[-len(keys) :] == keys]


def _leaves(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, str(key)))
        elif value is None or isinstance(value, bool | int | float | str):
            yield (*above, str(key)), value
