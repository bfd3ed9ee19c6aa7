"""Values of a pipeline's parameters, by the way in which code asks for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any


def keys_of(node: ast.expr) -> tuple[str, ...]:
    """`("params", "train", "seed")` of `params["train"]["seed"]` or `params.train.seed`.

    What a call gives has no name: `("", "train")` of `yaml.safe_load(file)["train"]`.
    """
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Call):
        return ("",)
    if isinstance(node, ast.Attribute):
        inner = keys_of(node.value)
        return (*inner, node.attr) if inner else ()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inner = keys_of(node.value)
        return (*inner, str(node.slice.value)) if inner else ()
    return ()


def values_at(keys: tuple[str, ...], params: Mapping[str, Any]) -> list[Any]:
    """The values at all paths that end so."""
    return [value for path, value in _entries(params) if path[-len(keys) :] == keys]


def defaults_of_arguments(tree: ast.Module) -> dict[str, Any]:
    """What the command line of a script gives when it is called without words: defaults of argparse."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr != "add_argument" or not node.args:
                continue
            named = {word.arg: word.value for word in node.keywords}
            name, default = node.args[-1], named.get("default")
            if isinstance(name, ast.Constant) and isinstance(default, ast.Constant):
                found[str(name.value).lstrip("-").replace("-", "_")] = default.value
    return found


def _entries(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in values.items():
        yield (*above, str(key)), value
        if isinstance(value, Mapping):
            yield from _entries(value, (*above, str(key)))
