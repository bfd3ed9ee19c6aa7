"""What the team's Python says: which tools it imports, which column is the truth, which function fits a model."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mlops_ext.discover.tree import is_test, read_text

LARGEST = 2_000_000
_TRUTH = re.compile(r"(y|target|label|truth)(_|s?$|_?(train|test|true|all|data))", re.IGNORECASE)


@dataclass
class Code:
    """What was read; `trees` are the modules by path, without notebooks."""

    imports: set[str] = field(default_factory=set)
    targets: dict[str, int] = field(default_factory=dict)
    trees: dict[str, ast.Module] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read_code(root: Path, files: Iterable[str]) -> Code:
    """Modules and notebooks; nothing is imported, and what Python 3 can't read is said."""
    code = Code()
    for file in files:
        if not file.endswith((".py", ".ipynb")) or (root / file).stat().st_size > LARGEST:
            continue
        for text in _texts(root / file):
            try:
                with warnings.catch_warnings(action="ignore"):
                    tree = ast.parse(text)
            except (SyntaxError, ValueError) as error:
                code.unread.append(
                    f"{file} is no Python that this version reads: {str(error).splitlines()[0]}"
                )
                continue
            code.imports |= set(_imports(tree))
            if not is_test(file):
                _count_targets(tree, code.targets)
                if file.endswith(".py"):
                    code.trees[file] = tree
    return code


def requirements(root: Path, files: Iterable[str]) -> set[str]:
    """The names of distributions in requirements files and pyproject.toml, as written and in lower case."""
    found: set[str] = set()
    for file in files:
        name = file.rpartition("/")[2]
        if re.fullmatch(
            r"requirements[^/]*\.(txt|in)|environment\.ya?ml|Pipfile|setup\.py|pyproject\.toml", name
        ):
            text = read_text(root / file)
            lines = (line.split("#")[0] for line in text.splitlines())
            found |= {
                word.lower().replace("_", "-") for line in lines for word in re.findall(r"[\w.-]+", line)
            }
    return found


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".py":
        yield read_text(path)
        return
    try:
        cells = json.loads(read_text(path)).get("cells", [])
    except (ValueError, AttributeError):
        return
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            lines = "".join(cell.get("source") or "").splitlines()
            # Magics and shell lines are no Python.
            yield "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!", "?")))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _count_targets(tree: ast.AST, counts: dict[str, int]) -> None:
    """`y = frame["column"]`, for any name that says it is the truth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            column = _column(node.value)
            if column and _TRUTH.match(node.targets[0].id):
                counts[column] = counts.get(column, 0) + 1


def _column(node: ast.expr) -> str:
    """The column in `frame["column"]`, whatever is called on it afterwards."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    node = node.value if isinstance(node, ast.Attribute) else node
    if not isinstance(node, ast.Subscript):
        return ""
    inner = (
        node.slice.elts[0] if isinstance(node.slice, ast.List) and len(node.slice.elts) == 1 else node.slice
    )
    return inner.value if isinstance(inner, ast.Constant) and isinstance(inner.value, str) else ""
