"""Which column the code calls the truth: `y = frame["column"]`, or what is dropped to get features."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_TRUTH = re.compile(r"(y|target|label|truth)(_|s?$|_?(train|test|true|all|data))", re.IGNORECASE)
_FEATURES = re.compile(r"(x|features?)(_|$)", re.IGNORECASE)


def count_targets(tree: ast.AST, counts: dict[str, int]) -> None:
    """How often each column is used so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            for name, value in pairs(node.targets[0], node.value):
                column = _column(value) if _TRUTH.match(name) else ""
                found = features_of(name, value)
                if not column and found and found[0] == "drop" and len(found[1]) == 1:
                    column = found[1][0]
                if column:
                    counts[column] = counts.get(column, 0) + 1


def features_of(name: str, value: ast.expr) -> tuple[str, tuple[str, ...]] | None:
    """`("drop", columns)` or `("take", columns)` where a name for features is given a part of a frame."""
    if not _FEATURES.match(name):
        return None
    dropped = _dropped(value)
    if dropped:
        return "drop", dropped
    while isinstance(value, ast.Attribute):
        value = value.value
    taken = _words(value.slice) if isinstance(value, ast.Subscript) else ()
    return ("take", taken) if taken else None


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """`y = ...`, and each side of `X, y = ..., ...`."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, part in zip(target.elts, value.elts, strict=False):
            yield from pairs(one, part)


def _column(node: ast.expr) -> str:
    """The column in `frame["column"]`, whatever is called on it afterwards, or in `frame.column.values`."""
    values = isinstance(node, ast.Attribute) and node.attr == "values"
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and values:
        return node.value.attr
    node = node.value if isinstance(node, ast.Attribute) else node
    return _only(node.slice) if isinstance(node, ast.Subscript) else ""


def _dropped(node: ast.expr) -> tuple[str, ...]:
    """The columns in `frame.drop("column", axis=1)` or `frame.drop(columns=["column"])`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "drop"):
        return ()
    named = {word.arg: word.value for word in node.keywords}
    columns = named.get("columns") or (node.args[0] if node.args and _axis(node, named) else None)
    return _words(columns) if columns is not None else ()


def _axis(node: ast.Call, named: dict[str | None, ast.expr]) -> bool:
    axis = named.get("axis") or (node.args[1] if len(node.args) > 1 else None)
    return isinstance(axis, ast.Constant) and axis.value in (1, "columns")


def _only(node: ast.expr) -> str:
    """A text, also as the only one of a list."""
    words = _words(node)
    return words[0] if len(words) == 1 else ""


def _words(node: ast.expr) -> tuple[str, ...]:
    """The texts of a list, or one that stands alone; none where anything else is among them."""
    parts = node.elts if isinstance(node, ast.List) else [node]
    words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return tuple(words) if len(words) == len(parts) else ()
