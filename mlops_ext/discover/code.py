"""What the team's Python says: which tools it imports, which column is the truth."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mlops_ext.discover.source import Module
from mlops_ext.discover.target import count_targets
from mlops_ext.discover.tree import is_test, read_text

LARGEST = 2_000_000


@dataclass
class Code:
    """What was read; `modules` are without notebooks and tests."""

    imports: set[str] = field(default_factory=set)
    targets: dict[str, int] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read_code(root: Path, files: Iterable[str]) -> Code:
    """Modules and notebooks; nothing is imported, and a module that this Python can't read is said."""
    code = Code()
    for file in files:
        if not file.endswith((".py", ".ipynb")) or (root / file).stat().st_size > LARGEST:
            continue
        for text in _texts(root / file):
            tree = _parsed(text)
            if isinstance(tree, str):
                # A notebook has cells for a shell, for other kernels, and templates.
                if file.endswith(".py"):
                    code.unread.append(f"{file}: no Python that this version reads, {tree}")
                continue
            code.imports |= set(_imports(tree))
            if not is_test(file):
                count_targets(tree, code.targets)
                code.modules |= {file: Module(tree, text)} if file.endswith(".py") else {}
    return code


def _parsed(text: str) -> ast.Module | str:
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except ValueError as error:
        return str(error)


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
